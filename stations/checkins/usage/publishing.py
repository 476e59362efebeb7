"""Counts as they may leave the house: none under ten, and none that two answers give away."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from geo.hours import ZONE

MINIMUM = 10
LEVELS = 3
BUSIEST_FROM = 30  # visits a quarter, one in three days: below, no hour is called the busiest


def published(count: int) -> int | None:
    """0 stays; 1 to 9 are hidden (None); from 10 on the tens below: 10 means 10 to 19.

    Rounding is what keeps a hidden count hidden when a total is published beside its parts: by subtracting, only a range of
    it is found. Where many hidden parts have one total, the range can become narrow: publish one tiling only, or check.
    """
    if count < 0:
        raise ValueError(f"A count of {count}.")
    if 0 < count < MINIMUM:
        return None
    return count - count % MINIMUM


def levels(counts: Mapping[int, int]) -> dict[int, int]:
    """From hour -> visits to hour -> level, 1 to 3: the third of the station's busiest hour that an hour reaches.

    Made of published tens only. So a level tells no count, an hour that is hidden has none, and how many visits a hidden hour
    has (0 to 9) moves no other hour's level.
    """
    shown = {hour: tens for hour, count in counts.items() if (tens := published(count))}
    top = max(shown.values(), default=0)
    return {hour: -(-LEVELS * tens // max(top, BUSIEST_FROM)) for hour, tens in shown.items()}


def settled_quarter(now: datetime, *, late_days: int) -> tuple[date, date]:
    """First and last day of the last calendar quarter, in Shanghai, to which no phone can add a visit any more."""
    day = (now - timedelta(days=late_days)).astimezone(ZONE).date()
    last = _first_of_quarter(day) - timedelta(days=1)
    return _first_of_quarter(last), last


def last_day_of_quarter(first: date) -> date:
    return _first_of_quarter(first + timedelta(days=100)) - timedelta(days=1)


def _first_of_quarter(day: date) -> date:
    return date(day.year, day.month - (day.month - 1) % 3, 1)
