"""A station whose texts are attacks shows them as text, wherever it is shown."""

import pytest
from playwright.sync_api import expect

from stations.registry.models import TemporaryClosure

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

NAMES = [
    "`${alert(1)}</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>'",
    "${window.broken=1}`+alert(1)+`",
    "<script>window.broken=1</script>",
    "javascript:alert(1)//{{7*7}}{%x%}",
    "\\u003cimg src=x onerror=alert(1)\\u003e",
]


@pytest.fixture(params=NAMES)
def hostile(request, make_station):
    station = make_station(
        request.param,
        address=request.param,
        host_name=request.param,
        nameplate_no=request.param[:40],
        public_phone=request.param[:20],
        hours_text="24/7",
        services=["water"],
    )
    station.district.name_en = request.param
    station.district.name = request.param
    station.district.save()
    TemporaryClosure.objects.create(
        station=station, during=("2020-01-01T00:00:00+08:00", None), reason=request.param
    )
    return station


def nothing_ran(page):
    assert page.evaluate("window.broken === undefined")
    assert page.locator("img[src=x], svg[onload], .sheet script, .item script").count() == 0


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_it_is_text_in_list_sheet_bubble_title_and_label(visit, hostile, language):
    page = visit.open("/", width=1440, height=900, language=language)
    expect(page.locator(".item-name")).to_have_text(hostile.name)
    expect(page.locator(".item-address")).to_have_text(hostile.name)
    expect(page.locator(".pin")).to_have_attribute("title", hostile.name)
    page.locator(".item").click()
    expect(page.locator("#sheet-name")).to_have_text(hostile.name)
    expect(page.locator(".bubble strong")).to_have_text(hostile.name)
    expect(page.locator(".sheet .note")).to_contain_text(hostile.name)
    assert page.title().startswith(hostile.name)
    nothing_ran(page)


def test_it_is_text_on_the_pages_without_script(visit, hostile):
    page = visit.open(f"/stations/{hostile.pk}/")
    expect(page.locator("h1")).to_have_text(hostile.name)
    assert page.title().startswith(hostile.name)
    nothing_ran(page)
    page.goto(visit.site + "/stations/")
    expect(page.locator(".row-name")).to_have_text(hostile.name)
    nothing_ran(page)


def test_a_hostile_search_is_text_too(visit, hostile):
    page = visit.open("/")
    page.fill("#search", "<img src=x onerror=alert(1)> ${alert(1)}`")
    expect(page.locator("#count")).to_be_visible()
    page.goto(visit.site + "/stations/?q=%22%3E%3Cimg+src%3Dx+onerror%3Dalert(1)%3E")
    expect(page.locator("input[name=q]")).to_have_value('"><img src=x onerror=alert(1)>')
    nothing_ran(page)
