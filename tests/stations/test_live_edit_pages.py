"""The pages on which a station is edited on the map, a conflict is resolved and a change is decided; with no script running."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from geo.hours import ZONE
from stations.filing.changes import edit_live
from stations.filing.models import FieldChange, Filing
from stations.registry.actions import change_station
from stations.registry.conditions import report_broken
from stations.registry.models import Facility, Photo, Station, TemporaryClosure
from tests.conftest import manages


@pytest.fixture
def station(make_station, mona):
    station = make_station(
        "接力站", hours_text="9:00-17:00", facilities={"microwave": "working", "fridge": "broken"}
    )
    manages(mona, station)
    return station


@pytest.fixture
def manager(signed_in, mona):
    return signed_in(mona)


def opened(client, station):
    """What a browser would send back from the edit page as it was opened."""
    page = client.get(f"/desk/stations/{station.pk}/edit/").content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(version|opened)" value="([^"]*)"', page))
    return hidden | {
        "name": station.name,
        "address": station.address,
        "hours_text": station.hours_text,
        "services": station.services,
        "facilities": [one.type_id for one in station.facilities.all() if one.condition != "removed"],
        "area_m2": "",
        "host_kind": station.host_kind,
        "host_name": station.host_name,
        "public_phone": station.public_phone,
        "lon": str(station.declared_lon),
        "lat": str(station.declared_lat),
        "datum": station.declared_datum,
        "accuracy_m": "",
    }


def save(client, station, form, **changes):
    return client.post(f"/desk/stations/{station.pk}/edit/", form | changes)


def text(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_what_is_saved_is_live_and_filed_and_says_so(manager, station):
    answer = manager.post(
        f"/desk/stations/{station.pk}/edit/", opened(manager, station) | {"hours_text": "24小时"}, follow=True
    )
    assert "已保存，公众现在就能看到，随后由工会审核。" in text(answer)
    assert Station.objects.get().hours_text == "24小时"
    assert FieldChange.objects.get().field == "hours_text"
    assert "待工会审核： 开放时间" in text(manager.get(f"/desk/stations/{station.pk}/edit/"))


def test_saving_what_was_opened_changes_nothing(manager, station):
    answer = save(manager, station, opened(manager, station))
    assert answer.status_code == 302
    assert (Station.objects.get().version, Filing.objects.count()) == (station.version, 0)


def test_a_facility_that_is_broken_stays_broken_and_one_unticked_is_removed(manager, station):
    save(manager, station, opened(manager, station), facilities=["fridge", "wifi"], name="新名")
    assert dict(Facility.objects.values_list("type", "condition")) == {
        "microwave": "removed",
        "fridge": "broken",
        "wifi": "working",
    }
    assert set(FieldChange.objects.values_list("field", flat=True)) == {
        "name",
        "facility:microwave",
        "facility:wifi",
    }


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("hours_text", "25:00-26:00", "25:00"),
        ("area_m2", "三间", "“三间”不是数字"),
        ("public_phone", "打电话", "打电话"),
        ("lon", "东经", "东经"),
        ("lon", "116.4", "服务范围"),
        ("name", "", "必填"),
        ("host_kind", "palace", "palace"),
    ],
)
def test_a_fault_is_named_at_its_field_and_what_was_typed_stays(manager, station, field, typed, told):
    answer = save(manager, station, opened(manager, station), address="新路2号", **{field: typed})
    assert answer.status_code == 400
    assert told in text(answer)
    assert 'value="新路2号"' in answer.content.decode()
    assert Station.objects.get().version == station.version


def test_a_far_move_is_asked_about_and_the_answer_holds_for_that_place_only(manager, station):
    form = opened(manager, station) | {"lon": "121.26"}
    answer = save(manager, station, form, name="新名")
    assert answer.status_code == 422
    assert "离原来的位置 953 米。" in text(answer)
    assert 'value="新名"' in answer.content.decode()
    assert save(manager, station, form, lon="121.27", confirmed="121.26 31.25 wgs84").status_code == 422
    assert Station.objects.get().version == station.version
    assert save(manager, station, form, confirmed="121.26 31.25 wgs84").status_code == 302
    assert Station.objects.get().point.x == 121.26


def test_a_move_into_another_district_and_by_an_unsure_phone_is_asked_about(manager, make_station, mona):
    station = make_station(lon=121.4995)
    manages(mona, station)
    answer = save(manager, station, opened(manager, station), lon="121.5005", accuracy_m="150")
    assert answer.status_code == 422
    assert "在另一个区：东区。" in text(answer)
    assert "手机定位误差达 150 米。" in text(answer)


def test_the_second_of_two_editors_sees_both_versions_and_loses_nothing(manager, station, bob):
    form = opened(manager, station)
    edit_live(station=station, by=bob, name="工会的名", address="工会路3号")
    answer = save(manager, station, form, name="站长的名", hours_text="24小时")
    assert answer.status_code == 409
    page = answer.content.decode()
    for shown in ("接力站", "工会的名", "站长的名", "测试路1号", "工会路3号", "9:00-17:00", "24小时"):
        assert shown in page
    assert 'name="name" value="站长的名"' in page
    assert 'name="address" value="工会路3号"' in page  # not touched here, so the other's stays
    assert 'name="theirs" value="name"' in page
    assert 'name="theirs" value="address"' not in page
    assert Station.objects.get().name == "工会的名"


def test_the_conflict_is_resolved_by_saving_again(manager, station, bob):
    form = opened(manager, station)
    edit_live(station=station, by=bob, name="工会的名", host_name="某银行")
    save(manager, station, form, name="站长的名", hours_text="24小时")
    again = opened(manager, station) | {"name": "站长的名", "hours_text": "24小时", "host_name": "某银行"}
    kept = save(manager, station, again, theirs=["name"])
    assert kept.status_code == 302
    assert Station.objects.values_list("name", "hours_text", "host_name").get() == (
        "工会的名",
        "24小时",
        "某银行",
    )


def test_a_fault_reported_meanwhile_is_no_conflict_and_is_not_undone(manager, station, bob):
    form = opened(manager, station)
    report_broken(station=station, by=bob, facility="microwave")
    TemporaryClosure.objects.create(station=station, during=(timezone.now(), None))
    # the page had the microwave as working, so what was opened and what is there now differ in nothing that is filed
    assert save(manager, station, form, facilities=["microwave", "fridge", "wifi"]).status_code == 302
    assert Facility.objects.get(type="microwave").condition == "broken"
    assert set(FieldChange.objects.values_list("field", flat=True)) == {"facility:wifi"}


@pytest.mark.parametrize(
    "hidden", [{"opened": "forged"}, {"version": "x"}, {"version": "٣"}, {"opened": "", "version": ""}]
)
def test_a_page_that_lost_what_it_opened_is_a_conflict_and_no_error(manager, station, hidden, bob):
    form = opened(manager, station)
    change_station(station=station, by=bob, name="工会的名")
    answer = save(manager, station, form | hidden, address="新路2号")
    assert answer.status_code == 409
    assert "新路2号" in answer.content.decode()


def test_a_station_that_is_not_on_the_map_has_no_form(manager, station):
    form = opened(manager, station)
    Station.objects.update(status="withdrawn")
    assert "请通过备案修改" in text(manager.get(f"/desk/stations/{station.pk}/edit/"))
    form |= opened(manager, station)
    assert save(manager, station, form | {"name": "新名"}).status_code == 302
    assert Station.objects.get().name == "接力站"


def test_the_preview_tells_what_a_move_would_be(manager, station):
    path = f"/desk/stations/{station.pk}/move/"
    move = manager.get(path, {"lon": "121.26", "lat": "31.25", "datum": "wgs84", "show": "gcj02"}).json()
    assert (move["metres"], move["district"], move["doubts"]) == (952.5, "西区", ["far"])
    assert move["at"] == pytest.approx([121.2645, 31.248], abs=0.003)
    assert move["at"] != [121.26, 31.25]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"lon": "121.26", "lat": "31.25", "datum": "mars", "show": "wgs84"},
        {"lon": "121.26", "lat": "31.25", "datum": "wgs84", "show": ""},
        {"lon": "nan", "lat": "31.25", "datum": "wgs84", "show": "wgs84"},
        {"lon": "1e400", "lat": "31.25", "datum": "wgs84", "show": "wgs84"},
        {"lon": "116.4", "lat": "39.9", "datum": "wgs84", "show": "wgs84"},
        {"lon": "\0", "lat": "39.9", "datum": "wgs84", "show": "wgs84"},
    ],
)
def test_a_preview_of_nonsense_is_told_and_no_error(manager, station, query):
    answer = manager.get(f"/desk/stations/{station.pk}/move/", query)
    assert answer.status_code == 400
    assert answer.json()["error"]


# --- one tap ---


def tap(client, station, path, **given):
    return client.post(f"/desk/stations/{station.pk}/{path}/", given, follow=True)


def test_closed_until_tomorrow_8_00_is_one_tap_and_so_is_open_again(manager, station):
    answer = tap(manager, station, "close", why="power")
    closure = TemporaryClosure.objects.get()
    tomorrow = timezone.now().astimezone(ZONE).date() + timedelta(days=1)
    assert closure.reason == "停水停电"
    assert f"{closure.during.upper.astimezone(ZONE):%Y-%m-%d %H:%M}" == f"{tomorrow} 08:00"
    assert "停水停电" in text(answer)
    assert "现在恢复开放" in text(answer)
    assert "停水停电" in text(manager.get(f"/stations/{station.pk}/"))
    assert "现在恢复开放" not in text(tap(manager, station, "open"))
    assert TemporaryClosure.objects.get().during.upper <= timezone.now()


def test_the_reason_is_in_the_public_language_whatever_the_manager_reads(manager, station):
    manager.cookies["django_language"] = "en"
    tap(manager, station, "close", why="repair")
    assert TemporaryClosure.objects.get().reason == "设备维修"


def test_closed_until_a_time_of_ones_own(manager, station):
    until = (timezone.now().astimezone(ZONE) + timedelta(hours=3)).replace(second=0, microsecond=0)
    tap(manager, station, "close", until=f"{until:%Y-%m-%dT%H:%M}", reason="<b>搬迁</b>")
    closure = TemporaryClosure.objects.get()
    assert (closure.during.upper, closure.reason) == (until, "<b>搬迁</b>")
    assert "<b>搬迁</b>" not in manager.get(f"/desk/stations/{station.pk}/").content.decode()


@pytest.mark.parametrize(
    "until",
    ["", "soon", "2020-01-01T00:00", "2026-02-30T10:00", "9999-12-31T23:59", "2026-01-01T00:00+08:00"],
)
def test_a_time_that_cannot_be_is_told(manager, station, until):
    answer = tap(manager, station, "close", until=until)
    assert 'class="error"' in answer.content.decode()
    assert not TemporaryClosure.objects.exists()


def test_broken_is_one_tap_and_works_again_the_next(manager, station):
    answer = tap(manager, station, "facilities/microwave", condition="broken")
    assert "已报损坏" in text(answer)
    assert Facility.objects.get(type="microwave").condition == "broken"
    assert "微波炉 坏了" in text(manager.get(f"/stations/{station.pk}/"))
    tap(manager, station, "facilities/microwave", condition="working")
    assert Facility.objects.get(type="microwave").condition == "working"
    assert "请先在" in text(tap(manager, station, "facilities/wifi", condition="broken"))


# --- the union decides ---


@pytest.fixture
def changed(station, mona):
    return edit_live(
        station=station,
        by=mona,
        name="新名",
        hours_text="24小时",
        position={"lon": 121.252, "lat": 31.25, "datum": "wgs84"},
    )


def test_the_union_sees_before_and_after_and_decides_field_by_field(signed_in, bob, changed):
    officer, path = signed_in(bob), f"/desk/filings/{changed.pk}/changes/"
    page = text(officer.get(path))
    for shown in ("接力站", "新名", "9:00-17:00", "24小时", "移动了 191 米。", "全部确认（3 项）"):
        assert shown in page
    name = FieldChange.objects.get(field="name")
    officer.post(path, {"restore": name.pk, "version": changed.version, "comment": "名称与铭牌不符"})
    changed.refresh_from_db()
    officer.post(path, {"confirm": "all", "version": changed.version})
    changed.refresh_from_db()
    assert changed.state == "decided"
    assert Station.objects.values_list("name", "hours_text").get() == ("接力站", "24小时")
    assert "名称与铭牌不符" in text(officer.get(path))


def test_the_stations_photos_stand_beside_a_move(signed_in, bob, changed, station, mona):
    photo = Photo.objects.create(station=station, file="photos/none.jpg", caption="新门口", by=mona)
    page = signed_in(bob).get(f"/desk/filings/{changed.pk}/changes/").content.decode()
    assert f'src="/stations/{station.pk}/photos/{photo.pk}' in page
    assert "新门口" in page


def test_the_manager_sees_the_outcome_and_decides_nothing(manager, signed_in, bob, changed):
    path = f"/desk/filings/{changed.pk}/changes/"
    assert "<button name=" not in manager.get(path).content.decode()
    assert manager.post(path, {"confirm": "all", "version": changed.version}).status_code == 403
    signed_in(bob).post(path, {"restore": "all", "version": changed.version})
    assert "已恢复" in text(manager.get(path))
    assert "请先" not in text(manager.get(path))


@pytest.mark.parametrize(
    "given",
    [
        {"version": "0"},
        {"version": ""},
        {"version": "x"},
        {"confirm": "9" * 18},
        {"confirm": "x"},
        {"confirm": "²"},
    ],
)
def test_a_decision_on_something_else_decides_nothing(signed_in, bob, changed, given):
    answer = signed_in(bob).post(
        f"/desk/filings/{changed.pk}/changes/",
        {"confirm": "all", "version": changed.version} | given,
        follow=True,
    )
    assert 'class="error"' in answer.content.decode()
    assert set(FieldChange.objects.values_list("decision", flat=True)) == {"pending"}


def test_a_field_that_was_overwritten_is_shown_and_not_restored(signed_in, bob, alice, changed, station):
    change_station(station=station, by=alice, name="中心的名")
    officer, path = signed_in(bob), f"/desk/filings/{changed.pk}/changes/"
    assert "之后又改为 中心的名" in text(officer.get(path))
    answer = officer.post(path, {"restore": "all", "version": changed.version}, follow=True)
    assert "未恢复原值" in text(answer)
    assert Station.objects.get().name == "中心的名"


def test_only_a_change_has_this_page(signed_in, bob, changed):
    Filing.objects.update(kind="new")
    assert signed_in(bob).get(f"/desk/filings/{changed.pk}/changes/").status_code == 404
