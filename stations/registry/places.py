"""What the database knows of places: one question for any number of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import starmap

from django.db import connection

from geo.datum import convert
from stations.registry.models import Station
from stations.registry.moves import Move, metres_between
from stations.registry.rules import RuleError, check_on_earth

BATCH = 5_000  # a statement has its time limit; a place off the coast takes a few milliseconds

_SQL = """
    SELECT geo_in_service_area(there), geo_in_service_area(swapped), CASE WHEN geo_in_service_area(there)
           THEN geo_district_at(there) END
      FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS given(lon, lat, number),
           ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS place,
           CAST(place AS geography) AS there,
           CAST(ST_SetSRID(ST_MakePoint(lat, lon), 4326) AS geography) AS swapped
     ORDER BY number
"""


@dataclass(frozen=True)
class Place:
    """Whether a WGS-84 place is served, whether it would be with longitude and latitude exchanged, and its district."""

    served: bool
    served_if_swapped: bool
    district_id: int | None


def locate(lon: Sequence[float], lat: Sequence[float]) -> list[Place]:
    """Look up WGS-84 degrees by the rules that the database enforces, thousands in one query."""
    found: list[Place] = []
    with connection.cursor() as cursor:
        for start in range(0, len(lon), BATCH):
            here = slice(start, start + BATCH)
            cursor.execute(_SQL, [list(map(float, lon[here])), list(map(float, lat[here]))])
            found += starmap(Place, cursor.fetchall())
    return found


def wgs84_place(lon: float, lat: float, datum: str) -> tuple[float, float]:
    """The WGS-84 degrees of a declared position; RuleError unless it lies in a district that is served."""
    return served_place(lon, lat, datum)[:2]


def served_place(lon: float, lat: float, datum: str) -> tuple[float, float, int]:
    """As `wgs84_place`, with the district's id."""
    check_on_earth(lon, lat)
    x, y = (float(degrees) for degrees in convert(lon, lat, source=datum, target="wgs84"))
    place = locate([x], [y])[0]
    if not place.served:
        raise RuleError("swapped" if place.served_if_swapped else "outside_area", lon=lon, lat=lat)
    if place.district_id is None:
        raise RuleError("outside_districts", lon=lon, lat=lat)
    return x, y, place.district_id


def move_to(station: Station, lon: float, lat: float, datum: str, *, accuracy_m: float | None = None) -> Move:
    """What it would be to put the station at a declared position; RuleError where it may not stand."""
    x, y, district_id = served_place(lon, lat, datum)
    return Move(
        metres=metres_between((station.point.x, station.point.y), (x, y)),
        from_district=station.district_id,
        to_district=district_id,
        accuracy_m=accuracy_m,
    )
