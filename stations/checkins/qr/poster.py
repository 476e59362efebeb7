"""A station's poster: A4 in black and white, with the code that is in force (chapter 4, 1 (1)). PDF and PNG by one source."""

import io
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import segno
from django.utils.translation import override
from PIL import Image

from geo.hours import ZONE
from stations.checkins.models import StationCode
from stations.registry.choices import Service, StationKind
from stations.registry.models import Pledge, Station
from stations.registry.timetables import hours_in
from stations.typesetting import breakable, typeset

SOURCE = Path(__file__).with_name("poster.typ")
PPI = 300
HOTLINE = "12351"
TITLES = {
    StationKind.RELAY: ("户外职工爱心接力站", "Relay station for outdoor workers"),
    StationKind.SANITATION: ("环卫爱心接力站", "Relay station for sanitation workers"),
}
_DAYS = {
    "Mo": "Mon", "Tu": "Tue", "We": "Wed", "Th": "Thu", "Fr": "Fri", "Sa": "Sat", "Su": "Sun", "PH": "public holidays",
    "off": "closed", "24/7": "24 hours a day",
}  # fmt: skip
_LONG_WORD = re.compile(r"[!-~]{20,}")
_DAY = re.compile("|".join(map(re.escape, _DAYS)))


def poster_pdf(posters: Iterable[dict[str, Any]], *, limit_s: float = 60) -> bytes:
    """A page for each of what `poster` gives. Errors of `typeset`."""
    return typeset(SOURCE, {"posters": list(posters)}, limit_s=limit_s)


def poster_png(one: dict[str, Any]) -> bytes:
    """A page as a picture in greys that says its size, PPI dots an inch. Errors of `typeset`."""
    drawn = Image.open(io.BytesIO(typeset(SOURCE, {"posters": [one]}, png_ppi=PPI)))
    out = io.BytesIO()
    drawn.convert("L").save(out, format="PNG", dpi=(PPI, PPI))
    return out.getvalue()


def poster(code: StationCode, *, url: str, today: date) -> dict[str, Any]:
    """What is printed on the poster of this version. `url` is what its QR code holds."""
    station = code.station
    title, title_en = TITLES[StationKind(station.kind)]
    pledge = station.pledge or pledge_in_force(today)
    return {
        "title": title,
        "title_en": title_en,
        "name": _breakable(station.name),
        "nameplate": _breakable(station.nameplate_no or "待授予 to come"),
        "qr": qr_svg(url),
        "particulars": [_services(station), _hours(station)],
        "pledge": _breakable(pledge.text_zh if pledge else ""),
        "pledge_en": _breakable(pledge.text_en if pledge else ""),
        "hotline": HOTLINE,
        "site": urlsplit(url).netloc,
        "version": f"签到码第 {code.version} 版 Code version {code.version} · {code.issued_at.astimezone(ZONE):%Y-%m-%d}",
        "is_demo": station.is_demo,
    }


def pledge_in_force(today: date) -> Pledge | None:
    return Pledge.objects.filter(since__lte=today).first()


def qr_svg(text: str) -> str:
    """A QR code that a third of may be dirty or torn, without the white around it, which the page gives."""
    out = io.BytesIO()
    segno.make_qr(text, error="h", boost_error=False).save(out, kind="svg", border=0, omitsize=True)
    return out.getvalue().decode()


def _services(station: Station) -> list[str]:
    known = [Service(code) for code in station.services]
    with override("zh-hans"):
        chinese = "、".join(str(one.label) for one in known)
    with override("en"):
        english = ", ".join(str(one.label) for one in known).capitalize()
    return ["服务项目", "Services", chinese or "请看现场公告", english or "See the notice here"]


def _hours(station: Station) -> list[str]:
    """A line for each part of the week."""
    chinese, english = (hours_in(station.hours_text, language) for language in ("zh", "en"))
    if not chinese:
        return ["开放时间", "Opening hours", "请看现场公告", "See the notice here"]
    return [
        "开放时间",
        "Opening hours",
        _breakable(chinese.replace("；", "\n")),
        _breakable(english_hours(english)),
    ]


def english_hours(osm: str) -> str:
    """OSM's notation in words that a reader of English knows: Mo-Fr is Mon-Fri."""
    return _DAY.sub(lambda found: _DAYS[found[0]], osm).replace(",", ", ")


def _breakable(text: str) -> str:
    """With places to break in what is longer than any word."""
    return _LONG_WORD.sub(lambda found: breakable(found[0]), text)
