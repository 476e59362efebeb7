"""Filling in the form of Annex 2: its head, and its list of stations."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from typing_extensions import Unpack

from geo.models import District
from stations.filing import rules
from stations.filing.actions.locking import check_fits, lock_editable, save
from stations.filing.choices import FilingKind, FilingState
from stations.filing.models import Filing, FilingItem
from stations.filing.rules import FilingError
from stations.registry.actions import (
    Particulars,
    StaleStationError,
    StationError,
    write_changes,
    write_station,
)
from stations.registry.choices import StationStatus
from stations.registry.exchange.importing import SAME_PLACE_M
from stations.registry.models import Station
from stations.registry.rules import RuleError, read_phone, read_text, shortened
from stations.registry.wording import told
from stations.unions.access import Ability, may
from stations.unions.models import TradeUnion, User

NOT_BY_THE_FORM = ("union", "status", "nameplate_no")  # the filing's union, planned, and given at approval


class HeadError(ValueError):
    """A field above the list that cannot be kept: `field` names it, the text says what to do."""

    def __init__(self, field: str, error: RuleError) -> None:
        self.field = field
        self.error = error
        super().__init__(field, error)

    @property
    def message(self) -> str:
        return told(self.error)

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


@transaction.atomic
def draft_filing(*, by: User | AnonymousUser, kind: str, union: TradeUnion) -> Filing:
    """Begin a filing of the union; its head starts with the writer's own name, mail and phone.

    PermissionDenied unless `by` files for that union.
    """
    if isinstance(by, AnonymousUser) or not may(by, Ability.FILE, union_id=union.pk):
        raise PermissionDenied
    if kind == FilingKind.CHANGE:
        raise FilingError("change")
    return Filing.objects.create(
        kind=FilingKind(kind),
        union=union,
        created_by=by,
        state_since=timezone.now(),
        contact_name=by.name,
        contact_email=by.email,
        contact_phone=by.phone or "",
    )


@transaction.atomic
def edit_head(*, filing: Filing, by: User | AnonymousUser, version: int | None = None, **head: str) -> Filing:
    """Write contact_name, contact_email, contact_phone or note; HeadError names the field at fault.

    StaleFilingError where the writer's `version` is not the newest.
    """
    filing = lock_editable(filing=filing, by=by, version=version)
    for field, text in head.items():
        try:
            setattr(filing, field, read_head_field(field, text))
        except RuleError as error:
            raise HeadError(field, error) from error
    save(filing, *head)
    return filing


def read_head_field(field: str, text: str) -> str:
    """What a person wrote in the head, as it is kept. RuleError says what is wrong with it."""
    return _HEAD[field](text)


def _mail(text: str) -> str:
    mail = read_text(text, limit=254)
    try:
        if mail:
            validate_email(mail)
    except ValidationError as error:
        raise FilingError("mail", given=shortened(mail)) from error
    return mail


_HEAD: dict[str, Callable[[str], str]] = {
    "contact_name": lambda text: read_text(text, limit=40),
    "contact_email": _mail,
    "contact_phone": lambda text: read_phone(read_text(text, limit=20)),
    "note": lambda text: read_text(text, limit=500),
}


@transaction.atomic
def add_station(
    *,
    filing: Filing,
    by: User | AnonymousUser,
    version: int | None = None,
    district: District | None = None,
    **particulars: Unpack[Particulars],
) -> FilingItem:
    """Write a station into a filing of new stations: it stands in the registry as planned from now on.

    `district`: the declared one, if any, which must be where the point lies. StationError names the field at fault.
    """
    filing = lock_editable(filing=filing, by=by, version=version)
    if filing.kind != FilingKind.NEW:
        raise FilingError("only_new")
    given: Particulars = {**_by_the_form(particulars), "union": filing.union, "status": StationStatus.PLANNED}
    station = write_station(given)
    _check_place(station, district)
    [item] = append_stations(filing, [station])
    return item


@transaction.atomic
def edit_station(
    *,
    item: FilingItem,
    by: User | AnonymousUser,
    version: int | None = None,
    district: District | None = None,
    **changes: Unpack[Particulars],
) -> Station:
    """Correct a planned station of a draft or returned filing; `version` is the station's (StaleStationError)."""
    filing = lock_editable(filing=item.filing, by=by)
    if filing.kind != FilingKind.NEW:
        raise FilingError("only_new")
    station = Station.objects.select_for_update().get(pk=item.station_id)
    if version is not None and version != station.version:
        raise StaleStationError(station.version)
    station = write_changes(station, _by_the_form(changes))
    _check_place(station, district)
    save(filing)
    return station


@transaction.atomic
def choose_stations(
    *, filing: Filing, by: User | AnonymousUser, stations: Iterable[Station], reason: str = ""
) -> list[FilingItem]:
    """Put stations of the registry into the filing: to upgrade, to withdraw, or planned ones to be filed as new.

    FilingError where one does not fit, or is in another filing that is not decided.
    """
    filing = lock_editable(filing=filing, by=by)
    chosen = Station.objects.select_for_update().filter(pk__in=[one.pk for one in stations]).order_by("pk")
    if not chosen:
        raise FilingError("none_chosen")
    for station in chosen:
        check_may_be_filed(filing, station)
    return append_stations(filing, list(chosen), reason=read_text(reason, limit=200))


def check_may_be_filed(filing: Filing, station: Station) -> None:
    """FilingError unless the station is the union's, fits the kind of filing, and is in no other open one."""
    if station.union_id != filing.union_id:
        raise FilingError("other_union", station=station.name)
    check_fits(filing, station)
    standing = (
        FilingItem.objects.filter(station=station, filing__state__in=rules.OPEN_STATES)
        .exclude(filing__kind=FilingKind.CHANGE)
        .order_by("-filing")
        .first()
    )
    if standing:
        code = "twice" if standing.filing_id == filing.pk else "in_other"
        raise FilingError(code, station=station.name, filing=standing.filing_id)


def append_stations(filing: Filing, stations: list[Station], *, reason: str = "") -> list[FilingItem]:
    """Put stations at the end of a locked filing's list, for actions that have authorised and checked."""
    last = filing.items.aggregate(last=Max("position"))["last"] or 0
    items = FilingItem.objects.bulk_create(
        FilingItem(filing=filing, station=station, position=position, reason=reason)
        for position, station in enumerate(stations, last + 1)
    )
    save(filing)
    return items


@transaction.atomic
def edit_reason(*, item: FilingItem, by: User | AnonymousUser, reason: str) -> FilingItem:
    """Write why this station is upgraded or withdrawn."""
    filing = lock_editable(filing=item.filing, by=by)
    item.reason = read_text(reason, limit=200)
    item.save(update_fields=["reason"])
    save(filing)
    return item


@transaction.atomic
def remove_station(*, item: FilingItem, by: User | AnonymousUser) -> None:
    """Take a station out of a filing. One that was written into it and never had a nameplate leaves the registry too."""
    filing = lock_editable(filing=item.filing, by=by)
    _take_out(filing, [item])
    for position, one in enumerate(filing.items.order_by("position", "pk"), 1):
        if one.position != position:
            one.position = position
            one.save(update_fields=["position"])
    save(filing)


@transaction.atomic
def delete_draft(*, filing: Filing, by: User | AnonymousUser, version: int | None = None) -> None:
    """Delete a draft, and with it the planned stations that were written into it. FilingError in any other state."""
    filing = lock_editable(filing=filing, by=by, version=version)
    if filing.state != FilingState.DRAFT:
        raise FilingError("delete")
    _take_out(filing, list(filing.items.all()))
    filing.delete()


def _take_out(filing: Filing, items: list[FilingItem]) -> None:
    """Delete the rows, and the planned stations that came into being with this filing and stand in no other."""
    FilingItem.objects.filter(pk__in=[item.pk for item in items]).delete()
    if filing.kind != FilingKind.NEW:
        return
    Station.objects.filter(
        pk__in=[item.station_id for item in items],
        status=StationStatus.PLANNED,
        created_at__gte=filing.created_at,
        nameplates=None,
        filing_items=None,
    ).delete()


def _by_the_form(given: Particulars) -> Any:
    return {field: value for field, value in given.items() if field not in NOT_BY_THE_FORM}


def _check_place(station: Station, declared: District | None) -> None:
    """The declared district is the one on the map, and nobody of the same name stands there already."""
    if declared and declared.pk != station.district_id:
        names = {"derived": station.district.name, "declared": declared.name}
        raise StationError("district", RuleError("other_district", **names))
    same = (
        Station.objects.filter(name=station.name)
        .exclude(pk=station.pk)
        .near(station.point.x, station.point.y, limit_m=SAME_PLACE_M)
        .first()
    )
    if same:
        metres = round(same.distance)  # type: ignore[attr-defined]
        raise StationError("name", RuleError("near_same_name", station=same.name, metres=metres))
