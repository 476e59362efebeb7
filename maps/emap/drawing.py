"""The public map as folium draws it: base map, controls and an empty cluster group, which `emap.js` fills.

No text of users passes through here. The map is the JavaScript global `map_emap`, the group `marker_cluster_emap`.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import folium
import numpy as np
import shapely
from django.utils.translation import get_language
from folium.plugins import MarkerCluster

from geo import datum as datums
from geo.models import District
from maps import basemaps, figure
from maps.remembered import remembered

CENTRE = (31.22, 121.48)  # People's Square: until districts are loaded
SIMPLIFY_DEGREES = 0.0008  # about 80 m: the outlines are no finer
DISTRICT_STYLE = {
    "fillColor": "#faf8f2",
    "fillOpacity": 1,
    "color": "#b9b3a3",
    "weight": 1.2,
    "interactive": False,
}


@dataclass(frozen=True, kw_only=True)
class EmapFigure:
    """The map's parts, and a version of its script for its address."""

    parts: figure.MapParts
    version: str


def emap_figure() -> EmapFigure:
    """The map in the reader's language, drawn anew once a minute. DatabaseError while the database is away from the start."""
    return remembered(f"emap.figure.{basemaps.chosen().code}.{get_language()}", _draw)


def _draw() -> EmapFigure:
    basemap = basemaps.chosen()
    drawn = folium.Map(
        location=CENTRE,
        zoom_start=10,
        tiles=None,
        control_scale=True,
        zoom_control="bottomright",
        minZoom=8,
        maxZoom=basemap.max_zoom,
        zoomSnap=1 if basemap.tiles else 0.5,
        attributionControl=False,  # the page writes the credit itself, with the approval number
    )
    drawn._id = "emap"
    for layer in basemap.layers():
        folium.TileLayer(**layer).add_to(drawn)
    if not basemap.tiles:
        district_layer(basemap).add_to(drawn)
    group = MarkerCluster(
        control=False,
        showCoverageOnHover=False,
        maxClusterRadius=68,
        disableClusteringAtZoom=16,
        chunkedLoading=True,
    )
    group._id = "emap"
    group.add_to(drawn)
    parts = figure.parts(drawn)
    return EmapFigure(parts=parts, version=hashlib.sha256(parts.script.encode()).hexdigest()[:16])


def district_layer(basemap: basemaps.Basemap) -> folium.GeoJson:
    """District shapes under everything, simplified so that neighbours keep a common border."""
    found = list(District.objects.values_list("code", "outline"))
    shapes = [shapely.from_wkb(bytes(outline.wkb)) for _, outline in found]
    simple = shapely.coverage_simplify(shapes, SIMPLIFY_DEGREES) if shapes else []
    moved = [shapely.transform(shape, lambda lonlat: _moved(lonlat, basemap.datum)) for shape in simple]
    features = [
        {"type": "Feature", "id": code, "properties": {}, "geometry": shapely.geometry.mapping(shape)}
        for (code, _), shape in zip(found, moved, strict=True)
    ]
    layer = folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        style_function=lambda feature: DISTRICT_STYLE,
        smooth_factor=0.5,
        control=False,
        embed=True,
    )
    layer._id = "emap"
    return layer


def _moved(lonlat: Any, datum: str) -> Any:
    x, y = datums.convert(lonlat[:, 0], lonlat[:, 1], source="wgs84", target=datum)
    return np.round(np.column_stack([x, y]), 5)
