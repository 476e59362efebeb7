"""An officer works the queue at an office screen and at a station's door with a phone; the centre approves."""

import pytest
from playwright.sync_api import expect

from stations.filing.actions import add_station, draft_filing, edit_head, submit
from stations.filing.models import Filing
from stations.registry.models import Station

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OFFICE = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
ROW = {
    "name": "银行站", "address": "测试路1号", "position": {"lon": 121.25, "lat": 31.25, "datum": "wgs84"},
    "hours_text": "9:00-17:00", "area_m2": 3, "services": ["water"], "manager_name": "甲某", "mobile": "13900000001",
}  # fmt: skip


@pytest.fixture
def draft(bob, west_union):
    filing = draft_filing(by=bob, kind="new", union=west_union)
    return edit_head(
        filing=filing, by=bob, contact_name="乙某", contact_email="b@example.org", contact_phone="12351"
    )


def test_from_the_queue_to_the_nameplate(draft, bob, alice, enter, visit):
    add_station(filing=draft, by=bob, **ROW)
    submit(filing=draft, by=bob)
    desk = enter(bob, "/desk/", **OFFICE)
    desk.get_by_role("link", name="待审核的备案").click()
    desk.get_by_role("link", name="第 ").first.click()
    address = desk.url.removeprefix(visit.site)

    door = enter(bob, address, **PHONE)
    door.get_by_role("link", name="验收").click()
    for have in door.locator(".have").all():
        have.get_by_text("有", exact=True).click()
    door.get_by_role("button", name="保存验收结果").click()
    expect(door.locator(".messages")).to_contain_text("已登记")
    expect(door.locator("table")).to_contain_text("6 / 6")
    assert door.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    desk.reload()
    desk.get_by_role("button", name="审核通过").click()
    desk.get_by_role("button", name="向中心推荐").click()
    expect(desk.get_by_text("已推荐，等待")).to_be_visible()

    centre = enter(alice, "/desk/", **OFFICE)
    centre.get_by_role("link", name="待批准的备案").click()
    centre.get_by_role("link", name="第 ").first.click()
    centre.get_by_role("button", name="批准", exact=True).click()
    expect(centre.locator("table")).to_contain_text("310101-0001")
    public = visit.open("/stations/", **PHONE)
    expect(public.get_by_text("银行站")).to_be_visible()


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
def test_a_tap_on_the_map_places_a_new_station(draft, bob, enter, size):
    page = enter(bob, f"/desk/filings/{draft.pk}/", **size)
    page.get_by_role("link", name="添加站点").click()
    page.locator("#place .leaflet-container").click(position={"x": 120, "y": 120})
    expect(page.locator("#id_datum")).to_have_value("wgs84")
    lon, lat = (float(page.locator(f"#id_{name}").input_value()) for name in ("lon", "lat"))
    assert 120 < lon < 123
    assert 30 < lat < 32
    for name, text in (("lon", "121.3"), ("lat", "31.3"), ("name", "新站"), ("address", "测试路2号")):
        page.locator(f"#id_{name}").fill(text)
    page.locator("#id_address").blur()
    page.get_by_role("button", name="保存", exact=True).last.click()
    expect(page.locator("table")).to_contain_text("新站")
    expect(page.locator("table")).to_contain_text("信息不完整")
    station = Station.objects.get()
    assert (station.point.x, station.declared_datum, station.status) == (121.3, "wgs84", "planned")
    assert Filing.objects.get().state == "draft"
