"""What people do to stations. Each verb: authorise, lock, check, save, in one transaction."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, cast

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from typing_extensions import Unpack

from geo.hours import ZONE
from geo.models import wgs84_point
from stations.registry import rules, words
from stations.registry.models import Facility, FacilityType, Station, StationContact
from stations.registry.places import wgs84_place
from stations.registry.rules import RuleError
from stations.registry.wording import told
from stations.unions.access import Ability, may_somewhere
from stations.unions.models import TradeUnion, User


class StationError(ValueError):
    """A particular that a station cannot have: `field` names it, the text says what to do."""

    def __init__(self, field: str, error: RuleError) -> None:
        self.field = field
        self.error = error
        super().__init__(field, error)

    @property
    def message(self) -> str:
        return told(self.error)

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class StaleStationError(ValueError):
    """The station was changed since the writer read it."""

    def __init__(self, version: int) -> None:
        self.version = version
        super().__init__(version)

    def __str__(self) -> str:
        return told(RuleError("stale", version=self.version))


class Position(TypedDict):
    """Degrees in the named datum."""

    lon: float
    lat: float
    datum: str


class LiveParticulars(TypedDict, total=False):
    """What a station's manager may change on the map (chapter 3, 3). `facilities`: from code to condition, the whole list."""

    name: str
    address: str
    position: Position
    host_kind: str
    host_name: str
    public_phone: str
    hours_text: str
    area_m2: Decimal | None
    services: list[str]
    facilities: Mapping[str, str]


class Particulars(LiveParticulars, total=False):
    """All that a station is made of; what is added here is the centre's to change."""

    union: TradeUnion
    nameplate_no: str | None
    kind: str
    status: str
    planned_completion: date | None
    manager_name: str
    mobile: str


REQUIRED = ("name", "address", "position", "union")
LIVE_FIELDS = frozenset(LiveParticulars.__annotations__)


@transaction.atomic
def create_station(*, by: User | AnonymousUser, **particulars: Unpack[Particulars]) -> Station:
    """Add a station. PermissionDenied unless `by` is a centre officer; StationError names the field at fault."""
    if not may_write(by):
        raise PermissionDenied
    return write_station(particulars)


@transaction.atomic
def change_station(
    *, station: Station, by: User | AnonymousUser, version: int | None = None, **changes: Unpack[Particulars]
) -> Station:
    """Change what is named, and nothing else; gives the station as it then is.

    `version`: the version that the writer has seen, where a change in between must not be lost (StaleStationError).
    PermissionDenied unless `by` may edit this station, or administer it where a field is not one of `LIVE_FIELDS`;
    StationError names the field at fault. A live edit goes through `stations.filing.changes.edit_live`, which files it too.
    """
    ability = Ability.EDIT_STATION if changes.keys() <= LIVE_FIELDS else Ability.ADMINISTER_STATION
    if not station.allows(by, ability):
        raise PermissionDenied
    station = Station.objects.select_for_update().get(pk=station.pk)
    if version is not None and version != station.version:
        raise StaleStationError(station.version)
    return write_changes(station, changes)


def write_station(particulars: Particulars) -> Station:
    """Store a new station under the registry's rules, for actions that have authorised; StationError names the field at fault."""
    for field in REQUIRED:
        if particulars.get(field) in (None, ""):
            raise StationError(field, RuleError("required"))
    station = Station()
    _put(station, particulars)
    _save(station)
    _put_facilities(station, particulars)
    _put_contact(station, particulars)
    station.refresh_from_db()
    return station


def write_changes(station: Station, changes: Particulars) -> Station:
    """Store changes of a station that the action has locked and authorised; StationError names the field at fault."""
    fields = _put(station, changes)
    if fields:
        _save(station, update_fields=fields)
    _put_facilities(station, changes)
    _put_contact(station, changes)
    station.refresh_from_db()
    return station


def may_write(user: User | AnonymousUser) -> bool:
    """Whether `user` may enter stations and change every field of them."""
    return may_somewhere(user, Ability.ADD_STATION)


def _put(station: Station, given: Particulars) -> list[str]:
    """Check the given particulars and set them on the row; returns the fields to save."""
    fields: list[str] = []
    for field, value in cast(dict[str, Any], given).items():
        if field in ("facilities", "manager_name", "mobile"):
            continue
        try:
            if field == "position":
                fields += _move(station, given["position"])
            elif field == "union":
                station.union = given["union"]
                fields.append("union")
            else:
                setattr(station, field, _checked(field, value))
                fields += ["hours_text", "open_slots"] if field == "hours_text" else [field]
        except RuleError as error:
            raise StationError(field, error) from error
    return fields


def _checked(field: str, value: Any) -> Any:
    """The value to keep; RuleError says why it cannot be kept."""
    if field in _CLOSED:
        return _listed(_required(value), _CLOSED[field])
    if field == "services":
        for code in value:
            _listed(code, words.SERVICES)
        return [code for code in words.SERVICES if code in value]
    if field == "area_m2":
        return None if value is None else rules.check_area(Decimal(value))
    if field == "planned_completion":
        return value
    if field == "nameplate_no" and value is None:
        return None
    text = rules.read_text(value, limit=rules.LENGTHS["hours" if field == "hours_text" else field])
    return _TEXTS.get(field, str)(text)


def _listed(code: str, known: words.Words) -> str:
    if code not in known:
        raise RuleError("unknown_word", given=rules.shortened(code), known=", ".join(known))
    return code


def _required(text: str) -> str:
    if not text:
        raise RuleError("required")
    return text


_CLOSED: dict[str, words.Words] = {
    "kind": words.KINDS,
    "status": words.STATUSES,
    "host_kind": words.HOST_KINDS,
}
_TEXTS: dict[str, Any] = {
    "name": _required,
    "address": _required,
    "nameplate_no": lambda text: text or None,
    "public_phone": lambda text: rules.read_phone(text) or "12351",
    "hours_text": rules.read_hours,
}


def _move(station: Station, position: Position) -> list[str]:
    """Put the station at a declared position, which is kept beside the WGS-84 one."""
    lon, lat, datum = position["lon"], position["lat"], position["datum"]
    station.point = wgs84_point(*wgs84_place(lon, lat, datum))
    station.declared_lon, station.declared_lat, station.declared_datum = lon, lat, datum
    return ["point", "declared_lon", "declared_lat", "declared_datum"]


def _save(station: Station, update_fields: list[str] | None = None) -> None:
    taken = Station.objects.exclude(pk=station.pk).filter(nameplate_no=station.nameplate_no).first()
    if station.nameplate_no and taken:
        raise _nameplate_taken(station, taken)
    try:
        with transaction.atomic():
            station.save(update_fields=update_fields)
    except IntegrityError as error:  # somebody else took the number between the question and the write
        taken = Station.objects.exclude(pk=station.pk).filter(nameplate_no=station.nameplate_no).first()
        if not (station.nameplate_no and taken):
            raise
        raise _nameplate_taken(station, taken) from error


def _nameplate_taken(station: Station, taken: Station) -> StationError:
    error = RuleError("nameplate_taken", given=station.nameplate_no, station=taken.name)
    return StationError("nameplate_no", error)


def _put_facilities(station: Station, given: Particulars) -> None:
    """Make the station's facilities those given: the rest is deleted, a fault keeps the day it began."""
    if "facilities" not in given:
        return
    wanted = given["facilities"]
    unknown = set(wanted) - set(FacilityType.objects.values_list("code", flat=True))
    unknown |= {condition for condition in wanted.values() if condition not in words.CONDITIONS}
    if unknown:
        known = [*FacilityType.objects.values_list("code", flat=True), *words.CONDITIONS]
        error = RuleError(
            "unknown_word", given=rules.shortened(", ".join(sorted(unknown))), known=", ".join(known)
        )
        raise StationError("facilities", error)
    station.facilities.exclude(type__in=wanted).delete()
    standing = {one.type_id: one for one in station.facilities.all()}
    today = timezone.now().astimezone(ZONE).date()
    for code, condition in wanted.items():
        facility = standing.get(code) or Facility(station=station, type_id=code)
        if facility.pk and facility.condition == condition:
            continue
        facility.condition = condition
        facility.broken_since = today if condition == "broken" else None
        facility.save()


def _put_contact(station: Station, given: Particulars) -> None:
    """Annex 2's person in charge and mobile number, in the table that no public query reaches."""
    readers: dict[str, Callable[[str], str]] = {"manager_name": str, "mobile": rules.read_phone}
    contact: dict[str, str] = {}
    for field, text in cast(dict[str, Any], given).items():
        if field not in readers:
            continue
        try:
            contact[field] = readers[field](rules.read_text(text, limit=rules.LENGTHS[field]))
        except RuleError as error:
            raise StationError(field, error) from error
    if contact:
        StationContact.objects.update_or_create(station=station, defaults=contact)
