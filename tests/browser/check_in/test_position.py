"""A position is asked for only where the worker wants it, and never waited for long."""

import pytest
from playwright.sync_api import expect

from stations.checkins.models import CheckIn
from tests.browser.check_in.phone import SMALL, tap, thanked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
