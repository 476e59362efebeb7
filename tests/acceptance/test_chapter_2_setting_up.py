"""Chapter 2, setting up stations: who hosts them, the six haves, and the list of stations that a union sends in (Annex 2)."""

import openpyxl
import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from stations.registry.choices import HostKind, Service, StationKind
from stations.registry.models import CareDrive, FacilityType, Have, Pledge, Station
from stations.registry.words import HOST_KINDS, SERVICES


def test_article_1_names_the_hosts_that_a_station_may_have():
    named = (
        "银行、通讯营业网店、超市卖场、药房、饭店、快捷酒店、高校门卫、职工服务中心、党建服务中心、基层服务站"
    )
    assert [HOST_KINDS[kind][0] for kind in HostKind.values if kind != "other"] == named.split("、")


def test_article_1_a_sanitation_station_becomes_a_relay_station(make_station, signed_in, alice):
    station = make_station(kind=StationKind.SANITATION)
    answer = signed_in(alice).patch(
        f"/api/stations/{station.pk}/",
        {"kind": "relay"},
        content_type="application/json",
        headers={"If-Match": "*"},
    )
    assert answer.json()["properties"]["kind"] == StationKind.RELAY


def test_article_2_4_the_five_needs_and_other_services():
    assert [SERVICES[code][0] for code in Service.values] == [
        "饮水供给", "避暑取暖", "餐食加热", "手机充电", "休息如厕", "其他服务",
    ]  # fmt: skip


def test_article_2_5_six_basic_facilities_and_extras(db):
    basic = FacilityType.objects.filter(is_basic=True).values_list("name_zh", flat=True)
    assert list(basic) == ["空调", "冰箱", "微波炉", "饮水机（茶桶）", "充电排插", "桌椅"]
    assert set(FacilityType.objects.filter(is_basic=False).values_list("code", flat=True)) >= {
        "wifi",
        "first_aid",
        "reading",
        "toilet",
    }


def test_article_2_5_a_province_adds_its_own_facilities_as_data(make_station, client):
    FacilityType.objects.create(
        code="massage", name_zh="按摩椅", name_en="Massage chair", is_basic=False, position=20
    )
    make_station(facilities=["massage"])
    [feature] = client.get("/api/stations/?facility=massage").json()["features"]
    assert feature["properties"]["facilities"][0]["name_zh"] == "按摩椅"


def test_article_2_2_every_station_shows_the_hotline_12351(make_station, client):
    make_station()
    [feature] = client.get("/api/stations/").json()["features"]
    assert feature["properties"]["public_phone"] == "12351"


@pytest.fixture
def annex_2(tmp_path, west, east, west_union):
    """The list as a union fills it in: Annex 2's columns, and where each station stands on an Amap map."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["序号", "推荐站点名称", "地址", "站点\n负责人", "负责人手\n机", "开放时间", "站点\n区域\n面积\n(m²)",
                  "服务项目\n(结合站点实际填写)", "计划完\n成时\n间", "经度", "纬度"])  # fmt: skip
    sheet.append([1, "银行站", "测试路1号", "甲某", 13900000001, "上午9:00——下午5:00", 3,
                  "饮水供给、避暑取暖、手机充电、休息如厕", "2026年6月", 121.2544, 31.2481])  # fmt: skip
    sheet.append(
        [
            2,
            "药房站",
            "测试路2号",
            "乙某",
            13900000002,
            "周一至周五 8:00-20:00",
            5.5,
            "饮水供给",
            None,
            121.7545,
            31.2478,
        ]
    )
    path = tmp_path / "备案表.xlsx"
    book.save(path)
    return path


def test_the_list_of_annex_2_becomes_stations_on_the_map(annex_2, client, capsys):
    arguments = ["import_stations", str(annex_2), "--datum", "gcj02", "--union", "西区总工会"]
    call_command(*arguments)
    assert not Station.objects.exists()  # a dry run
    call_command(*arguments, "--commit")

    answer = client.get(
        "/api/stations/?near=121.25,31.25&within=30&open_at=2026-03-08T16:59:00%2B08:00"
    ).json()
    [feature] = answer["features"]
    assert feature["properties"]["name"] == "银行站"
    assert feature["properties"]["open"] is True
    assert Station.objects.get(name="药房站").district.name == "东区"
    assert "13900000001" not in client.get("/api/stations/").content.decode()


def test_a_station_whose_hours_are_not_known_is_not_called_closed(make_station, client):
    make_station(hours_text="")
    assert client.get("/api/stations/").json()["features"][0]["properties"]["open"] is None


def test_a_fault_in_the_list_is_told_by_sheet_row_and_column(annex_2, capsys):
    book = openpyxl.load_workbook(annex_2)
    book.active["G3"] = 0
    book.save(annex_2)
    with translation.override("en"):
        call_command("import_stations", str(annex_2), "--datum", "gcj02", "--union", "西区总工会")
    assert "Sheet, row 3, 站点区域面积 (area_m2): The area is 0 m²" in capsys.readouterr().err


def test_opening_hours_of_the_regulation_are_nine_to_five(make_station):
    make_station(hours_text="上午9:00——下午5:00")
    hours = Station.objects.get().hours
    assert hours.minutes_of_week()[0] == (9 * 60, 17 * 60)
    assert hours.is_open(timezone.now().replace(hour=4, minute=0)) is True  # noon in Shanghai


def test_article_2_the_six_haves_are_data_and_stand_on_the_stations_page(make_station, bob, signed_in):
    names = list(Have.objects.filter(in_force=True).values_list("name_zh", flat=True))
    assert names == ["有场所", "有标识", "有人员", "有服务", "有设施", "有保障"]
    page = signed_in(bob).get(f"/desk/stations/{make_station().pk}/").content.decode()
    assert all(name in page for name in names)


def test_article_2_5_the_centre_adds_a_facility_and_nobody_else(alice, bob, signed_in):
    given = {"name_zh": "按摩椅", "name_en": "Massage chair"}
    assert signed_in(bob).post("/desk/stations/lists/facilities/add/", given).status_code == 403
    signed_in(alice).post("/desk/stations/lists/facilities/add/", given)
    assert not FacilityType.objects.get(name_zh="按摩椅").is_basic


def test_article_2_2_the_pledge_hangs_inside_in_its_version(make_station, bob, signed_in):
    station, pledge = make_station(), Pledge.objects.get()
    signed_in(bob).post(f"/desk/stations/{station.pk}/pledge/", {"pledge": pledge.pk})
    station.refresh_from_db()
    assert station.pledge == pledge


def test_article_2_6_stations_take_part_in_the_care_drives_of_summer_and_winter(
    make_station, alice, bob, signed_in
):
    make_station("甲站")
    station = make_station("乙站", 121.75)
    for name, season in (("送清凉", "summer"), ("送温暖", "winter")):
        form = {"name": name, "season": season, "first": "2026-07-01", "last": "2026-08-31"}
        signed_in(alice).post("/desk/stations/lists/care/", form)
    summer = CareDrive.objects.get(season="summer")
    signed_in(bob).post(f"/desk/stations/{station.pk}/care/", {"drive": summer.pk})
    signed_in(alice).post(f"/desk/stations/lists/care/{summer.pk}/join/", {"district": "310101"})
    assert set(summer.participations.values_list("station__name", flat=True)) == {"甲站", "乙站"}
