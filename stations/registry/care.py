"""City-wide care drives (送清凉, 送温暖; chapter 2, 2 (6)), who takes part, and the service pledge on the wall."""

from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from stations.registry.models import CareDrive, CareStation, Pledge, Station, StationStatus
from stations.unions.access import Ability, may
from stations.unions.models import User

BACKWARDS = _("The last day is before the first: exchange them.")
SAME_NAME = _("There is a care drive of this name already: give it another, such as with the year.")
NOT_ACTIVE = _("Only an active station takes part.")


class CareError(ValueError):
    """A care drive that cannot be: `field` is at fault, the text says what to do."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        self.message = message
        super().__init__(field, message)

    def __str__(self) -> str:
        return self.message


@transaction.atomic
def add_drive(
    *, by: User | AnonymousUser, name: str, season: str, first: date, last: date, note: str = ""
) -> CareDrive:
    """A new care drive. CareError where the days are backwards or the name is taken."""
    return _save(CareDrive(), by, name=name, season=season, first=first, last=last, note=note)


@transaction.atomic
def change_drive(
    *,
    drive: CareDrive,
    by: User | AnonymousUser,
    name: str,
    season: str,
    first: date,
    last: date,
    note: str = "",
) -> CareDrive:
    """CareError as for a new one; the stations that take part stay."""
    _authorise_lists(by)
    locked = CareDrive.objects.select_for_update().get(pk=drive.pk)
    return _save(locked, by, name=name, season=season, first=first, last=last, note=note)


@transaction.atomic
def join(*, drive: CareDrive, station: Station, by: User | AnonymousUser) -> None:
    """The station takes part; nothing happens where it does already. CareError for one that is not active."""
    _authorise(station, by)
    if station.status != StationStatus.ACTIVE:
        raise CareError("drive", gettext(NOT_ACTIVE))
    CareStation.objects.get_or_create(drive=drive, station=station)


@transaction.atomic
def leave(*, drive: CareDrive, station: Station, by: User | AnonymousUser) -> None:
    """The station takes part no longer."""
    _authorise(station, by)
    CareStation.objects.filter(drive=drive, station=station).delete()


@transaction.atomic
def join_all(
    *, drive: CareDrive, by: User | AnonymousUser, district: str | None = None, union: int | None = None
) -> int:
    """Every active station of the district and of the union (of all where neither is named) takes part; how many are new."""
    _authorise_lists(by)
    CareDrive.objects.select_for_update().get(pk=drive.pk)
    found = Station.objects.public().exclude(care__drive=drive)
    if district:
        found = found.filter(district__code=district)
    if union:
        found = found.filter(union=union)
    rows = [CareStation(drive=drive, station_id=pk) for pk in found.values_list("pk", flat=True)]
    return len(CareStation.objects.bulk_create(rows, ignore_conflicts=True))


@transaction.atomic
def hang_pledge(*, station: Station, pledge: Pledge | None, by: User | AnonymousUser) -> None:
    """This version of the service pledge hangs in the station; None: it is not known which."""
    _authorise(station, by)
    locked = Station.objects.select_for_update().get(pk=station.pk)
    locked.pledge = pledge
    locked.save(update_fields=["pledge"])


def _save(
    drive: CareDrive, by: User | AnonymousUser, *, name: str, season: str, first: date, last: date, note: str
) -> CareDrive:
    _authorise_lists(by)
    if last < first:
        raise CareError("last", gettext(BACKWARDS))
    drive.name, drive.season, drive.note = name, season, note
    drive.days = DateRange(first, last + timedelta(days=1))
    try:
        with transaction.atomic():
            drive.save()
    except IntegrityError as error:
        raise CareError("name", gettext(SAME_NAME)) from error
    return drive


def _authorise(station: Station, by: User | AnonymousUser) -> None:
    if not station.allows(by, Ability.EDIT_STATION):
        raise PermissionDenied


def _authorise_lists(by: User | AnonymousUser) -> None:
    if not may(by, Ability.EDIT_LISTS):
        raise PermissionDenied
