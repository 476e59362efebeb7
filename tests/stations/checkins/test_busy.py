"""When a station is usually busy: made once of a settled quarter, in levels that tell no count (chapter 4, 1 (2))."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.hours import ZONE
from stations.checkins.models import BusyHour, BusyQuarter, CheckIn
from stations.checkins.usage.busy import busy_day, busy_digits, publish, shown_quarter
from stations.checkins.usage.publishing import last_day_of_quarter, levels, settled_quarter
from tests.stations.checkins.visits import visit

SUMMER = date(2026, 7, 1)
SETTLED = datetime(2026, 10, 8, 0, 0, tzinfo=ZONE)  # seven days after the quarter's end


def visits(station, hour, count, *, day=SUMMER):
    """So many visits in that hour, one a day."""
    first = datetime(day.year, day.month, day.day, hour, 20, tzinfo=ZONE)
    for number in range(count):
        visit(station, first + timedelta(days=number), device=str(number))


def shown(station):
    return {one.hour: one.level for one in BusyHour.objects.filter(station=station)}


def test_hours_are_told_as_thirds_of_the_busiest_one_and_few_visits_not_at_all(make_station):
    station = make_station(hours_text="24/7")
    for hour, count in ((8, 9), (9, 10), (12, 61), (17, 39), (18, 41)):
        visits(station, hour, count)
    assert publish(SETTLED) == 4
    assert shown(station) == {9: 1, 12: 3, 17: 2, 18: 2}


def test_a_quarter_waits_until_no_phone_can_send_a_visit_of_it(make_station):
    station = make_station(hours_text="24/7")
    visits(station, 12, 30)
    assert publish(SETTLED - timedelta(seconds=1)) == 0
    assert not BusyQuarter.objects.exists()
    assert publish(SETTLED) == 1
    assert BusyQuarter.objects.get().quarter == SUMMER


def test_what_is_published_stays_whatever_comes_late(make_station):
    station, other = make_station(hours_text="24/7"), make_station(hours_text="24/7")
    visits(station, 12, 30)
    visits(other, 12, 9)
    publish(SETTLED)
    visits(station, 13, 60)
    visits(other, 12, 60)
    CheckIn.objects.filter(station=station).delete()
    for later in (SETTLED, SETTLED + timedelta(days=30)):
        assert publish(later) == 0
    assert (shown(station), shown(other)) == ({12: 3}, {})


def test_a_quarter_in_which_nothing_reached_ten_is_settled_too(make_station):
    station = make_station(hours_text="24/7")
    visits(station, 12, 9)
    assert publish(SETTLED) == 0
    visits(station, 12, 9)
    assert publish(SETTLED + timedelta(days=1)) == 0
    assert shown_quarter() is None


def test_the_next_quarter_takes_the_place_of_the_one_before_and_leaves_its_rows(make_station):
    station = make_station(hours_text="24/7")
    visits(station, 12, 30)
    publish(SETTLED)
    visits(station, 18, 30, day=date(2026, 10, 1))
    publish(datetime(2027, 1, 8, tzinfo=ZONE))
    assert shown_quarter() == date(2026, 10, 1)
    assert busy_digits(date(2026, 10, 1)) == {station.pk: "0" * 18 + "3" + "0" * 5}
    assert busy_digits(SUMMER) == {station.pk: "0" * 12 + "3" + "0" * 11}


def test_hours_at_which_a_station_is_closed_are_not_told(make_station):
    station, unknown = make_station(hours_text="Mo-Fr 09:30-12:30"), make_station(hours_text="")
    for one in (station, unknown):
        for hour in (3, 8, 9, 12, 13):
            visits(one, hour, 10)
    publish(SETTLED)
    assert shown(station).keys() == {9, 12}
    assert shown(unknown).keys() == {3, 8, 9, 12, 13}


def test_visits_that_are_set_aside_make_nothing_busy(make_station):
    station = make_station(hours_text="24/7")
    for number in range(20):
        visit(station, datetime(2026, 7, 1 + number, 4, tzinfo=UTC), set_aside="cooling")
    assert publish(SETTLED) == 0


def test_the_page_names_the_busiest_spans(make_station):
    station = make_station(hours_text="24/7")
    for hour, count in ((9, 10), (11, 30), (12, 30), (17, 30)):
        visits(station, hour, count)
    publish(SETTLED)
    day = busy_day(station)
    assert day.busiest == ["11:00-13:00", "17:00-18:00"]
    assert [(bar.hour, bar.level) for bar in day.bars][:3] == [(9, 1), (10, 0), (11, 3)]
    assert (day.first, day.last) == (SUMMER, date(2026, 9, 30))


def test_the_command_says_what_it_did(make_station, monkeypatch, capsys):
    visits(make_station(hours_text="24/7"), 12, 30)
    monkeypatch.setattr("django.utils.timezone.now", lambda: SETTLED)
    call_command("publish_busy_hours")
    call_command("publish_busy_hours")
    said = capsys.readouterr().out
    assert "Published 1 hours" in said
    assert "Nothing to publish. The public sees: 2026-07-01" in said


@pytest.mark.parametrize(
    ("now", "first", "last"),
    [
        ("2026-10-08T00:00+08:00", "2026-07-01", "2026-09-30"),
        ("2026-10-07T23:59+08:00", "2026-04-01", "2026-06-30"),
        ("2026-01-08T00:00+08:00", "2025-10-01", "2025-12-31"),
        ("2026-01-07T15:59+00:00", "2025-07-01", "2025-09-30"),
        ("2028-04-08T00:00+08:00", "2028-01-01", "2028-03-31"),
    ],
)
def test_a_quarter_is_shanghais(now, first, last):
    found = settled_quarter(datetime.fromisoformat(now), late_days=7)
    assert [str(day) for day in found] == [first, last]
    assert last_day_of_quarter(found[0]) == found[1]


COUNTS = st.dictionaries(st.integers(0, 23), st.integers(0, 400))


@settings(deadline=None)
@given(COUNTS)
def test_a_level_is_told_of_ten_visits_and_more(counts):
    told = levels(counts)
    assert told.keys() == {hour for hour, count in counts.items() if count >= 10}
    assert set(told.values()) <= {1, 2, 3}


@settings(deadline=None)
@given(COUNTS, st.integers(0, 23), st.integers(0, 9), st.integers(0, 9))
def test_nothing_distinguishes_counts_under_ten(counts, hour, one, other):
    assert levels({**counts, hour: one}) == levels({**counts, hour: other})


@settings(deadline=None)
@given(COUNTS.filter(bool), st.data())
def test_within_a_ten_no_visit_moves_a_level(counts, data):
    hour = data.draw(st.sampled_from(sorted(counts)))
    ten = counts[hour] - counts[hour] % 10
    assert levels({**counts, hour: ten}) == levels({**counts, hour: ten + 9})
