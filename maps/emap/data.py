"""/emap/stations.geojson: the snapshot over HTTP, revalidated at every use and answered by 304 while nothing changed."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from geo.datum import check_datum
from geo.health import DATABASE_AWAY
from maps import basemaps
from maps.emap import snapshot

RETRY_AFTER_S = 30


@require_safe
def stations(request: HttpRequest) -> HttpResponse:
    """GeoJSON of all public stations; `datum=` is wgs84, gcj02 or bd09, the base map's where it is not given.

    While the database is away, the last snapshot with `Jieli-Stale: 1`, or 503.
    """
    try:
        datum = check_datum(request.GET.get("datum", basemaps.chosen().datum))
    except ValueError as error:
        return JsonResponse({"errors": {"datum": str(error)}}, status=400)
    try:
        return _answer(request, snapshot.current(datum, timezone.now()))
    except DATABASE_AWAY:
        kept = snapshot.last(datum)
    if kept is None:
        return JsonResponse(
            {"errors": {"database": "away, please try again"}},
            status=503,
            headers={"Retry-After": str(RETRY_AFTER_S), "Cache-Control": "no-store"},
        )
    response = _answer(request, kept)
    response["Jieli-Stale"] = "1"
    return response


def _answer(request: HttpRequest, shown: snapshot.Snapshot) -> HttpResponse:
    not_modified = get_conditional_response(request, etag=shown.etag)
    response = not_modified if isinstance(not_modified, HttpResponseNotModified) else _full(request, shown)
    response["ETag"] = shown.etag
    response["Cache-Control"] = "no-cache"  # keep it, and ask whether it still holds
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _full(request: HttpRequest, shown: snapshot.Snapshot) -> HttpResponse:
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(
        shown.body if packed else shown.plain(), content_type="application/geo+json; charset=utf-8"
    )
    response["Last-Modified"] = http_date(shown.made_at.timestamp())
    if packed:
        response["Content-Encoding"] = "gzip"  # so GZipMiddleware leaves it alone
    return response
