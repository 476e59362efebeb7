"""What works and what is broken: a report, live at once; no particular of Annex 2, so nothing is filed (chapter 2, 2 (6))."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from geo.hours import ZONE
from stations.registry.models import Condition, Facility, Station
from stations.unions.access import Ability
from stations.unions.models import User


class NotThereError(ValueError):
    """The facility was taken away, so it neither works nor is broken: enter it again first."""


def report_broken(*, station: Station, facility: str, by: User | AnonymousUser) -> Facility:
    """It does not work since today; a fault that is known keeps its day. NotThereError where it does not stand here."""
    return _report(station, facility, by, Condition.BROKEN)


def report_working(*, station: Station, facility: str, by: User | AnonymousUser) -> Facility:
    """It works again. NotThereError where it does not stand here."""
    return _report(station, facility, by, Condition.WORKING)


@transaction.atomic
def _report(station: Station, code: str, by: User | AnonymousUser, condition: Condition) -> Facility:
    if not station.allows(by, Ability.EDIT_STATION):
        raise PermissionDenied
    found = Facility.objects.select_for_update().filter(station=station, type=code).first()
    if found is None or found.condition == Condition.REMOVED:
        raise NotThereError(code)
    if found.condition != condition:
        found.condition = condition
        broken = condition == Condition.BROKEN
        found.broken_since = timezone.now().astimezone(ZONE).date() if broken else None
        found.save(update_fields=["condition", "broken_since"])
    return found
