"""The planner's maps as folium draws them: the ground and empty groups, which the pages' scripts fill.

No text of users passes through here. JavaScript globals: `map_planner`, `feature_group_gap`, `feature_group_usage`,
`feature_group_stations`; `map_heat`, `feature_group_cells`.
"""

from collections.abc import Callable, Sequence
from typing import Any

import folium
from django.utils.translation import get_language

from maps import basemaps, figure
from maps.ground import ground
from maps.remembered import remembered

GROUPS = ("gap", "usage", "stations")  # from bottom to top


def planner_figure() -> figure.MapParts:
    """The coverage page's map in the reader's language, drawn anew once a minute."""
    # on a canvas, since 30,000 cells are too many for SVG
    return _remembered("planner", lambda: _draw("planner", GROUPS, prefer_canvas=True))


def heat_figure() -> figure.MapParts:
    """The heat page's: as SVG, which has hatches."""
    return _remembered("heat", lambda: _draw("heat", ("cells",)))


def _remembered(name: str, draw: Callable[[], figure.MapParts]) -> figure.MapParts:
    return remembered(f"{name}.figure.{basemaps.chosen().code}.{get_language()}", draw)


def _draw(name: str, groups: Sequence[str], **options: Any) -> figure.MapParts:
    drawn = ground(name, **options)
    for one in groups:
        group = folium.FeatureGroup(name=one, control=False)
        group._id = one
        group.add_to(drawn)
    return figure.parts(drawn)
