"""The door for opening hours as people write them: OSM syntax or Chinese."""

import re
import unicodedata

from geo.hours import chinese, osm
from geo.hours.errors import HoursError
from geo.hours.weekly import Hours

MAX_LENGTH = 500
UNKNOWN = ("", "不详", "未知", "开放时间不详", "时间不详", "待定", "不固定", "unknown", "n/a", "-", "--", "?")

_DASHES = re.compile("[‐‑‒–—―−─━~∼〜～]")
_ALL_DAY = re.compile(r"(?<!\d)24\s*[Hh](?![A-Za-z])")
_COMMENT = re.compile(r'"[^"]*"')
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):(\d{1,2})(?![\d:])")
_CLOCK_SPAN = re.compile(r"\d{1,2}:\d{1,2}\s*-+\s*\d{1,2}:\d{1,2}")


def parse(text: str | None) -> Hours:
    """Read weekly opening hours from OSM `opening_hours` or Chinese text; "" or "不详" gives unknown hours.

    Plain "9:00-17:00" means every day. HoursError (with `code` and `fragment`) says what was not understood and
    what to write instead; nothing is guessed. See `geo.hours.osm` and `geo.hours.chinese` for what each may say.
    """
    given = (text or "").strip()
    if given.lower() in UNKNOWN:
        return Hours(text=given, days=None)
    if len(given) > MAX_LENGTH:
        raise HoursError("too_long", str(MAX_LENGTH))
    # full-width digits and punctuation to ASCII, every dash to "-"
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", given))
    plain = _ALL_DAY.sub("24小时", plain)
    bare = _COMMENT.sub("", plain)
    _check_clock(bare)
    if re.search("[A-Za-z]|24/7", bare) and not re.search("[\u4e00-\u9fff]", bare):
        days, holiday = osm.read(plain)
    else:
        days, holiday = chinese.read(plain)
    return Hours(text=given, days=days, holiday=holiday)


def _check_clock(text: str) -> None:
    """Refuse 25:00, 24:30 and 9:60, which OSM syntax would partly allow."""
    for clock in _CLOCK.finditer(text):
        hour, minute = int(clock[1]), int(clock[2])
        if hour * 60 + minute > 24 * 60 or minute > 59:
            around = (
                span for span in _CLOCK_SPAN.finditer(text) if span.start() <= clock.start() < span.end()
            )
            raise HoursError("bad_time" if minute > 59 else "past_midnight", next(around, clock)[0])
