"""Chapter 4, 1: rules of check-ins that need no database."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import numpy as np

from geo.crs import GEOD, Floats
from geo.datum import check_datum, convert

NEAR_M = 100.0
MOST_ACCURACY_M = 500.0  # a phone may say it knows its place to a million metres: that is not near
BANDS_M = (100, 300, 1000)

YEARS = range(2000, 2101)
SKEW = timedelta(days=1)  # a phone's clock that is wrong by more is not believed
JITTER = timedelta(minutes=1)  # a clock may be set back between tap and sending

SPEED_KMH = 120.0
SPEED_FLOOR_M = 1000.0  # stations are not where the map says; nearer ones are never too far apart
ROUND_HOURS = 20  # hours with a visit, of 24 in a row
AROUND = timedelta(hours=24)  # visits that far apart have nothing to do with each other


class BadTimeError(ValueError):
    """A time that no honest phone sends."""


class NoTimeError(BadTimeError):
    """Of another century."""


class TooLateError(BadTimeError):
    """The phone kept it longer than a phone may."""


class FutureError(BadTimeError):
    """Made after it was sent, by the phone's own clock."""


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where a phone says it is: degrees of `datum`, and within how many metres. Lives in memory only.

    ValueError where it is no place on earth.
    """

    lon: float
    lat: float
    accuracy_m: float | None = None
    datum: str = "wgs84"

    def __post_init__(self) -> None:
        check_datum(self.datum)
        if not (
            abs(self.lon) <= 181 and abs(self.lat) <= 91
        ):  # so is no NaN; BD-09 goes a little beyond 180 and 90
            raise ValueError("a position that is not on earth")
        if self.accuracy_m is not None and not 0 <= self.accuracy_m < math.inf:
            raise ValueError("an accuracy that is no length")


def counted_moment(
    *, made_at: datetime, sent_at: datetime | None, received_at: datetime, late: timedelta
) -> datetime:
    """The moment a visit is counted for: its age by the phone's own clock before its receipt by ours, so never in the future.

    A phone that does not say when it sent is taken to have sent at once. TooLateError beyond `late`, FutureError where the phone
    says to have made it more than a minute after sending, NoTimeError for a year that no calendar of ours knows.
    """
    if made_at.year not in YEARS:
        raise NoTimeError(str(made_at.year))
    if sent_at is None:
        return received_at
    age = sent_at - made_at
    if age < -JITTER:
        raise FutureError(str(age))
    if age > late:
        raise TooLateError(str(age))
    return received_at - max(age, timedelta(0))


def clock_is_wrong(*, made_at: datetime, sent_at: datetime | None, received_at: datetime) -> bool:
    """Whether the phone's clock is off by more than a day."""
    return abs((sent_at or made_at) - received_at) > SKEW


def distances_m(positions: Sequence[Position], places: Sequence[tuple[float, float]]) -> Floats:
    """Geodesic metres from each position to its place (WGS-84 degrees); infinite where that cannot be said."""
    lonlat = np.array([(one.lon, one.lat) for one in positions], dtype=float).reshape(-1, 2)
    for datum in {one.datum for one in positions} - {"wgs84"}:
        these = np.array([one.datum == datum for one in positions])
        lonlat[these] = np.column_stack(convert(*lonlat[these].T, source=datum, target="wgs84"))
    there = np.array(places, dtype=float).reshape(-1, 2)
    _, _, metres = GEOD.inv(*lonlat.T, *there.T)
    return cast(Floats, np.where(np.isfinite(metres), metres, np.inf))


def is_near(distance_m: float, accuracy_m: float | None) -> bool:
    """Within 100 m, or within what the phone says it may be wrong by, up to 500 m (chapter 4, 1)."""
    return distance_m <= max(NEAR_M, min(accuracy_m or 0.0, MOST_ACCURACY_M))


def band(distance_m: float) -> str:
    """The distance as it is kept: the value of `choices.Band`."""
    return next((str(limit) for limit in BANDS_M if distance_m <= limit), "far")
