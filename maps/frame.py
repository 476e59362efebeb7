"""What every page shows: the demonstration band, the reader's rooms, and what the law wants at a public map's foot."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from geo.health import DATABASE_AWAY
from maps import basemaps
from maps.remembered import remembered
from stations.registry.models import Station
from stations.unions.models import Role


def site(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page."""
    return {
        "is_demo": _is_demo(),
        "rooms": _rooms(request),
        "basemap_credit": gettext(basemaps.chosen().credit),
        "map_approval_no": settings.JIELI_MAP_APPROVAL_NO,
        "icp_no": settings.JIELI_ICP_NO,
    }


def asked(request: HttpRequest, name: str) -> str:
    """A text of the query, short, and without the NUL that PostgreSQL refuses."""
    return request.GET.get(name, "").replace("\0", "").strip()[:80]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """As Django's own, but without looking for a CSRF token in the body: one that cannot be parsed was answered by a 500."""
    return render(request, "404.html", status=404)


def _is_demo() -> bool:
    """Asked once a minute; a database that was away from the start counts as no demonstration."""
    try:
        return remembered("is_demo", Station.objects.filter(is_demo=True).exists)
    except DATABASE_AWAY:
        return False


def _rooms(request: HttpRequest) -> list[dict[str, Any]]:
    """The parts of the site that a signed-in person may enter; nothing for the public."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.must_change_password:
        return []
    rooms = [(reverse("emap:map"), gettext("Map")), (reverse("desk:home"), gettext("Desk"))]
    if user.has_role(Role.PLANNER):
        rooms.append((reverse("planner:coverage"), gettext("Planning")))
    if user.is_staff:
        rooms.append((reverse("admin:index"), gettext("Administration")))
    return [{"url": url, "label": label, "here": request.path == url} for url, label in rooms]
