"""The public pages: the map, the list that needs no script, a station's sheet, and the way to a map app."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from geo.health import DATABASE_AWAY
from geo.hours import ZONE
from geo.models import District, SpecialDay
from maps import basemaps, figure, navigation
from maps.emap.drawing import emap_figure
from maps.frame import asked
from stations.checkins.usage.busy import busy_day
from stations.registry import opening
from stations.registry.models import Condition, Service, Station, StationQuerySet
from stations.registry.timetables import dated_from, hours_in
from stations.unions.models import User

PAGE_SIZE = 50
DATED_AHEAD = 60  # days
SERVICES = [one for one in Service if one != Service.OTHER]

View = Callable[..., HttpResponse]


def says_when_away(view: View) -> View:
    """503 with a readable page, not 500, while the database is away."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except DATABASE_AWAY:
            page = render_to_string("503.html")
            return HttpResponse(page, status=503, headers={"Retry-After": "30"})

    return answer


@require_safe
@says_when_away
def emap(request: HttpRequest) -> HttpResponse:
    context = {
        "map": emap_figure(),
        "services": SERVICES,
        "datum": basemaps.chosen().datum,
        "providers": navigation.PROVIDERS.values(),
    }
    return render(request, "emap/map.html", context)


@require_safe
@says_when_away
def map_script(request: HttpRequest) -> HttpResponse:
    return figure.script_file(request, emap_figure())


@require_safe
@says_when_away
def stations(request: HttpRequest) -> HttpResponse:
    """All public stations, by district, with a search that needs no script."""
    now = timezone.now()
    wanted = asked(request, "q")
    chosen = asked(request, "district")
    open_only = "open" in request.GET
    found = _matching(Station.objects.public(), wanted, chosen).with_open(now, SpecialDay.objects.calendar())
    if open_only:
        found = found.filter(Q(is_open=True))
    listed = found.select_related("district").order_by("district__code", "name", "pk")
    context = {
        "page": Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page")),
        "districts": District.objects.defer("outline"),
        "wanted": wanted,
        "chosen": chosen,
        "open_only": open_only,
    }
    return render(request, "emap/stations.html", context)


@require_safe
@says_when_away
def station(request: HttpRequest, pk: int) -> HttpResponse:
    """One station's sheet: public ones to all, others to those in whose care they are."""
    visible = Station.objects.visible_to(cast(User, request.user)).select_related("district", "union")
    shown = get_object_or_404(visible, pk=pk)
    return render(request, "emap/station.html", _sheet(shown, timezone.now()))


@require_safe
@says_when_away
def go(request: HttpRequest, pk: int, provider: str) -> HttpResponse:
    """To a map app, with the position in its own datum."""
    if provider not in navigation.PROVIDERS:
        raise Http404
    shown = get_object_or_404(Station.objects.visible_to(cast(User, request.user)), pk=pk)
    link = navigation.PROVIDERS[provider].link(shown.point.x, shown.point.y, shown.name)
    return HttpResponseRedirect(link, headers={"Cache-Control": "no-store"})


def _matching(found: StationQuerySet, wanted: str, district: str) -> StationQuerySet:
    for word in wanted.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(address__icontains=word)
            | Q(host_name__icontains=word)
            | Q(district__name__icontains=word)
        )
    return found.filter(district__code=district) if district else found


def _sheet(shown: Station, now: datetime) -> dict[str, Any]:
    times = opening.opening_of(shown, now, SpecialDay.objects.calendar())
    facilities = shown.facilities.exclude(condition=Condition.REMOVED).select_related("type")
    language = "en" if get_language() == "en" else "zh"
    return {
        "station": shown,
        "is_open": times.is_open(now),
        "state_words": times.words(now),
        "closures": shown.closures.filter(during__contains=now),
        "hours": hours_in(shown.hours_text, language),
        "dated": dated_from(shown, now.astimezone(ZONE).date(), days=DATED_AHEAD),
        "services": [(code, Service(code).label) for code in shown.services],
        "facilities": facilities,
        "busy": busy_day(shown),
        "photos": shown.photos.all(),
        "providers": navigation.PROVIDERS.values(),
    }
