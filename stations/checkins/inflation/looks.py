"""What the centre says of a listed station after looking: people make the mark and people read it; nothing follows by itself."""

from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext

from stations.checkins.choices import Finding
from stations.checkins.models import InflationLook
from stations.checkins.models.looks import NOTE_LENGTH
from stations.registry.models import Station
from stations.unions.access import Ability, may
from stations.unions.models import User


class LookError(ValueError):
    """A mark that cannot be; the message says what to do."""


@transaction.atomic
def look(
    *, station: Station, month: date, finding: str, note: str, by: User | AnonymousUser, now: datetime
) -> InflationLook:
    """Mark a station's month, in place of what was said of it before, which history keeps. LookError where a word is missing."""
    if isinstance(by, AnonymousUser) or not may(by, Ability.SEE_INFLATION):
        raise PermissionDenied
    note = note.strip()
    if finding not in Finding.values:
        raise LookError(gettext("Choose what you found."))
    if finding == Finding.EXPLAINED and not note:
        raise LookError(gettext("Write down what explains it, for whoever looks next."))
    if len(note) > NOTE_LENGTH or "\0" in note:
        raise LookError(
            gettext("The note is too long: %(limit)s characters at most.") % {"limit": NOTE_LENGTH}
        )
    said, _new = InflationLook.objects.update_or_create(
        station=station, month=month, defaults={"finding": finding, "note": note, "by": by, "at": now}
    )
    return said


def looks_of(month: date) -> dict[int, InflationLook]:
    """By station."""
    found = InflationLook.objects.filter(month=month).select_related("by")
    return {one.station_id: one for one in found}
