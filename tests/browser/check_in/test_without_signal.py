"""A check-in without signal stays on the phone with its time, and is sent when it can be."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from stations.checkins.models import CheckIn
from stations.checkins.qr import codes
from tests.browser.check_in.phone import API, BATCH, SMALL, queued, tap, thanked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
