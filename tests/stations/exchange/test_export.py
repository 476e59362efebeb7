"""Exporting stations: a round trip without loss, no formulas, no contacts unless asked."""

import csv
import json

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from stations.formulas import neutralised, restored
from stations.registry.models import Station, StationContact

KINDS = (".csv", ".xlsx", ".geojson")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def export(path, *args, datum="wgs84"):
    call_command("export_stations", str(path), "--datum", datum, *args)
    return path


def everything():
    """All that an exchange has to keep, as plain values."""
    return [
        (
            one.nameplate_no, one.name, one.kind, one.status, one.address, one.district.code, one.union.name, one.host_kind,
            one.host_name, one.public_phone, one.hours_text, one.open_slots, one.area_m2, one.services, one.planned_completion,
            sorted((f.type_id, f.condition, f.broken_since) for f in one.facilities.all()),
            (one.contact.manager_name, one.contact.mobile) if hasattr(one, "contact") else None,
        )
        for one in Station.objects.order_by("name")
    ]  # fmt: skip


@pytest.fixture
def stations(make_station, bank_union):
    full = make_station(
        "'=full', \"quoted\"", 121.1234567, 31.2345678, nameplate_no="P-1", kind="sanitation", status="suspended",
        host_kind="bank",
        host_name="=cmd|' /C calc'!A0", union=bank_union, public_phone="021-62345678", hours_text="周一至周五 9:00-17:00",
        area_m2="3.5", services=["water", "rest"], planned_completion="2026-06-30", address="@测试路，1号; “二楼”",
        facilities={"water": "broken", "wifi": "working", "reading": "removed"},
    )  # fmt: skip
    StationContact.objects.create(station=full, manager_name="+某人", mobile="+86 13900000000")
    make_station("＝全角", 121.75, 31.25)
    make_station("plain", 121.76, 31.25)


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_exported_is_imported_again_without_loss(stations, tmp_path, kind, datum):
    before = everything()
    points = {one.name: one.point for one in Station.objects.all()}
    path = export(tmp_path / f"stations{kind}", "--with-contacts", datum=datum)
    with connection.cursor() as cursor:  # another registry: in this one the nameplates are given for ever
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE registry_station CASCADE")
    call_command("import_stations", str(path), "--datum", datum, "--commit")
    assert everything() == before
    for one in Station.objects.all():
        assert one.point.coords == pytest.approx(points[one.name].coords, abs=2e-8)  # 2 mm


@pytest.mark.parametrize("kind", KINDS)
def test_persons_and_their_phones_only_when_asked_for(stations, tmp_path, kind):
    path = export(tmp_path / f"stations{kind}")
    text = (
        str(list(openpyxl.load_workbook(path).active.values)) if kind == ".xlsx" else path.read_text("utf-8")
    )
    assert "plain" in text
    assert "某人" not in text
    assert "13900000000" not in text
    assert "负责人" not in text
    assert "mobile" not in text


def test_no_cell_of_a_csv_starts_like_a_formula(stations, tmp_path):
    path = export(tmp_path / "stations.csv", "--with-contacts")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells
    assert "'＝全角" in cells
    assert not [
        cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    ]


def test_every_cell_of_a_workbook_is_text(stations, tmp_path):
    book = openpyxl.load_workbook(export(tmp_path / "stations.xlsx", "--with-contacts"))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell.value for cell in cells if cell.value.startswith(("=", "+", "@", "＝"))]


def test_geojson_says_its_datum(stations, tmp_path):
    collection = json.loads(export(tmp_path / "stations.geojson", datum="gcj02").read_text("utf-8"))
    assert collection["datum"] == "gcj02"
    assert len(collection["features"]) == 3


@pytest.mark.parametrize(
    "text", ["=1", "'=1", "''=1", "+1", "-1", "@a", "\t=", "＝1", "'", "'a", "plain", "", "a=1", "'\r"]
)
def test_neutralising_is_undone_exactly(text):
    assert restored(neutralised(text)) == text


def test_the_datum_and_a_known_kind_of_file_are_needed(stations, tmp_path):
    with pytest.raises(CommandError, match="--datum"):
        call_command("export_stations", str(tmp_path / "stations.csv"))
    with pytest.raises(CommandError, match="not a"):
        export(tmp_path / "stations.txt")
    with pytest.raises(CommandError, match="cannot be written"):
        export(tmp_path / "no" / "stations.csv")
