"""The ground that every map of ours stands on: a folium map of the chosen base map, or of the districts' shapes."""

from typing import Any

import folium
import numpy as np
import shapely

from geo import datum as datums
from geo.models import District
from maps import basemaps

CENTRE = (31.22, 121.48)  # People's Square: until districts are loaded
SIMPLIFY_DEGREES = 0.0008  # about 80 m: the outlines are no finer
DISTRICT_STYLE = {
    "fillColor": "#faf8f2",
    "fillOpacity": 1,
    "color": "#b9b3a3",
    "weight": 1.2,
    "interactive": False,
}


def ground(name: str, **options: Any) -> folium.Map:
    """A folium map with nothing on it yet; the JavaScript global `map_<name>`. `options` are folium.Map's.

    The page writes the credit itself, with the approval number. DatabaseError while the database is away.
    """
    basemap = basemaps.chosen()
    drawn = folium.Map(
        location=CENTRE,
        zoom_start=10,
        tiles=None,
        control_scale=True,
        zoom_control="bottomright",
        minZoom=8,
        maxZoom=basemap.max_zoom,
        attributionControl=False,
        **options,
    )
    drawn._id = name
    for layer in basemap.layers():
        folium.TileLayer(**layer).add_to(drawn)
    if not basemap.tiles:
        _district_layer(name, basemap.datum).add_to(drawn)
    return drawn


def _district_layer(name: str, datum: str) -> folium.GeoJson:
    """District shapes under everything, simplified so that neighbours keep a common border."""
    found = list(District.objects.values_list("code", "outline"))
    shapes = [shapely.from_wkb(bytes(outline.wkb)) for _, outline in found]
    simple = shapely.coverage_simplify(shapes, SIMPLIFY_DEGREES) if shapes else []
    moved = [shapely.transform(shape, lambda lonlat: _moved(lonlat, datum)) for shape in simple]
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
    layer._id = name
    return layer


def _moved(lonlat: Any, datum: str) -> Any:
    x, y = datums.convert(lonlat[:, 0], lonlat[:, 1], source="wgs84", target=datum)
    return np.round(np.column_stack([x, y]), 5)
