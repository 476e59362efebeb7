"""The centre's pages of stations whose check-ins look made up: from rows to sentences, pictures, files and marks."""

import hashlib
import re
import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache as cache_once

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.utils.translation import override

from geo.hours import ZONE
from stations.checkins.inflation import SIGNALS, judge
from stations.checkins.inflation import month as inflation_month
from stations.checkins.inflation.looks import LookError, look
from stations.checkins.inflation.month import months, report_of
from stations.checkins.inflation.words import sentence
from stations.checkins.keeping.partitions import midnight
from stations.checkins.models import CheckIn, InflationLook, WeekUse
from stations.registry.models import Station
from tests.stations.checkins.city_of_visits import CHEATS, MONTH, city, month_span

NOW = datetime(2026, 4, 10, 12, tzinfo=ZONE)
LIST = "/desk/usage/inflation/"


@pytest.fixture(autouse=True)
def in_april(monkeypatch):
    cache.clear()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@cache_once
def small_city():
    """Without its hubs, so that there is less to write."""
    made = city(5, stations=70, cheats_a_kind=1)
    hubs = made.kind.index[made.kind == "wifi_hub"]
    return replace(made, visits=made.visits[~made.visits["station"].isin(hubs)])


@pytest.fixture
def a_city(make_station):
    """Stations and check-ins of a synthetic March; gives the city and the stations by its numbers."""
    made = small_city()
    first = make_station(hours_text="Mo-Su 09:00-17:00")
    texts = {number: times.weekly.text for number, times in made.timetables.items()}
    rows = [
        Station(name=f"站{number}", address="测试路1号", point=first.point, declared_lon=121.25, declared_lat=31.25,
                declared_datum="wgs84", union=first.union, hours_text=texts[number], open_slots=first.open_slots)
        for number in range(70)
    ]  # fmt: skip
    stations = dict(enumerate(Station.objects.bulk_create(rows)))
    CheckIn.objects.bulk_create(
        [
            CheckIn(id=uuid.uuid4(), at=row.at, made_at=row.at, received_at=row.at, station=stations[row.station],
                    grade=row.grade, set_aside=row.set_aside, pseudonym=hashlib.sha256(row.pseudonym.encode()).digest()[:16])
            for row in made.visits.itertuples()
        ]
    )  # fmt: skip
    return made, stations


def test_the_list_tells_the_cheats_with_their_evidence(a_city, alice, signed_in):
    made, stations = a_city
    page = signed_in(alice).get(LIST, {"month": "2026-03"}).content.decode()
    bot = next(number for number, kind in made.kind.items() if kind == "night_bot")
    assert stations[bot].name in page
    assert "分钟后再次签到" in page
    assert "不是结论" in page
    listed = {one.pk for one in stations.values() if f"/{one.pk}/?month=2026-03" in page.split("<details")[0]}
    cheats = {stations[number].pk for number, kind in made.kind.items() if kind in CHEATS}
    assert listed & cheats
    assert len(listed - cheats) <= 2


def test_no_pseudonym_leaves_in_pages_or_files(a_city, alice, signed_in):
    client = signed_in(alice)
    pages = [client.get(LIST).content.decode()]
    for kind in ("csv", "xlsx"):
        answer = client.get(LIST, {"export": kind})
        pages.append(repr(b"".join(answer) if answer.streaming else answer.content))
    for station in report_of(MONTH, NOW).found.listed.index:
        pages.append(client.get(f"{LIST}{station}/", {"month": "2026-03"}).content.decode())
    for pseudonym in {bytes(one.pseudonym) for one in CheckIn.objects.all()}:
        assert not any(pseudonym.hex() in page or repr(pseudonym)[2:-1] in page for page in pages)


def test_a_stations_page_draws_hours_gaps_and_phones(a_city, alice, signed_in):
    made, stations = a_city
    bot = stations[next(number for number, kind in made.kind.items() if kind == "one_phone")]
    page = signed_in(alice).get(f"{LIST}{bot.pk}/", {"month": "2026-03"}).content.decode()
    assert page.count('<svg class="chart"') == 3
    assert 'class="shade"' in page
    assert "手机 A" in page


def test_the_files_hold_the_list(a_city, alice, signed_in):
    answer = signed_in(alice).get(LIST, {"export": "csv"})
    text = b"".join(answer).decode("utf-8-sig")
    assert text.startswith("序号,铭牌编号,站点")
    assert len(text.strip().splitlines()) == 1 + report_of(MONTH, NOW).found.listed.shape[0]
    assert 'filename="inflation-2026-03-' in answer["Content-Disposition"]


def test_a_mark_is_made_kept_shown_and_remembered_by_history(a_city, alice, signed_in):

    pk = int(report_of(MONTH, NOW).found.listed.index[0])
    client = signed_in(alice)
    found = {"month": "2026-03", "finding": "explained", "note": "公交终点站"}
    answer = client.post(f"{LIST}{pk}/mark/", found)
    assert answer["Location"] == f"{LIST}?month=2026-03"
    client.post(f"{LIST}{pk}/mark/", found | {"finding": "inspect", "note": ""})
    said = InflationLook.objects.get()
    assert (said.station_id, said.month, said.finding, said.by, said.at) == (pk, MONTH, "inspect", alice, NOW)
    assert "需要抽查" in client.get(LIST, {"month": "2026-03"}).content.decode()
    events = apps.get_model("checkins", "InflationLookEvent").objects.order_by("pgh_id")
    assert [one.note for one in events] == ["公交终点站", ""]


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        ({"finding": "", "note": "x"}, "请选择核实结果"),
        ({"finding": "guilty", "note": "x"}, "请选择核实结果"),
        ({"finding": "explained", "note": "  "}, "请写明如何解释"),
        ({"finding": "inspect", "note": "x" * 501}, "备注过长"),
    ],
)
def test_a_mark_that_cannot_be_says_why_and_keeps_what_was_typed(a_city, alice, signed_in, found, fault):
    pk = a_city[1][0].pk
    answer = signed_in(alice).post(f"{LIST}{pk}/mark/", found)
    assert answer.status_code == 400
    assert fault in answer.content.decode()
    assert found["note"].strip() in answer.content.decode()
    assert not InflationLook.objects.exists()


def test_only_the_centre_marks(make_station, bob, alice):
    station = make_station()
    with pytest.raises(PermissionDenied):
        look(station=station, month=MONTH, finding="inspect", note="", by=bob, now=NOW)
    with pytest.raises(LookError):
        look(station=station, month=MONTH, finding="", note="", by=alice, now=NOW)


def test_an_empty_city_judges_nobody(make_station, alice, signed_in):
    station = make_station()
    client = signed_in(alice)
    assert "太少，无法得知通常情况" in client.get(LIST).content.decode()
    assert "签到太少，不作判断" in client.get(f"{LIST}{station.pk}/").content.decode()
    assert client.get(f"{LIST}999999/").status_code == 404
    assert client.get(LIST, {"month": "1999-01\0"}).status_code == 200


def test_months_are_those_whose_raw_check_ins_are_all_kept(settings):
    settings.JIELI_CHECKIN_KEPT_DAYS = 90
    assert months(NOW) == [date(2026, 4, 1), date(2026, 3, 1), date(2026, 2, 1)]
    settings.JIELI_CHECKIN_KEPT_DAYS = 1
    assert months(NOW) == [date(2026, 4, 1)]


def test_a_report_is_computed_once_a_day(a_city, monkeypatch, django_assert_num_queries):
    report_of(MONTH, NOW)
    with django_assert_num_queries(0):
        report_of(MONTH, NOW)
    calls = []
    monkeypatch.setattr(inflation_month, "_computed", lambda *given: calls.append(given) or report)
    report = report_of(MONTH, NOW)
    report_of(MONTH, NOW + timedelta(days=1))
    assert len(calls) == 1


def test_a_running_month_is_held_against_as_much_of_a_usual_one(make_station):
    station = make_station()
    for month, hour in ((date(2026, 3, 1), 30), (date(2026, 2, 1), 60)):
        counts = [0] * 168
        counts[9] = hour
        WeekUse.objects.create(station=station, month=month, occupation="", counts=counts)
    usual = inflation_month._usual(date(2026, 4, 1))
    assert usual.to_dict() == {station.pk: 45.0}
    assert not report_of(date(2026, 4, 1), NOW).is_over
    assert report_of(MONTH, NOW).until == midnight(date(2026, 4, 1))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_signal_has_its_sentence(language):
    made = city(5, stations=70, cheats_a_kind=1)
    start, end = month_span()
    report = judge(made.visits, usual=made.usual, timetables=made.timetables, start=start, end=end)
    row = report.stations[report.stations["usual"].notna()].iloc[0].to_dict()
    with override(language):
        for signal in SIGNALS:
            words = sentence(signal, row)
            assert re.search(r"\d", words), signal
            assert "nan" not in words
            assert "%(" not in words
