"""The public map in Chromium, on a phone and on a desk."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect

from geo.models import SpecialDay
from stations.checkins.models import BusyHour, BusyQuarter
from stations.registry.models import Station, TemporaryClosure

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture
def three(make_station):
    """One open day and night, one never open, one with unknown hours, from west to east."""
    return [
        make_station(
            "常开站", 121.20, 31.2, hours_text="24/7", services=["water", "meal"], facilities=["toilet"]
        ),
        make_station("关门站", 121.30, 31.2, hours_text="closed", services=["water"]),
        make_station("未知站", 121.40, 31.2, hours_text="", services=["charging"]),
    ]


def names(page):
    return page.locator(".item-name").all_inner_texts()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_shows_list_and_map_without_scrolling_sideways(visit, three, size):
    page = visit.open("/", **size)
    expect(page.locator(".item")).to_have_count(3)
    expect(page.locator(".leaflet-marker-icon").first).to_be_visible()
    for part in ("#search", "#near", ".map-area", ".item"):
        assert page.locator(part).first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_a_finger_must_hit_is_at_least_44_pixels_high_on_a_phone(visit, three):
    page = visit.open("/", has_touch=True)
    expect(page.locator(".item")).to_have_count(3)
    page.locator(".item").first.click()
    expect(page.locator("#sheet-name")).to_be_visible()
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, a.button, .item, .search input")]
            .filter((one) => one.checkVisibility({ visibilityProperty: true }))
            .filter((one) => one.getBoundingClientRect().height < 43.5)
            .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_the_three_states_differ_in_words_and_in_shape(visit, three):
    page = visit.open("/")
    expect(page.locator(".item")).to_have_count(3)
    states = dict(zip(names(page), page.locator(".item .state").all_inner_texts(), strict=True))
    assert states == {"常开站": "现在开放，昼夜不关", "未知站": "开放时间未知，请先致电", "关门站": "已关门"}
    marks = {
        state: page.locator(f".pin.{state} span").first.evaluate(
            "(one) => [getComputedStyle(one, '::after').content, getComputedStyle(one).borderRadius].join()"
        )
        for state in ("open", "closed", "unknown")
    }
    assert len(set(marks.values())) == 3


def test_the_open_state_in_the_page_agrees_with_the_server(visit, make_station):
    now = timezone.localtime()
    clock = lambda minutes: f"{now + timedelta(minutes=minutes):%H:%M}"  # noqa: E731
    around = [f"{clock(-30)}-{clock(30)}", f"{clock(30)}-{clock(90)}"]
    texts = ["24/7", "closed", "", "Mo-Fr 09:00-17:00", "周六、周日 9:00-17:00", "Mo-Su 22:00-06:00", *around]
    for number, text in enumerate(texts):
        make_station(f"站{number}", 121.1 + number / 50, hours_text=text)
    shut = make_station("临时关", 121.45, hours_text="24/7")
    TemporaryClosure.objects.create(station=shut, during=(now - timedelta(hours=1), None), reason="装修")
    page = visit.open("/")
    expect(page.locator(".item")).to_have_count(len(texts) + 1)
    shown = {
        item.locator(".item-name").inner_text(): item.locator(".state").get_attribute("class").split()[1]
        for item in page.locator(".item").all()
    }
    words = {True: "open", False: "closed", None: "unknown"}
    asked = Station.objects.with_open(timezone.now(), SpecialDay.objects.calendar())
    assert shown == {station.name: words[station.is_open] for station in asked}


def test_chips_narrow_the_list_and_the_map_together(visit, three):
    page = visit.open("/")
    expect(page.locator(".item")).to_have_count(3)
    page.locator("[data-filter='service:water']").click()
    assert sorted(names(page)) == ["关门站", "常开站"]
    expect(page.locator(".pin")).to_have_count(2)
    page.locator("[data-filter=open]").click()
    assert names(page) == ["常开站"]
    expect(page.locator("#count")).to_have_text("1 个站点")
    page.locator("[data-filter='service:charging']").click()
    expect(page.locator(".blank")).to_contain_text("没有符合条件的站点")
    page.locator(".blank button").click()
    expect(page.locator(".item")).to_have_count(3)
    assert page.locator(".chip[aria-pressed=true]").count() == 0


@pytest.mark.parametrize("choice", ["always", "facility:toilet"])
def test_day_and_night_and_toilet_can_be_asked_for(visit, three, choice):
    page = visit.open("/")
    expect(page.locator(".item")).to_have_count(3)
    page.locator(f"[data-filter='{choice}']").click()
    assert names(page) == ["常开站"]


def test_the_search_finds_names_addresses_and_districts_as_one_types(visit, make_station):
    make_station("银行站", 121.2, address="南京路1号")
    make_station("药店站", 121.7, address="淮海路2号")
    page = visit.open("/")
    expect(page.locator(".item")).to_have_count(2)
    for text, expected in (
        ("银行", "银行站"),
        ("淮海路", "药店站"),
        ("东区", "药店站"),
        ("西区 南京", "银行站"),
    ):
        page.fill("#search", text)
        expect(page.locator(".item")).to_have_count(1)
        expect(page.locator(".item-name")).to_have_text(expected)


def locate(page, lon, lat):
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 20})
    page.locator("#near").click()


def test_near_me_sorts_by_distance_and_tells_metres_and_minutes(visit, three):
    page = visit.open("/")
    expect(page.locator(".item")).to_have_count(3)
    locate(page, 121.405, 31.2)
    expect(page.locator(".item-far").first).to_have_text("480 米")
    expect(page.locator(".item-walk").first).to_have_text("步行约 7 分钟")
    assert names(page) == ["未知站", "关门站", "常开站"]
    expect(page.locator(".me")).to_be_visible()


def test_the_position_never_leaves_the_browser(visit, three):
    page = visit.open("/")
    expect(page.locator(".item")).to_have_count(3)
    asked = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    locate(page, 121.405, 31.2)
    expect(page.locator(".item-far").first).to_be_visible()
    page.locator(".item").first.click()
    assert not any("121.4" in one or "31.2" in one for one in asked)


def test_on_a_gcj02_map_the_readers_dot_stands_in_the_maps_datum(visit, make_station, settings):
    from geo.datum import convert

    settings.JIELI_BASEMAP = "amap"
    make_station("近", 121.40, 31.2, hours_text="24/7")
    make_station("远", 121.20, 31.4, hours_text="24/7")
    page = visit.open("/stations/")
    page.route("**://*.is.autonavi.com/**", lambda route: route.abort())
    visit.forgive("ERR_FAILED")
    page.goto(visit.site + "/")
    expect(page.locator(".item")).to_have_count(2)
    locate(page, 121.41, 31.21)
    expect(page.locator(".me")).to_be_visible()
    shown = page.evaluate(
        """() => { let at = null; map_emap.eachLayer((layer) => {
            if (layer.options.icon && layer.options.icon.options.className === "me") at = layer.getLatLng(); });
            return [at.lng, at.lat]; }"""
    )
    expected = convert(121.41, 31.21, source="wgs84", target="gcj02")
    assert abs(shown[0] - expected[0]) < 5e-5  # 5 m
    assert abs(shown[1] - expected[1]) < 5e-5
    visit.faults[:] = [fault for fault in visit.faults if "autonavi" not in fault]


def test_a_refused_position_is_explained(visit, three):
    page = visit.open("/")
    expect(page.locator(".item")).to_have_count(3)
    page.locator("#near").click()
    expect(page.locator("#notice")).to_contain_text("没有位置权限")


def test_a_tap_opens_the_sheet_and_the_back_button_closes_it(visit, three):
    page = visit.open("/")
    expect(page.locator(".item")).to_have_count(3)
    page.locator(".item", has_text="常开站").click()
    expect(page.locator("#sheet-name")).to_have_text("常开站")
    expect(page.locator(".bubble")).to_contain_text("常开站")
    assert page.title().startswith("常开站")
    assert page.url.endswith(f"#station-{three[0].pk}")
    hrefs = page.locator(".ways a").evaluate_all("(links) => links.map((link) => link.getAttribute('href'))")
    assert hrefs == [f"/stations/{three[0].pk}/go/{code}/" for code in ("amap", "baidu", "tencent", "apple")]
    page.go_back()
    expect(page.locator("#sheet")).to_be_hidden()
    expect(page.locator(".item")).to_have_count(3)


def test_a_marker_opens_the_sheet(visit, three):
    page = visit.open("/", **DESK)
    expect(page.locator(".pin.closed")).to_be_visible()
    page.locator(".pin.closed").click()
    expect(page.locator("#sheet-name")).to_have_text("关门站")


def test_a_shared_address_opens_the_sheet_at_once(visit, three):
    page = visit.open(f"/#station-{three[2].pk}")
    expect(page.locator("#sheet-name")).to_have_text("未知站")


def test_the_english_switch_turns_the_page(visit, three):
    page = visit.open("/")
    expect(page.locator(".item")).to_have_count(3)
    page.locator(".language button").click()
    expect(page.locator("#near")).to_have_text("Near me")
    expect(page.locator(".item", has_text="常开站").locator(".state")).to_have_text("Open now, day and night")
    expect(page.locator("#count")).to_have_text("3 stations")


def test_without_script_the_list_is_there(visit, three):
    page = visit.open("/", java_script_enabled=False)
    page.wait_for_url("**/stations/")
    expect(page.locator(".row")).to_have_count(3)
    page.locator(".row-name", has_text="常开站").click()
    expect(page.locator("h1")).to_have_text("常开站")


def test_a_failed_load_says_so_and_can_be_tried_again(visit, three):
    visit.forgive("503")
    page = visit.open("/stations/")
    page.route("**/stations.geojson*", lambda route: route.fulfill(status=503, body="{}"))
    page.goto(visit.site + "/")
    expect(page.locator(".blank")).to_contain_text("信号不好")
    page.unroute("**/stations.geojson*")
    page.locator(".blank button").click()
    expect(page.locator(".item")).to_have_count(3)


def test_without_signal_the_stations_of_the_last_visit_are_shown(visit, three):
    page = visit.open("/")
    expect(page.locator(".item")).to_have_count(3)
    visit.forgive("ERR_FAILED")
    page.route("**/stations.geojson*", lambda route: route.abort())
    page.reload()
    expect(page.locator("#notice")).to_contain_text("没有网络")
    expect(page.locator(".item")).to_have_count(3)


def test_a_phone_can_give_the_map_the_whole_page(visit, three):
    page = visit.open("/")
    expect(page.locator(".item")).to_have_count(3)
    before = page.locator(".map-area").bounding_box()["height"]
    page.locator("#stretch").click()
    assert page.locator(".map-area").bounding_box()["height"] > 1.5 * before
    expect(page.locator(".item").first).to_be_hidden()
    page.locator("#stretch").click()
    expect(page.locator(".item").first).to_be_visible()


def test_a_long_list_is_shown_in_parts(visit, make_station):
    first = make_station("站点")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_station (name, kind, status, host_name, host_kind, address, point, declared_lon, declared_lat,"
            " declared_datum, union_id, public_phone, hours_text, services, is_demo, version, created_at, updated_at)"
            " SELECT name || n, kind, status, host_name, host_kind, address, point, declared_lon, declared_lat,"
            " declared_datum, union_id, public_phone, hours_text, services, is_demo, 1, now(), now()"
            " FROM registry_station, generate_series(1, 99) n WHERE id = %s",
            [first.pk],
        )
    page = visit.open("/")
    expect(page.locator(".item")).to_have_count(60)
    page.locator(".more button").click()
    expect(page.locator(".item")).to_have_count(100)
    expect(page.locator(".more button")).to_have_count(0)


def test_a_sheet_draws_the_usually_busy_hours(visit, three):
    quarter = date(2026, 7, 1)
    BusyQuarter.objects.create(quarter=quarter, published_at=timezone.now(), hours=3)
    for hour, level in ((11, 1), (12, 3), (14, 3)):
        BusyHour.objects.create(station=three[0], quarter=quarter, hour=hour, level=level)
    page = visit.open(f"/#station-{three[0].pk}", **PHONE)
    sheet = page.locator("#sheet")
    expect(sheet.locator(".busy li")).to_have_count(4)
    expect(sheet).to_contain_text("12:00-13:00、14:00-15:00")
    expect(sheet).to_contain_text("按 2026-07-01 至 2026-09-30 的签到统计")
    page = visit.open(f"/#station-{three[2].pk}", **PHONE)
    expect(page.locator("#sheet")).to_contain_text("签到还不多")
