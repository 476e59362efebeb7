"""A manager looks at the own station's use on a phone of 390 px, without a script, and enters a paper tally."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from stations.checkins.models import Tally
from tests.conftest import manages
from tests.stations.checkins.visits import visit as check_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def station(make_station, mona):
    station = make_station("接力站", hours_text="9:00-17:00")
    manages(mona, station)
    noon = timezone.localtime().replace(hour=12, minute=0) - timedelta(days=1)
    for number in range(5):
        check_in(station, noon + timedelta(minutes=number), occupation="rider")
    return station


def test_use_and_a_tally_on_a_phone(enter, station, mona):
    page = enter(mona, "/desk/", java_script_enabled=False)
    page.get_by_role("link", name="签到：今天 0").click()
    expect(page.get_by_role("heading", name="本站使用情况")).to_be_visible()
    expect(page.locator(".figures li").nth(2).locator("b")).to_have_text("5")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    bar = page.locator("svg.chart .col")
    assert bar.count() == 1
    shaded = page.locator("svg.chart .shade")
    assert shaded.count() == 8
    middle = bar.bounding_box()["x"] + bar.bounding_box()["width"] / 2
    assert shaded.first.bounding_box()["x"] < middle < shaded.last.bounding_box()["x"]
    text = page.locator("svg.chart .mark").first.evaluate("one => one.getBoundingClientRect().height")
    assert text >= 10  # still to be read
    page.get_by_text("查看数字").nth(1).click()
    expect(page.get_by_role("row", name="12:00-13:00 5")).to_be_visible()

    page.get_by_role("link", name="录入纸质登记").click()
    yesterday = timezone.localdate() - timedelta(days=1)
    page.get_by_role("link", name=f"{yesterday.month}-{yesterday.day} –", exact=True).click()
    page.get_by_label("送餐员").fill("7")
    page.get_by_role("button", name="保存这一天").click()
    expect(page.get_by_text(f"已录入 {yesterday} 的自报人次：7。")).to_be_visible()
    assert Tally.objects.get().count == 7
    page.get_by_role("link", name="接力站", exact=True).click()
    expect(page.locator(".figures li").nth(2).locator("b")).to_have_text("5")  # never added
    expect(page.locator("#told")).to_contain_text("自报")
    expect(page.locator("#told")).to_contain_text("1 天共 7 人次")
