"""The planner's map as folium draws it: the ground and three empty groups, which `planner.js` fills.

No text of users passes through here. JavaScript globals: `map_planner`, `feature_group_gap`, `feature_group_usage`,
`feature_group_stations`.
"""

import folium
from django.utils.translation import get_language

from maps import basemaps, figure
from maps.ground import ground
from maps.remembered import remembered

GROUPS = ("gap", "usage", "stations")  # from bottom to top


def planner_figure() -> figure.MapParts:
    """The map in the reader's language, drawn anew once a minute."""
    return remembered(f"planner.figure.{basemaps.chosen().code}.{get_language()}", _draw)


def _draw() -> figure.MapParts:
    drawn = ground("planner", prefer_canvas=True)
    for name in GROUPS:
        group = folium.FeatureGroup(name=name, control=False)
        group._id = name
        group.add_to(drawn)
    return figure.parts(drawn)
