"""The days that use is told for, and what a difference between two counts is worth. No Django.

A day is Shanghai's. What is compared are whole days that ended yesterday: today is never set against a day that is over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from math import sqrt

from geo.hours import ZONE

FOUR_WEEKS = 28
LEAST_TO_COMPARE = 20  # visits in both periods together: of fewer, chance makes any percentage
LEAST_DAYS = 7  # a station that was there for fewer has no average yet: not every weekday was seen


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last`, both included."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(len(self)))

    def __len__(self) -> int:
        return max(0, (self.last - self.first).days + 1)

    def before(self) -> "Period":
        """As many days, right before these."""
        return Period(self.first - timedelta(days=len(self)), self.first - timedelta(days=1))

    def from_day(self, day: date) -> "Period":
        """Those of the days that are not before `day`; none where it is after all of them."""
        return Period(max(self.first, day), self.last)


def day_of(now: datetime) -> date:
    """The day in Shanghai at an aware moment."""
    return now.astimezone(ZONE).date()


def week_so_far(today: date) -> Period:
    """From Monday to today."""
    return Period(today - timedelta(days=today.weekday()), today)


def last_week_so_far(today: date) -> Period:
    """The same days of the week before, so that a Tuesday is not set against a whole week."""
    return week_so_far(today - timedelta(days=7))


def whole_days(today: date, number: int = FOUR_WEEKS) -> Period:
    """The last `number` days that are over."""
    return Period(today - timedelta(days=number), today - timedelta(days=1))


class Trend(Enum):
    UP = "up"
    DOWN = "down"
    STEADY = "steady"
    FEW = "few"
    NEW = "new"


@dataclass(frozen=True)
class Growth:
    """`percent` is None where the trend is FEW or NEW, and where there was nothing before."""

    trend: Trend
    percent: int | None = None


def growth(now: int, before: int, *, days_before: int = FOUR_WEEKS) -> Growth:
    """How `now` visits in four weeks stand to the `before` visits of the four weeks before.

    `days_before`: on how many of those days the station was there; what it had in them is brought to four weeks. Fewer than
    half of them: it is new. Fewer than 20 visits in all: too few. A difference that chance alone makes once in twenty times (two
    standard deviations of the difference of two Poisson counts) is none.
    """
    if 2 * days_before < FOUR_WEEKS:
        return Growth(Trend.NEW)
    if now + before < LEAST_TO_COMPARE:
        return Growth(Trend.FEW)
    scale = FOUR_WEEKS / days_before
    expected = before * scale
    percent = round(100 * (now - expected) / expected) if before else None
    if abs(now - expected) <= 2 * sqrt(now + before * scale**2):
        return Growth(Trend.STEADY, percent)
    return Growth(Trend.UP if now > expected else Trend.DOWN, percent)
