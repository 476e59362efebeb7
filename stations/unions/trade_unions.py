"""What the centre does to the list of trade unions: the 16 districts', the bureaus' and industries', the city's."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext

from geo.models import District
from stations.unions.access import Ability, may
from stations.unions.models import TradeUnion, User


@transaction.atomic
def add_union(*, by: User, name: str, level: str, district: District | None = None) -> TradeUnion:
    """A union of its level: a district's has its territory, the others none. ValidationError names the field at fault."""
    _authorise(by)
    if (level == TradeUnion.Level.DISTRICT) != (district is not None):
        raise ValidationError(
            {"district": gettext("A district union has its district, the other unions have none.")}
        )
    union = TradeUnion(name=" ".join(name.split()), level=level, district=district)
    union.full_clean()
    union.save()
    return union


@transaction.atomic
def rename_union(*, union: TradeUnion, by: User, name: str) -> TradeUnion:
    """A union's new name; its stations and officers stay. ValidationError where the name is taken or empty."""
    _authorise(by)
    union = TradeUnion.objects.select_for_update().get(pk=union.pk)
    union.name = " ".join(name.split())
    union.full_clean()
    union.save(update_fields=["name"])
    return union


@transaction.atomic
def found_district_unions(*, by: User) -> list[TradeUnion]:
    """A union for each district that has none, named after it."""
    _authorise(by)
    without = District.objects.filter(tradeunion=None).order_by("code")
    taken = set(TradeUnion.objects.values_list("name", flat=True))
    return [
        TradeUnion.objects.create(name=name, level=TradeUnion.Level.DISTRICT, district=district)
        for district in without
        if (name := f"{district.name}总工会") not in taken
    ]


def _authorise(by: User) -> None:
    if not may(by, Ability.EDIT_LISTS):
        raise PermissionDenied
