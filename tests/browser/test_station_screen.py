"""The station's screen on a tablet: its code changes, waits for the network, and stops when it is replaced."""

import pytest

from stations.checkins.qr import codes
from stations.checkins.qr import rules as code_rules

pytestmark = pytest.mark.browser

TABLET = {"width": 1024, "height": 768, "language": "en"}
NO_NETWORK = "No network"


@pytest.fixture
def code(make_station, site):
    return codes.current_code(make_station("测试路网点"))


@pytest.fixture
def quick(monkeypatch):
    """A step of a second, so that nobody waits."""
    monkeypatch.setattr(code_rules, "STEP_S", 1)


def address(code):
    return f"/q/screen/{codes.screen_key_of(code)}/"


def shown(page):
    return page.evaluate("document.getElementById('code').getAttribute('src')")


def changes(page, before):
    page.wait_for_function(
        "before => document.getElementById('code').getAttribute('src') !== before", arg=before
    )


def test_the_code_changes_by_itself(visit, code, quick):
    page = visit.open(address(code), **TABLET)
    seen = [shown(page)]
    for _ in range(3):
        changes(page, seen[-1])
        seen.append(shown(page))
    assert len(set(seen)) == 4
    assert page.locator("#code").is_visible()


def test_without_network_no_old_code_stays_and_the_next_comes_by_itself(visit, code, quick):
    visit.forgive("ERR_INTERNET_DISCONNECTED")
    page = visit.open(address(code), **TABLET)
    page.context.set_offline(True)
    page.get_by_text(NO_NETWORK).wait_for(timeout=15_000)
    assert not page.locator("#code").is_visible()
    before = shown(page)
    page.context.set_offline(False)
    changes(page, before)
    page.locator("#code").wait_for()
    assert not page.get_by_text(NO_NETWORK).is_visible()


def test_when_the_server_fails_it_goes_on_asking(visit, code, quick):
    visit.forgive("503")
    page = visit.open(address(code), **TABLET)
    page.route("**/now/", lambda route: route.fulfill(status=503))
    page.get_by_text(NO_NETWORK).wait_for(timeout=15_000)
    page.unroute("**/now/")
    page.locator("#code").wait_for()


def test_a_replaced_code_is_gone_from_the_screen(visit, code, bob, quick):
    visit.forgive("410")
    page = visit.open(address(code), **TABLET)
    codes.reissue(station=code.station, by=bob, reason="")
    page.get_by_text("This code was replaced").wait_for()
    assert not page.locator("#code").is_visible()


def test_under_a_new_key_the_screen_asks_to_be_set_up_again(visit, code, quick, settings):
    visit.forgive("404")
    settings.JIELI_CODE_KEYS = ["a leaked key of ours"]
    page = visit.open(address(code), **TABLET)
    settings.JIELI_CODE_KEYS = ["a new key of our own", "a leaked key of ours"]
    page.get_by_text("set up the screen again").wait_for()
    assert not page.locator("#code").is_visible()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (800, 1280), (390, 844), (1024, 500)])
def test_the_code_fills_what_the_name_leaves_and_nothing_scrolls(width, height, visit, make_station, site):
    code = codes.current_code(make_station("很" * 80))
    page = visit.open(address(code), width=width, height=height)
    box = page.locator("#code").bounding_box()
    assert min(box["width"], box["height"]) > 0.5 * min(width, height)
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        width,
        height,
    ]
