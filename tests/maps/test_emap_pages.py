"""The public pages: map, list without script, sheet, hand-off."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.utils import timezone

from geo.hours import ZONE
from maps.emap import drawing, pages
from stations.checkins.models import BusyHour, BusyQuarter
from stations.registry.models import TemporaryClosure

HOSTILE = "`${alert(1)}</script><img src=x onerror=alert(2)>"


def text(response) -> str:
    return response.content.decode()


def test_the_map_speaks_chinese_first_whatever_the_browser_prefers(client, db):
    page = text(client.get("/", headers={"Accept-Language": "en"}))
    assert '<html lang="zh-Hans">' in page
    assert "现在开放" in page


def test_the_switch_turns_the_pages_english_and_back(client, db):
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert "Open now" in text(client.get("/"))
    client.post("/i18n/setlang/", {"language": "zh-hans", "next": "/"})
    assert "现在开放" in text(client.get("/"))


def test_the_map_page_links_only_our_own_files_and_has_no_inline_script(client, west):
    page = text(client.get("/"))
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]*', page) == []
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert not re.search(r"\son\w+=", page)


def test_the_maps_script_is_a_file_kept_for_ever_under_its_version(client, west):
    address = re.search(r'src="(/emap/map\.js\?v=\w+)"', text(client.get("/")))[1]
    response = client.get(address)
    assert response["Content-Type"].startswith("text/javascript")
    assert "immutable" in response["Cache-Control"]
    assert "var map_emap = L.map(" in text(response)
    assert "var marker_cluster_emap" in text(response)
    assert client.get("/emap/map.js?v=old")["Cache-Control"] == "no-cache"


def test_no_text_of_users_passes_through_folium(client, make_station):
    make_station(HOSTILE, address=HOSTILE, host_name=HOSTILE)
    assert "alert(" not in text(client.get("/emap/map.js"))
    assert "alert(" not in text(client.get("/"))


def test_district_shapes_are_the_ground_unless_tiles_are_chosen(client, west, settings):
    assert "geo_json_emap" in text(client.get("/emap/map.js"))
    settings.JIELI_BASEMAP = "amap"
    script = text(client.get("/emap/map.js"))
    assert "autonavi" in script
    assert "geo_json_emap" not in script
    assert "datum=gcj02" in text(client.get("/"))


def test_without_script_the_map_leads_to_the_list(client, db):
    assert '<noscript><meta http-equiv="refresh" content="0; url=/stations/"></noscript>' in text(
        client.get("/")
    )


def test_the_list_shows_public_stations_by_district(client, make_station):
    make_station("东边", 121.75, 31.25)
    make_station("西边", 121.25, 31.25)
    make_station("停用", status="suspended")
    page = text(client.get("/stations/"))
    assert page.index("西区</h2>") < page.index("西边") < page.index("东区</h2>") < page.index("东边")
    assert "停用" not in page


def test_the_list_can_be_searched_and_narrowed(client, make_station):
    make_station("银行站", 121.25, hours_text="24/7")
    make_station("药店站", 121.75, hours_text="")

    def shown(query):
        page = text(client.get("/stations/" + query))
        return [name for name in ("银行站", "药店站") if f">{name}<" in page]

    assert shown("?q=银行") == ["银行站"]
    assert shown("?q=东区") == ["药店站"]
    assert shown("?district=310102") == ["药店站"]
    assert shown("?open=1") == ["银行站"]
    assert shown("?q=没有") == []
    assert "没有符合条件的站点" in text(client.get("/stations/?q=没有"))


@pytest.mark.parametrize("query", ["?page=x", "?page=999", "?district=%00", "?q=%00", "?q=" + "%25" * 200])
def test_the_list_bears_any_query(client, make_station, query):
    make_station()
    assert client.get("/stations/" + query).status_code == 200


def test_the_sheet_says_what_there_is_and_what_is_broken(client, make_station):
    station = make_station(
        "爱心站",
        hours_text="24/7",
        services=["water"],
        nameplate_no="沪-7",
        facilities={"microwave": "broken", "wifi": "working", "fridge": "removed"},
    )
    page = text(client.get(f"/stations/{station.pk}/"))
    for expected in (
        "爱心站",
        "昼夜不关",
        "24小时",
        "饮水",
        "沪-7",
        "<s>微波炉</s>",
        "坏了，自 2026-03-01",
        "tel:12351",
    ):
        assert expected in page
    assert "冰箱" not in page


def test_the_sheet_tells_the_reason_of_a_closure(client, make_station):
    station = make_station(hours_text="24/7")
    now = timezone.now()
    TemporaryClosure.objects.create(station=station, during=(now - timedelta(hours=1), None), reason="装修")
    assert "装修" in text(client.get(f"/stations/{station.pk}/"))


def test_a_station_that_is_not_public_is_not_there_but_for_those_who_look_after_it(
    client, make_station, bob, charlie, signed_in
):
    address = f"/stations/{make_station(status='suspended').pk}/"
    assert client.get(address).status_code == 404
    assert client.get(address + "go/amap/").status_code == 404
    assert signed_in(charlie).get(address).status_code == 404
    assert signed_in(bob).get(address).status_code == 200


def test_hostile_names_are_shown_as_text(client, make_station):
    station = make_station(HOSTILE, address=HOSTILE, host_name=HOSTILE)
    for address in ("/stations/", f"/stations/{station.pk}/"):
        page = text(client.get(address))
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


def test_the_way_leads_to_the_chosen_map_app(client, make_station):
    station = make_station("爱心站", 121.25, 31.25)
    response = client.get(f"/stations/{station.pk}/go/apple/")
    assert response.status_code == 302
    assert response["Location"].startswith("https://maps.apple.com/?daddr=31.25%2C121.25")
    assert client.get(f"/stations/{station.pk}/go/nowhere/").status_code == 404


def test_public_pages_answer_503_and_not_500_while_the_database_is_away(client, monkeypatch, db):
    def away(*args):
        raise OperationalError("away")

    monkeypatch.setattr(drawing, "_draw", away)
    monkeypatch.setattr(pages.Station.objects, "public", away)
    for address in ("/", "/emap/map.js", "/stations/"):
        response = client.get(address)
        assert response.status_code == 503
        assert response["Retry-After"]
        assert "暂时连不上" in text(response)


def test_the_map_is_drawn_from_memory_while_the_database_is_away(client, west, monkeypatch):
    before = text(client.get("/emap/map.js"))

    cache.delete("emap.figure.districts.zh-hans")
    monkeypatch.setattr(drawing, "_draw", lambda: (_ for _ in ()).throw(OperationalError("away")))
    assert text(client.get("/emap/map.js")) == before


def test_the_demo_band_is_on_every_page_while_there_are_made_up_stations(client, make_station):
    make_station(is_demo=True)
    for address in ("/", "/stations/", "/accounts/login/", "/nothing-here/"):
        assert "演示：这里的站点、人员和号码都是虚构的。" in text(client.get(address))


def test_no_demo_band_over_real_stations(client, make_station):
    make_station()
    assert "演示：" not in text(client.get("/"))


def test_the_numbers_that_the_law_wants_are_shown_when_set(client, db, settings):
    settings.JIELI_MAP_APPROVAL_NO, settings.JIELI_ICP_NO = "GS（2026）1号", "沪ICP备1号"
    page = text(client.get("/"))
    assert "GS（2026）1号" in page
    assert "沪ICP备1号" in page


def test_only_get_and_head_are_answered(client, make_station):
    station = make_station()
    for address in ("/", "/stations/", f"/stations/{station.pk}/", "/emap/stations.geojson", "/emap/map.js"):
        assert client.head(address).status_code == 200
        assert client.post(address).status_code == 405


def test_sheet_of_a_monday_morning_says_when_it_closes(make_station, rf, monkeypatch):
    station = make_station(hours_text="Mo-Fr 09:00-17:00")
    context = pages._sheet(station, datetime(2026, 3, 2, 10, tzinfo=ZONE))
    assert context["is_open"] is True
    assert context["hours"] == "周一至周五 9:00-17:00；周六、周日 休息"


def test_the_sheet_tells_the_usually_busy_hours_in_words_without_script(client, make_station):
    busy, quiet = make_station(hours_text="24/7"), make_station(hours_text="24/7")
    quarter = date(2026, 7, 1)
    BusyQuarter.objects.create(quarter=quarter, published_at=timezone.now(), hours=3)
    for hour, level in ((11, 1), (12, 3), (14, 3)):
        BusyHour.objects.create(station=busy, quarter=quarter, hour=hour, level=level)
    page = text(client.get(f"/stations/{busy.pk}/"))
    assert "12:00-13:00、14:00-15:00" in page
    assert page.count('class="level-') == 4
    assert '<li class="level-0" title="13:00 签到太少，无法判断">' in page
    assert "按 2026-07-01 至 2026-09-30 的签到统计" in page
    assert "签到还不多" in text(client.get(f"/stations/{quiet.pk}/"))
