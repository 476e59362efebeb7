"""The public map as folium draws it: the ground and an empty cluster group, which `emap.js` fills.

No text of users passes through here. The map is the JavaScript global `map_emap`, the group `marker_cluster_emap`.
"""

from django.utils.translation import get_language
from folium.plugins import MarkerCluster

from maps import basemaps, figure
from maps.ground import ground
from maps.remembered import remembered


def emap_figure() -> figure.MapParts:
    """The map in the reader's language, drawn anew once a minute. DatabaseError while the database is away from the start."""
    return remembered(f"emap.figure.{basemaps.chosen().code}.{get_language()}", _draw)


def _draw() -> figure.MapParts:
    drawn = ground("emap", zoomSnap=1 if basemaps.chosen().tiles else 0.5)
    group = MarkerCluster(
        control=False,
        showCoverageOnHover=False,
        maxClusterRadius=68,
        disableClusteringAtZoom=16,
        chunkedLoading=True,
    )
    group._id = "emap"
    group.add_to(drawn)
    return figure.parts(drawn)
