"""Other hours on certain days, entered on the station's page."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from stations.registry.dated_hours import CLOSED, DatedHoursError, add_dated_hours, remove_dated_hours
from stations.registry.forms import DatedHoursForm
from stations.registry.pages.station import back_to, station_in_care, station_page
from stations.unions.access import Ability
from stations.unions.models import User


@require_POST
@login_required
def add(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    station = station_in_care(user, pk, Ability.EDIT_STATION)
    form = DatedHoursForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            add_dated_hours(
                station=station,
                by=user,
                first=given["first"],
                last=given["last"],
                hours_text=CLOSED if given["closed"] else given["hours_text"],
                reason=given["reason"],
                today=timezone.localdate(),
            )
        except DatedHoursError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, gettext("The hours of these days are on the map."))
            return back_to(station, "hours")
    return station_page(request, station, dated_form=form)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int, dated: int) -> HttpResponse:
    user = cast(User, request.user)
    station = station_in_care(user, pk, Ability.EDIT_STATION)
    remove_dated_hours(
        dated=get_object_or_404(station.dated_hours.select_related("station"), pk=dated), by=user
    )
    messages.success(request, gettext("The weekly hours hold again."))
    return back_to(station, "hours")
