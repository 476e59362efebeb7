"""Weekly hours, and on certain days others in their place: a heat wave, the Spring Festival.

A day is ruled by one text: by its dated hours where there are some, else by the weekly ones. What begins on a day belongs to it
past midnight too, so a moment is asked of two days: of today's hours, and of what yesterday's hours leave after midnight.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from geo.hours.special_days import NO_HOLIDAYS, Calendar
from geo.hours.weekly import Hours, Interval, intervals_of_day, joined, local, probe


@dataclass(frozen=True)
class Dated:
    """Other hours from the day `first` to the day before `after`."""

    first: date
    after: date
    hours: Hours


@dataclass(frozen=True)
class Timetable:
    """`dated`: disjoint ranges of days."""

    weekly: Hours
    dated: tuple[Dated, ...] = ()

    def of(self, day: date) -> Hours:
        """The hours that rule the day."""
        return next((one.hours for one in self.dated if one.first <= day < one.after), self.weekly)

    def is_open(self, at: datetime, *, calendar: Calendar = NO_HOLIDAYS) -> bool | None:
        """Whether open at the aware datetime `at`; None when today's hours are unknown and yesterday's are over."""
        now, spill = probe(at, calendar)
        today = local(at).date()
        if _holds(self.of(today - timedelta(days=1)), spill):
            return True
        return _holds(self.of(today), now)

    def between(
        self, start: datetime, end: datetime, *, calendar: Calendar = NO_HOLIDAYS
    ) -> tuple[list[Interval], list[Interval]]:
        """The open and the unknown intervals from `start` to `end`, each joined and clipped, in Shanghai time."""
        start, end = local(start), local(end)
        opens: list[Interval] = []
        unknown: list[Interval] = []
        day = start.date() - timedelta(days=1)  # yesterday's spill
        while day <= end.date():
            slots = self.of(day).slots()
            midnight = datetime(day.year, day.month, day.day, tzinfo=start.tzinfo)
            if slots is None:
                unknown.append((midnight, midnight + timedelta(days=1)))
            else:
                opens += intervals_of_day(day, slots, calendar)
            day += timedelta(days=1)
        return joined(opens, start, end), joined(unknown, start, end)


def _holds(hours: Hours, minute: int) -> bool | None:
    slots = hours.slots()
    return None if slots is None else any(start <= minute < end for start, end in slots)
