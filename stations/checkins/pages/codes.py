"""A station's code on the desk: its poster to print, its replacement, the versions before, and the way to its screen."""

from typing import Any, cast

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from stations.checkins.models import StationCode
from stations.checkins.qr import codes
from stations.checkins.qr.codes import CodeError
from stations.checkins.qr.poster import poster, poster_pdf, poster_png
from stations.registry.models import Station
from stations.registry.pages.station import station_in_care
from stations.typesetting import NoChineseFontError, TooLongError
from stations.unions.access import Ability
from stations.unions.doors import form_page
from stations.unions.models import User


@form_page
@login_required
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """The code and its poster; a POST makes the first version."""
    user = cast(User, request.user)
    station = station_in_care(user, pk, Ability.PRINT_CODE)
    if request.method == "POST":
        try:
            codes.issue(station=station, by=user)
        except CodeError as error:
            messages.error(request, str(error))
        return redirect("codes:code", pk)
    versions = list(station.codes.select_related("issued_by", "revoked_by"))
    current = next((one for one in versions if one.revoked_at is None), None)
    context: dict[str, Any] = {
        "station": station,
        "code": current,
        "earlier": [one for one in versions if one.revoked_at],
        "reasons": [(code, gettext(text)) for code, text in codes.REASONS.items()],
    }
    if current:
        context["url"] = codes.check_in_url(current, request)
    return render(request, "checkins/qr/code.html", context)


@require_POST
@login_required
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke the version that the page showed and issue the next one."""
    user = cast(User, request.user)
    station = station_in_care(user, pk, Ability.PRINT_CODE)
    shown = request.POST.get("version", "")
    reason = request.POST.get("reason", "").strip() or codes.reason_text(request.POST.get("why", ""))
    try:
        new = codes.reissue(
            station=station, by=user, reason=reason, version=int(shown) if shown.isdecimal() else 0
        )
    except CodeError as error:
        messages.error(request, str(error))
    else:
        told = gettext(
            "Version %(version)s is in force: print its poster and hang it in place of the old one."
        )
        messages.success(request, told % {"version": new.version})
    return redirect("codes:code", pk)


@require_safe
@login_required
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    return _poster(request, pk, "pdf")


@require_safe
@login_required
def png(request: HttpRequest, pk: int) -> HttpResponse:
    return _poster(request, pk, "png")


@require_safe
@never_cache
@login_required
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """How a tablet is set up as the station's screen: its own address, to open or to scan."""
    station = station_in_care(cast(User, request.user), pk, Ability.PRINT_CODE)
    current = codes.in_force(station)
    context: dict[str, Any] = {"station": station, "code": current}
    if current:
        path = reverse("check-in:screen", args=[codes.screen_key_of(current)])
        context["url"] = codes.site_url(path, request)
        context["image"] = segno.make_qr(context["url"], error="m").svg_data_uri(border=4, omitsize=True)
    return render(request, "checkins/qr/screen_setup.html", context)


def _poster(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The file, shown by the browser; 404 where no code is in force, 503 where the machine cannot set it."""
    found = _in_force(station_in_care(cast(User, request.user), pk, Ability.PRINT_CODE))
    said = poster(found, url=codes.check_in_url(found, request), today=timezone.localdate())
    try:
        content = poster_pdf([said]) if kind == "pdf" else poster_png(said)
    except (NoChineseFontError, TooLongError) as error:
        context = {"no_font": isinstance(error, NoChineseFontError)}
        return render(request, "checkins/qr/not_printed.html", context, status=503)
    answer = HttpResponse(content, content_type="application/pdf" if kind == "pdf" else "image/png")
    way = "attachment" if "save" in request.GET else "inline"
    name = f"station-{pk}-code-{found.version}.{kind}"
    answer["Content-Disposition"] = f'{way}; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _in_force(station: Station) -> StationCode:
    found = codes.in_force(station)
    if found is None:
        raise Http404
    return found
