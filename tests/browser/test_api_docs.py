"""The page to browse the API, in Chromium: from our own files alone, under the content policy, and it can be tried out."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_description_can_be_browsed_and_tried(visit, make_station):
    make_station("银行站")
    page = visit.open("/api/docs/", width=1366, height=900)
    operation = page.locator("#operations-stations-stations_list")
    expect(operation).to_be_visible()
    assert page.locator(".opblock").count() > 30
    expect(operation.locator(".opblock-summary-description")).to_contain_text("Stations as a GeoJSON")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table")).to_contain_text("银行站")
