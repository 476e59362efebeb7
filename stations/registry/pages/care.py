"""Care drives: the centre's list of them, and a station's part in them; with the pledge that hangs in the station."""

from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from geo.models import District
from stations.registry import care
from stations.registry.forms import DriveForm, JoinAllForm, JoinForm, PledgeForm
from stations.registry.models import CareDrive, Station
from stations.registry.naming import in_language
from stations.registry.pages.station import back_to, station_in_care, station_page
from stations.unions.access import Ability, may
from stations.unions.models import TradeUnion, User


@require_POST
@login_required
def join(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    station = station_in_care(user, pk, Ability.EDIT_STATION)
    form = JoinForm(request.POST, station=station)
    if not form.is_valid():
        return station_page(request, station, care_form=form)
    care.join(drive=form.cleaned_data["drive"], station=station, by=user)
    messages.success(request, gettext("The station takes part."))
    return back_to(station, "care")


@require_POST
@login_required
def leave(request: HttpRequest, pk: int, drive: int) -> HttpResponse:
    user = cast(User, request.user)
    station = station_in_care(user, pk, Ability.EDIT_STATION)
    care.leave(drive=get_object_or_404(CareDrive, pk=drive), station=station, by=user)
    messages.success(request, gettext("The station takes part no longer."))
    return back_to(station, "care")


@require_POST
@login_required
def pledge(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    station = station_in_care(user, pk, Ability.EDIT_STATION)
    form = PledgeForm(request.POST)
    if not form.is_valid():
        return station_page(request, station, pledge_form=form)
    care.hang_pledge(station=station, pledge=form.cleaned_data["pledge"], by=user)
    messages.success(request, gettext("The version of the pledge is kept."))
    return back_to(station, "care")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def drives(request: HttpRequest) -> HttpResponse:
    """The care drives, and a new one."""
    user = _editor(request)
    form = DriveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = care.add_drive(by=user, **form.cleaned_data)
        except care.CareError as error:
            form.add_error(error.field, error.message)
        else:
            return redirect("stations:care-drive", made.pk)
    listed = CareDrive.objects.annotate(stations=Count("participations")).order_by("-days", "id")
    return render(request, "registry/care_drives.html", {"drives": listed, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def drive(request: HttpRequest, pk: int) -> HttpResponse:
    """One care drive: its name and days, and who takes part."""
    user = _editor(request)
    shown = get_object_or_404(CareDrive, pk=pk)
    form = DriveForm(request.POST or None, initial=_initial(shown))
    if request.method == "POST" and form.is_valid():
        try:
            care.change_drive(drive=shown, by=user, **form.cleaned_data)
        except care.CareError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, gettext("The care drive is kept."))
            return redirect("stations:care-drive", shown.pk)
    context: dict[str, Any] = {
        "drive": shown,
        "form": form,
        "count": shown.participations.count(),
        "districts": [
            (one.code, in_language(one)) for one in District.objects.defer("outline").order_by("code")
        ],
        "unions": TradeUnion.objects.all(),
        "public": Station.objects.public().count(),
    }
    return render(request, "registry/care_drive.html", context)


@require_POST
@login_required
def join_all(request: HttpRequest, pk: int) -> HttpResponse:
    """All active stations of a district, of a union, or of the city."""
    user = _editor(request)
    shown = get_object_or_404(CareDrive, pk=pk)
    form = JoinAllForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("There is no such district or union: choose one of the list."))
        return redirect("stations:care-drive", shown.pk)
    district, union = form.cleaned_data["district"], form.cleaned_data["union"]
    count = care.join_all(drive=shown, by=user, district=district and district.code, union=union and union.pk)
    text = ngettext("%(count)s more station takes part.", "%(count)s more stations take part.", count)
    messages.success(request, text % {"count": count})
    return redirect("stations:care-drive", shown.pk)


def _initial(shown: CareDrive) -> dict[str, Any]:
    return {
        "name": shown.name,
        "season": shown.season,
        "first": shown.days.lower,
        "last": shown.days.upper - timedelta(days=1),
        "note": shown.note,
    }


def _editor(request: HttpRequest) -> User:
    user = cast(User, request.user)
    if not may(user, Ability.EDIT_LISTS):
        raise PermissionDenied
    return user
