"""Damaged and hostile files: one clear error each, no traceback, nothing written, in bounded time and memory."""

import csv
import io
import json
import random
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stations.registry.exchange.importing import plan_import
from stations.registry.exchange.reading import read_table
from stations.registry.exchange.table import FileError
from stations.registry.models import Station
from tests.stations.exchange.cases import GOOD, TODAY


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(list(GOOD))
    for number in range(5):
        book.active.append([f"站{number}", "路", 121.25, 31.2 + number / 100, "西区总工会"])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def collection() -> bytes:
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [121.25, 31.25]},
        "properties": {"name": "站", "address": "路", "union": "西区总工会"},
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature] * 3}, ensure_ascii=False).encode()


def table() -> bytes:
    return (",".join(GOOD) + "\n" + (",".join(GOOD.values()) + "\n") * 4).encode()


SOUND = {".xlsx": workbook, ".geojson": collection, ".csv": table}


def repacked(content: bytes, **entries: bytes) -> bytes:
    """The workbook with some of its files replaced."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, entries.get(name.rsplit("/", 1)[-1], old.read(name)))
    return packed.getvalue()


def damaged(content: bytes, seed: int) -> bytes:
    """Cut short, bytes flipped, pieces doubled or dropped."""
    rng = random.Random(seed)
    data = bytearray(content)
    for _ in range(rng.randint(1, 30)):
        at = rng.randrange(max(len(data), 1))
        match rng.randrange(4):
            case 0:
                data[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                del data[at : at + rng.randint(1, 40)]
            case 2:
                data[at:at] = data[at : at + rng.randint(1, 40)]
            case 3 if rng.random() < 0.1:
                data = data[: at + 1]
    return bytes(data)


def is_answered(path) -> bool:
    """Read and planned, or refused by the importer's own error in a few words. Anything else raises."""
    try:
        plan_import(read_table(path), datum="wgs84", today=TODAY)
    except FileError as error:
        return len(str(error)) < 600
    return True


@pytest.mark.parametrize("suffix", SOUND)
def test_two_hundred_damaged_files_are_answered_and_none_writes(west, east, west_union, tmp_path, suffix):
    sound = SOUND[suffix]()
    path = tmp_path / f"damaged{suffix}"
    for seed in range(200):
        path.write_bytes(damaged(sound, seed))
        assert is_answered(path)
    assert not Station.objects.exists()


def test_damage_inside_the_packed_files_is_answered_too(west, east, west_union, tmp_path):
    path = tmp_path / "inside.xlsx"
    sheet = zipfile.ZipFile(io.BytesIO(workbook())).read("xl/worksheets/sheet1.xml")
    for seed in range(60):
        name = ("sheet1.xml", "workbook.xml", "styles.xml", "[Content_Types].xml", "workbook.xml.rels")[
            seed % 5
        ]
        path.write_bytes(repacked(workbook(), **{name: damaged(sheet, seed)}))
        assert is_answered(path)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=400), suffix=st.sampled_from([".csv", ".xlsx", ".geojson"]))
def test_any_bytes_are_answered(west, east, west_union, tmp_path, content, suffix):
    path = tmp_path / f"any{suffix}"
    path.write_bytes(content)
    assert is_answered(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["type", "features", "geometry", "coordinates", "properties", "name", "address", "lon", "lat", "区"]),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(features=st.lists(JSON, max_size=4))
def test_any_features_are_answered(west, east, west_union, tmp_path, features):
    path = tmp_path / "any.geojson"
    whole = json.loads(collection())
    whole["features"] += features
    path.write_text(json.dumps(whole))
    assert is_answered(path)


CELL = st.text(max_size=30) | st.sampled_from(
    ["=1+1", "NaN", "1e400", "\x00", "121.25", "31.25", "9" * 500, "{name}", "%s", "西区"]
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELL, min_size=12, max_size=12), min_size=1, max_size=5))
def test_any_cells_are_answered(west, east, west_union, tmp_path, rows):
    path = tmp_path / "any.csv"
    headings = [
        "name",
        "address",
        "lon",
        "lat",
        "union",
        "hours",
        "area_m2",
        "services",
        "facilities",
        "mobile",
        "district",
        "date",
    ]
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    assert is_answered(path)


def refused(tmp_path, content: bytes, suffix: str) -> str:
    path = tmp_path / f"hostile{suffix}"
    path.write_bytes(content)
    with pytest.raises(FileError) as error:
        read_table(path)
    return error.value.code


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (90 * 1024 * 1024))
    assert refused(tmp_path, packed.getvalue(), ".xlsx") == "zip_bomb"


def test_too_many_packed_files_are_refused(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(1001):
            archive.writestr(f"{number}.xml", b"")
    assert refused(tmp_path, packed.getvalue(), ".xlsx") == "zip_bomb"


def test_xml_entities_are_refused(tmp_path):
    laughs = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
    <worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">
    <c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>"""
    assert refused(tmp_path, repacked(workbook(), **{"sheet1.xml": laughs}), ".xlsx") == "malformed"


def test_a_file_of_the_system_cannot_be_read_through_an_entity(tmp_path):
    thief = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><worksheet><sheetData><row>
    <c t="inlineStr"><is><t>&f;</t></is></c></row></sheetData></worksheet>"""
    assert refused(tmp_path, repacked(workbook(), **{"sheet1.xml": thief}), ".xlsx") == "malformed"


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"type": "FeatureCollection", "features": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"type": "FeatureCollection", "features": [' + b"9" * 5000 + b"]}",
        b"\xff\xfe{",
        b"",
    ],
)
def test_json_that_is_none_is_refused(tmp_path, content):
    assert refused(tmp_path, content, ".geojson") == "malformed"


@pytest.mark.parametrize(
    "content",
    [b"[]", b"1", b"null", b'{"type": "Feature"}', b'{"type": "FeatureCollection", "features": {}}'],
)
def test_json_that_is_no_collection_is_refused(tmp_path, content):
    assert refused(tmp_path, content, ".geojson") == "not_collection"


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {"type": "Polygon", "coordinates": [[[0, 0]] * 100_000]},
        {"type": "Point", "coordinates": [121.25]},
        {"type": "Point", "coordinates": ["121.25", "31.25"]},
        {"type": "Point", "coordinates": [True, False]},
        {"type": "Point", "coordinates": [[121.25, 31.25]]},
        {"type": "GeometryCollection", "geometries": []},
        "POINT(121.25 31.25)",
        "/vsicurl/http://127.0.0.1/x",
    ],
)
def test_a_geometry_that_is_no_point_is_a_fault_of_its_row(west, east, west_union, tmp_path, geometry):
    whole = json.loads(collection())
    whole["features"] = [{**whole["features"][0], "geometry": geometry}]
    path = tmp_path / "odd.geojson"
    path.write_text(json.dumps(whole))
    plan = plan_import(read_table(path), datum="wgs84", today=TODAY)
    assert {fault.error.code for fault in plan.rejected[0].problems} == {"geometry"}


def test_a_sheet_that_lies_about_its_size_is_read_as_it_is(west, east, west_union, tmp_path):
    sheet = zipfile.ZipFile(io.BytesIO(workbook())).read("xl/worksheets/sheet1.xml")
    path = tmp_path / "lies.xlsx"
    path.write_bytes(repacked(workbook(), **{"sheet1.xml": sheet.replace(b'ref="A1:E6"', b'ref="A1:A1"')}))
    assert len(read_table(path).rows) == 5
