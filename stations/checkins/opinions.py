"""Whether a visit was good: one tap, once a visit, by whoever knows the visit's UUID."""

from uuid import UUID

from django.db import transaction

from geo.hours import ZONE
from stations.checkins.choices import SetAside
from stations.checkins.models import CheckIn, Opinion
from stations.registry.models import Station


class NoVisitError(ValueError):
    """No counted visit to the station has this UUID: it was made up, or its row has expired."""


@transaction.atomic
def give_opinion(*, visit: UUID, station: Station, good: bool) -> bool:
    """False where the visit has an opinion already, which stays. NoVisitError where there is no such visit that counts."""
    found = CheckIn.objects.filter(id=visit, station=station, set_aside=SetAside.COUNTED).first()
    if found is None:
        raise NoVisitError(visit)
    day = found.at.astimezone(ZONE).date()
    _, is_new = Opinion.objects.get_or_create(
        check_in=visit, defaults={"station": station, "day": day, "good": good}
    )
    return is_new
