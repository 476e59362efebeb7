"""Raw check-ins expire (chapter 4, 1; docs/regulation.md): what they were counted for stays, who they were does not.

With JIELI_CHECKIN_KEPT_DAYS = 90, all of the local day `today - 90` stays until today ends, and goes with the first upkeep of
tomorrow. Whole months go by dropping their partition, the rest by DELETE. Every step is committed by itself and asks anew what
there is to do: whoever is killed in the middle leaves less to do for the next.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import OperationalError, connection
from django.db.models import Max

from stations.checkins.keeping import partitions
from stations.checkins.keeping.partitions import first_of_month, local_day, midnight, next_month
from stations.checkins.models import Allowance, CheckIn, MonthKey, Purge
from stations.registry.models import Station

STATIONS_AT_ONCE = (
    500  # so a DELETE holds its locks for a moment only, and finds its rows by the index of station and time
)


@dataclass(frozen=True, kw_only=True)
class Purged:
    """What a purge took away."""

    before: date
    months: int
    rows: int
    keys: int
    allowances: int


def first_kept_day(now: datetime) -> date:
    return local_day(now) - timedelta(days=settings.JIELI_CHECKIN_KEPT_DAYS)


def purged_before() -> date | None:
    """Days from this one on still have all their raw rows; None where nothing was ever purged."""
    found: date | None = Purge.objects.aggregate(latest=Max("before"))["latest"]
    return found


def purge(now: datetime) -> Purged:
    """Delete the raw rows of days before `first_kept_day(now)`, the keys of months that are over and counters of past days."""
    before = first_kept_day(now)
    Purge.objects.get_or_create(before=before, defaults={"begun_at": now})
    months = sum(_drop(one) for one in partitions.existing() if one.end <= before)
    return Purged(
        before=before,
        months=months,
        rows=_delete_rows(before),
        keys=_delete_keys(before),
        allowances=_delete_allowances(now),
    )


def _drop(partition: partitions.Partition) -> bool:
    """False where the table is too busy for it: then its rows are deleted below, and the empty table goes another time."""
    try:
        partitions.drop(partition)
    except OperationalError:
        return False
    return True


def _delete_rows(before: date) -> int:
    """Those in the default partition too."""
    stations = list(Station.objects.order_by("pk").values_list("pk", flat=True))
    deleted = 0
    for start in range(0, len(stations), STATIONS_AT_ONCE):
        some = stations[start : start + STATIONS_AT_ONCE]
        expired = CheckIn.objects.filter(station__in=some, at__lt=midnight(before))
        deleted += expired._raw_delete(connection.alias)
    return deleted


def _delete_keys(before: date) -> int:
    """A key goes when its month has no raw row any more and can get none: from then on its pseudonyms are nobody's."""
    deleted = 0
    for one in MonthKey.objects.filter(month__lt=first_of_month(before)):
        of_month = CheckIn.objects.filter(at__gte=midnight(one.month), at__lt=midnight(next_month(one.month)))
        if not of_month.exists():
            deleted += one.delete()[0]
    return deleted


def _delete_allowances(now: datetime) -> int:
    """Nothing is counted for days that no check-in may arrive for any more, a day of doubt aside."""
    last_day = local_day(now) - timedelta(days=settings.JIELI_CHECKIN_LATE_DAYS + 1)
    return Allowance.objects.filter(day__lt=last_day)._raw_delete(connection.alias)
