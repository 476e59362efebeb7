"""What every page shows: whether the data are a demonstration, and what the law wants at a public map's foot."""

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from stations.registry.models import Station


def site(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page."""
    return {
        "is_demo": _is_demo(),
        "map_approval_no": settings.JIELI_MAP_APPROVAL_NO,
        "icp_no": settings.JIELI_ICP_NO,
    }


def _is_demo() -> bool:
    known = cache.get("is_demo")
    if known is None:
        known = Station.objects.filter(is_demo=True).exists()
        cache.set("is_demo", known, timeout=60)
    return known
