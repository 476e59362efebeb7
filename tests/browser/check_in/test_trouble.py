"""A code that was revoked meanwhile, and a database that is away."""

import pytest
from playwright.sync_api import expect

from stations.checkins.models import CheckIn
from stations.checkins.qr import codes
from tests.browser.check_in.phone import SMALL, queued, tap, thanked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
