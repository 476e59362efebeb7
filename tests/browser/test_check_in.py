"""What a worker's phone does after scanning, in Chromium: one tap with a script and without, with signal and without."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from stations.checkins.models import CheckIn, Opinion, WorkerReport
from stations.checkins.qr import codes
from tests.browser.test_emap_hostile import HOSTILE, nothing_ran

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SMALL = {"width": 360, "height": 640, "has_touch": True}
LIMIT = 60_000  # bytes of a whole page
API = "**/api/check-ins/"
BATCH = "**/api/check-ins/batch/"


@pytest.fixture
def station(make_station):
    return make_station(
        "外滩测试站",
        121.25,
        31.25,
        hours_text="24/7",
        services=["water", "charging"],
        facilities={"microwave": "broken", "wifi": "working"},
    )


@pytest.fixture
def path(station):
    return f"/q/{codes.text_of(codes.current_code(station))}/"


def tap(page, occupation="rider"):
    page.locator(f'button[value="{occupation}"]').click()


def thanked(page, words="签到成功，谢谢！"):
    expect(page.locator("#thanks-title")).to_have_text(words)


def queued(page):
    return page.evaluate(
        "Object.keys(localStorage).filter((one) => one.startsWith('jieli.check-in.')).length"
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [360, 390])
def test_one_screen_holds_all_that_is_asked(visit, path, width, language):
    page = visit.open(path, language=language, **SMALL | {"width": width})
    tall = page.evaluate("document.querySelector('.position').getBoundingClientRect().bottom")
    assert tall <= 640
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    tap(page)
    expect(page.locator("#after")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_what_a_finger_must_hit_is_at_least_48_pixels_high(visit, path):
    page = visit.open(path, **SMALL)
    small = """() => [...document.querySelectorAll("button, a, summary, label")]
        .filter((one) => one.checkVisibility({ visibilityProperty: true }))
        .filter((one) => one.getBoundingClientRect().height < 47.5).map((one) => one.outerHTML.slice(0, 90))"""
    page.locator("summary").click()
    assert page.evaluate(small) == []
    tap(page)
    thanked(page)
    assert page.evaluate(small) == []


def test_one_tap_checks_in_and_shows_what_the_station_has(visit, path, station):
    page = visit.open(path, **SMALL)
    expect(page.locator("h1").first).to_have_text("外滩测试站")
    tap(page)
    thanked(page)
    row = CheckIn.objects.get()
    assert (row.station, row.occupation, row.grade, row.band) == (station, "rider", "code", "")
    assert abs(row.at - timezone.now()) < timedelta(seconds=30)
    expect(page.locator(".facts")).to_contain_text("送餐员")
    expect(page.locator(".tags .broken")).to_contain_text("微波炉")
    assert queued(page) == 0
    assert page.url.endswith(f"{path}{row.id}/")
    page.reload()
    thanked(page)
    assert CheckIn.objects.count() == 1


def test_a_double_tap_and_an_impatient_one_are_one_check_in(visit, path):
    page = visit.open(path, **SMALL)
    page.evaluate(
        "[...document.querySelectorAll('.occupations button')].slice(0, 3).forEach((one) => { one.click(); one.click(); })"
    )
    thanked(page)
    page.wait_for_timeout(300)
    assert CheckIn.objects.count() == 1


def test_the_occupation_is_remembered_and_is_the_largest(visit, path):
    page = visit.open(path, **SMALL)
    tap(page, "courier")
    thanked(page)
    page.goto(visit.site + path)
    expect(page.locator(".occupations button").first).to_have_text("快递员")
    first, *others = [one.bounding_box() for one in page.locator(".occupations button").all()]
    assert first["height"] > max(one["height"] for one in others)
    assert first["width"] >= max(one["width"] for one in others)


def test_again_so_soon_is_said_kindly(visit, path):
    page = visit.open(path, **SMALL)
    tap(page)
    thanked(page)
    page.goto(visit.site + path)
    tap(page)
    thanked(page, "谢谢，已记下")
    expect(page.locator("#thanks-note")).to_contain_text("您刚才已在这里签过到了")
    expect(page.locator("#opinion")).to_be_hidden()


def test_without_a_script_a_form_does_the_same(visit, path):
    page = visit.open(path, java_script_enabled=False, **SMALL)
    expect(page.locator("#position")).to_be_hidden()
    tap(page, "warden")
    thanked(page)
    assert CheckIn.objects.get().occupation == "warden"
    page.locator('button[value="yes"]').click()
    expect(page.locator("#said")).to_have_text("谢谢您的评价。")
    assert Opinion.objects.get().good
    page.locator("summary").click()
    page.locator('button[value="closed"]').click()
    expect(page.locator("#said")).to_contain_text("谢谢！")
    thanked(page)
    assert WorkerReport.objects.get().kind == "closed"


def test_an_opinion_and_a_report_after_a_tap(visit, path):
    page = visit.open(path, **SMALL)
    tap(page)
    thanked(page)
    page.locator('#opinion button[value="no"]').click()
    expect(page.locator("#said")).to_have_text("谢谢您的评价。")
    expect(page.locator("#opinion")).to_have_count(0)
    assert not Opinion.objects.get().good
    page.locator("summary").click()
    page.locator('button[value="broken:wifi"]').click()
    expect(page.locator("#said")).to_contain_text("谢谢！")
    assert WorkerReport.objects.get().facility_id == "wifi"


def test_without_signal_it_is_kept_with_its_time_and_sent_when_there_is_signal(visit, path):
    visit.forgive("ERR_INTERNET_DISCONNECTED")
    page = visit.open(path, **SMALL)
    page.context.set_offline(True)
    before = timezone.now()
    tap(page)
    thanked(page, "已存在手机里")
    expect(page.locator("#thanks-note")).to_contain_text("按这个时间自动补交")
    expect(page.locator("#queue")).to_contain_text("存着一次签到")
    expect(page.locator("#opinion")).to_be_hidden()
    assert queued(page) == 1
    after = timezone.now()
    page.wait_for_timeout(1500)
    page.context.set_offline(False)
    thanked(page)
    expect(page.locator("#queue")).to_contain_text("已补交")
    row = CheckIn.objects.get()
    assert before - timedelta(seconds=1) <= row.made_at <= after
    assert before - timedelta(seconds=1) <= row.at <= after + timedelta(seconds=1)
    assert row.received_at - row.at > timedelta(seconds=1)
    assert queued(page) == 0


def test_what_is_kept_is_sent_by_the_next_opening_of_any_check_in_page(visit, path, make_station):
    visit.forgive("503")
    page = visit.open(path, **SMALL)
    page.route(API, lambda route: route.fulfill(status=503, body="{}", headers={"Retry-After": "60"}))
    page.route(BATCH, lambda route: route.fulfill(status=503, body="{}", headers={"Retry-After": "60"}))
    tap(page)
    thanked(page, "已存在手机里")
    page.unroute(API)
    page.unroute(BATCH)
    other = make_station("另一站", 121.3, 31.3)
    page.goto(f"{visit.site}/q/{codes.text_of(codes.current_code(other))}/")
    expect(page.locator("#queue")).to_contain_text("存在手机里的一次签到已补交")
    assert CheckIn.objects.get().station.name == "外滩测试站"
    assert queued(page) == 0


def test_the_timer_tries_again_by_itself(visit, path):
    visit.forgive("503")
    page = visit.open(path, **SMALL)
    answers = []

    def first_away(route):
        answers.append(route.request.url)
        if len(answers) < 2:
            return route.fulfill(status=503, body="{}")
        return route.continue_()

    page.route("**/api/check-ins/**", first_away)
    tap(page)
    thanked(page, "已存在手机里")
    expect(page.locator("#thanks-title")).to_have_text("签到成功，谢谢！", timeout=12_000)
    assert CheckIn.objects.count() == 1


def test_a_sign_in_page_of_a_strange_network_is_no_answer(visit, path):
    page = visit.open(path, **SMALL)
    page.route(API, lambda route: route.fulfill(status=200, body="<html>Free Wi-Fi</html>"))
    page.route(BATCH, lambda route: route.abort())
    visit.forgive("ERR_FAILED")
    tap(page)
    thanked(page, "已存在手机里")
    assert queued(page) == 1


def test_two_tabs_neither_lose_nor_double_anything(visit, path, make_station):
    visit.forgive("ERR_INTERNET_DISCONNECTED")
    one = visit.open(path, **SMALL)
    two = one.context.new_page()
    two.goto(f"{visit.site}/q/{codes.text_of(codes.current_code(make_station('另一站', 121.251, 31.25)))}/")
    one.context.set_offline(True)
    for page in (one, two):
        tap(page)
        thanked(page, "已存在手机里")
    assert queued(one) == 2
    one.context.set_offline(False)
    for page in (one, two):
        expect(page.locator("#thanks-title")).not_to_have_text("已存在手机里")
    assert CheckIn.objects.count() == 2
    assert queued(one) == queued(two) == 0


def test_what_is_refused_leaves_the_queue_with_a_word(visit, path, station, alice):
    page = visit.open(path, **SMALL)
    old = codes.text_of(codes.current_code(station))
    codes.reissue(station=station, by=alice, reason="被盗")
    waiting = [
        {
            "id": f"6f1d1d0e-0000-4000-8000-00000000000{number}",
            "code": code,
            "occupation": "rider",
            "ticket": "",
            "made_at": at,
        }
        for number, code, at in (
            (1, old, timezone.now()),
            (2, codes.text_of(codes.current_code(station)), timezone.now() - timedelta(days=30)),
            (3, codes.text_of(codes.current_code(station)), timezone.now() - timedelta(hours=3)),
        )
    ]
    keep(page, [{**one, "made_at": one["made_at"].isoformat()} for one in waiting])
    page.evaluate("localStorage.setItem('jieli.check-in.rubbish', 'rubbish')")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#queue")).to_contain_text("二维码已更换")
    expect(page.locator("#queue")).to_contain_text("交得太晚")
    expect(page.locator("#queue")).to_contain_text("一次签到已补交")
    assert queued(page) == 0
    assert str(CheckIn.objects.get().id).endswith("3")


def keep(page, items):
    for item in items:
        page.evaluate(
            "([name, item]) => localStorage.setItem(name, item)",
            [f"jieli.check-in.{item['id']}", json.dumps(item)],
        )


def test_one_that_nobody_can_read_does_not_hold_up_the_others(visit, path):
    visit.forgive("422")
    visit.forgive("400")
    page = visit.open(path, **SMALL)
    at = timezone.now().isoformat()
    good = {
        "id": "6f1d1d0e-0000-4000-8000-000000000001",
        "code": path.split("/")[2],
        "occupation": "rider",
        "made_at": at,
    }
    keep(page, [good, {"id": "odd", "made_at": 7, "code": ["x"]}])
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#queue .sent")).to_be_visible()
    expect(page.locator("#queue .waiting")).to_have_count(0)
    assert queued(page) == 0
    assert CheckIn.objects.count() == 1


def test_a_browser_that_keeps_nothing_says_so_and_sends_from_the_open_page(visit, path):
    visit.forgive("ERR_INTERNET_DISCONNECTED")
    page = visit.open("/stations/")
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('quota'); };")
    page.goto(visit.site + path)
    page.context.set_offline(True)
    tap(page)
    expect(page.locator("#thanks-note")).to_contain_text("请不要关掉本页")
    page.context.set_offline(False)
    thanked(page)
    assert CheckIn.objects.count() == 1


def test_the_position_is_not_asked_for_while_the_switch_is_off(visit, path):
    page = visit.open(
        "/stations/", permissions=["geolocation"], geolocation={"longitude": 121.25, "latitude": 31.25}
    )
    page.add_init_script(
        "window.asked = 0; navigator.geolocation.getCurrentPosition = () => { window.asked += 1; };"
    )
    page.goto(visit.site + path)
    tap(page)
    thanked(page)
    assert page.evaluate("window.asked") == 0


@pytest.mark.parametrize(
    ("lat", "grade", "words"),
    [(31.2504, "near", "已确认您在站点附近"), (31.29, "code", "定位没能帮上忙")],
    ids=["near", "far"],
)
def test_a_position_confirms_the_visit_or_does_no_harm(visit, path, lat, grade, words):
    there = {"longitude": 121.25, "latitude": lat, "accuracy": 20}
    page = visit.open(path, permissions=["geolocation"], geolocation=there, **SMALL)
    page.locator("label[for=position]").click()
    expect(page.locator("#position-note")).to_contain_text("已定位")
    tap(page)
    thanked(page)
    expect(page.locator("#thanks-note")).to_contain_text(words)
    row = CheckIn.objects.get()
    assert (row.grade, row.set_aside) == (grade, "")
    assert row.band
    page.goto(visit.site + path)
    expect(page.locator("#position")).to_be_checked()  # remembered


def test_a_denied_position_is_said_and_blocks_nothing(visit, path):
    page = visit.open(path, permissions=[], **SMALL)
    page.locator("label[for=position]").click()
    expect(page.locator("#position-note")).to_contain_text("没能定位")
    tap(page)
    thanked(page)
    assert CheckIn.objects.get().grade == "code"


def test_a_slow_position_is_waited_for_a_few_seconds_only(visit, path):
    page = visit.open("/stations/")
    page.add_init_script("navigator.geolocation.getCurrentPosition = () => {};")
    page.goto(visit.site + path)
    page.locator("label[for=position]").click()
    tap(page)
    expect(page.locator("#thanks-title")).to_have_text("签到成功，谢谢！", timeout=8_000)


def test_a_revoked_code_met_at_the_tap_leads_to_the_page_that_helps(visit, path, station, alice):
    page = visit.open(path, **SMALL)
    codes.reissue(station=station, by=alice, reason="被盗")
    visit.forgive("410")
    tap(page)
    expect(page.locator("h1").first).to_have_text("这张海报已失效")
    assert queued(page) == 0


def test_while_the_database_is_away_the_page_still_keeps_a_check_in(visit, path, monkeypatch):
    from django.db import OperationalError

    def away(text):
        raise OperationalError

    visit.forgive("503")
    page = visit.open("/stations/")
    monkeypatch.setattr(codes, "station_of", away)
    page.goto(visit.site + path)
    expect(page.locator("h1").first).to_have_text("暂时连不上数据库")
    page.route("**/api/check-ins/**", lambda route: route.fulfill(status=503, body="{}"))
    tap(page)
    thanked(page, "已存在手机里")
    monkeypatch.undo()
    page.unroute("**/api/check-ins/**")
    page.goto(visit.site + path)
    expect(page.locator("#queue")).to_contain_text("已补交")
    assert CheckIn.objects.count() == 1


@pytest.mark.parametrize("hostile", HOSTILE[:4])
def test_hostile_texts_are_text(visit, path, station, hostile):
    type(station).objects.filter(pk=station.pk).update(name=hostile, address=hostile)
    page = visit.open(path, **SMALL)
    expect(page.locator("h1").first).to_have_text(hostile)
    tap(page)
    thanked(page)
    expect(page.locator(".facts b")).to_have_text(hostile)
    nothing_ran(page)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_whole_page_is_light(visit, path, language):
    """Over the wire, uncompressed styles and scripts included: this server compresses the page only."""
    page = visit.open("/stations/", language=language)
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    loaded = []
    cdp.on("Network.loadingFinished", lambda one: loaded.append(one["encodedDataLength"]))
    page.goto(visit.site + path)
    page.wait_for_load_state("networkidle")
    tap(page)
    expect(page.locator("#after")).to_be_visible()
    assert len(loaded) >= 4  # page, styles, two scripts
    assert sum(loaded) < LIMIT


def test_nothing_moves_while_the_page_loads(visit, path):
    page = visit.open("/stations/")
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach((one) => { window.moved += one.value; }))"
        ".observe({ type: 'layout-shift', buffered: true });"
    )
    page.goto(visit.site + path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.moved") < 0.01
