"""Positions that cannot be, in every kind of file: an error of the row that names the column, and nothing is written."""

import csv
import json
from datetime import date

import openpyxl
import pytest

from stations.registry.exchange.importing import plan_import, write_stations
from stations.registry.exchange.reading import read_table
from stations.registry.models import Station

ROW = {"name": "站", "address": "测试路1号", "union": "西区总工会"}
POSITIONS = {
    "NaN": (float("nan"), 31.25),
    "infinite": (float("inf"), 31.25),
    "minus infinite": (121.25, float("-inf")),
    "empty": (None, None),
    "half empty": (121.25, None),
    "swapped": (31.25, 121.25),
    "in another city": (116.4, 39.9),
    "in the sea": (122.3, 31.9),
    "at null island": (0.0, 0.0),
    "off the globe": (500.0, 31.25),
}


def write_csv(path, lon, lat):
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, [*ROW, "lon", "lat"])
        rows.writeheader()
        rows.writerow({**ROW, "lon": lon, "lat": lat})


def write_xlsx(path, lon, lat):
    book = openpyxl.Workbook()
    book.active.append([*ROW, "lon", "lat"])
    # a cell holds no NaN: what a program writes there is the word
    cells = [str(one) if one in (float("inf"), float("-inf")) or one != one else one for one in (lon, lat)]
    book.active.append([*ROW.values(), *cells])
    book.save(path)


def write_geojson(path, lon, lat):
    point = {"type": "Point", "coordinates": [one for one in (lon, lat) if one is not None]}
    feature = {"type": "Feature", "geometry": point, "properties": ROW}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))


WRITERS = {".csv": write_csv, ".xlsx": write_xlsx, ".geojson": write_geojson}


def planned(path, lon, lat):
    WRITERS[path.suffix](path, lon, lat)
    return plan_import(read_table(path), datum="wgs84", today=date(2026, 3, 3))


@pytest.fixture(params=WRITERS)
def path(request, tmp_path, west, east, west_union):
    return tmp_path / f"stations{request.param}"


def test_a_good_position_is_taken(path):
    plan = planned(path, 121.25, 31.25)
    assert not plan.rejected
    write_stations(plan)
    assert Station.objects.get().point.coords == (121.25, 31.25)


@pytest.mark.parametrize("position", POSITIONS.values(), ids=POSITIONS)
def test_a_bad_position_is_an_error_of_its_row_and_column(path, position):
    (rejected,) = planned(path, *position).rejected
    columns = {fault.column for fault in rejected.problems}
    assert columns
    assert columns <= {"lon", "lat"}


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e400"])
def test_a_number_that_is_none_is_an_error_of_its_property(west, west_union, tmp_path, number):
    path = tmp_path / "stations.geojson"
    write_geojson(path, 121.25, 31.25)
    path.write_text(path.read_text().replace(json.dumps(ROW["name"]), number))
    (rejected,) = plan_import(read_table(path), datum="wgs84", today=date(2026, 3, 3)).rejected
    assert [fault.column for fault in rejected.problems] == ["name"]
