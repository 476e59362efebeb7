"""What every page behind a scanned code shares: whose code it is, and a page that helps where it cannot be used."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from geo.health import DATABASE_AWAY
from stations.checkins.qr import codes
from stations.checkins.qr.rules import BadCodeError
from stations.registry.models import Station, StationStatus

NEAR_M = 3_000
NEAREST = 3
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
A_YEAR = 365 * 24 * 3600

View = Callable[..., HttpResponse]


def scanned(*methods: str, away: View) -> Callable[[View], View]:
    """`view(request, code, text, ...)` gets the `StationCode` in force of an active station; others get a page that helps.

    `away(request, text)` answers while the database is away, for a code that is ours. No session is used, so there is no CSRF
    token either; another site's page cannot make a browser send the phone's cookie with a POST (SameSite=Lax).
    """

    def wrapped(view: View) -> View:
        @csrf_exempt
        @require_http_methods([*methods, "HEAD"] if "GET" in methods else methods)
        @wraps(view)
        def answer(request: HttpRequest, code: str, **kwargs: Any) -> HttpResponse:
            response = _chosen_language(request)
            if response is None:
                try:
                    response = _answered(view, request, code, **kwargs)
                except DATABASE_AWAY:
                    response = away(request, code)
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return cast(View, answer)

    return wrapped


def page(template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page of the lean frame: rendered without the request, so that no session, user or room is asked for."""
    context |= {"icp_no": settings.JIELI_ICP_NO, "words": sending_words()}
    return HttpResponse(render_to_string(f"checkins/{template}.html", context), status=status)


def sending_words() -> dict[str, str]:
    """What `sending.js` says, in the reader's language."""
    return {
        "sent_one": gettext("A check-in that was kept on this phone is sent."),
        "sent_many": gettext("%s check-ins that were kept on this phone are sent."),
        "waiting_one": gettext("A check-in is kept on this phone and will be sent when there is signal."),
        "waiting_many": gettext("%s check-ins are kept on this phone and will be sent when there is signal."),
        "not_taken": gettext("A check-in of %s was not taken:"),
        "410": gettext("the poster's code was replaced by a new one."),
        "409": gettext("it was recorded before, with another content."),
        "422": gettext("it came too late, or the station is not open for check-ins."),
        "400": gettext("it could not be read any more."),
    }


def _answered(view: View, request: HttpRequest, text: str, **kwargs: Any) -> HttpResponse:
    try:
        code = codes.station_of(text)
    except BadCodeError:
        return page("bad_code", status=404)
    if code.station.status != StationStatus.ACTIVE:
        return page("not_open", status=404, state=code.station.status, nearby=_nearby(code.station))
    if code.revoked_at is not None:
        return page("revoked", status=410, station=code.station, nearby=_nearby(code.station))
    return view(request, code, text, **kwargs)


def _nearby(station: Station) -> list[Station]:
    """The nearest other public stations, with `distance` in metres; never the place of this one."""
    here = station.point
    others = Station.objects.public().exclude(pk=station.pk).near(here.x, here.y, limit_m=NEAR_M)
    return list(others[:NEAREST])


def _chosen_language(request: HttpRequest) -> HttpResponse | None:
    """`?language=en` is a link here, since a form would want a CSRF token, whose check fails without a referrer."""
    chosen = request.GET.get("language")
    if chosen not in dict(settings.LANGUAGES):
        return None
    response = HttpResponseRedirect(request.path)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=A_YEAR,
        samesite="Lax",
        secure=settings.HTTPS,
    )
    return response
