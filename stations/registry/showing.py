"""A station's particulars in words: the name of a field and its value, in the reader's language."""

from typing import Any

from django.utils.translation import gettext

from geo.models import DatumChoices
from stations.registry.choices import Condition, HostKind, Service
from stations.registry.models import FacilityType, Station
from stations.registry.naming import in_language
from stations.registry.particulars import FACILITY, stands


def field_label(field: str) -> str:
    """The name of a field of `particulars.live_fields`."""
    if field == "position":
        return gettext("position")
    if field.startswith(FACILITY):
        return _facility(field.removeprefix(FACILITY))
    return str(Station._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


def field_words(field: str, value: Any) -> str:
    """A value of that field as people read it; a dash where there is none."""
    if field.startswith(FACILITY):
        return _facility_words(value)
    if value in (None, "", []):
        return "–"
    if field == "position":
        return f"{value['lon']:.6f}, {value['lat']:.6f} ({DatumChoices(value['datum']).label})"
    if field == "services":
        return "、".join(str(Service(code).label) for code in value)
    if field == "host_kind":
        return str(HostKind(value).label)
    return str(value)


def _facility(code: str) -> str:
    kind = FacilityType.objects.filter(pk=code).first()
    return code if kind is None else in_language(kind)


def _facility_words(condition: Any) -> str:
    if not stands(condition):
        return gettext("not there")
    return gettext("there, but broken") if condition == Condition.BROKEN else gettext("there")
