"""One tap each, on a phone at the door: closed for a while, open again, broken, working again."""

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from geo.hours import ZONE
from stations.registry.closures import ClosureError, close_until, next_morning, open_again, reason_text
from stations.registry.conditions import NotThereError, report_broken, report_working
from stations.registry.models import Condition
from stations.registry.pages.station import station_in_care
from stations.unions.access import Ability
from stations.unions.models import User


@require_POST
@login_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Until tomorrow at 8:00, or until the time that is given in `until`."""
    user = cast(User, request.user)
    station = station_in_care(user, pk, Ability.EDIT_STATION)
    now = timezone.now()
    until = _until(request, now)
    reason = request.POST.get("reason", "").strip() or reason_text(request.POST.get("why", ""))
    if until is None:
        messages.error(
            request, gettext("The time is missing: write the day and the time until when it is closed.")
        )
        return redirect("stations:station", pk)
    try:
        closure = close_until(station=station, by=user, until=until, now=now, reason=reason)
    except ClosureError as error:
        messages.error(request, error.message)
    else:
        shown = {"until": f"{closure.during.upper.astimezone(ZONE):%Y-%m-%d %H:%M}"}
        messages.success(request, gettext("Closed until %(until)s; the public sees it now.") % shown)
    return redirect("stations:station", pk)


@require_POST
@login_required
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    station = station_in_care(user, pk, Ability.EDIT_STATION)
    open_again(station=station, by=user, now=timezone.now())
    messages.success(request, gettext("The closure is ended; the public sees it now."))
    return redirect("stations:station", pk)


@require_POST
@login_required
def condition(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    user = cast(User, request.user)
    station = station_in_care(user, pk, Ability.EDIT_STATION)
    broken = request.POST.get("condition") == Condition.BROKEN
    report = report_broken if broken else report_working
    try:
        report(station=station, facility=code, by=user)
    except NotThereError:
        messages.error(
            request, gettext("This facility does not stand in the station: enter it under “Edit” first.")
        )
    else:
        told = (
            gettext("Reported as broken; the public sees it now.")
            if broken
            else gettext("Working again; the public sees it now.")
        )
        messages.success(request, told)
    return redirect("stations:station", pk)


def _until(request: HttpRequest, now: datetime) -> datetime | None:
    """Shanghai time as a browser's field sends it; tomorrow at 8:00 where the button says so."""
    if "until" not in request.POST:
        return next_morning(now)
    try:
        read = parse_datetime(request.POST["until"])
    except ValueError:
        return None
    return None if read is None or read.tzinfo else read.replace(tzinfo=ZONE)
