"""Importing stations: what is read, what is refused and how it is told, and that nothing is half-written."""

import csv
import json
from datetime import date

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from geo.datum import convert
from stations.registry.exchange.importing import plan_import
from stations.registry.exchange.reading import read_table
from stations.registry.exchange.table import FileError
from stations.registry.management.commands import import_stations
from stations.registry.models import Facility, FacilityType, Station

TODAY = date(2026, 3, 3)
GOOD = {"名称": "第一站", "地址": "测试路1号", "经度": "121.25", "纬度": "31.25", "推荐单位": "西区总工会"}


@pytest.fixture(autouse=True)
def ground(west, east, west_union, east_union):
    """Two districts and their unions; messages in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def write(tmp_path):
    """`write({...}, {...})`: a CSV of rows whose headings are those of all of them."""

    def write_rows(*rows, name="stations.csv", encoding="utf-8-sig"):
        path = tmp_path / name
        headings = list(dict.fromkeys(heading for row in rows for heading in row))
        with path.open("w", encoding=encoding, newline="") as file:
            lines = csv.DictWriter(file, headings)
            lines.writeheader()
            lines.writerows(rows)
        return path

    return write_rows


def run(path, *args, datum="wgs84"):
    call_command("import_stations", str(path), "--datum", datum, *args)


def problems(path, **options):
    """(row, column, code) of every fault."""
    plan = plan_import(read_table(path), **{"datum": "wgs84", "today": TODAY, **options})
    return [
        (one.row.number, fault.column, fault.error.code) for one in plan.rejected for fault in one.problems
    ]


def test_the_datum_must_be_said(write):
    with pytest.raises(CommandError, match="--datum"):
        call_command("import_stations", str(write(GOOD)))


def test_a_dry_run_writes_nothing_and_commit_writes(write, capsys):
    path = write(GOOD)
    run(path)
    assert "1 rows are good" in capsys.readouterr().out
    assert not Station.objects.exists()
    run(path, "--commit")
    assert Station.objects.get().name == "第一站"


def test_annex_2_with_its_own_headings_and_the_lines_above_them(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["创设“户外职工爱心接力站”备案表"])
    sheet.append(["推荐单位名称 (区、产业局工会)", "西区总工会", None, "负责人姓名"])
    sheet.append([
        "序号", "推荐站点名称", "地址", "站点\n负责人", "负责人手\n机", "开放时间", "站点\n区域\n面积\n(m²)",
        "服务项目 (结合站点实际填写)", "计划完\n成时\n间", "经度", "纬度", "区", "设施", "创设载体",
    ])  # fmt: skip
    sheet.append([
        1, "第一站", "测试路1号", "某人", 13900000000, "上午9:00——下午5:00", 3.5, "饮水供给、手机充电", date(2026, 6, 30),
        121.25, 31.25, "西区", "空调、饮水机、冰箱（损坏 2026-03-01）", "银行",
    ])  # fmt: skip
    book.save(tmp_path / "annex2.xlsx")
    run(tmp_path / "annex2.xlsx", "--commit", "--union", "西区总工会")
    station = Station.objects.get()
    assert (station.name, station.district.name, station.host_kind) == ("第一站", "西区", "bank")
    assert (str(station.area_m2), station.services, station.planned_completion) == (
        "3.5",
        ["water", "charging"],
        date(2026, 6, 30),
    )
    assert station.hours.minutes_of_week()[0] == (540, 1020)
    assert (station.contact.manager_name, station.contact.mobile) == ("某人", "13900000000")
    assert set(Facility.objects.values_list("type", "condition")) == {
        ("aircon", "working"),
        ("water", "working"),
        ("fridge", "broken"),
    }
    assert station.declared_datum == "wgs84"


def test_english_identifiers_and_codes_too(write):
    row = {
        "name": "One", "address": "1 Road", "lon": "121.75", "lat": "31.25", "union": "东区总工会", "kind": "sanitation",
        "services": "water;meal", "facilities": "wifi", "status": "planned", "host_kind": "hotel", "hours": "24/7",
    }  # fmt: skip
    run(write(row), "--commit")
    station = Station.objects.get()
    assert (station.kind, station.services, station.status) == ("sanitation", ["water", "meal"], "planned")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_that_spreadsheets_write(write, encoding):
    run(write(GOOD, encoding=encoding), "--commit")
    assert Station.objects.get().name == "第一站"


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_positions_are_converted_and_what_was_declared_is_kept(write, datum):
    run(write(GOOD), "--commit", datum=datum)
    station = Station.objects.get()
    assert station.point.coords == pytest.approx(
        convert(121.25, 31.25, source=datum, target="wgs84"), abs=1e-9
    )
    assert (station.declared_lon, station.declared_lat, station.declared_datum) == (121.25, 31.25, datum)


def test_geojson(tmp_path):
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [121.25, 31.25, 4.0]},
        "properties": {"name": "第一站", "address": "测试路1号", "union": "西区总工会", "services": ["water", "rest"],
                       "area_m2": 3.5, "nameplate_no": None},
    }  # fmt: skip
    path = tmp_path / "stations.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    run(path, "--commit")
    assert Station.objects.get().services == ["water", "rest"]


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"名称": ""}, "name", "required"),
        ({"名称": "站" * 81}, "name", "too_long"),
        ({"名称": "a\x07b"}, "name", "control"),
        ({"地址": " "}, "address", "required"),
        ({"经度": ""}, "lon", "required"),
        ({"纬度": "north"}, "lat", "coordinate"),
        ({"经度": "NaN"}, "lon", "coordinate"),
        ({"经度": "Infinity"}, "lon", "coordinate"),
        ({"经度": "1e400"}, "lon", "coordinate"),
        ({"经度": "31.25", "纬度": "121.25"}, "lon", "swapped"),
        ({"经度": "31.25", "纬度": "31.25"}, "lon", "outside_area"),
        ({"经度": "500"}, "lon", "not_on_earth"),
        ({"纬度": "31.75"}, "lon", "outside_districts"),
        ({"区": "东区"}, "district", "other_district"),
        ({"区": "北区"}, "district", "district"),
        ({"推荐单位": "无此工会"}, "union", "union"),
        ({"推荐单位": ""}, "union", "no_union"),
        ({"开放时间": "9:00-25:00"}, "hours", "hours.past_midnight"),
        ({"开放时间": "有空就开"}, "hours", "hours.not_understood"),
        ({"面积": "0"}, "area_m2", "area"),
        ({"面积": "大"}, "area_m2", "number"),
        ({"手机": "139"}, "mobile", "phone"),
        ({"公开电话": "x"}, "public_phone", "phone"),
        ({"服务项目": "饮水、按摩"}, "services", "unknown_word"),
        ({"创设载体": "宫殿"}, "host_kind", "unknown_word"),
        ({"类型": "车站"}, "kind", "unknown_word"),
        ({"状态": "好"}, "status", "unknown_word"),
        ({"设施": "泳池"}, "facilities", "unknown_word"),
        ({"设施": "空调、空调"}, "facilities", "twice"),
        ({"计划完成时间": "soon"}, "planned_completion", "date"),
        ({"铭牌编号": "P" * 41}, "nameplate_no", "too_long"),
    ],
)
def test_each_fault_is_told_by_its_row_and_column(write, change, column, code):
    path = write({**GOOD, **change}, {**GOOD, "名称": "好的"})
    assert problems(path) == [(2, column, code)]


def test_all_faults_of_a_row_are_told_at_once(write):
    path = write({**GOOD, "名称": "", "面积": "0", "手机": "1", "经度": "x"})
    assert {column for _, column, _ in problems(path)} == {"name", "area_m2", "mobile", "lon"}


def test_the_message_names_row_column_and_what_to_do(write, capsys):
    run(write(GOOD, {**GOOD, "名称": "第二站", "面积": "-1"}))
    told = capsys.readouterr()
    assert "row 3, 站点区域面积 (area_m2):" in told.err
    assert "Dry run: 1 rows are good, 1 faulty" in told.out


def test_a_district_declared_wrongly_names_both(write):
    plan = plan_import(read_table(write({**GOOD, "区": "东"})), datum="wgs84", today=TODAY)
    assert "西区" in str(plan.rejected[0].problems[0].error)
    assert "东区" in str(plan.rejected[0].problems[0].error)


def test_swapped_within_the_area_of_degrees_is_recognised_by_the_service_area(write):
    """31.2 E, 121.4 N cannot be; but a file in another order can hold degrees that are both on earth."""
    assert problems(write({**GOOD, "经度": "31.25", "纬度": "89"})) == [(2, "lon", "outside_area")]


def test_commit_with_faults_needs_a_place_for_the_rejected_rows(write):
    path = write(GOOD, {**GOOD, "名称": ""})
    with pytest.raises(CommandError, match="--rejects"):
        run(path, "--commit")
    assert not Station.objects.exists()


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_rejected_rows_can_be_corrected_and_imported_again(write, tmp_path, suffix):
    path = write(
        GOOD,
        {**GOOD, "名称": "第二站", "面积": "-1", "备注": "=1+1"},
        {**GOOD, "名称": "第三站", "经度": "121.2501"},
    )
    rejects = tmp_path / f"rejects{suffix}"
    run(path, "--commit", "--rejects", str(rejects))
    assert set(Station.objects.values_list("name", flat=True)) == {"第一站", "第三站"}
    table = read_table(rejects)
    assert table.headings == ("名称", "地址", "经度", "纬度", "推荐单位", "面积", "备注", "问题")
    [row] = table.rows
    assert row.cells[:7] == ("第二站", "测试路1号", "121.25", "31.25", "西区总工会", "-1", "=1+1")
    assert "more than 0" in row.cells[7]
    corrected = write(
        dict(zip(table.headings, [*row.cells[:5], "3", *row.cells[6:]], strict=True)), name="corrected.csv"
    )
    run(corrected, "--commit")
    assert Station.objects.filter(name="第二站").exists()


def test_the_reject_file_is_never_the_file_itself(write):
    path = write({**GOOD, "名称": ""})
    before = path.read_bytes()
    with pytest.raises(CommandError, match="itself"):
        run(path, "--rejects", str(path))
    assert path.read_bytes() == before


def test_an_unwritable_reject_file_imports_nothing(write, tmp_path):
    with pytest.raises(CommandError, match="Nothing was imported"):
        run(write(GOOD, {**GOOD, "名称": ""}), "--commit", "--rejects", str(tmp_path / "no" / "rejects.csv"))
    assert not Station.objects.exists()


@transaction.atomic
def run_and_check(path):
    run(path, "--commit")
    connection.check_constraints()


def test_a_failure_in_the_middle_writes_nothing(write, monkeypatch):
    """The facility's type vanishes between plan and write: the stations written before it go too."""
    path = write({**GOOD, "设施": "空调"}, {**GOOD, "名称": "第二站"})
    real = import_stations.write_stations

    def write_after_losing_a_type(plan):
        FacilityType.objects.filter(code="aircon").delete()
        return real(plan)

    monkeypatch.setattr(import_stations, "write_stations", write_after_losing_a_type)
    with pytest.raises(IntegrityError):
        run_and_check(path)
    assert not Station.objects.exists()


def test_a_number_taken_between_reading_and_writing_is_told_and_nothing_is_written(
    write, monkeypatch, make_station
):
    path = write({**GOOD, "铭牌编号": "P-1"}, {**GOOD, "名称": "第二站"})
    real = import_stations.write_stations

    def write_after_somebody_else(plan):
        make_station("faster", 121.1, nameplate_no="P-1")
        return real(plan)

    monkeypatch.setattr(import_stations, "write_stations", write_after_somebody_else)
    with pytest.raises(CommandError, match="run it again"):
        run(path, "--commit")
    assert not Station.objects.exists()


def test_a_nameplate_number_taken_in_the_file_or_the_registry(write, make_station):
    make_station("holder", 121.1, nameplate_no="P-1")
    rows = [
        {**GOOD, "名称": f"第{n}站", "经度": f"121.2{n}", "铭牌编号": plate}
        for n, plate in enumerate(["P-1", "P-2", "P-2", "P-3"])
    ]
    assert problems(write(*rows)) == [
        (2, "nameplate_no", "nameplate_taken"),
        (4, "nameplate_no", "nameplate_in_file"),
    ]


def test_the_same_name_within_30_metres_is_the_same_station(write, make_station):
    make_station("第一站", 121.25, 31.2502)  # 22 m north
    assert problems(write(GOOD)) == [(2, "name", "near_same_name")]
    assert problems(write({**GOOD, "纬度": "31.2505"})) == []  # 33 m north of it
    assert problems(write({**GOOD, "名称": "另一站"})) == []


def test_the_same_name_within_30_metres_in_the_file(write):
    rows = [{**GOOD, "纬度": "31.2499"}, {**GOOD, "纬度": "31.2501"}, {**GOOD, "纬度": "31.2510"}]
    assert problems(write(*rows)) == [(3, "name", "near_same_row")]


def test_formulas_and_error_cells_are_faults(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["名称", "地址", "经度", "纬度", "推荐单位", "面积"])
    book.active.append(["第一站", "测试路1号", "=121+0.25", 31.25, "西区总工会", "#DIV/0!"])
    book.save(tmp_path / "formulas.xlsx")
    assert problems(tmp_path / "formulas.xlsx") == [(2, "lon", "formula"), (2, "area_m2", "cell_error")]


def test_a_sheet_must_be_named_when_several_hold_tables(tmp_path):
    book = openpyxl.Workbook()
    for title, name in (("一", "第一站"), ("二", "第二站")):
        sheet = book.create_sheet(title)
        sheet.append(list(GOOD))
        sheet.append([name, *list(GOOD.values())[1:]])
    path = tmp_path / "two.xlsx"
    book.save(path)
    with pytest.raises(FileError, match="一、二"):
        read_table(path)
    with pytest.raises(FileError, match="no sheet"):
        read_table(path, sheet="三")
    run(path, "--commit", "--sheet", "二")
    assert Station.objects.get().name == "第二站"


@pytest.fixture
def many():
    """40 stations along the border of the districts, 100 m on either side, in WGS-84."""
    return [
        (121.5 + side * 0.001, 31.05 + 0.01 * n, "西区" if side < 0 else "东区")
        for n in range(20)
        for side in (-1, 1)
    ]


def rows_of(places):
    return [
        {**GOOD, "名称": f"站{n}", "经度": repr(float(lon)), "纬度": repr(float(lat)), "区": district}
        for n, (lon, lat, district) in enumerate(places)
    ]


@pytest.mark.parametrize("true_datum", ["gcj02", "bd09"])
def test_positions_in_another_datum_than_said_stop_the_import_and_it_is_named(
    write, many, true_datum, tmp_path
):
    moved = [(*convert(lon, lat, source="wgs84", target=true_datum), district) for lon, lat, district in many]
    path = write(*rows_of(moved))
    with pytest.raises(CommandError, match=f"likely in {true_datum.upper()}"):
        run(path, "--commit", "--rejects", str(tmp_path / "rejects.csv"))
    assert not Station.objects.exists()
    run(path, "--commit", datum=true_datum)
    assert Station.objects.count() == 40


def test_the_right_datum_is_not_stopped(write, many):
    assert problems(write(*rows_of(many))) == []


def test_four_misplaced_rows_are_only_row_errors(write, many):
    wrong = [(lon, lat, "东区" if district == "西区" else "西区") for lon, lat, district in many[:4]]
    assert [code for *_, code in problems(write(*rows_of(wrong + many[4:])))] == ["other_district"] * 4


def test_a_file_that_lies_elsewhere_in_every_datum_is_stopped(write):
    rows = rows_of([(116.4 + 0.01 * n, 39.9, "西区") for n in range(10)])
    with pytest.raises(CommandError, match="whichever datum"):
        run(write(*rows))


def test_columns_that_mean_nothing_are_told(write, capsys):
    run(write({**GOOD, "心情": "好"}))
    assert "心情" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no_headings"),
        (b"hello\nworld\n", "no_headings"),
        ("名称,地址,经度,纬度\n".encode(), "no_rows"),
        ("名称,地址,经度\na,b,c\n".encode(), "missing_columns"),
        ("名称,name,地址,经度,纬度\na,b,c,1,2\n".encode(), "column_twice"),
        (b"\xff\xfe\x00\x01\x02", "encoding"),
        ("名称,地址,经度,纬度\n".encode("utf-16"), "encoding"),
        ("名称,地址,经度,纬度\n".encode() + b"\0\0\0", "encoding"),
        (b"," * 300, "too_many_columns"),
    ],
)
def test_a_csv_that_is_no_table_is_one_clear_error(tmp_path, content, code):
    path = tmp_path / "odd.csv"
    path.write_bytes(content)
    with pytest.raises(FileError) as refused:
        read_table(path)
    assert refused.value.code == code


def test_a_missing_file_and_a_strange_kind(tmp_path):
    for name, code in (("none.csv", "missing_file"), ("stations.pdf", "kind")):
        with pytest.raises(FileError) as refused:
            read_table(tmp_path / name)
        assert refused.value.code == code


def test_too_many_rows_and_too_many_bytes(tmp_path):
    path = tmp_path / "big.csv"
    path.write_text("名称,地址,经度,纬度\n" + "a,b,121.25,31.25\n" * 20_001)
    with pytest.raises(FileError, match="more than 20000 rows"):
        read_table(path)
    path.write_bytes(b"a" * (20 * 1024 * 1024 + 1))
    with pytest.raises(FileError, match="split it"):
        read_table(path)


def test_a_thousand_rows_are_checked_in_a_handful_of_queries(write, django_assert_max_num_queries):
    rows = [
        {
            **GOOD,
            "名称": f"站{n}",
            "经度": str(121.01 + (n % 100) * 0.0048),
            "纬度": str(31.01 + n // 100 * 0.009),
            "设施": "空调、wifi",
        }
        for n in range(1000)
    ]
    table = read_table(write(*rows))
    with django_assert_max_num_queries(9):
        plan = plan_import(table, datum="wgs84", today=TODAY)
    assert len(plan.good) == 1000
