"""Passing a filing on, back, and to its end. Every step leaves a row of `FilingStep`."""

from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Field, Model
from django.utils import timezone
from django.utils.translation import get_language, gettext

from stations.filing import rules
from stations.filing.actions.locking import check_fits, lock, save
from stations.filing.choices import FilingKind, FilingState
from stations.filing.freezing import frozen
from stations.filing.models import Filing, FilingItem, FilingStep
from stations.filing.rules import FilingError, Transition
from stations.registry import nameplates
from stations.registry.acceptance import lacking
from stations.registry.choices import StationKind, StationStatus
from stations.registry.models import Have, Station, StationContact
from stations.registry.rules import read_text
from stations.unions.access import Ability
from stations.unions.models import User

COMMENT_LENGTH = 500


@transaction.atomic
def submit(
    *, filing: Filing, by: User | AnonymousUser, version: int | None = None, comment: str = ""
) -> Filing:
    """Hand the form in, the first time or corrected; each row keeps its particulars as they are now (`FilingItem.filed`).

    FilingError says what is missing in the head or in which station.
    """
    filing, step = _begin(filing, by, rules.SUBMIT, version)
    _check_head(filing)
    items = _items(filing)
    if not items:
        raise FilingError("no_stations")
    for item in items:
        check_fits(filing, item.station)
        item.filed, item.filed_contact = frozen(item.station)
        _check_row(filing, item)
    FilingItem.objects.bulk_update(items, ["filed", "filed_contact"])
    return _finish(filing, step, by, comment)


@transaction.atomic
def take_back(
    *, filing: Filing, by: User | AnonymousUser, version: int | None = None, comment: str = ""
) -> Filing:
    """The union makes its submitted or returned filing a draft again."""
    filing, step = _begin(filing, by, rules.TAKE_BACK, version)
    return _finish(filing, step, by, comment)


@transaction.atomic
def review(
    *, filing: Filing, by: User | AnonymousUser, version: int | None = None, comment: str = ""
) -> Filing:
    """The union found every station of the filing to have the six haves (chapter 3, 1)."""
    filing, step = _begin(filing, by, rules.REVIEW, version)
    _check_accepted(filing, _items(filing))
    return _finish(filing, step, by, comment)


@transaction.atomic
def recommend(
    *, filing: Filing, by: User | AnonymousUser, version: int | None = None, comment: str = ""
) -> Filing:
    """The union recommends the filing to the centre (chapter 3, 2)."""
    filing, step = _begin(filing, by, rules.RECOMMEND, version)
    _check_accepted(filing, _items(filing))
    return _finish(filing, step, by, comment)


@transaction.atomic
def approve(
    *, filing: Filing, by: User | AnonymousUser, version: int | None = None, comment: str = ""
) -> Filing:
    """The centre approves: a nameplate for every new station, a new one for an upgraded, none for a withdrawn any more."""
    filing, step = _begin(filing, by, rules.APPROVE, version)
    items = _items(filing)
    _check_accepted(filing, items)
    for item in items:
        check_fits(filing, item.station)
        item.nameplate_no = _carry_out(filing, item, by)
    FilingItem.objects.bulk_update(items, ["nameplate_no"])
    return _finish(filing, step, by, comment)


@transaction.atomic
def return_filing(
    *, filing: Filing, by: User | AnonymousUser, reason: str, version: int | None = None
) -> Filing:
    """Send the filing back to be corrected: the union before it recommends, the centre after. FilingError without a reason."""
    filing, step = _begin(filing, by, rules.RETURN, version)
    if not read_text(reason, limit=COMMENT_LENGTH):
        raise FilingError("return_reason")
    return _finish(filing, step, by, reason)


def _begin(
    filing: Filing, by: User | AnonymousUser, step: str, version: int | None
) -> tuple[Filing, Transition]:
    """Authorise, lock, and find the step from the state that the filing is in now."""
    abilities = {Ability[one.who] for one in rules.TRANSITIONS if one.step == step}
    if not any(filing.allows(by, ability) for ability in abilities):
        raise PermissionDenied
    filing = lock(filing, version)
    due = rules.transition(kind=filing.kind, state=filing.state, step=step)
    if not filing.allows(by, Ability[due.who]):
        raise PermissionDenied
    return filing, due


def _finish(filing: Filing, step: Transition, by: User | AnonymousUser, comment: str) -> Filing:
    """Keep the new state, and the step that led to it."""
    now = timezone.now()
    filing.state, filing.state_since = FilingState(step.target), now
    if step.target == rules.SUBMITTED:
        filing.submitted_at = now
    save(filing, "state", "state_since", "submitted_at")
    FilingStep.objects.create(
        filing=filing,
        from_state=step.source,
        to_state=step.target,
        by=by if isinstance(by, User) else None,
        at=now,
        comment=read_text(comment, limit=COMMENT_LENGTH),
    )
    return filing


def _items(filing: Filing) -> list[FilingItem]:
    """The rows in their order, their stations locked."""
    stations = {
        one.pk: one
        for one in Station.objects.select_for_update(of=("self",))
        .filter(filing_items__filing=filing)
        .select_related("district", "union", "contact")
        .defer("district__outline")
        .prefetch_related("facilities__type")
        .order_by("pk")
    }
    items = list(filing.items.order_by("position", "pk"))
    for item in items:
        item.station = stations[item.station_id]
    return items


def _check_head(filing: Filing) -> None:
    missing = rules.missing_in_head({field: getattr(filing, field) for field in rules.HEAD})
    if missing:
        raise FilingError("head", missing=_listed([_label(Filing, field) for field in missing]))


def _check_row(filing: Filing, item: FilingItem) -> None:
    """A new station's row of Annex 2 is complete; a withdrawal says why."""
    if filing.kind == FilingKind.WITHDRAWAL and not item.reason:
        raise FilingError("withdrawal_reason", station=item.station.name)
    if filing.kind != FilingKind.NEW:
        return
    missing = rules.missing_in_row({**(item.filed or {}), "mobile": item.filed_contact})
    if missing:
        raise FilingError(
            "station", station=item.station.name, missing=_listed([_column(one) for one in missing])
        )


def _column(name: str) -> str:
    """The name of a column of Annex 2 in the reader's language."""
    if name in ("manager_name", "mobile"):
        return _label(StationContact, name)
    return _label(Station, "hours_text" if name == "hours" else name)


def _label(model: type[Model], name: str) -> str:
    return str(cast("Field[Any, Any]", model._meta.get_field(name)).verbose_name)


def _check_accepted(filing: Filing, items: list[FilingItem]) -> None:
    """Every have in force was found in every station since this filing was begun; a withdrawal asks for none."""
    if filing.kind not in rules.ACCEPTED_KINDS:
        return
    missing = lacking([item.station for item in items], since=filing.created_at)
    for item in items:
        if missing[item.station_id]:
            names = [_name(have) for have in missing[item.station_id]]
            raise FilingError("not_accepted", station=item.station.name, haves=_listed(names))


def _carry_out(filing: Filing, item: FilingItem, by: User | AnonymousUser) -> str:
    """Make the registry what the filing says; the nameplate's number that was given or taken."""
    station = item.station
    if filing.kind == FilingKind.WITHDRAWAL:
        number = station.nameplate_no or ""
        if number:
            nameplates.withdraw(station=station, by=by, reason=item.reason)
        Station.objects.filter(pk=station.pk).update(status=StationStatus.WITHDRAWN)
        return number
    if filing.kind == FilingKind.UPGRADE:
        Station.objects.filter(pk=station.pk).update(kind=StationKind.RELAY)
        return nameplates.issue(station=station, by=by, reason=item.reason or gettext("Upgraded"))
    Station.objects.filter(pk=station.pk).update(status=StationStatus.ACTIVE)
    return nameplates.issue(station=station, by=by)


def _name(have: Have) -> str:
    return have.name_en if get_language() == "en" else have.name_zh


def _listed(names: list[str]) -> str:
    return (", " if get_language() == "en" else "、").join(names)
