"""The map that the desk's pages share: the ground alone, on which a page puts one station. The global is `map_desk`."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from maps import basemaps, figure
from maps.ground import ground
from maps.remembered import remembered


def desk_figure() -> figure.MapParts:
    """In the reader's language, drawn anew once a minute."""
    return remembered(f"desk.figure.{basemaps.chosen().code}.{get_language()}", _draw)


@require_safe
@login_required
def map_script(request: HttpRequest) -> HttpResponse:
    return figure.script_file(request, desk_figure())


def _draw() -> figure.MapParts:
    return figure.parts(ground("desk"))
