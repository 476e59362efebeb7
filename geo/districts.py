"""Read district outlines: the ones that ECharts 4 ships for Shanghai, or any GeoJSON the operator has.

ECharts packs a ring into a string of zigzag-coded steps of 1/1024 degree (about 100 m), in GCJ-02; some of its rings cross
themselves and Chongming carries no code. So: decode, convert to WGS-84, repair.
"""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Func, Model, ProtectedError
from shapely.geometry.base import BaseGeometry

from geo import datum
from geo.models import District

ECHARTS = settings.BASE_DIR / "node_modules/echarts/map/json/province/shanghai.json"
ECHARTS_SOURCE = (
    "npm echarts 4.9.0 map/json/province/shanghai.json, Apache-2.0; converted from GCJ-02, repaired"
)
ECHARTS_STEPS_PER_DEGREE = 1024
CODES_MISSING_IN_ECHARTS = {"崇明区": "310151"}
ENGLISH_NAMES = {
    "310101": "Huangpu",
    "310104": "Xuhui",
    "310105": "Changning",
    "310106": "Jing'an",
    "310107": "Putuo",
    "310109": "Hongkou",
    "310110": "Yangpu",
    "310112": "Minhang",
    "310113": "Baoshan",
    "310114": "Jiading",
    "310115": "Pudong",
    "310116": "Jinshan",
    "310117": "Songjiang",
    "310118": "Qingpu",
    "310120": "Fengxian",
    "310151": "Chongming",
}
MARGIN_DEGREES = 0.05  # about 5 km round the districts: the service area's box

# The box stands in the function's text because a CHECK constraint may not read a table. The numbers are ours, not a user's text.
SERVICE_AREA = """
CREATE OR REPLACE FUNCTION geo_in_service_area(place geography) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
    SELECT COALESCE(
        GeometryType(place::geometry) = 'POINT' AND NOT ST_IsEmpty(place::geometry)
        AND ST_X(place::geometry) BETWEEN {west:.4f} AND {east:.4f}
        AND ST_Y(place::geometry) BETWEEN {south:.4f} AND {north:.4f}, false)
$$
"""


class DistrictFileError(ValueError):
    """The file of districts cannot be used; the message says which part and what to do."""


@dataclass(frozen=True)
class Outline:
    """One district as read: code, names, and a valid WGS-84 MultiPolygon."""

    code: str
    name: str
    name_en: str
    shape: shapely.MultiPolygon


def read_echarts(path: Path = ECHARTS) -> list[Outline]:
    """The districts of an ECharts 4 province file (GCJ-02). Raises DistrictFileError."""
    outlines = []
    for feature in _features(path):
        name = feature["properties"]["name"]
        code = str(feature.get("id") or CODES_MISSING_IN_ECHARTS.get(name, ""))
        if not code:
            raise DistrictFileError(f"{path.name}: {name} has no id, and none is known for it.")
        shape = _wgs84(_decoded(feature["geometry"]), "gcj02")
        outlines.append(Outline(code, name, ENGLISH_NAMES.get(code, ""), _repaired(shape, name)))
    return outlines


def read_geojson(
    path: Path,
    *,
    source_datum: str,
    code_field: str = "adcode",
    name_field: str = "name",
    name_en_field: str = "name_en",
) -> list[Outline]:
    """The districts of a GeoJSON FeatureCollection whose coordinates are in `source_datum`. Raises DistrictFileError."""
    outlines = []
    for number, feature in enumerate(_features(path), start=1):
        properties = feature.get("properties") or {}
        missing = [field for field in (code_field, name_field) if not properties.get(field)]
        if missing:
            raise DistrictFileError(
                f"{path.name}, feature {number}: no {' and no '.join(missing)}; name the fields with"
                f" --code-field and --name-field. It has: {', '.join(properties) or 'none'}."
            )
        code, name = str(properties[code_field]), str(properties[name_field])
        try:
            shape = shapely.geometry.shape(feature["geometry"])
        except (KeyError, TypeError, ValueError, AttributeError, shapely.GEOSException) as error:
            raise DistrictFileError(
                f"{path.name}, feature {number} ({name}): unreadable geometry: {error}."
            ) from error
        name_en = str(properties.get(name_en_field) or ENGLISH_NAMES.get(code, ""))
        outlines.append(Outline(code, name, name_en, _repaired(_wgs84(shape, source_datum), name)))
    return outlines


@transaction.atomic
def store(outlines: list[Outline], *, source: str) -> None:
    """Replace the district outlines and the service area's box. Refuses to leave a stored place outside.

    Districts are matched by code. What lies in a district (stations, activity) takes it anew from the new outlines, in
    the same transaction.
    Raises DistrictFileError.
    """
    if not outlines:
        raise DistrictFileError("The file has no districts.")
    for name, values in (("code", [one.code for one in outlines]), ("name", [one.name for one in outlines])):
        if len(set(values)) < len(values):
            raise DistrictFileError(f"Two districts of the file have the same {name}.")
    for one in outlines:
        District.objects.update_or_create(
            code=one.code,
            defaults={
                "name": one.name,
                "name_en": one.name_en,
                "outline": _geos(one.shape),
                "source": source,
            },
        )
    left = District.objects.exclude(code__in=[one.code for one in outlines])
    left.update(outline=MultiPolygon(srid=4326))  # nothing lies in them any more
    set_service_area(outlines)
    try:
        with transaction.atomic():
            for model, field in _placed_in_districts():
                model._default_manager.update(**{field: Func(F("point"), function="geo_district_at")})
    except IntegrityError as error:
        reason = str(error).splitlines()[0]
        raise DistrictFileError(
            f"The new districts leave out a place that is already stored ({reason}): "
            "move or remove it first, or give outlines that contain it."
        ) from error
    try:
        left.delete()
    except ProtectedError as error:
        using = ", ".join(sorted({str(one) for one in error.protected_objects}))
        raise DistrictFileError(
            f"The file lacks the districts {', '.join(map(str, left))}, which are still in use by: {using}."
        ) from error


def set_service_area(outlines: list[Outline]) -> None:
    """Make the box of `geo_in_service_area` the extent of the outlines plus about 5 km."""
    west, south, east, north = shapely.total_bounds([one.shape for one in outlines])
    box = {
        "west": west - MARGIN_DEGREES,
        "south": south - MARGIN_DEGREES,
        "east": east + MARGIN_DEGREES,
        "north": north + MARGIN_DEGREES,
    }
    with connection.cursor() as cursor:
        cursor.execute(SERVICE_AREA.format(**box))


def _placed_in_districts() -> Iterator[tuple[type[Model], str]]:
    """The tables with a `point` whose district is derived from it, without naming the apps above this one."""
    for relation in District._meta.related_objects:
        model = relation.related_model
        if any(field.name == "point" for field in model._meta.get_fields()):
            yield model, relation.field.name


def _geos(shape: shapely.MultiPolygon) -> MultiPolygon:
    geometry = GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)
    assert isinstance(geometry, MultiPolygon)  # noqa: S101  (so says its WKB)
    return geometry


def _features(path: Path) -> Iterator[dict[str, Any]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DistrictFileError(f"{path}: cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DistrictFileError(f"{path.name} is not JSON: {error}.") from error
    if not isinstance(content, dict) or not isinstance(content.get("features"), list):
        raise DistrictFileError(f"{path.name} is not a GeoJSON FeatureCollection.")
    yield from content["features"]


def _decoded(geometry: dict[str, Any]) -> BaseGeometry:
    rings, offsets = geometry["coordinates"], geometry["encodeOffsets"]
    if geometry["type"] == "Polygon":
        rings, offsets = [rings], [offsets]
    return shapely.MultiPolygon(
        [
            (decoded[0], decoded[1:])
            for polygon, starts in zip(rings, offsets, strict=True)
            if (decoded := [_ring(text, start) for text, start in zip(polygon, starts, strict=True)])
        ]
    )


def _ring(text: str, start: list[int]) -> np.ndarray:
    codes = np.array([ord(character) - 64 for character in text]).reshape(-1, 2)
    steps = (codes >> 1) ^ -(codes & 1)  # zigzag
    return (np.cumsum(steps, axis=0) + start) / ECHARTS_STEPS_PER_DEGREE


def _wgs84(shape: BaseGeometry, source: str) -> BaseGeometry:
    if not all(math.isfinite(bound) for bound in shape.bounds):
        raise DistrictFileError("A district has coordinates that are not finite numbers.")
    convert: Callable[[Any], Any] = lambda xy: np.column_stack(  # noqa: E731
        datum.convert(xy[:, 0], xy[:, 1], source=source, target="wgs84")
    )
    return shapely.transform(shapely.force_2d(shape), convert)


def _repaired(shape: BaseGeometry, name: str) -> shapely.MultiPolygon:
    """The area of a shape as a valid MultiPolygon; the lines and points that a repair leaves are dropped."""
    valid = shapely.make_valid(shape)
    pieces = [piece for piece in shapely.get_parts(valid) if piece.geom_type in ("Polygon", "MultiPolygon")]
    polygons = [polygon for polygon in shapely.get_parts(pieces) if not polygon.is_empty]
    if not polygons:
        raise DistrictFileError(f"{name} has no area: give polygons.")
    return shapely.MultiPolygon(polygons)
