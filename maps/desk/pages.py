"""Where a person lands after signing in: at what needs doing now."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from maps.desk import todo
from maps.frame import has_care
from stations.checkins.keeping.alarms import alarms
from stations.registry.models import Station
from stations.unions.models import Role, User


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Planners at the gap map; managers at their stations; officers and inspectors at what waits for them."""
    user = cast(User, request.user)
    if user.has_role(Role.PLANNER) and not has_care(user):
        return redirect("planner:coverage")
    now = timezone.now()
    context = {
        "own_stations": todo.own_stations(user, now),
        "own_changes": todo.own_changes(user, now) if user.managed_station_ids else [],
        "filing_tiles": todo.filing_tiles(user),
        "alarms": list(alarms(now)) if user.is_superuser or user.has_role(Role.CENTRE_OFFICER) else [],
        "report_tiles": todo.report_tiles(user, now),
    }
    if user.held or user.is_superuser:
        found = Station.objects.in_care_of(user)
        context |= {
            "station_tiles": todo.station_tiles(found, now),
            "longest_broken": todo.longest_broken(found, now),
        }
    return render(request, "desk/home.html", context)
