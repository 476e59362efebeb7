"""Stations' opening hours as `geo.hours` reads them, with the days that differ; and in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import get_language

from geo.hours import UNKNOWN, ZONE, Dated, Hours, HoursError, Timetable, parse
from stations.registry.models import DatedHours, Station


@lru_cache(maxsize=4096)
def hours_of(text: str) -> Hours:
    """Hours as read; text that only SQL can have put there and nobody can read counts as unknown."""
    try:
        return parse(text)
    except HoursError:
        return Hours(text=text, days=None)


def hours_in(text: str, language: str) -> str:
    """The hours in the reader's language (`zh` or `en`): Chinese, or OSM's notation; "" where they are unknown."""
    hours = hours_of(text)
    if not hours.is_known:
        return "" if text.strip().lower() in UNKNOWN else text
    return hours.to_osm().replace(";", "; ").replace("  ", " ") if language == "en" else hours.to_chinese()


def dated_between(
    start: datetime, end: datetime, *, stations: Iterable[int] | None = None
) -> dict[int, list[DatedHours]]:
    """By station (of all, or of those named): the dated hours that matter then, the day before included, whose night spills."""
    first = start.astimezone(ZONE).date() - timedelta(days=1)
    after = end.astimezone(ZONE).date() + timedelta(days=1)
    rows = DatedHours.objects.filter(days__overlap=DateRange(first, after)).order_by("days")
    if stations is not None:
        rows = rows.filter(station__in=stations)
    found: dict[int, list[DatedHours]] = {}
    for one in rows:
        found.setdefault(one.station_id, []).append(one)
    return found


def timetable_of(hours_text: str, dated: Iterable[DatedHours]) -> Timetable:
    days = tuple(Dated(one.days.lower, one.days.upper, hours_of(one.hours_text)) for one in dated)
    return Timetable(hours_of(hours_text), days)


@dataclass(frozen=True)
class OtherHours:
    """Dated hours as pages show them: `last` is the last day on which they hold."""

    pk: int
    first: date
    last: date
    hours: str
    reason: str


def dated_from(station: Station, today: date, *, days: int = 400) -> list[OtherHours]:
    """The station's days with other hours from `today` on, in the reader's language."""
    language = "en" if get_language() == "en" else "zh"
    rows = station.dated_hours.filter(days__overlap=DateRange(today, today + timedelta(days=days)))
    return [
        OtherHours(
            pk=one.pk,
            first=one.days.lower,
            last=one.days.upper - timedelta(days=1),
            hours=hours_in(one.hours_text, language),
            reason=one.reason,
        )
        for one in rows
    ]
