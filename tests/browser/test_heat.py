"""The heat page in Chromium: looks, hours, the week and the surface; the slider asks nothing of the server."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from analysis.heat_runs import heat_result, run_heat
from tests.stations.checkins.visits import visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HERE, FAR = (121.25, 31.25), (121.35, 31.25)
MONDAY = datetime(2026, 7, 6, 4, 10, tzinfo=UTC)  # 12:10 in Shanghai
NOW = datetime(2026, 11, 25, tzinfo=UTC)
DAY = {"hours_text": "Mo-Su 09:00-17:00"}
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
MON_NOON = 12


@pytest.fixture
def run(make_station):
    for place, count in ((HERE, 25), (FAR, 7)):
        station = make_station(f"{count} visits", *place, **DAY)
        for number in range(count):
            visit(station, MONDAY + timedelta(minutes=number), device=str(number), occupation="rider")
    make_station("unknown", 121.45, 31.25, hours_text="")
    (run,) = run_heat(by=None, now=NOW)
    return run


@pytest.fixture
def open_heat(enter, paul, run):
    def opened(**options):
        page = enter(paul, "/planner/heat/", **{"language": "en", **options})
        expect(page.locator("body[data-shown='cells 36']")).to_be_attached()  # Tuesday noon
        return page

    return opened


def fills(page):
    return sorted(
        page.locator(".heat-cell").evaluate_all("cells => cells.map((cell) => cell.getAttribute('fill'))")
    )


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_fits_its_window(open_heat, size):
    page = open_heat(**size)
    for part in ("#answer", "#week svg", ".folium-map", "#legend"):
        expect(page.locator(part)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_rate_zero_hidden_closed_and_unknown_look_different(open_heat):
    page = open_heat(**DESK)
    page.get_by_label("Weekday", exact=True).select_option("0")
    noon = fills(page)
    page.get_by_role("slider", name="Hour of the day").fill("13")
    one = fills(page)
    page.get_by_role("slider", name="Hour of the day").fill("3")
    night = fills(page)
    hidden, unknown, zero, closed = "url(#hatch-hidden)", "#f1dc86", "#ffffff", "#c3c7cb"
    assert {hidden, unknown} < set(noon)
    assert len(set(noon) - {hidden, unknown, zero, closed}) == 1  # the rate
    assert one == sorted([hidden, unknown, zero])
    assert night == sorted([closed, closed, unknown])
    expect(page.locator("#legend")).to_contain_text("no station here, so no data")
    expect(page.locator("#answer")).to_contain_text("no station is known to be open")


def test_the_slider_and_play_ask_nothing_of_the_server(open_heat):
    page = open_heat(**DESK)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    slider = page.get_by_role("slider", name="Hour of the day")
    slider.focus()
    slider.press("ArrowRight")
    expect(page.locator("body[data-shown='cells 37']")).to_be_attached()
    assert slider.get_attribute("aria-valuetext") == "Tuesday 13:00–14:00"
    page.get_by_role("button", name="Play").click()
    expect(page.locator("body[data-shown='cells 39']")).to_be_attached()
    page.get_by_role("button", name="Pause").click()
    assert asked == []


def test_the_week_chooses_an_hour_and_a_cell_shows_its_own(open_heat):
    page = open_heat(**DESK)
    expect(page.locator("#week-of")).to_have_text("The city's week")
    page.locator(".hour-square").nth(MON_NOON).click()
    expect(page.locator("body[data-shown='cells 12']")).to_be_attached()
    page.locator(".heat-cell[fill='url(#hatch-hidden)']").click()
    expect(page.locator("#week-of")).to_contain_text("The week of cell")
    assert page.locator(".hour-square[fill='url(#hatch-hidden)']").count() == 7 * 8
    page.get_by_role("button", name="Back to the city").click()
    expect(page.locator("#week-of")).to_have_text("The city's week")


def test_a_tooltip_says_rate_stations_and_what_is_hidden(open_heat):
    page = open_heat(**DESK)
    page.get_by_label("Weekday", exact=True).select_option("0")
    page.locator(".heat-cell[fill='url(#hatch-hidden)']").hover()
    expect(page.locator(".facts-tip")).to_contain_text("Fewer than ten check-ins: hidden")
    expect(page.locator(".facts-tip")).to_contain_text("1 station")
    page.locator(".heat-cell[fill^='#']:not([fill='#f1dc86'])").first.hover()
    expect(page.locator(".facts-tip")).to_contain_text("1.89 check-ins per open station-hour")
    expect(page.locator(".facts-tip")).to_contain_text("at least 20 check-ins")


def test_one_occupation_has_the_week_where_it_has_no_hour(open_heat):
    page = open_heat(**DESK)
    page.get_by_label("Workers").select_option("rider")
    expect(page.locator(".heat-cell[fill^='url(#hatch-rate']")).to_have_count(1)
    page.get_by_label("Workers").select_option("courier")
    expect(page.locator(".heat-cell[fill^='url(#hatch-rate']")).to_have_count(0)


def test_the_surface_of_the_page_is_that_of_the_analysis(open_heat, run):
    page = open_heat(**DESK)
    page.get_by_label("Weekday", exact=True).select_option("0")
    page.get_by_role("button", name="Smooth surface").click()
    expect(page.locator("body[data-shown='surface 12']")).to_be_attached()
    rates = page.evaluate(
        """async () => {
          const addresses = [`${planner.config.cells}?resolution=9`, `${planner.config.surface}?reach_m=400`];
          const [cells, grid] = await Promise.all(addresses.map((url) => fetch(url).then((response) => response.json())));
          const tile = (cell) => (cells.of[cell][12] < 0 ? cells.of[cell][12] : cells.tiles[cell][cells.of[cell][12]]);
          return planner.surfaceRates(grid, tile, 12);
        }"""
    )
    result = heat_result(run.pk)
    grid = result.surface(400)
    expected = grid.rates(result.rates().rate[result.stations["row"]], result.state == 1)[:, MON_NOON]
    assert len(rates) == len(expected)
    for found, real in zip(rates, expected, strict=True):
        assert (found is None) == (real != real)  # NaN where nobody is known to be open
        assert found in (None, "hidden") or found == pytest.approx(real, rel=0.02, abs=0.001)
    assert {"hidden", None} < set(rates)
    assert page.evaluate(
        "(() => { const c = document.querySelector('.heat-surface'); return !c.hidden && c.width > 100; })()"
    )
    page.get_by_label("Reach").select_option("800")
    expect(page.locator("#legend")).to_contain_text("closed or hours unknown")


def test_a_server_that_stops_answering_is_said(open_heat, visit):
    page = open_heat(**DESK)
    visit.forgive("500")
    page.route("**/cells.json*", lambda route: route.fulfill(status=500, body=""))
    page.get_by_label("Workers").select_option("taxi")
    expect(page.get_by_role("alert")).to_contain_text("could not be loaded")


def test_the_questions_lead_to_each_other(open_heat):
    page = open_heat(**DESK)
    page.get_by_role("navigation", name="Questions").get_by_role("link", name="Coverage gap").click()
    page.get_by_role("navigation", name="Questions").get_by_role("link", name="Heat of use").click()
    expect(page.locator("body[data-shown]")).to_be_attached()
