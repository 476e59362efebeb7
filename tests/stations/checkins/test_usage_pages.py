"""The desk's pages of use, their files, and the API."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from geo.hours import ZONE
from stations.checkins.choices import SetAside
from stations.checkins.models import Tally
from stations.checkins.usage.periods import Growth, Period, Trend
from stations.checkins.usage.pictures import growth_words, open_share
from stations.registry.models import DatedHours
from tests.conftest import manages
from tests.stations.checkins.visits import visit


def then(days: int = 1, hour: int = 12):
    """That hour of the day that many days ago, in Shanghai."""
    return timezone.now().astimezone(ZONE).replace(hour=hour, minute=0) - timedelta(days=days)


@pytest.fixture
def station(make_station, mona):
    station = make_station("=HYPERLINK(1)", hours_text="Mo-Su 09:00-17:00")
    manages(mona, station)
    visit(station, then(), occupation="rider", grade="near")
    visit(station, then(2, 20), occupation="courier")
    visit(station, then(2, 20), set_aside=SetAside.COOLING)
    Tally.objects.create(station=station, day=then(3).date(), occupation="taxi", count=77, by=mona)
    return station


def shown(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def csv_of(client, address):
    content = b"".join(client.get(address).streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def cells_of(client, address):
    book = openpyxl.load_workbook(io.BytesIO(client.get(address).content))
    return list(book.active.iter_rows())


def test_a_managers_page_tells_visits_and_paper_apart(station, mona, signed_in):
    page = shown(signed_in(mona), f"/desk/stations/{station.pk}/usage/")
    assert "快递员" in page
    assert "短时间内在同一站点重复签到" in page
    assert "自报" in page
    assert "<b>77</b>" in page
    assert "<b>79</b>" not in page  # never added
    assert page.count('<svg class="chart"') == 3
    assert page.count("<desc>") == page.count('<svg class="chart"')
    assert page.count('<details class="numbers">') == 3


def test_a_station_without_a_visit_says_so(make_station, alice, signed_in):
    page = shown(signed_in(alice), f"/desk/stations/{make_station().pk}/usage/")
    assert "还没有签到" in page


def test_the_file_of_a_station_keeps_paper_in_a_column_of_its_own(station, mona, signed_in):
    rows = csv_of(signed_in(mona), f"/desk/stations/{station.pk}/usage/?export=csv")
    assert rows[0] == ["日期", "时段", "职业", "签到凭据", "计入的签到人次", "纸质登记（自报）"]
    assert [row[2:] for row in rows[1:]] == [
        ["快递员", "仅扫码", "1", ""],
        ["送餐员", "定位在站点附近", "1", ""],
        ["出租车司机", "", "", "77"],
    ]


@pytest.mark.parametrize(
    "address",
    ["/desk/stations/{pk}/usage/", "/desk/usage/", "/desk/usage/stations/", "/api/stations/{pk}/usage/"],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_export_holds_a_formula(station, mona, signed_in, address, kind):
    address = f"{address.format(pk=station.pk)}?export={kind}"
    if kind == "csv":
        rows = csv_of(signed_in(mona), address)
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row)
        return
    cells = [cell for row in cells_of(signed_in(mona), address) for cell in row if cell.value is not None]
    assert len(cells) > 4
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(str(cell.value).startswith("=") for cell in cells)


def test_the_ranking_sorts_by_the_average_and_keeps_paper_apart(station, alice, make_station, signed_in):
    busy = make_station("忙")
    for number in range(5):
        visit(busy, then(20) + timedelta(minutes=number))
    visit(station, then(20))
    make_station("新开的")
    rows = csv_of(signed_in(alice), "/desk/usage/stations/?export=csv&sort=-per_day")
    names = [row[0].lstrip("'") for row in rows[1:]]
    assert names == ["忙", "=HYPERLINK(1)", "新开的"]
    of_station = dict(zip(rows[0], rows[2], strict=True))
    assert (of_station["签到人次"], of_station["纸质登记（自报）"]) == ("3", "77")
    assert (of_station["定位在站点附近"], of_station["仅扫码"]) == ("1", "2")


def test_a_filter_that_is_none_is_said_and_left_out(station, alice, signed_in):
    page = shown(signed_in(alice), "/desk/usage/stations/?period=9999&district=x&sort=nothing")
    assert "HYPERLINK" in page
    assert "error-text" in page


def test_stations_without_use_are_found_from_the_desks_home(make_station, alice, bob, bank_union, signed_in):
    for union in (None, bank_union):
        made = make_station("没人", **({"union": union} if union else {}))
        visit(made, then(40))
    for reader, count in ((alice, 2), (bob, 1)):
        client = signed_in(reader)
        tile = next(
            one for one in client.get("/desk/").context["station_tiles"] if "unused" in (one.url or "")
        )
        assert tile.count == count
        assert shown(client, tile.url).count('class="row-name"') == count


def test_a_managers_home_tells_today_and_this_week(station, mona, signed_in):
    visit(station, timezone.now())
    mine = signed_in(mona).get("/desk/").context["own_stations"][0]
    assert mine["today"] == 1
    assert mine["week"] >= 1


def test_the_room_is_for_those_who_see_use_somewhere(
    station, mona, bob, ivy, alice, paul, charlie, signed_in
):
    for reader in (mona, bob, ivy, alice):
        assert 'href="/desk/usage/"' in shown(signed_in(reader), "/desk/stations/")
        assert signed_in(reader).get("/desk/usage/").status_code == 200
    for reader in (paul, charlie):
        assert 'href="/desk/usage/"' not in shown(signed_in(reader), "/desk/stations/")
        assert signed_in(reader).get("/desk/usage/").status_code == 403


def test_the_overview_tells_each_reader_the_own_numbers(
    station, make_station, bank_union, alice, bob, signed_in
):
    for number in range(3):
        visit(make_station(f"银行{number}", union=bank_union), then())
    assert signed_in(alice).get("/desk/usage/").context["use"].total == 5
    assert signed_in(bob).get("/desk/usage/").context["use"].total == 2
    assert [table["by"] for table in signed_in(alice).get("/desk/usage/").context["tables"]] == ["union"]


@pytest.mark.parametrize("address", ["/desk/usage/", "/desk/usage/stations/", "/desk/"])
def test_pages_ask_as_much_for_one_station_as_for_many(address, make_station, alice, signed_in):
    client = signed_in(alice)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    visit(make_station("0"), then())
    asked()
    before = asked()
    for number in range(4):
        visit(make_station(str(number)), then(number))
    assert asked() == before


# The API.


def test_the_api_counts_by_day_hour_occupation_and_grade(station, mona, signed_in):
    client = signed_in(mona)
    address = f"/api/stations/{station.pk}/usage/?from={then(3).date()}&to={then(1).date()}"
    by_day = client.get(address).json()
    assert (by_day["visits"], by_day["self_reported"]) == (2, 77)
    assert [(one["visits"], one["self_reported"]) for one in by_day["counts"]] == [(0, 77), (1, 0), (1, 0)]
    by_hour = client.get(f"{address}&by=hour").json()["counts"]
    assert len(by_hour) == 24
    assert by_hour[20] == {"key": "20", "visits": 1, "self_reported": None}
    by_grade = {one["key"]: one["visits"] for one in client.get(f"{address}&by=grade").json()["counts"]}
    assert by_grade == {"screen": 0, "near": 1, "code": 1}
    by_occupation = client.get(f"{address}&by=occupation").json()["counts"]
    assert {
        one["key"]: (one["visits"], one["self_reported"])
        for one in by_occupation
        if any(list(one.values())[1:])
    } == {
        "rider": (1, 0),
        "courier": (1, 0),
        "taxi": (0, 77),
    }


@pytest.mark.parametrize(
    ("query", "at_fault"),
    [
        ("by=month", "by"),
        ("from=2026-3-1", "from"),
        ("from=2026-02-30", "from"),
        ("to=2026-01-01&from=2026-01-02", "from"),
        ("from=2020-01-01&to=2026-01-01", "from"),
        ("to=%00", "to"),
        ("station__union=1", "station__union"),
        ("by=day&by=hour", "by"),
        ("export=pdf", "export"),
        ("to=9999-99-99", "to"),
    ],
)
def test_the_api_refuses_what_it_does_not_know(station, mona, signed_in, query, at_fault):
    answer = signed_in(mona).get(f"/api/stations/{station.pk}/usage/?{query}")
    assert answer.status_code == 400
    assert list(answer.json()) == [at_fault]


def test_nothing_of_it_is_public(station, client):
    assert client.get(f"/api/stations/{station.pk}/usage/").status_code == 401


# Words and shades.


def test_growth_is_said_in_words():
    with translation.override("en"):
        assert growth_words(Growth(Trend.UP, 31)) == "▲ +31 %"
        assert growth_words(Growth(Trend.DOWN, -31)) == "▼ −31 %"
        assert growth_words(Growth(Trend.UP)) == "none before"
        assert growth_words(Growth(Trend.STEADY, 3)) == "about as before"


def test_opening_hours_behind_the_bars_know_halves_nights_and_other_days(make_station):
    station = make_station(hours_text="Mo-Su 09:30-12:00,22:00-01:00")
    week = Period(then(7).date().replace(month=3, day=2), then(7).date().replace(month=3, day=8))
    share = open_share(station, week)
    assert [share[hour] for hour in (0, 1, 8, 9, 10, 12, 23)] == [1, 0, 0, 0.5, 1, 0, 1]
    DatedHours.objects.create(station=station, days=(week.first, week.last), hours_text="Mo-Su off")
    assert open_share(station, week)[10] == pytest.approx(1 / 7)
    station.hours_text = ""
    station.save()
    assert open_share(station, week) is None
