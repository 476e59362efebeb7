"""A manager at the door with a phone of 390 px, the union at an office screen, and the public map in another window."""

import re

import pytest
from playwright.sync_api import expect

from geo.datum import convert
from stations.filing.changes import edit_live
from stations.filing.models import FieldChange, Filing
from stations.registry.models import Facility, Station
from tests.conftest import manages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def station(make_station, mona):
    station = make_station(
        "接力站", hours_text="9:00-17:00", facilities=["microwave", "fridge"], services=["water"]
    )
    manages(mona, station)
    return station


def editor(enter, user, station, **options):
    page = enter(user, f"/desk/stations/{station.pk}/edit/", **options)
    expect(page.locator("#moved")).to_contain_text("位置未动")
    return page


def drag(page, right, down):
    pin = page.locator(".place-pin.leaflet-marker-draggable").bounding_box()
    x, y = pin["x"] + pin["width"] / 2, pin["y"] + pin["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right, y + down, steps=5)
    page.mouse.up()


def save(page):
    page.locator(".save-bar button").click()


def place_on_the_public_map(page, station):
    """Where the page of the public map has the station, as [longitude, latitude]."""
    data = page.evaluate("fetch('/emap/stations.geojson?datum=wgs84').then((answer) => answer.json())")
    [feature] = [one for one in data["features"] if one["id"] == station.pk]
    return feature["geometry"]["coordinates"]


def test_the_manager_drags_the_marker_and_the_public_map_in_another_window_shows_the_new_place(
    visit, enter, station, mona
):
    public = visit.open(f"/#station-{station.pk}")
    expect(public.locator("#sheet-name")).to_have_text("接力站")
    assert place_on_the_public_map(public, station) == [121.25, 31.25]

    page = editor(enter, mona, station)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    drag(page, 70, -30)
    expect(page.locator("#moved")).to_contain_text(re.compile(r"移动了 \d+ 米，位于西区"))
    save(page)
    expect(page.locator(".messages")).to_contain_text("已保存，公众现在就能看到，随后由工会审核。")

    moved = Station.objects.get()
    assert moved.point.x > 121.2505
    assert moved.point.y > 31.2501
    public.reload()
    expect(public.locator("#sheet-name")).to_have_text("接力站")
    assert place_on_the_public_map(public, station) == pytest.approx([moved.point.x, moved.point.y], abs=1e-6)
    at = public.evaluate("[map_emap.getCenter().lng, map_emap.getCenter().lat]")
    assert at == pytest.approx([moved.point.x, moved.point.y], abs=2e-4)
    [change] = FieldChange.objects.all()
    assert (change.field, change.decision) == ("position", "pending")


@pytest.mark.parametrize("path", ["edit/", ""])
def test_what_a_finger_must_hit_is_at_least_44_pixels_high(enter, station, mona, path):
    page = enter(mona, f"/desk/stations/{station.pk}/{path}", has_touch=True)
    expect(page.locator("h1")).to_have_text("接力站")
    small = page.evaluate(
        """() => [...document.querySelectorAll("main :is(button, .button, .choice, .ticks label, .edit .field input)")]
            .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.classList.contains("unseen"))
            .filter((one) => one.getBoundingClientRect().height < 43.5)
            .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_far_move_is_previewed_asked_about_and_can_be_put_back(visit, enter, station, mona):
    visit.forgive("422")
    page = editor(enter, mona, station)
    page.locator("#degrees summary").click()
    page.fill("#id_lon", "121.2600")
    page.locator("#id_lon").blur()
    expect(page.locator("#moved")).to_contain_text("移动了 953 米，位于西区。 保存时需要确认。")
    save(page)
    expect(page.locator("#confirm")).to_contain_text("离原来的位置 953 米。")
    assert Station.objects.get().version == station.version
    page.locator("#put-back").click()
    expect(page.locator("#confirm")).to_have_count(0)
    expect(page.locator("#moved")).to_contain_text("位置未动")
    page.locator("#degrees summary").click()
    page.fill("#id_lon", "121.2600")
    page.locator("#id_lon").blur()
    expect(page.locator("#moved")).to_contain_text("953")
    save(page)
    page.locator("#confirm button").click()
    expect(page.locator(".messages")).to_contain_text("已保存")
    assert Station.objects.get().point.x == 121.26


def test_a_marker_dragged_out_of_every_district_goes_back(visit, enter, make_station, mona):
    visit.forgive("400")
    station = make_station("河边站", 121.25, 31.4999)
    manages(mona, station)
    page = editor(enter, mona, station)
    for _ in range(3):
        page.locator(".leaflet-control-zoom-out").click()
        page.wait_for_timeout(300)
    drag(page, 0, -150)
    expect(page.locator("#moved.fault")).to_be_visible()
    assert page.input_value("#id_lat") == "31.4999"


def test_i_am_standing_at_the_door(visit, enter, station, mona):
    phone = {"latitude": 31.2501, "longitude": 121.2511, "accuracy": 12}
    page = editor(enter, mona, station, geolocation=phone, permissions=["geolocation"])
    page.locator("#door").click()
    expect(page.locator("#moved")).to_contain_text("移动了 105 米，位于西区。 手机定位误差约 12 米。")
    assert page.input_value("#id_datum") == "wgs84"
    save(page)
    expect(page.locator(".messages")).to_contain_text("已保存")
    assert Station.objects.get().point.coords == pytest.approx((121.2511, 31.2501), abs=1e-7)


def test_on_a_base_map_in_gcj_02_the_marker_stands_there_and_a_drag_is_read_there(
    visit, enter, station, mona, settings
):
    settings.JIELI_BASEMAP = "amap"
    visit.forgive("Failed to load resource")  # tiles, which this test does not fetch
    page = enter(mona, f"/desk/stations/{station.pk}/")
    page.context.route("**/*autonavi*/**", lambda route: route.abort())
    page.goto(f"{visit.site}/desk/stations/{station.pk}/edit/")
    expect(page.locator("#moved")).to_contain_text("位置未动")
    shown = page.evaluate("[map_desk.getCenter().lng, map_desk.getCenter().lat]")
    assert shown == pytest.approx(convert(121.25, 31.25, source="wgs84", target="gcj02"), abs=1e-5)
    drag(page, 60, 0)
    expect(page.locator("#moved")).to_contain_text("位于西区")
    assert page.input_value("#id_datum") == "gcj02"
    save(page)
    expect(page.locator(".messages")).to_contain_text("已保存")
    moved = Station.objects.get()
    assert moved.declared_datum == "gcj02"
    assert 121.2502 < moved.point.x < 121.2515
    assert moved.point.y == pytest.approx(31.25, abs=2e-5)
    visit.faults[:] = [one for one in visit.faults if "autonavi" not in one]


def test_a_phone_that_is_not_sure_is_asked_again(visit, enter, station, mona):
    visit.forgive("422")
    phone = {"latitude": 31.2501, "longitude": 121.2511, "accuracy": 400}
    page = editor(enter, mona, station, geolocation=phone, permissions=["geolocation"])
    page.locator("#door").click()
    expect(page.locator("#moved")).to_contain_text("不够准确")
    save(page)
    expect(page.locator("#confirm")).to_contain_text("手机定位误差达 400 米。")
    assert Station.objects.get().version == station.version


def test_two_editors_meet_and_nothing_typed_is_lost(visit, enter, station, mona, bob):
    visit.forgive("409")
    page = editor(enter, mona, station)
    page.fill("#id_name", "站长的名")
    page.fill("#id_hours_text", "24小时")
    edit_live(station=station, by=bob, name="工会的名", address="工会路3号")
    save(page)
    clashes = page.locator(".clashes")
    for shown in ("接力站", "工会的名", "站长的名", "工会路3号"):
        expect(clashes).to_contain_text(shown)
    assert page.input_value("#id_name") == "站长的名"
    assert page.input_value("#id_address") == "工会路3号"
    page.fill("#id_name", "商定的名")
    save(page)
    expect(page.locator(".messages")).to_contain_text("已保存")
    assert Station.objects.values_list("name", "address", "hours_text").get() == (
        "商定的名",
        "工会路3号",
        "24小时",
    )


def test_closed_and_broken_are_one_tap_each_and_the_public_sheet_shows_them(visit, enter, station, mona):
    page = enter(mona, f"/desk/stations/{station.pk}/")
    page.locator(".taps li", has_text="微波炉").get_by_role("button").click()
    expect(page.locator(".messages")).to_contain_text("已报损坏")
    page.locator(".choice", has_text="停水停电").click()
    page.get_by_role("button", name=re.compile("关闭至明天")).click()
    expect(page.locator(".closure")).to_contain_text("停水停电")
    public = visit.open(f"/#station-{station.pk}")
    expect(public.locator("#sheet")).to_contain_text("停水停电")
    expect(public.locator("#sheet .broken")).to_contain_text("微波炉")
    page.get_by_role("button", name="现在恢复开放").click()
    page.locator(".taps li", has_text="微波炉").get_by_role("button").click()
    expect(page.locator(".messages")).to_contain_text("已恢复正常")
    assert set(Facility.objects.values_list("condition", flat=True)) == {"working"}
    public.reload()
    expect(public.locator("#sheet-name")).to_be_visible()
    expect(public.locator("#sheet")).not_to_contain_text("停水停电")


def test_the_union_restores_a_move_at_its_desk(enter, station, mona, bob):
    edit_live(
        station=station, by=mona, name="新名", position={"lon": 121.2515, "lat": 31.25, "datum": "wgs84"}
    )
    filing = Filing.objects.get()
    page = enter(bob, f"/desk/filings/{filing.pk}/changes/", width=1366, height=900)
    expect(page.locator(".place-pin")).to_have_count(2)
    move = page.locator(".decision", has_text="移动了 143 米。")
    move.get_by_role("button", name="恢复原值").click()
    expect(page.locator(".messages")).to_contain_text("已恢复")
    page.get_by_role("button", name="确认").click()
    expect(page.locator(".messages")).to_contain_text("已确认")
    filing.refresh_from_db()
    assert filing.state == "decided"
    assert (Station.objects.get().name, Station.objects.get().point.x) == ("新名", 121.25)
