"""Who changed what, from what, to what, when: of a station, of a filing, of a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from maps.frame import asked
from stations.checkins import timeline as of_checkins
from stations.filing import timeline as of_filings
from stations.filing.models import Filing
from stations.registry import timeline as of_registry
from stations.registry.models import Station
from stations.timeline import Source, moments
from stations.unions import timeline as of_unions
from stations.unions.access import Ability, may
from stations.unions.models import User


@require_safe
@login_required
def station(request: HttpRequest, pk: int) -> HttpResponse:
    """For its manager, its union's officers, its district's inspectors and the centre."""
    user = cast(User, request.user)
    found = get_object_or_404(Station.objects.visible_to(user), pk=pk)
    if not found.allows(user, Ability.SEE_HISTORY):
        raise PermissionDenied
    sources = [*of_registry.of_station(pk), *of_filings.of_station(pk), *of_checkins.of_station(pk)]
    return _page(request, found.name, sources, back=reverse("stations:station", args=[pk]))


@require_safe
@login_required
def filing(request: HttpRequest, pk: int) -> HttpResponse:
    """For all who may see the filing."""
    found = get_object_or_404(Filing.objects.visible_to(cast(User, request.user)), pk=pk)
    return _page(request, str(found), of_filings.of_filing(pk), back=reverse("filing:filing", args=[pk]))


@require_safe
@login_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """For the centre."""
    if not may(cast(User, request.user), Ability.SEE_HISTORY):
        raise PermissionDenied
    found = get_object_or_404(User, pk=pk)
    sources = [*of_unions.of_person(pk), *of_registry.of_manager(pk)]
    return _page(request, str(found), sources, back=reverse("people:person", args=[pk]))


def _page(request: HttpRequest, name: str, sources: Sequence[Source], *, back: str = "") -> HttpResponse:
    """`back`: the page of the thing itself."""
    before = _moment(asked(request, "before"))
    found, earlier = moments(sources, before=before)
    context = {
        "name": name,
        "back": back,
        "moments": found,
        "earlier": earlier and earlier.isoformat(),
        "before": before,
    }
    return render(request, "desk/history.html", context)


def _moment(text: str) -> datetime | None:
    """A time from our own link to earlier changes; anything else means from the latest on."""
    try:
        given = datetime.fromisoformat(text)
        return given if timezone.is_aware(given) and 1900 < given.year < 9999 else None
    except ValueError:
        return None
