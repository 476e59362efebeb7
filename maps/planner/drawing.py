"""The planner's map as folium draws it: base map, and three empty groups, which `planner.js` fills.

No text of users passes through here. JavaScript globals: `map_planner`, `feature_group_gap`, `feature_group_usage`,
`feature_group_stations`.
"""

import hashlib
from dataclasses import dataclass

import folium
from django.utils.translation import get_language

from maps import basemaps, figure
from maps.emap.drawing import CENTRE, district_layer
from maps.remembered import remembered

GROUPS = ("gap", "usage", "stations")  # from bottom to top


@dataclass(frozen=True, kw_only=True)
class PlannerFigure:
    """The map's parts, and a version of its script for its address."""

    parts: figure.MapParts
    version: str


def planner_figure() -> PlannerFigure:
    """The map in the reader's language, drawn anew once a minute."""
    return remembered(f"planner.figure.{basemaps.chosen().code}.{get_language()}", _draw)


def _draw() -> PlannerFigure:
    basemap = basemaps.chosen()
    drawn = folium.Map(
        location=CENTRE,
        zoom_start=10,
        tiles=None,
        control_scale=True,
        zoom_control="bottomright",
        min_zoom=8,
        max_zoom=basemap.max_zoom,
        prefer_canvas=True,
    )
    drawn._id = "planner"
    for layer in basemap.layers():
        folium.TileLayer(**layer).add_to(drawn)
    if not basemap.tiles:
        district_layer(basemap).add_to(drawn)
    for name in GROUPS:
        group = folium.FeatureGroup(name=name, control=False)
        group._id = name
        group.add_to(drawn)
    parts = figure.parts(drawn)
    return PlannerFigure(parts=parts, version=hashlib.sha256(parts.script.encode()).hexdigest()[:16])
