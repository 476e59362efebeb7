"""A quarter's heat from the database to its stored answer. A station stands at 121.25 E 31.25 N in West (conftest)."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection

from analysis.heat_runs import heat_result, observed_days, run_heat
from analysis.models import AnalysisRun
from analysis.usage import counted_days, week_counts
from stations.checkins.models import CheckIn
from stations.occupations import Occupation
from tests.stations.checkins.visits import visit

pytestmark = pytest.mark.django_db

HERE = (121.25, 31.25)
MONDAY = datetime(2026, 7, 6, 4, 10, tzinfo=UTC)  # 12:10 in Shanghai
NOW = datetime(2026, 11, 25, tzinfo=UTC)
NOON = 12
DAY = {"hours_text": "Mo-Su 09:00-17:00"}


def visits(station, count, at=MONDAY, **more):
    for number in range(count):
        visit(station, at + timedelta(minutes=number), device=str(number), **more)


def test_counts_are_read_as_the_trigger_wrote_them(make_station):
    one, other = make_station("one", *HERE), make_station("other", 121.3, 31.3)
    visits(one, 3, occupation="rider")
    visits(one, 2, at=MONDAY + timedelta(days=40), occupation="courier")
    visits(other, 1, at=MONDAY + timedelta(hours=1), occupation="rider")
    visits(other, 1, at=datetime(2026, 10, 1, 4, tzinfo=UTC), occupation="rider")
    asked = [other.pk, 10**9, one.pk]
    rider, courier = week_counts(asked, date(2026, 7, 1), date(2026, 9, 30), ["rider", "courier"])
    assert rider.sum(axis=1).tolist() == [1, 0, 3]
    assert (rider[2, NOON], rider[0, NOON + 1], courier.sum(axis=1).tolist()) == (3, 1, [0, 0, 2])
    everything = week_counts(asked, date(2026, 7, 1), date(2026, 9, 30))
    np.testing.assert_array_equal(everything[0], rider + courier)
    assert counted_days() == (date(2026, 7, 6), date(2026, 10, 1))


def test_reading_agrees_with_a_group_by_of_the_raw_rows(make_station):
    rng = np.random.default_rng(1)
    stations = [make_station(str(number), 121.2 + number / 50, 31.2) for number in range(4)]
    for _ in range(120):
        at = MONDAY + timedelta(minutes=int(rng.integers(0, 80 * 24 * 60)))
        visit(stations[rng.integers(4)], at, occupation=Occupation.values[rng.integers(8)])
    found = week_counts([one.pk for one in stations], date(2026, 7, 1), date(2026, 9, 30), Occupation.values)
    expected = np.zeros_like(found)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT station_id, occupation, (extract(isodow FROM here) - 1) * 24 + extract(hour FROM here), count(*)"
            " FROM (SELECT *, at AT TIME ZONE 'Asia/Shanghai' AS here FROM checkins_checkin) AS visits GROUP BY 1, 2, 3"
        )
        for station, occupation, hour, count in cursor.fetchall():
            row = [one.pk for one in stations].index(station)
            expected[Occupation.values.index(occupation), row, int(hour)] = count
    np.testing.assert_array_equal(found, expected)


def test_without_stations_or_visits_there_is_nothing(db):
    assert week_counts([], date(2026, 7, 1), date(2026, 9, 30)).shape == (1, 0, 168)
    assert run_heat(by=None, now=NOW) == []


def test_a_settled_quarter_is_told_once_and_then_left_as_it_is(make_station):
    station = make_station("hub", *HERE, **DAY)
    visits(station, 25, occupation="rider")
    (run,) = run_heat(by=None, now=NOW)
    assert (run.parameters["first_day"], run.parameters["observed_from"]) == ("2026-07-01", "2026-07-06")
    assert run.summary["check_ins_at_least"] == 20
    visits(station, 30, at=MONDAY + timedelta(days=7))
    station.hours_text = "24/7"
    station.save()
    assert run_heat(by=None, now=NOW) == []
    assert AnalysisRun.objects.get() == run
    found = heat_result(run.pk)
    assert found.weeks.spans[3].max() == 20
    mondays = found.days[0]
    assert mondays == 13
    assert found.rates().rate[0, NOON] == pytest.approx(24.5 / mondays)


def test_a_quarter_that_a_phone_can_still_add_to_is_not_told(make_station):
    visits(make_station("hub", *HERE, **DAY), 25)
    assert run_heat(by=None, now=datetime(2026, 10, 7, tzinfo=UTC)) == []
    assert len(run_heat(by=None, now=datetime(2026, 10, 8, tzinfo=UTC))) == 1


def test_the_command_tells_what_was_not_told_before(make_station, capsys):
    visits(make_station("hub", *HERE, **DAY), 25)
    call_command("analyse", "heat")
    assert "2026-07-01 to 2026-09-30, 1 of 1 cells told." in capsys.readouterr().out
    call_command("analyse", "heat")
    assert "No settled quarter" in capsys.readouterr().out


def test_quarters_that_were_missed_are_told_too(make_station):
    station = make_station("hub", *HERE, **DAY)
    visits(station, 12)
    visits(station, 12, at=MONDAY - timedelta(days=91))
    visits(station, 12, at=MONDAY - timedelta(days=300))
    runs = run_heat(by=None, now=NOW)
    assert [run.parameters["first_day"] for run in runs] == ["2025-07-01", "2026-04-01", "2026-07-01"]


def test_visits_while_closed_are_counted_apart_and_only_for_the_city(make_station):
    visits(make_station("hub", *HERE, **DAY), 14, at=MONDAY + timedelta(hours=9))
    visits(make_station("unknown", 121.3, 31.25, hours_text=""), 25)
    (run,) = run_heat(by=None, now=NOW)
    assert run.inputs["check_ins_outside_opening_hours"] == 10
    assert run.inputs["check_ins_at_unknown_hours"] == 20
    assert run.summary["check_ins_at_least"] == 0


def test_raw_rows_may_be_gone(make_station):
    visits(make_station("hub", *HERE, **DAY), 25)
    CheckIn.objects.all().delete()
    (run,) = run_heat(by=None, now=NOW)
    assert run.summary["check_ins_at_least"] == 20


def test_no_count_under_ten_is_stored(make_station):
    for number in range(6):
        visits(make_station(str(number), 121.2 + number / 20, 31.2, **DAY), 3 * number, occupation="rider")
    (run,) = run_heat(by=None, now=NOW)
    weeks = heat_result(run.pk).weeks
    for values in (*weeks.spans, weeks.of_week, weeks.of_block):
        assert (values[values > 0] % 10 == 0).all()


def test_weekdays_are_counted_from_the_first_to_the_last_day():
    assert observed_days(date(2026, 7, 6), date(2026, 7, 6)).tolist() == [1, 0, 0, 0, 0, 0, 0]
    assert observed_days(date(2026, 7, 1), date(2026, 9, 30)).sum() == 92
