"""What needs doing now, for each role: counts with a way to the work, the oldest first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Prefetch, Q, QuerySet
from django.utils.translation import gettext

from geo.hours import ZONE
from geo.models import SpecialDay
from maps.frame import address
from stations.checkins.models import WorkerReport
from stations.checkins.usage.counts import today_and_week
from stations.checkins.usage.periods import day_of
from stations.checkins.usage.stations import UNUSED_DAYS, unused
from stations.filing.choices import Decision
from stations.filing.models import FilingItem
from stations.filing.queues import office_queues
from stations.registry.choices import Condition
from stations.registry.models import Facility, Station, StationManager, StationQuerySet
from stations.registry.opening import openings
from stations.unions.models import User

SHOWN = 10
RECENT = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Tile:
    """So many of one thing wait, the oldest since `days`; `url` is where it is done."""

    label: str
    count: int
    url: str | None
    days: int | None = None
    tone: str = "due"


def filing_tiles(user: User) -> list[Tile]:
    """The filings that wait for this reader; a manager's own changes are listed beside the own stations."""
    return [
        Tile(
            label=one.title,
            count=one.count,
            url=one.url,
            days=one.oldest_days,
            tone="bad" if one.overdue else "due",
        )
        for one in office_queues(user)
    ]


def report_tiles(user: User, now: datetime) -> list[Tile]:
    """What workers reported and nobody settled yet, where `user` may; nothing for others and while nothing waits."""
    waiting = WorkerReport.objects.to_settle_by(user).aggregate(count=Count("pk"), since=Min("first_at"))
    if not waiting["count"]:
        return []
    label = gettext("Reports by workers")
    days = _days(waiting["since"], now)
    return [Tile(label=label, count=waiting["count"], url=address("usage:reports"), days=days, tone="bad")]


def station_tiles(found: StationQuerySet, now: datetime) -> list[Tile]:
    """What is amiss with the public ones among these stations."""
    public = found.public()
    broken = broken_facilities(public).aggregate(
        count=Count("station", distinct=True), since=Min("broken_since")
    )
    managed = StationManager.objects.filter(until=None).values("station")
    here = address("stations:list")
    return [
        Tile(
            label=gettext("Stations with something broken"),
            count=broken["count"],
            days=_days(broken["since"], now),
            url=f"{here}?status=active&broken=on",
            tone="bad",
        ),
        Tile(
            label=gettext("Stations without a manager"),
            count=public.exclude(pk__in=managed).count(),
            url=f"{here}?status=active&unmanaged=on",
        ),
        Tile(
            label=gettext("Stations without any use in %(days)d days") % {"days": UNUSED_DAYS},
            count=unused(found, day_of(now)).count(),
            url=f"{address('usage:stations')}?unused=on&sort=last_day",
        ),
        Tile(label=gettext("Stations in your care"), count=found.count(), url=here, tone=""),
    ]


def broken_facilities(found: StationQuerySet) -> QuerySet[Facility]:
    return Facility.objects.filter(condition=Condition.BROKEN, station__in=found.values("pk"))


def longest_broken(found: StationQuerySet, now: datetime) -> list[dict[str, Any]]:
    """The faults that last longest, with their days."""
    faults = broken_facilities(found.public()).select_related("station", "type")
    faults = faults.order_by("broken_since", "pk")[:SHOWN]
    return [{"facility": one, "days": _days(one.broken_since, now)} for one in faults]


def _days(since: datetime | date | None, now: datetime) -> int | None:
    """Whole local days since then."""
    if since is None:
        return None
    day = since.astimezone(ZONE).date() if isinstance(since, datetime) else since
    return (now.astimezone(ZONE).date() - day).days


def own_stations(user: User, now: datetime) -> list[dict[str, Any]]:
    """The stations that the reader manages, each with its state in words and what is broken."""
    broken = Facility.objects.filter(condition=Condition.BROKEN).select_related("type")
    found = (
        Station.objects.managed_by(user)
        .select_related("district")
        .defer("district__outline")
        .prefetch_related(Prefetch("facilities", broken, to_attr="broken"))
        .order_by("name", "pk")
    )
    mine: list[Station] = list(found)
    times = openings(mine, now, SpecialDay.objects.calendar())
    use = today_and_week([one.pk for one in mine], day_of(now))
    return [
        {
            "station": one,
            "is_open": times[one.pk].is_open(now),
            "words": times[one.pk].words(now),
            "today": use[one.pk][0],
            "week": use[one.pk][1],
        }
        for one in mine
    ]


def own_changes(user: User, now: datetime) -> QuerySet[FilingItem]:
    """The reader's own changes by filing: how many fields wait for the union, how many it restored lately."""
    pending = Q(changes__decision=Decision.PENDING)
    restored = Q(changes__decision=Decision.RESTORED, changes__decided_at__gt=now - RECENT)
    return (
        FilingItem.objects.filter(filing__created_by=user, station__in=user.managed_station_ids)
        .annotate(pending=Count("changes", filter=pending), restored=Count("changes", filter=restored))
        .filter(Q(pending__gt=0) | Q(restored__gt=0))
        .select_related("station", "filing")
        .defer("station__point")
        .order_by("-filing__state_since", "-pk")[:SHOWN]
    )
