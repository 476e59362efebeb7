"""What a worker's phone does after scanning, in Chromium: one tap with a script and without, on one small light screen."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from stations.checkins.models import CheckIn, Opinion, WorkerReport
from tests.browser.check_in.phone import SMALL, queued, tap, thanked
from tests.browser.test_emap_hostile import HOSTILE, nothing_ran

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIMIT = 60_000  # bytes of a whole page


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
