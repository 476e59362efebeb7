"""Times as the files spell them -> a moment, or the hour of a day whose date is not known.

    2016-08-01 00:23:00   2016-08-01T00:23+08:00   2016/8/1 0:23     a moment; Asia/Shanghai without a zone
    06-07 12:18:00                                                   the same, with the year that is given
    16:39   16:39:30      558 (minutes since midnight)               an hour of the day
    (nothing)                                                        untimed

A column `date` beside an hour of the day makes it a moment.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

import pandas as pd

from geo.hours import ZONE

_DATE = r"(?:(?P<year>\d{4})[-/])?(?P<month>\d{1,2})[-/](?P<day>\d{1,2})"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
_TIME = re.compile(rf"(?:{_DATE}[ T])?{_CLOCK} ?(?P<zone>Z|[+-]\d{{2}}:?\d{{2}})?", re.ASCII)
_ONLY_DATE = re.compile(_DATE, re.ASCII)
_COMPACT_DATE = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})", re.ASCII)
_MINUTES = re.compile(r"\d{1,4}", re.ASCII)
_MINUTES_OF_DAY = 1440


class YearNeeded(ValueError):  # noqa: N818 - it asks, it does not accuse
    """The times tell month and day but not the year."""


def read_times(text: pd.Series, dates: pd.Series | None, *, year: int | None) -> pd.DataFrame:
    """`at` (UTC, or missing), `hour_of_week`, `hour_of_day` (missing where not known), `readable`.

    Raises YearNeeded where a time has no year and none is given.
    """
    written = list(zip(text, [""] * len(text) if dates is None else dates, strict=True))
    known = {(clock, day): _read(clock, day, year) for clock, day in set(written)}
    read = [known[pair] for pair in written]
    at = pd.to_datetime(pd.Series([one if isinstance(one, datetime) else None for one in read]), utc=True)
    local = at.dt.tz_convert(ZONE)
    clock = pd.Series([one.hour if isinstance(one, time) else None for one in read], dtype="Int64")
    return pd.DataFrame(
        {
            "at": at,
            "hour_of_week": (local.dt.day_of_week * 24 + local.dt.hour).astype("Int64"),
            "hour_of_day": clock,
            "readable": [one is not False for one in read],
        }
    ).set_axis(text.index)


def _read(text: str, day: str, year: int | None) -> datetime | time | bool | None:
    """A moment, a time of day, None for nothing written, False for what cannot be read."""
    if not text:
        return None
    try:
        moment = _moment(text, year)
        on = _date(day, year) if day else None
    except YearNeeded:
        raise
    except ValueError:
        return False
    if isinstance(moment, time) and on is not None:
        return datetime.combine(on, moment, tzinfo=ZONE)
    return moment


def _moment(text: str, year: int | None) -> datetime | time:
    """ValueError for what is no time."""
    if _MINUTES.fullmatch(text):
        minutes = int(text)
        if minutes >= _MINUTES_OF_DAY:
            raise ValueError(text)
        return time(minutes // 60, minutes % 60)
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError(text)
    clock = time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
    if found["month"] is None:
        return clock
    return datetime.combine(_calendar_day(found, year), clock, tzinfo=_zone(found["zone"]))


def _date(text: str, year: int | None) -> date:
    found = _ONLY_DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
    if not found:
        raise ValueError(text)
    return _calendar_day(found, year)


def _calendar_day(found: re.Match[str], year: int | None) -> date:
    if found["year"] is None and year is None:
        raise YearNeeded(f"The time {found[0]!r} has no year. Say which with --year.")
    return date(int(found["year"] or year or 0), int(found["month"]), int(found["day"]))


def _zone(text: str | None) -> tzinfo:
    if text is None:
        return ZONE
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
