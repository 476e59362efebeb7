"""Stations whose texts are attacks show them as text, wherever they are shown."""

import pytest
from playwright.sync_api import expect

from stations.registry.models import TemporaryClosure

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOSTILE = [
    "`${alert(1)}</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>'",
    "${window.broken=1}`+alert(1)+`",
    "<script>window.broken=1</script>",
    "javascript:alert(1)//{{7*7}}{%x%}",
    "\\u003cimg src=x onerror=alert(1)\\u003e",
]


@pytest.fixture
def stations(make_station):
    """One station for each attack, which stands in every text that it has."""
    made = []
    for number, text in enumerate(HOSTILE):
        station = make_station(
            text,
            121.1 + number / 20,
            address=text,
            host_name=text,
            nameplate_no=text[:40],
            public_phone=text[:20],
            hours_text="24/7",
            services=["water"],
            facilities={"microwave": "broken"},
        )
        TemporaryClosure.objects.create(
            station=station, during=("2020-01-01T00:00:00+08:00", None), reason=text
        )
        made.append(station)
    district = made[0].district
    district.name = district.name_en = HOSTILE[0]
    district.save()
    return made


def nothing_ran(page):
    assert page.evaluate("window.broken === undefined")
    assert page.locator("img[src=x], svg[onload], .sheet script, .item script").count() == 0


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_they_are_text_in_list_sheet_bubble_title_and_label(visit, stations, language):
    page = visit.open("/", width=1440, height=900, language=language)
    expect(page.locator(".item")).to_have_count(len(HOSTILE))
    assert sorted(page.locator(".item-name").all_inner_texts()) == sorted(HOSTILE)
    titles = page.locator(".pin").evaluate_all("(pins) => pins.map((pin) => pin.title)")
    assert titles
    assert set(titles) <= set(HOSTILE)
    assert sorted(page.locator(".item-address").all_inner_texts()) == sorted(HOSTILE)
    for station in stations:
        page.evaluate("(hash) => { window.location.hash = hash; }", f"station-{station.pk}")
        expect(page.locator("#sheet-name")).to_have_text(station.name)
        expect(page.locator(".bubble strong").last).to_have_text(station.name)
        expect(page.locator(".sheet .note")).to_contain_text(station.name)
        assert page.title().startswith(station.name)
    nothing_ran(page)


def test_they_are_text_on_the_pages_without_script(visit, stations):
    page = visit.open("/stations/")
    assert sorted(page.locator(".row-name").all_inner_texts()) == sorted(HOSTILE)
    nothing_ran(page)
    for station in stations:
        page.goto(f"{visit.site}/stations/{station.pk}/")
        expect(page.locator("h1")).to_have_text(station.name)
        assert page.title().startswith(station.name)
        nothing_ran(page)


def test_a_hostile_search_is_text_too(visit, stations):
    page = visit.open("/")
    expect(page.locator(".item")).to_have_count(len(HOSTILE))
    page.fill("#search", "<img src=x onerror=alert(1)>")
    expect(page.locator(".item")).to_have_count(1)
    page.goto(visit.site + "/stations/?q=%22%3E%3Cimg+src%3Dx+onerror%3Dalert(1)%3E")
    expect(page.locator("input[name=q]")).to_have_value('"><img src=x onerror=alert(1)>')
    nothing_ran(page)
