"""Weekly opening hours, and whether a place is open at a moment.

Hours belong to the day they begin on: "Mo 22:00-02:00; Tu off" is open on Tuesday until 02:00, and the night before
a public holiday is open to its end. The same holds in the database, where the hours are kept as a multirange over
14 slots of two days each (see `Hours.slots`): one rule here, one SQL spelling, one table of cases for both.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from geo.hours import chinese, osm
from geo.hours.spans import MINUTES_PER_DAY, Span, Spans, is_span_of_day, merge
from geo.hours.special_days import NO_HOLIDAYS, Calendar

ZONE = ZoneInfo("Asia/Shanghai")
MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY
Interval = tuple[datetime, datetime]
SLOT = 2 * MINUTES_PER_DAY  # a day's slot holds its own 24 h and the spill past midnight
SLOTS = 14  # weekday 0-6, then the same weekdays when they are public holidays


@dataclass(frozen=True)
class Hours:
    """Opening hours of a usual week, and of public holidays where the text speaks of them.

    `days`: for each day, Monday first, the sorted, disjoint spans (start, end) in minutes from its midnight,
    0 <= start < 1440; an end past 1440 runs into the next day. None: the hours are unknown, which is not
    closed.
    `holiday`: the spans on a public holiday, () for closed; None: a holiday is like any day.
    Equality compares the hours, not the text they were read from.
    """

    text: str = field(compare=False)
    days: tuple[Spans, ...] | None
    holiday: Spans | None = None

    def __post_init__(self) -> None:
        if self.days is None:
            if self.holiday is not None:
                raise ValueError("unknown hours cannot have hours on holidays")
            return
        if len(self.days) != 7:
            raise ValueError(f"a week has 7 days, not {len(self.days)}")
        for spans in (*self.days, self.holiday or ()):
            if tuple(merge(spans)) != tuple(spans) or not all(is_span_of_day(span) for span in spans):
                raise ValueError(f"spans of a day must be sorted, disjoint and at most a day long: {spans}")

    @property
    def is_known(self) -> bool:
        return self.days is not None

    def is_open(self, at: datetime, *, calendar: Calendar = NO_HOLIDAYS) -> bool | None:
        """Whether the place is open at the aware datetime `at`; None when its hours are unknown."""
        slots = self.slots()
        if slots is None:
            return None
        minutes = probe(at, calendar)
        return any(start <= minute < end for start, end in slots for minute in minutes)

    def minutes_of_week(self) -> list[Span] | None:
        """Sorted, disjoint (start, end) since Monday 00:00, end exclusive, in a week without special days.

        Sunday night's spill wraps to Monday. None when the hours are unknown, [] when never open.
        """
        if self.days is None:
            return None
        spans = [
            (day * MINUTES_PER_DAY + start, day * MINUTES_PER_DAY + end)
            for day, day_spans in enumerate(self.days)
            for start, end in day_spans
        ]
        within = [(start, min(end, MINUTES_PER_WEEK)) for start, end in spans]
        wrapped = [(0, end - MINUTES_PER_WEEK) for _, end in spans if end > MINUTES_PER_WEEK]
        return merge(within + wrapped)

    def slots(self) -> list[Span] | None:
        """The database spelling: sorted, disjoint (start, end) over 14 slots of 2,880 minutes; None if unknown.

        Slot w holds weekday w's spans from w * 2880 on; slot 7 + w the spans when a public holiday falls on
        weekday w: the holiday's own where the text gives them, else weekday w's.
        """
        if self.days is None:
            return None
        on_holidays = self.days if self.holiday is None else (self.holiday,) * 7
        return [
            (slot * SLOT + start, slot * SLOT + end)
            for slot, spans in enumerate((*self.days, *on_holidays))
            for start, end in spans
        ]

    def spans_between(
        self, start: datetime, end: datetime, *, calendar: Calendar = NO_HOLIDAYS
    ) -> list[Interval] | None:
        """The open intervals from `start` to `end`, joined, clipped, in Shanghai time; None when unknown."""
        start, end = local(start), local(end)
        slots = self.slots()
        if slots is None:
            return None
        intervals: list[Interval] = []
        day = start.date() - timedelta(days=1)  # yesterday's spill
        while day <= end.date():
            intervals += intervals_of_day(day, slots, calendar)
            day += timedelta(days=1)
        return joined(intervals, start, end)

    def to_osm(self) -> str:
        """The hours in OSM `opening_hours` syntax; `parse` reads it back to equal hours."""
        return osm.write(self.days, self.holiday)

    def to_chinese(self) -> str:
        """The hours in Chinese, such as 周一至周五 9:00-17:00；周六、周日 休息; `parse` reads it back."""
        return chinese.write(self.days, self.holiday)


def probe(at: datetime, calendar: Calendar = NO_HOLIDAYS) -> tuple[int, int]:
    """The two slot minutes to look for at `at`: the day's own, and the one yesterday's spill would cover.

    A place is open when either is in its slots; in SQL `open_slots && '{[a,a+1),[b,b+1)}'::int4multirange`.
    """
    here = local(at)
    today = here.date()
    minute = here.hour * 60 + here.minute
    return (
        calendar.slot_of(today) * SLOT + minute,
        calendar.slot_of(today - timedelta(days=1)) * SLOT + MINUTES_PER_DAY + minute,
    )


def local(at: datetime) -> datetime:
    """The moment in Shanghai; ValueError where it has no time zone."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} has no time zone: opening hours need an aware datetime")
    return at.astimezone(ZONE)


def intervals_of_day(day: date, slots: list[Span], calendar: Calendar) -> list[Interval]:
    """What begins on that day, its end past midnight where it runs on."""
    offset = calendar.slot_of(day) * SLOT
    midnight = datetime.combine(day, time(), tzinfo=ZONE)
    return [
        (midnight + timedelta(minutes=start - offset), midnight + timedelta(minutes=end - offset))
        for start, end in slots
        if offset <= start < offset + SLOT
    ]


def joined(intervals: Iterable[Interval], start: datetime, end: datetime) -> list[Interval]:
    """The intervals clipped to `start` and `end`, those that touch made one."""
    found: list[Interval] = []
    for opens, closes in sorted(intervals):
        opens, closes = max(opens, start), min(closes, end)
        if opens >= closes:
            continue
        if found and opens <= found[-1][1]:
            found[-1] = (found[-1][0], max(closes, found[-1][1]))
        else:
            found.append((opens, closes))
    return found
