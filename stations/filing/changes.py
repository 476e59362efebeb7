"""Change, as the regulation has it (chapter 3, 3): the manager's edit is live at once, and is filed by the same action.

A change filing holds one `FieldChange` a field. While a field waits for the union, a further edit of it moves its `after` and
keeps its `before`; an edit back to the `before` takes the field off again. Where the union or the centre edits itself, its edit
is its decision: the filing is born decided, and a field that waited is decided by it.
"""

from collections.abc import Iterable
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from typing_extensions import Unpack

from stations.filing.choices import Decision, FilingKind, FilingState
from stations.filing.freezing import frozen
from stations.filing.models import FieldChange, Filing, FilingItem, FilingStep
from stations.registry import moves
from stations.registry.actions import Particulars, Position, StaleStationError, StationError, change_station
from stations.registry.models import Station, StationStatus
from stations.registry.particulars import as_changes, differences, live_fields, same
from stations.registry.places import move_to
from stations.registry.rules import RuleError
from stations.unions.access import Ability
from stations.unions.models import User

Changed = dict[str, tuple[Any, Any]]  # field -> before, after
ON_THE_MAP = (StationStatus.ACTIVE, StationStatus.SUSPENDED)


class NotOnTheMapError(ValueError):
    """A station that is planned or withdrawn is not edited live: its filing says what it is."""


class UnconfirmedMoveError(ValueError):
    """The move is far, into another district, or by an unsure phone: it must be confirmed. `doubts` says which."""

    def __init__(self, move: moves.Move, doubts: tuple[str, ...]) -> None:
        self.move = move
        self.doubts = doubts
        super().__init__(move, doubts)


class NotWaitingError(ValueError):
    """The field does not wait for a decision any more: it was decided or taken back."""


class StaleFilingError(ValueError):
    """The filing was changed since the decider read it: look again, then decide."""


class OverwrittenError(ValueError):
    """The station has another value by now than the filing says, so what was before cannot be restored over it."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(field)


@transaction.atomic
def edit_live(
    *,
    station: Station,
    by: User | AnonymousUser,
    version: int | None = None,
    confirmed: bool = False,
    accuracy_m: float | None = None,
    **changes: Unpack[Particulars],
) -> Filing | None:
    """Change a station for all to see, and file the change with its union; the filing, or None where nothing changed.

    `version`: what the editor saw. `confirmed`: they looked twice at a move that gives doubts. `accuracy_m`: of the phone that
    measured the position. PermissionDenied, NotOnTheMapError, StaleStationError, UnconfirmedMoveError, StationError.
    """
    if not station.allows(by, Ability.EDIT_STATION):
        raise PermissionDenied
    station = Station.objects.select_for_update().get(pk=station.pk)
    if station.status not in ON_THE_MAP:
        raise NotOnTheMapError(station.status)
    if version is not None and version != station.version:
        raise StaleStationError(station.version)
    if "position" in changes and not confirmed:
        _check_move(station, changes["position"], accuracy_m)
    before = live_fields(station)
    changed_station = change_station(station=station, by=by, **changes)
    return _file(changed_station, cast(User, by), differences(before, live_fields(changed_station)))


@transaction.atomic
def decide(
    *,
    changes: Iterable[FieldChange],
    by: User | AnonymousUser,
    confirm: bool,
    comment: str = "",
    version: int | None = None,
) -> Filing:
    """Confirm fields of one change filing, or put back what was there; the filing is decided with its last field.

    `version`: the filing as the decider saw it. PermissionDenied, NotWaitingError, StaleFilingError, OverwrittenError (for
    restoring), StationError (what was there is not allowed any more).
    """
    asked = list(changes)
    if not asked:
        raise NotWaitingError
    item = asked[0].item
    if not item.filing.allows(by, Ability.DECIDE_CHANGE):
        raise PermissionDenied
    station = Station.objects.select_for_update().get(pk=item.station_id)
    filing = Filing.objects.select_for_update().get(pk=item.filing_id)
    if version is not None and version != filing.version:
        raise StaleFilingError
    waiting = FieldChange.objects.filter(
        item=item, decision=Decision.PENDING, pk__in=[one.pk for one in asked]
    )
    found = list(waiting.select_for_update())
    if len(found) < len(asked):
        raise NotWaitingError
    for change in found:
        if not confirm:
            _restore(station, change, by)
        _decided(change, cast(User, by), Decision.CONFIRMED if confirm else Decision.RESTORED)
    _touch(filing, cast(User, by), comment)
    return filing


def _check_move(station: Station, position: Position, accuracy_m: float | None) -> None:
    try:
        move = move_to(station, **position, accuracy_m=accuracy_m)
    except RuleError as error:
        raise StationError("position", error) from error
    found = moves.doubts(move, confirm_beyond_m=settings.JIELI_MOVE_CONFIRM_M)
    if found:
        raise UnconfirmedMoveError(move, found)


def _restore(station: Station, change: FieldChange, by: User | AnonymousUser) -> None:
    station.refresh_from_db()
    if not same(change.field, live_fields(station).get(change.field), change.after):
        raise OverwrittenError(change.field)
    change_station(station=station, by=by, **as_changes(station, {change.field: change.before}))


def _file(station: Station, by: User, changed: Changed) -> Filing | None:
    """Put the changed fields into the filings that wait already, the rest into one of their own."""
    if not changed:
        return None
    at_once = station.allows(by, Ability.DECIDE_CHANGE)
    waiting = list(
        FilingItem.objects.filter(
            station=station, filing__kind=FilingKind.CHANGE, filing__state=FilingState.SUBMITTED
        ).select_related("filing")
    )
    left, touched = _extend(waiting, changed, by, at_once=at_once)
    if not at_once:
        left, joined = _join(waiting, left, by)
        touched += joined
    filings = list(dict.fromkeys(touched))
    for filing in filings:
        _touch(filing, by)
    if left:
        filings.append(_open(station, left, by, at_once=at_once))
    filed, contact = frozen(station)
    FilingItem.objects.filter(filing__in=filings).update(filed=filed, filed_contact=contact)
    return filings[-1]


def _extend(
    items: list[FilingItem], changed: Changed, by: User, *, at_once: bool
) -> tuple[Changed, list[Filing]]:
    """Move on the fields that wait for a decision; the fields that none of the filings has, and the filings touched."""
    left, touched = dict(changed), []
    for change in FieldChange.objects.filter(item__in=items, field__in=changed, decision=Decision.PENDING):
        after = left.pop(change.field)[1]
        back = same(change.field, change.before, after)
        if at_once:
            change.after = change.after if back else after
            change.save(update_fields=["after"])
            _decided(change, by, Decision.RESTORED if back else Decision.CONFIRMED)
        elif back:
            change.delete()
        else:
            change.after = after
            change.save(update_fields=["after"])
        touched += [item.filing for item in items if item.pk == change.item_id]
    return left, touched


def _join(items: list[FilingItem], changed: Changed, by: User) -> tuple[Changed, list[Filing]]:
    """Add fields to the filings that wait and have no row of them; the fields left, and the filings touched."""
    left, touched = dict(changed), []
    for item in items:
        decided = set(item.changes.values_list("field", flat=True))
        new = {field: pair for field, pair in left.items() if field not in decided}
        _add(item, new, by, at_once=False)
        left = {field: pair for field, pair in left.items() if field in decided}
        touched += [item.filing] if new else []
    return left, touched


def _open(station: Station, changed: Changed, by: User, *, at_once: bool) -> Filing:
    now = timezone.now()
    filing = Filing.objects.create(
        kind=FilingKind.CHANGE,
        state=FilingState.SUBMITTED,
        union=station.union,
        created_by=by,
        submitted_at=now,
        state_since=now,
    )
    _step(filing, by, FilingState.DRAFT, FilingState.SUBMITTED)
    item = FilingItem.objects.create(filing=filing, station=station, position=1)
    _add(item, changed, by, at_once=at_once)
    if at_once:
        _touch(filing, by)
    return filing


def _add(item: FilingItem, changed: Changed, by: User, *, at_once: bool) -> None:
    for field, (before, after) in changed.items():
        change = FieldChange.objects.create(item=item, field=field, before=before, after=after)
        if at_once:
            _decided(change, by, Decision.CONFIRMED)


def _decided(change: FieldChange, by: User, decision: Decision) -> None:
    change.decision, change.decided_by, change.decided_at = decision, by, timezone.now()
    change.save(update_fields=["decision", "decided_by", "decided_at"])


def _touch(filing: Filing, by: User, comment: str = "") -> None:
    """A new version; and the filing is decided once no field of it waits."""
    count = Count("items__changes", filter=Q(items__changes__decision=Decision.PENDING))
    waiting = Filing.objects.filter(pk=filing.pk).aggregate(n=count)["n"]
    filing.version = F("version") + 1
    fields = ["version"]
    if not waiting:
        _step(filing, by, FilingState.SUBMITTED, FilingState.DECIDED, comment)
        filing.state, filing.state_since = FilingState.DECIDED, timezone.now()
        fields += ["state", "state_since"]
    elif comment:
        _step(filing, by, FilingState.SUBMITTED, FilingState.SUBMITTED, comment)
    filing.save(update_fields=fields)
    filing.refresh_from_db()


def _step(filing: Filing, by: User, from_state: str, to_state: str, comment: str = "") -> None:
    FilingStep.objects.create(
        filing=filing, from_state=from_state, to_state=to_state, by=by, at=timezone.now(), comment=comment
    )
