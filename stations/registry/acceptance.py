"""Acceptance against the six haves (chapter 2, 2; chapter 3, 1): the union looks, and says what it found."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from stations.registry.choices import StationStatus
from stations.registry.models import Acceptance, Have, Station
from stations.registry.rules import RuleError, read_text
from stations.registry.wording import told
from stations.unions.access import Ability
from stations.unions.models import User

NOTE_LENGTH = 200

ACCEPTANCE_MESSAGES = {
    "why_refused": "Write what is missing: the station's manager must know what to mend.",
    "not_in_force": "“{have}” is not asked for any more: load the page again.",
    "withdrawn": "“{station}” is withdrawn: only a station that stands can be accepted.",
}


class AcceptanceError(RuleError):
    """What was found cannot be kept; the message says why."""

    messages = ACCEPTANCE_MESSAGES

    @property
    def message(self) -> str:
        return told(self)


@transaction.atomic
def accept(
    *, station: Station, have: Have, accepted: bool, by: User | AnonymousUser, note: str = ""
) -> Acceptance:
    """Keep what was found of one have; an earlier finding becomes history.

    PermissionDenied unless `by` may accept for the station's union. AcceptanceError where a refusal has no note, or the have is
    not in force any more.
    """
    if not station.allows(by, Ability.ACCEPT):
        raise PermissionDenied
    station = Station.objects.select_for_update().get(pk=station.pk)
    if station.status == StationStatus.WITHDRAWN:
        raise AcceptanceError("withdrawn", station=station.name)
    if not have.in_force:
        raise AcceptanceError("not_in_force", have=have.name_zh)
    note = read_text(note, limit=NOTE_LENGTH)
    if not accepted and not note:
        raise AcceptanceError("why_refused")
    found, _ = Acceptance.objects.update_or_create(
        station=station,
        have=have,
        defaults={"accepted": accepted, "note": note, "by": cast(User, by), "at": timezone.now()},
    )
    return found


def lacking(stations: Iterable[Station], *, since: datetime) -> dict[int, list[Have]]:
    """From each station's id to the haves in force for which it was not accepted since that moment."""
    ids = [station.pk for station in stations]
    haves = list(Have.objects.filter(in_force=True))
    accepted = set(
        Acceptance.objects.filter(station__in=ids, accepted=True, at__gte=since).values_list(
            "station", "have"
        )
    )
    return {pk: [have for have in haves if (pk, have.pk) not in accepted] for pk in ids}
