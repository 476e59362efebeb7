"""A station goes from one manager (站长) to the next: chapter 2, 2 (3) wants one person who looks after it."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from stations.registry.choices import StationStatus
from stations.registry.models import Station, StationContact, StationManager
from stations.unions.access import Ability
from stations.unions.actions import Given, create_account
from stations.unions.models import User


class HandOverError(ValueError):
    """The station cannot go to this person; the text says what to do."""


@transaction.atomic
def hand_over(*, station: Station, to: User, by: User) -> StationManager:
    """End the present manager's task and begin that of `to`: the first appointment too. The contact follows.

    PermissionDenied unless `by` may hand the station over and may see `to`; HandOverError where `to` cannot take it.
    """
    _authorise(station, by)
    if not User.objects.visible_to(by).filter(pk=to.pk).exists():
        raise PermissionDenied
    return _hand_over(station, to)


@transaction.atomic
def hand_over_to_new(
    *, station: Station, by: User, name: str, username: str = "", phone: str = ""
) -> tuple[StationManager, Given]:
    """Make the new manager's account and hand the station to it, in one step. Gives the one-time password."""
    _authorise(station, by)
    given = create_account(by=by, name=name, username=username, phone=phone)
    return _hand_over(station, given.user), given


@transaction.atomic
def create_manager(
    *, by: User, stations: Iterable[Station], name: str, username: str = "", phone: str = ""
) -> Given:
    """An account for a manager and all the stations it gets, or nothing. Gives the one-time password."""
    given = create_account(by=by, name=name, username=username, phone=phone)
    for station in stations:
        hand_over(station=station, to=given.user, by=by)
    return given


def _authorise(station: Station, by: User) -> None:
    if not station.allows(by, Ability.HAND_OVER):
        raise PermissionDenied


def _hand_over(station: Station, to: User) -> StationManager:
    station = Station.objects.select_for_update().get(pk=station.pk)
    if station.status == StationStatus.WITHDRAWN:
        raise HandOverError(gettext("The station is withdrawn: it has no manager any more."))
    to = User.objects.select_for_update().get(pk=to.pk)
    if not to.is_active:
        raise HandOverError(
            gettext("The account of the new manager is deactivated: reactivate it, or choose another.")
        )
    present = station.managers.filter(until=None).select_related("user").first()
    if present and present.user_id == to.pk:
        raise HandOverError(gettext("%(name)s manages this station already: choose another.") % {"name": to})
    if present:
        present.until = timezone.now()
        present.save(update_fields=["until"])
    StationContact.objects.update_or_create(
        station=station, defaults={"manager_name": to.name or to.username, "mobile": to.phone or ""}
    )
    return StationManager.objects.create(station=station, user=to)
