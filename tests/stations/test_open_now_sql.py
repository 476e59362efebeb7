"""The SQL spelling of "open now" passes the same table of cases as the Python rule."""

from datetime import timedelta

import pytest

from stations.registry.models import Station, TemporaryClosure
from tests.geo.hours_cases import CASES, calendar, moment


@pytest.mark.parametrize(
    ("text", "at", "special_days", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_sql_agrees_with_the_table_of_cases(make_station, text, at, special_days, expected):
    make_station(hours_text=text)
    station = Station.objects.with_open(moment(at), calendar(special_days)).get()
    assert station.is_open is expected
    assert station.hours.is_open(moment(at), calendar=calendar(special_days)) is expected


@pytest.mark.parametrize("text", ["24/7", "", "Mo 09:00-10:00"])
def test_a_temporary_closure_shuts_the_station_whatever_its_hours_say(make_station, text):
    at = moment("2026-03-03 12:00")
    station = make_station(hours_text=text)
    TemporaryClosure.objects.create(
        station=station, during=(at, at + timedelta(hours=1)), reason="water pipe"
    )

    def is_open(after):
        return Station.objects.with_open(at + after, calendar({})).get().is_open

    usual = station.hours.is_open(at)
    assert is_open(timedelta(minutes=-1)) is usual
    assert is_open(timedelta()) is False
    assert is_open(timedelta(minutes=59, seconds=59)) is False
    assert is_open(timedelta(hours=1)) is usual


def test_a_closure_without_an_end_lasts(make_station):
    at = moment("2026-03-03 12:00")
    TemporaryClosure.objects.create(station=make_station(hours_text="24/7"), during=(at, None))
    assert Station.objects.with_open(at + timedelta(days=900), calendar({})).get().is_open is False


def test_unknown_hours_are_neither_open_nor_closed(make_station):
    make_station(hours_text="")
    stations = Station.objects.with_open(moment("2026-03-03 12:00"), calendar({}))
    assert stations.get().is_open is None
    assert not stations.filter(is_open=True).exists()
    assert not stations.filter(is_open=False).exists()


def test_hours_are_compiled_anew_when_they_change(make_station):
    station = make_station(hours_text="Mo 09:00-10:00")
    station.hours_text = "Tu 12:00-13:00"
    station.save(update_fields=["hours_text", "open_slots"])
    assert Station.objects.with_open(moment("2026-03-03 12:30"), calendar({})).get().is_open is True
