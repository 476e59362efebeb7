"""Names that are data, in the reader's language: a district's, a facility's, one of the six haves'."""

from django.utils.translation import get_language

from geo.models import District
from stations.registry.models import FacilityType, Have


def in_language(named: District | FacilityType | Have) -> str:
    """The Chinese name, or the English one where the reader chose English and there is one."""
    chinese = named.name if isinstance(named, District) else named.name_zh
    return named.name_en if get_language() == "en" and named.name_en else chinese
