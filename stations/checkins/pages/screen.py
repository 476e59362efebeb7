"""The screen of a station with a tablet, under /q/screen/: full of a code that changes every half minute (chapter 4, 1 (1)).

It needs no sign-in, since a tablet hangs there for months and nobody's session may lie open on it: its address is signed,
shows nothing but the code, and stops with the version of the code that it was made for.
"""

from typing import Any

import segno
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from stations.checkins.models import StationCode
from stations.checkins.qr import codes
from stations.checkins.qr import rules as code_rules
from stations.checkins.qr.codes import BadCodeError


@require_safe
@never_cache
def screen(request: HttpRequest, key: str) -> HttpResponse:
    """The page, with the code of this moment in it. 404 for an address that is not ours, 410 where the code was replaced."""
    code = _code(key)
    if code is None:
        return render(request, "checkins/qr/screen.html", {"state": "unknown"}, status=404)
    context = {"station": code.station, "state": "gone" if code.revoked_at else "live", "key": key}
    if code.revoked_at:
        return render(request, "checkins/qr/screen.html", context, status=410)
    return render(request, "checkins/qr/screen.html", context | {"now": _now(code, request)})


@require_safe
@never_cache
def now(request: HttpRequest, key: str) -> HttpResponse:
    """The code of this moment as JSON: what to show, and for how many milliseconds."""
    code = _code(key)
    if code is None or code.revoked_at:
        return JsonResponse({}, status=404 if code is None else 410)
    return JsonResponse(_now(code, request))


def _code(key: str) -> StationCode | None:
    try:
        return codes.code_of_screen(key)
    except BadCodeError:
        return None


def _now(code: StationCode, request: HttpRequest) -> dict[str, Any]:
    """`ends_in_ms`: when the next code comes. `holds_ms`: how long this one may be shown if the next one does not."""
    at = timezone.now()
    url = codes.screen_check_in_url(code, at, request)
    ends_in_s = code_rules.step_ends_in_s(at)
    return {
        "image": segno.make_qr(url, error="m").svg_data_uri(border=4, light="white", omitsize=True),
        "ends_in_ms": round(ends_in_s * 1000),
        "holds_ms": round((ends_in_s + code_rules.STEP_S / 2) * 1000),
    }
