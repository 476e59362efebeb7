"""A folium map as parts of our own pages: assets from our static files, its script as a file, no inline code.

folium links a dozen files on foreign CDNs and writes its script into the page. The public page must work where those CDNs do
not, under a policy without inline script. So every link is mapped to our own copy, an unknown one raises, and the script
is served under a URL of its own (see `script_file`). What folium puts inline into the head is page style that our sheet
replaces.
"""

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import folium
from branca.element import CssLink, Figure, JavascriptLink
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static

OWN_COPY = {
    "leaflet.js": "vendor/leaflet/leaflet.js",
    "leaflet.css": "vendor/leaflet/leaflet.css",
    "leaflet.markercluster.js": "vendor/leaflet.markercluster/leaflet.markercluster.js",
    "MarkerCluster.css": "vendor/leaflet.markercluster/MarkerCluster.css",
    "MarkerCluster.Default.css": "vendor/leaflet.markercluster/MarkerCluster.Default.css",
}
# folium links these on every map; nothing of ours uses them.
LEFT_OUT = {
    "jquery-3.7.1.min.js",
    "bootstrap.bundle.min.js",
    "bootstrap.min.css",
    "bootstrap-glyphicons.css",
    "all.min.css",
    "leaflet.awesome-markers.js",
    "leaflet.awesome-markers.css",
    "leaflet.awesome.rotate.min.css",
}


class UnknownAssetError(Exception):
    """folium asks for a file of which we hold no copy: add its npm package and a line to OWN_COPY."""


@dataclass(frozen=True, kw_only=True)
class MapParts:
    """What a page needs to show a folium map: static URLs in order, the `div`, and the script's text."""

    stylesheets: tuple[str, ...]
    scripts: tuple[str, ...]
    div: str
    script: str

    @property
    def version(self) -> str:
        """Names the script's text, for its address."""
        return hashlib.sha256(self.script.encode()).hexdigest()[:16]


def parts(drawn: folium.Map) -> MapParts:
    """Take a folium map apart. Raises UnknownAssetError for an asset that is not ours."""
    figure = drawn.get_root()
    assert isinstance(figure, Figure)  # noqa: S101  (a map that was added to nothing is its own figure)
    figure.render()
    links = list(figure.header._children.values())
    return MapParts(
        stylesheets=_own_copies([link.url for link in links if isinstance(link, CssLink)]),
        scripts=_own_copies([link.url for link in links if isinstance(link, JavascriptLink)]),
        div=f'<div class="folium-map" id="{drawn.get_name()}"></div>',
        script=figure.script.render(),
    )


def script_file(request: HttpRequest, shown: MapParts) -> HttpResponse:
    """The map's script as a file, so that the page needs no inline code. Under its own version it may be kept for ever."""
    fits = request.GET.get("v") == shown.version
    return HttpResponse(
        shown.script,
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "private, max-age=31536000, immutable" if fits else "no-cache"},
    )


def _own_copies(addresses: list[str]) -> tuple[str, ...]:
    names = [PurePosixPath(urlsplit(address).path).name for address in addresses]
    unknown = [
        address
        for address, name in zip(addresses, names, strict=True)
        if name not in OWN_COPY | dict.fromkeys(LEFT_OUT)
    ]
    if unknown:
        raise UnknownAssetError(f"folium asks for {', '.join(unknown)}: no copy of ours is known.")
    return tuple(static(OWN_COPY[name]) for name in names if name in OWN_COPY)
