"""What workers say is wrong with a station, in one tap (chapter 4, 1): the same of one day is one report with more voices."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from geo.hours import ZONE
from stations.checkins.choices import ReportKind
from stations.checkins.intake.pseudonyms import pseudonym
from stations.checkins.models import WorkerReport
from stations.registry.models import Condition, Station
from stations.unions.access import Ability
from stations.unions.models import User

# Phones behind one carrier's address are many, and one script's cookies too: enough voices to be believed, too few to shout.
VOICES_AN_ADDRESS = 10


class NotThereError(ValueError):
    """No such facility stands in the station."""


@transaction.atomic
def report(
    *, station: Station, kind: ReportKind, facility: str | None, device: str, address: str, now: datetime
) -> bool:
    """One voice more for the day's report, which a settled one comes open again by.

    False where this phone said the same today, or its network said enough of the station. NotThereError for a facility that
    is not there. Neither the phone nor the address is kept: a counter under this month's pseudonym, for days.
    """
    if (
        facility
        and not station.facilities.exclude(condition=Condition.REMOVED).filter(type=facility).exists()
    ):
        raise NotThereError(facility)
    day = now.astimezone(ZONE).date()
    phone = pseudonym(f"report {kind} {facility or ''} {device}", now)
    network = pseudonym(f"reports {address}", now)
    if not (
        _within(phone, station, day, limit=1) and _within(network, station, day, limit=VOICES_AN_ADDRESS)
    ):
        return False
    found, is_new = WorkerReport.objects.get_or_create(
        station=station,
        kind=kind,
        facility_id=facility,
        day=day,
        defaults={"first_at": now, "last_at": now},
    )
    if not is_new:
        WorkerReport.objects.filter(pk=found.pk).update(
            voices=F("voices") + 1, last_at=now, settled_at=None, settled_by=None
        )
    return True


@transaction.atomic
def settle(*, report: WorkerReport, by: User) -> None:
    """Somebody looked after it. Settled twice is settled once. PermissionDenied unless `by` may settle it."""
    if not report.station.allows(by, Ability.SETTLE_REPORT):
        raise PermissionDenied
    locked = WorkerReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if locked.settled_at is None:
        locked.settled_at, locked.settled_by = timezone.now(), by
        locked.save(update_fields=["settled_at", "settled_by"])


def _within(who: bytes, station: Station, day: date, *, limit: int) -> bool:
    """Count one more of `who` at the station on this day; False where the limit is reached."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO checkins_allowance AS kept (day, who, station_id, count) VALUES (%s, %s, %s, 1)"
            " ON CONFLICT (day, who, station_id) DO UPDATE SET count = kept.count + 1 WHERE kept.count < %s",
            [day, who, station.pk, limit],
        )
        return cursor.rowcount == 1
