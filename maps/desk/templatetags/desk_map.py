"""The map for pages of the apps below, which know no base map: `{% desk_map as map %}` and `{{ station.point|on_base_map }}`."""

from django import template
from django.contrib.gis.geos import Point

from geo.datum import convert
from maps import basemaps
from maps.desk.drawing import desk_figure
from maps.figure import MapParts

register = template.Library()


@register.simple_tag
def desk_map() -> MapParts:
    return desk_figure()


@register.simple_tag
def base_map_datum() -> str:
    return basemaps.chosen().datum


@register.filter
def on_base_map(point: Point) -> str:
    """A WGS-84 point as `longitude,latitude` in the base map's datum, for a data attribute."""
    lon, lat = convert(point.x, point.y, source="wgs84", target=basemaps.chosen().datum)
    return f"{lon:.7f},{lat:.7f}"
