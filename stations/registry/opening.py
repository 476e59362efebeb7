"""When a station is open in the coming days, as plain spans of time, and the words for it.

The rule stands in `geo.hours`; here temporary closures are taken out of its spans. The public map gets the spans, so that
the page in the browser only compares times.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.translation import gettext, gettext_noop

from geo.hours import ZONE, Calendar, Hours, Interval, Timetable
from geo.hours.spans import subtract
from stations.registry.models import Station, TemporaryClosure
from stations.registry.timetables import dated_between, timetable_of

DAYS = 8
DAY = 86_400  # seconds; Shanghai has no daylight saving time
WEEKDAYS = (
    gettext_noop("Mon"),
    gettext_noop("Tue"),
    gettext_noop("Wed"),
    gettext_noop("Thu"),
    gettext_noop("Fri"),
    gettext_noop("Sat"),
    gettext_noop("Sun"),
)
FOR_EVER = datetime.max.replace(tzinfo=ZONE) - timedelta(days=2)

Seconds = tuple[int, int]  # (start, end) in seconds since 1970, end exclusive


def window(now: datetime) -> tuple[datetime, datetime]:
    """From today's midnight in Shanghai, for `DAYS` days."""
    midnight = datetime.combine(now.astimezone(ZONE).date(), time(), tzinfo=ZONE)
    return midnight, midnight + timedelta(days=DAYS)


def spans(hours: Hours, now: datetime, calendar: Calendar) -> list[Seconds] | None:
    """The open spans of the window, or None where the hours are unknown."""
    found = hours.spans_between(*window(now), calendar=calendar)
    return None if found is None else _in_seconds(found)


def spans_of(
    times: Timetable, now: datetime, calendar: Calendar
) -> tuple[list[Seconds] | None, list[Seconds]]:
    """The open and the unknown spans of the window; None and nothing where all of it is unknown."""
    if not times.dated:
        return spans(times.weekly, now, calendar), []
    opens, unknown = times.between(*window(now), calendar=calendar)
    return _in_seconds(opens), _in_seconds(unknown)


def without(open_spans: list[Seconds] | None, closures: Sequence[Seconds]) -> list[Seconds] | None:
    """The spans less the temporary closures; unknown stays unknown."""
    for closure in closures if open_spans is not None else ():
        open_spans = subtract(open_spans or [], closure)
    return open_spans


def closure_seconds(start: datetime, end: datetime | None) -> Seconds:
    """A closure's range; one without end lasts for ever."""
    return _seconds(start), _seconds(end or FOR_EVER)


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A station's spans and closures, to be asked at a moment."""

    spans: list[Seconds] | None
    closures: tuple[Seconds, ...]
    window_end: int
    unknown: tuple[Seconds, ...] = ()

    def is_open(self, now: datetime) -> bool | None:
        """As `StationQuerySet.with_open` says: closed during a closure, None where the hours are unknown."""
        if _holding(self.closures, now):
            return False
        if self.spans is None:
            return None
        if _holding(self.spans, now):
            return True
        return None if _holding(self.unknown, now) else False

    def words(self, now: datetime) -> str:
        """Such as 现在开放，17:00 关门."""
        closure = _holding(self.closures, now)
        if self.is_open(now) is None:
            return gettext("Hours unknown, please call first")
        current = _holding(self.spans or [], now)
        if current:
            if current[1] >= self.window_end:
                return gettext("Open now, day and night")
            return gettext("Open now, closes %(time)s") % {"time": moment(current[1], now)}
        coming = next((start for start, _ in self.spans or [] if start > now.timestamp()), None)
        if closure and coming is None:
            return gettext("Closed for the time being")
        if coming is None:
            return gettext("Closed")
        return gettext("Closed, opens %(time)s") % {"time": moment(coming, now)}

    def today(self, now: datetime) -> str:
        """The hours of `now`'s local day, such as 9:00-12:00, 13:00-17:00; closures are taken out."""
        first = _seconds(window(now)[0])
        after = first + DAY
        if self.spans is None or (not self.spans and self.unknown):
            return gettext("Hours unknown, please call first")
        spans = [span for span in self.spans if span[0] < after]
        if any(start == first and end >= after for start, end in spans):
            return gettext("Day and night")
        shown = [f"{moment(start, now)}-{moment(end, now)}" for start, end in spans]
        return ", ".join(shown) if shown else gettext("Closed today")


def opening_of(station: Station, now: datetime, calendar: Calendar) -> Opening:
    return openings([station], now, calendar)[station.pk]


def openings(stations: Sequence[Station], now: datetime, calendar: Calendar) -> dict[int, Opening]:
    """The openings of some stations by their ids, in two queries however many they are."""
    ids = [station.pk for station in stations]
    dated = dated_between(*window(now), stations=ids)
    closures: dict[int, list[Seconds]] = {}
    for one in TemporaryClosure.objects.filter(station__in=ids, during__overlap=window(now)):
        span = closure_seconds(one.during.lower, one.during.upper)
        closures.setdefault(one.station_id, []).append(span)
    return {
        station.pk: _opening(
            timetable_of(station.hours_text, dated.get(station.pk, ())),
            closures.get(station.pk, []),
            now,
            calendar,
        )
        for station in stations
    }


def _opening(times: Timetable, closures: Sequence[Seconds], now: datetime, calendar: Calendar) -> Opening:
    opens, unknown = spans_of(times, now, calendar)
    return Opening(
        spans=without(opens, closures),
        unknown=tuple(unknown),
        closures=tuple(closures),
        window_end=_seconds(window(now)[1]),
    )


def moment(at: int, now: datetime) -> str:
    """A moment within a week of `now`: 17:00, 明天 9:00, 周三 9:00 (24:00 rather than tomorrow's 0:00)."""
    local = datetime.fromtimestamp(at, ZONE)
    today = now.astimezone(ZONE).date()
    clock = f"{local.hour}:{local.minute:02d}"
    days = (local.date() - today).days
    if days == 0:
        return clock
    if days == 1 and clock == "0:00":
        return "24:00"
    if days == 1:
        return gettext("tomorrow %(clock)s") % {"clock": clock}
    return f"{gettext(WEEKDAYS[local.weekday()])} {clock}"


def _holding(held: Sequence[Seconds], now: datetime) -> Seconds | None:
    return next((span for span in held if span[0] <= now.timestamp() < span[1]), None)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _in_seconds(intervals: Iterable[Interval]) -> list[Seconds]:
    return [(_seconds(start), _seconds(end)) for start, end in intervals]
