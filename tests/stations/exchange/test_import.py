"""Importing stations: what is read, from which files, and that a dry run writes nothing."""

import json
from datetime import date

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from geo.datum import convert
from stations.registry.exchange.importing import plan_import
from stations.registry.exchange.reading import read_table
from stations.registry.models import Facility, Station
from tests.stations.exchange.cases import GOOD, TODAY, run

pytestmark = pytest.mark.usefixtures("ground")


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


def test_columns_that_mean_nothing_are_told(write, capsys):
    run(write({**GOOD, "心情": "好"}))
    assert "心情" in capsys.readouterr().out


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
