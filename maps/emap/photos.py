"""A station's photo, to those who may see the station."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from stations.registry.models import Photo, Station, StationStatus
from stations.unions.models import User

A_DAY = 86_400


@require_safe
def photo(request: HttpRequest, pk: int, photo: int) -> HttpResponse:
    """A JPEG that we made ourselves (`stations.registry.photos`); another picture is another address."""
    station = get_object_or_404(Station.objects.visible_to(cast(User, request.user)), pk=pk)
    shown = get_object_or_404(Photo, pk=photo, station=station)
    try:
        with shown.file.open("rb") as file:
            content = file.read()  # some hundred kilobytes
    except FileNotFoundError as error:
        raise Http404 from error
    public = station.status == StationStatus.ACTIVE
    return HttpResponse(
        content,
        content_type="image/jpeg",
        headers={
            "Cache-Control": f"public, max-age={A_DAY}" if public else "private, no-store",
            "Content-Disposition": f'inline; filename="photo-{shown.pk}.jpg"',
            "X-Content-Type-Options": "nosniff",
        },
    )
