"""Where a person lands after signing in: planners at the gap map, everybody else at the stations in their care."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from geo.models import SpecialDay
from maps.frame import asked
from stations.registry.models import Condition, Facility, Station
from stations.unions.models import Role, User

PAGE_SIZE = 50


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    found = Station.objects.in_care_of(user)
    if user.has_role(Role.PLANNER) and not user.has_role(Role.CENTRE_OFFICER):
        return redirect("planner:coverage")
    wanted = asked(request, "q")
    if wanted:
        found = found.filter(
            Q(name__icontains=wanted) | Q(address__icontains=wanted) | Q(nameplate_no__icontains=wanted)
        )
    broken_only = "broken" in request.GET
    if broken_only:
        found = found.filter(facilities__condition=Condition.BROKEN).distinct()
    listed = (
        found.with_open(timezone.now(), SpecialDay.objects.calendar())
        .select_related("district", "union")
        .prefetch_related(Prefetch("facilities", _broken(), to_attr="broken"))
        .order_by("district__code", "name", "pk")
    )
    page = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "desk/home.html", {"page": page, "wanted": wanted, "broken_only": broken_only})


def _broken() -> QuerySet[Facility]:
    return Facility.objects.filter(condition=Condition.BROKEN).select_related("type")
