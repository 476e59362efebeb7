"""The planner's page in Chromium: layers, hours, table and chart say the same; user text stays text."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from analysis.runs import run_coverage
from tests.analysis.activity import observe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HERE = (121.25, 31.25)
FAR = (121.35, 31.25)
WEST_AND_EAST = [*[(*HERE, hour) for hour in (10, 36, 37)], (*FAR, 36), (*FAR, 36), (121.7, 31.25, 36)]
NASTY = "${alert(1)}</script>`<img src=x onerror=alert(1)>"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture
def open_planner(visit, paul, make_station):
    make_station(NASTY, *HERE, hours_text="Mo-Su 09:00-17:00")
    observe("riders", WEST_AND_EAST)
    observe("sweepers", [(*FAR, 36), (*FAR, 5)], occupation="sanitation")
    run_coverage(by=None)

    def opened(**options):
        page = visit.open("/accounts/login/", **{"language": "en", **options})
        client = Client()
        client.force_login(paul)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": visit.site}]
        )
        page.goto(f"{visit.site}/planner/")
        expect(page.locator("body[data-shown='36']")).to_be_attached()  # Tuesday noon
        return page

    return opened


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_fits_its_window(open_planner, size):
    page = open_planner(**size)
    for part in ("#answer", "#profile svg", ".folium-map", "#legend", "#districts"):
        expect(page.locator(part)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_headline_and_table_tell_the_chosen_hour(open_planner):
    page = open_planner(**DESK)
    expect(page.locator("#answer")).to_contain_text("Tuesday 12:00–13:00")
    expect(page.locator("#answer .answer-head")).to_contain_text("5 worker-hours")
    rows = page.locator("#districts tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("West")
    expect(page.locator("#districts tfoot")).to_contain_text("5")
    page.get_by_role("group", name="Time of the table").get_by_role("button", name="Whole week").click()
    expect(page.locator("#districts tfoot")).to_contain_text("8")
    expect(page.locator("#answer .answer-head")).to_contain_text("5 worker-hours")


def test_the_slider_works_by_keyboard(open_planner):
    page = open_planner(**DESK)
    slider = page.get_by_role("slider", name="Hour of the day")
    slider.focus()
    slider.press("ArrowRight")
    expect(page.locator("body[data-shown='37']")).to_be_attached()
    assert slider.get_attribute("aria-valuetext") == "Tuesday 13:00–14:00"
    page.get_by_label("Weekday", exact=True).select_option("0")
    expect(page.locator("body[data-shown='13']")).to_be_attached()
    expect(page.locator("#answer")).to_contain_text("Nobody was observed at work then.")


def test_play_moves_on_and_pause_stops(open_planner):
    page = open_planner(**DESK)
    page.get_by_role("button", name="Play").click()
    expect(page.locator("body[data-shown='38']")).to_be_attached()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_layers_switch_with_their_legend(open_planner):
    page = open_planner(**DESK)
    expect(page.locator("#legend")).to_contain_text("Missed worker-hours in this hour")
    page.get_by_role("button", name="Station use").click()
    expect(page.locator("#legend")).to_contain_text("Check-ins per open station-hour, this hour")
    expect(page.locator("#legend")).to_contain_text("workers, but no station: no data")
    page.get_by_role("button", name="Coverage gap").click()
    page.locator("#whole-week").click()
    expect(page.locator("#legend")).to_contain_text("Missed worker-hours a week")


def test_one_occupation_can_be_chosen(open_planner):
    page = open_planner(**DESK)
    page.get_by_label("Workers").select_option("sanitation")
    expect(page.locator("#answer .answer-head")).to_contain_text("1 worker-hours")


def test_the_table_sorts_by_a_column(open_planner):
    page = open_planner(**DESK)
    names = page.locator("#districts tbody th")
    expect(names.first).to_have_text("West")
    page.get_by_role("button", name="District", exact=True).click()
    page.get_by_role("button", name="District").click()
    expect(names.first).to_have_text("East")
    assert page.locator("#districts th[aria-sort='descending']").count() == 1


def test_a_press_on_the_chart_chooses_the_hour(open_planner):
    page = open_planner(**DESK)
    box = page.locator("#profile svg").bounding_box()
    page.mouse.click(box["x"] + box["width"] * (10.5 / 168), box["y"] + box["height"] / 3)
    expect(page.locator("body[data-shown='10']")).to_be_attached()


def test_a_station_name_shows_as_text_on_the_map(open_planner):
    page = open_planner(**DESK)
    page.evaluate("map_planner.setView([31.25, 121.25], 15, {animate: false}); null")
    box = page.locator(".folium-map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for offset in (40, 2, 0):
        page.mouse.move(x - offset, y)
        page.wait_for_timeout(100)  # Leaflet looks under the pointer at most every 32 ms
    expect(page.locator(".facts-tip")).to_contain_text(NASTY)


def test_a_server_that_stops_answering_is_said(open_planner, visit):
    page = open_planner(**DESK)
    visit.forgive("500")
    page.route("**/hours/*.json*", lambda route: route.fulfill(status=500, body=""))
    page.get_by_label("Weekday", exact=True).select_option("5")
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded")


def test_a_new_run_is_made_by_the_button(open_planner):
    page = open_planner(**DESK)
    page.get_by_label("Walking limit").select_option("1000.0")
    page.get_by_role("button", name="Compute").click()
    expect(page.locator("body[data-shown='36']")).to_be_attached()
    expect(page.locator(".facts")).to_contain_text("1000 m")
