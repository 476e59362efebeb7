"""From a table to stations: read every row, find every fault, and only then write, all or what is good, in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np
from django.db import connection, transaction

from geo.crs import geodesic_m
from geo.datum import convert, likely_datum
from geo.models import District, wgs84_point
from stations.registry import words
from stations.registry.exchange.table import FileError, Row, Table
from stations.registry.models import FacilityType, Station, StationContact
from stations.registry.places import Place, locate
from stations.registry.rules import (
    DeclaredPlace,
    FacilityState,
    Problem,
    RowReading,
    RuleError,
    StationRow,
    Vocabulary,
    read_row,
)
from stations.unions.models import TradeUnion

SAME_PLACE_M = 30.0  # stations of one name closer than this are taken for one
BATCH = 500
BATCH_OF_FACILITIES = 20_000
MANY = 5  # misplaced rows that together speak of the datum, not of the rows


@dataclass(frozen=True)
class Good:
    """A row that can become a station; lon, lat in WGS-84."""

    row: Row
    station: StationRow
    lon: float
    lat: float


@dataclass(frozen=True)
class Rejected:
    row: Row
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Plan:
    """What an import would do. Nothing has been written."""

    table: Table
    datum: str
    good: tuple[Good, ...]
    rejected: tuple[Rejected, ...]


def plan_import(
    table: Table, *, datum: str, today: date, union: TradeUnion | None = None, only_union: bool = False
) -> Plan:
    """Read every row of `table`, whose positions are in `datum`; `union` for rows that name none, or for all of them.

    FileError where the positions as a whole speak against the datum: see `check_datum_fits`.
    """
    vocabulary = make_vocabulary(union, only=only_union)
    readings = [_reading(table, row, vocabulary, today) for row in table.rows]
    placed = [number for number, reading in enumerate(readings) if reading.place]
    declared = [reading.place for reading in readings if reading.place]
    lon, lat = _wgs84(declared, datum)
    places = locate(lon, lat)
    check_datum_fits(declared, places, datum)
    problems = [list(reading.problems) for reading in readings]
    district_names = dict(District.objects.values_list("pk", "name"))
    for number, where, place in zip(placed, declared, places, strict=True):
        problems[number] += place_problems(where, place, district_names)
    good = {
        number: Good(table.rows[number], station, x, y)
        for number, x, y in zip(placed, lon, lat, strict=True)
        if (station := readings[number].station) and not problems[number]
    }
    for number, problem in [*_taken(good), *_twice(good)]:
        problems[number].append(problem)
    return Plan(
        table,
        datum,
        tuple(one for number, one in good.items() if not problems[number]),
        tuple(
            Rejected(row, tuple(problems[number]))
            for number, row in enumerate(table.rows)
            if problems[number]
        ),
    )


@transaction.atomic
def write_stations(plan: Plan) -> list[Station]:
    """Write the good rows of a plan, as stations in their order."""
    stations = [_station(one, plan.datum) for one in plan.good]
    Station.objects.bulk_create(stations, batch_size=BATCH)
    pairs = list(zip(stations, (one.station for one in plan.good), strict=True))
    StationContact.objects.bulk_create(
        (
            StationContact(station=station, manager_name=row.manager_name, mobile=row.mobile)
            for station, row in pairs
            if row.manager_name or row.mobile
        ),
        batch_size=BATCH,
    )
    _write_facilities([(station.pk, one) for station, row in pairs for one in row.facilities])
    return stations


def _write_facilities(facilities: Sequence[tuple[int, FacilityState]]) -> None:
    """By SQL: most rows of a list are facilities, and making objects of them takes longer than writing them."""
    with connection.cursor() as cursor:
        for start in range(0, len(facilities), BATCH_OF_FACILITIES):
            batch = facilities[start : start + BATCH_OF_FACILITIES]
            cursor.execute(
                """
                INSERT INTO registry_facility (station_id, type_id, condition, broken_since)
                SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::date[])
                """,
                [
                    [station for station, _ in batch],
                    [one.code for _, one in batch],
                    [one.condition for _, one in batch],
                    [one.broken_since for _, one in batch],
                ],
            )


def make_vocabulary(union: TradeUnion | None = None, *, only: bool = False) -> Vocabulary:
    """The names of facilities, districts and unions that the database knows."""
    facilities: dict[str, str] = {}
    for one in FacilityType.objects.all():
        spellings = [one.code, one.name_zh, one.name_en, *one.name_zh.replace("）", "").split("（")]
        facilities |= {words.key(name): one.code for name in spellings if name}
    districts: dict[str, int] = {}
    for district in District.objects.defer("outline"):
        spellings = [district.code, district.name, district.name_en, district.name.removesuffix("区")]
        districts |= {words.key(name): district.pk for name in spellings if name}
    unions = {words.key(one.name): one.pk for one in TradeUnion.objects.all()}
    return Vocabulary(
        facilities, districts, unions, union.pk if union else None, union.name if union and only else ""
    )


def _reading(table: Table, row: Row, vocabulary: Vocabulary, today: date) -> RowReading:
    """The row read, with the faults of single cells in place of what their text would say."""
    faults = {
        table.columns[position]: error for position, error in row.faults if position < len(table.columns)
    }
    faulty = {column: error for column, error in faults.items() if column and column != "errors"}
    reading = read_row(table.by_column(row), vocabulary, today=today)
    if not faulty:
        return reading
    problems = [one for one in reading.problems if one.column not in faulty]
    problems += [Problem(column, error) for column, error in faulty.items()]
    return RowReading(None, None if faulty.keys() & {"lon", "lat"} else reading.place, tuple(problems))


def _wgs84(places: Sequence[DeclaredPlace], datum: str) -> tuple[list[float], list[float]]:
    lon, lat = convert(
        np.array([one.lon for one in places]),
        np.array([one.lat for one in places]),
        source=datum,
        target="wgs84",
    )
    return np.asarray(lon).tolist(), np.asarray(lat).tolist()


def place_problems(where: DeclaredPlace, place: Place, district_names: dict[int, str]) -> list[Problem]:
    """What is wrong with where a row's position lies."""
    given = {"lon": where.lon, "lat": where.lat}
    if not place.served:
        return [Problem("lon", RuleError("swapped" if place.served_if_swapped else "outside_area", **given))]
    if place.district_id is None:
        return [Problem("lon", RuleError("outside_districts", **given))]
    if where.district_id not in (None, place.district_id):
        names = {"declared": district_names[where.district_id], "derived": district_names[place.district_id]}
        return [Problem("district", RuleError("other_district", **names))]
    return []


def check_datum_fits(declared: Sequence[DeclaredPlace], places: Sequence[Place], datum: str) -> None:
    """FileError when five or more positions lie outside their districts, and either another datum would at least halve
    that number and mend five, or it is most of the file.

    GCJ-02 moves a place by 480 m in Shanghai: across a district's border for one place in ten or twenty. So not only the
    share of misplaced rows counts, but whether another datum would mend them.
    """
    outside = sum(not _fits(where, place) for where, place in zip(declared, places, strict=True))
    total = len(declared)
    if outside < MANY:
        return

    def share_inside(lon: np.ndarray, lat: np.ndarray) -> float:
        found = locate(lon.tolist(), lat.tolist())
        return sum(_fits(where, place) for where, place in zip(declared, found, strict=True)) / total

    likely, shares = likely_datum(
        share_inside, [one.lon for one in declared], [one.lat for one in declared], declared=datum
    )
    better = round((1 - shares[likely]) * total)
    numbers = {"outside": outside, "total": total, "better": better}
    if likely != datum and better <= outside / 2 and outside - better >= MANY:
        names = {"declared": datum.upper(), "likely": likely.upper()}
        raise FileError("wrong_datum", **numbers, **names)
    if outside > total / 2:
        raise FileError("wrong_places", **numbers)


def _fits(where: DeclaredPlace, place: Place) -> bool:
    return place.district_id is not None and where.district_id in (None, place.district_id)


def _taken(good: dict[int, Good]) -> Iterable[tuple[int, Problem]]:
    """Rows whose nameplate number, or whose name within 30 m, a station in the database has."""
    plates = {one.station.nameplate_no for one in good.values()} - {None}
    holders = dict(Station.objects.filter(nameplate_no__in=plates).values_list("nameplate_no", "name"))
    for number, one in good.items():
        plate = one.station.nameplate_no
        if plate in holders:
            error = RuleError("nameplate_taken", given=plate, station=holders[plate])
            yield number, Problem("nameplate_no", error)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT ON (number) number, name, ST_Distance(point, place)
              FROM unnest(%s::int[], %s::text[], %s::float8[], %s::float8[]) AS given(number, name, lon, lat)
              JOIN registry_station USING (name),
                   CAST(ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS geography) AS place
             WHERE ST_DWithin(point, place, %s)
             ORDER BY number, ST_Distance(point, place)
            """,
            [
                list(good),
                [one.station.name for one in good.values()],
                [one.lon for one in good.values()],
                [one.lat for one in good.values()],
                SAME_PLACE_M,
            ],
        )
        for number, name, metres in cursor.fetchall():
            yield number, Problem("name", RuleError("near_same_name", station=name, metres=round(metres)))


def _twice(good: dict[int, Good]) -> Iterable[tuple[int, Problem]]:
    """Rows that repeat the nameplate number, or the name within 30 m, of a row above."""
    plates: dict[str, int] = {}
    standing: dict[tuple[str, int, int], list[Good]] = defaultdict(list)
    for number, one in good.items():
        plate = one.station.nameplate_no
        if plate and plate in plates:
            error = RuleError("nameplate_in_file", given=plate, row=plates[plate])
            yield number, Problem("nameplate_no", error)
        elif plate:
            plates[plate] = one.row.number
        east, north = int(one.lon / 0.001), int(one.lat / 0.001)  # squares of about 100 m
        around = product([one.station.name], range(east - 1, east + 2), range(north - 1, north + 2))
        above = (other for square in around for other in standing.get(square, ()))
        same = next((other for other in above if _apart_m(one, other) <= SAME_PLACE_M), None)
        if same:
            yield number, Problem("name", RuleError("near_same_row", row=same.row.number))
        else:
            standing[one.station.name, east, north].append(one)


def _apart_m(one: Good, other: Good) -> float:
    return float(geodesic_m(one.lon, one.lat, other.lon, other.lat))


def _station(one: Good, datum: str) -> Station:
    row = one.station
    return Station(
        name=row.name,
        address=row.address,
        point=wgs84_point(one.lon, one.lat),
        declared_lon=row.place.lon,
        declared_lat=row.place.lat,
        declared_datum=datum,
        union_id=row.union_id,
        nameplate_no=row.nameplate_no,
        kind=row.kind,
        status=row.status,
        host_kind=row.host_kind,
        host_name=row.host_name,
        hours_text=row.hours_text,
        area_m2=row.area_m2,
        services=list(row.services),
        planned_completion=row.planned_completion,
        public_phone=row.public_phone,
    )
