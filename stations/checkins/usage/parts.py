"""How the stations of a district or of a union are used together (chapter 4, 1 (2))."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import (
    Max,
    Q,
    Sum,
)
from django.db.models.functions import Coalesce

from stations.checkins.models import Usage
from stations.checkins.usage.counts import of_these
from stations.checkins.usage.periods import (
    Growth,
    growth,
    whole_days,
)
from stations.checkins.usage.stations import UNUSED_DAYS, with_opening
from stations.registry.choices import StationStatus
from stations.registry.models import StationQuerySet


@dataclass(frozen=True)
class Part:
    """Some stations together. `days`: how many days each was there in the last four whole weeks, added up."""

    pk: int | None
    stations: int
    unused: int
    visits: int
    days: int
    growth: Growth

    @property
    def per_day(self) -> float | None:
        """Visits a station and day."""
        return self.visits / self.days if self.days else None


@dataclass(frozen=True)
class Stations:
    """Every station's four weeks and the four before, in short, to be put together by district or union."""

    today: date
    rows: Sequence["_Short"]

    def together(self) -> Part:
        return _part(None, self.rows, self.today)

    def by(self, part: str) -> list[Part]:
        """By `part` (district or union), the most visits a station and day first."""
        found: dict[int, list[_Short]] = {}
        for row in self.rows:
            found.setdefault(getattr(row, part), []).append(row)
        parts = [_part(pk, rows, self.today) for pk, rows in found.items()]
        return sorted(parts, key=lambda one: (-(one.per_day or 0), one.pk or 0))


def in_short(found: StationQuerySet, today: date) -> Stations:
    """The active stations, and those with a visit in the four weeks. Two queries."""
    recent = whole_days(today)
    earlier = recent.before()
    counted = {
        pk: (visits, before, last)
        for pk, visits, before, last in Usage.objects.filter(
            of_these(found), day__range=(earlier.first, today)
        )
        .values_list("station")
        .annotate(
            visits=Coalesce(Sum("count", filter=Q(day__range=(recent.first, recent.last))), 0),
            before=Coalesce(Sum("count", filter=Q(day__lt=recent.first)), 0),
            last=Max("day"),
        )
    }
    stations = with_opening(found).values_list("pk", "district", "union", "status", "opened")
    rows = (
        _Short(district, union, status == StationStatus.ACTIVE, opened, *counted.get(pk, (0, 0, None)))
        for pk, district, union, status, opened in stations
    )
    return Stations(today, [row for row in rows if row.active or row.visits])


@dataclass(frozen=True)
class _Short:
    district: int
    union: int
    active: bool
    opened: date | None
    visits: int
    before: int
    last: date | None

    def unused(self, since: date) -> bool:
        """As `unused` asks the database."""
        there = self.active and self.opened is not None and self.opened <= since
        return there and (self.last is None or self.last <= since)


def _part(pk: int | None, rows: Sequence[_Short], today: date) -> Part:
    """Growth is of the stations that were there in all eight weeks, so that a new one is no growth of the others."""
    recent = whole_days(today)
    since = today - timedelta(days=UNUSED_DAYS)
    throughout = [one for one in rows if one.opened and one.opened <= recent.before().first]
    return Part(
        pk=pk,
        stations=sum(one.active for one in rows),
        unused=sum(one.unused(since) for one in rows),
        visits=sum(one.visits for one in rows),
        days=sum(len(recent.from_day(one.opened)) for one in rows if one.opened),
        growth=growth(sum(one.visits for one in throughout), sum(one.before for one in throughout)),
    )
