"""What every page shows: the demonstration band, the reader's rooms, and what the law wants at a public map's foot."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from geo.health import DATABASE_AWAY
from maps import basemaps
from maps.remembered import remembered
from stations.checkins.usage.counts import sees_usage
from stations.registry.models import Station
from stations.unions.access import Ability, may_somewhere
from stations.unions.models import Role, User

FILING = (Ability.FILE, Ability.REVIEW_FILING, Ability.APPROVE_FILING, Ability.DECIDE_CHANGE)


def site(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page."""
    return {
        "is_demo": _is_demo(),
        "rooms": _rooms(request),
        "desk_rooms": _desk_rooms(request),
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
    if user.is_superuser:
        rooms.append((reverse("admin:index"), gettext("Administration")))
    rooms.append((reverse("unions:me"), gettext("My account")))
    return _marked(request, rooms, exact=reverse("emap:map"))


def _desk_rooms(request: HttpRequest) -> list[dict[str, Any]]:
    """Under /desk/: the desk's rooms that the reader may enter. A planner without another role has none."""
    user = getattr(request, "user", None)
    home = reverse("desk:home")
    if user is None or not user.is_authenticated or not request.path.startswith(home):
        return []
    rooms = [
        ("desk:home", gettext("To do"), True),
        ("stations:list", gettext("Stations"), has_care(user)),
        ("usage:overview", gettext("Usage"), sees_usage(user)),
        ("filing:list", gettext("Filings"), _has_filings(user)),
        ("people:list", gettext("People"), may_somewhere(user, Ability.MANAGE_PEOPLE)),
        ("stations:lists", gettext("Lists"), may_somewhere(user, Ability.EDIT_LISTS)),
    ]
    found = [(url, label) for name, label, may_enter in rooms if may_enter and (url := address(name))]
    return _marked(request, found, exact=home)


def _has_filings(user: User) -> bool:
    """Who files, reviews or approves; and managers, whose changes are filed."""
    return any(may_somewhere(user, one) for one in FILING) or bool(user.managed_station_ids)


def has_care(user: User) -> bool:
    """Whether any role of `user` looks after stations, or a station is theirs to manage."""
    return (
        any(one.role != Role.PLANNER for one in user.held)
        or user.is_superuser
        or bool(user.managed_station_ids)
    )


def address(name: str) -> str | None:
    """The address of a page by its name, None where there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def _marked(request: HttpRequest, rooms: list[tuple[str, str]], *, exact: str) -> list[dict[str, Any]]:
    """Each room, and whether the reader is in it: the nearest above the page, `exact` only on its own page."""
    above = [
        url for url, _ in rooms if request.path.startswith(url) and (url != exact or request.path == exact)
    ]
    here = max(above, key=len, default=None)
    return [{"url": url, "label": label, "here": url == here} for url, label in rooms]
