"""Base maps: what lies under the stations, in which datum, and what the law wants written beside it.

Tianditu is Web Mercator on CGCS2000, which equals WGS-84 for a map; Amap's tiles are GCJ-02, so everything drawn on them
must be converted first (`datum`). The district outlines need no network and are the default.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, gettext_noop

_TIANDITU = (
    "https://t{{s}}.tianditu.gov.cn/{set}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={set}"
    "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
)


@dataclass(frozen=True, kw_only=True)
class Basemap:
    """A base map: its datum (`geo.datum`), its tile layers from bottom to top, and its credit (an English msgid)."""

    code: str
    datum: str
    credit: str
    tiles: tuple[str, ...] = ()
    subdomains: str = ""
    max_zoom: int = 19

    def layers(self) -> list[dict[str, Any]]:
        """Keyword arguments for one `folium.TileLayer` each."""
        return [
            {
                "tiles": address,
                "attr": gettext(self.credit),
                "subdomains": self.subdomains,
                "max_zoom": self.max_zoom,
                "control": False,
            }
            for address in self.tiles
        ]


def chosen() -> Basemap:
    """The base map that the settings ask for."""
    return _basemaps()[settings.JIELI_BASEMAP]


def _basemaps() -> dict[str, Basemap]:
    key = settings.JIELI_TIANDITU_KEY
    known = [
        Basemap(code="districts", datum="wgs84", credit=gettext_noop("District outlines")),
        Basemap(
            code="tianditu",
            datum="wgs84",
            credit=gettext_noop("Tianditu"),
            tiles=(_TIANDITU.format(set="vec", key=key), _TIANDITU.format(set="cva", key=key)),
            subdomains="01234567",
            max_zoom=18,
        ),
        Basemap(
            code="amap",
            datum="gcj02",
            credit=gettext_noop("Amap"),
            tiles=(
                "https://webrd0{s}.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}",
            ),
            subdomains="1234",
            max_zoom=18,
        ),
        Basemap(
            code="osm",
            datum="wgs84",
            credit=gettext_noop("© OpenStreetMap contributors"),
            tiles=("https://tile.openstreetmap.org/{z}/{x}/{y}.png",),
        ),
    ]
    return {one.code: one for one in known}
