"""Photos on a station's page: one more, one less."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from stations.registry.forms import PhotoForm
from stations.registry.pages.station import back_to, station_in_care, station_page
from stations.registry.photos import PhotoError, add_photo, remove_photo
from stations.unions.access import Ability
from stations.unions.models import User


@require_POST
@login_required
def add(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    station = station_in_care(user, pk, Ability.EDIT_STATION)
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data
        try:
            add_photo(station=station, by=user, upload=given["file"], caption=given["caption"])
        except PhotoError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, gettext("The photo is kept."))
            return back_to(station, "photos")
    return station_page(request, station, photo_form=form)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int, photo: int) -> HttpResponse:
    user = cast(User, request.user)
    station = station_in_care(user, pk, Ability.EDIT_STATION)
    remove_photo(photo=get_object_or_404(station.photos.select_related("station"), pk=photo), by=user)
    messages.success(request, gettext("The photo is deleted."))
    return back_to(station, "photos")
