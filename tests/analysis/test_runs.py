"""A coverage run from the database to its stored answer. A station stands at 121.25 E 31.25 N in West (conftest)."""

import json
import sqlite3
from datetime import timedelta
from io import StringIO

import numpy as np
import pandas as pd
import pyogrio
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from analysis import outputs
from analysis.models import AnalysisRun
from analysis.results import MEASURES, coverage_result
from analysis.runs import RunError, load_stations, run_coverage
from tests.analysis.activity import MONDAY, observe
from tests.stations.checkins.visits import visit

pytestmark = pytest.mark.django_db

HERE = (121.25, 31.25)
FAR = (121.35, 31.25)  # 9.5 km east, still in West
NOON, MIDNIGHT = 12, 0  # on Monday
DAY_STATION = {"hours_text": "Mo-Su 09:00-17:00"}


def parts(run, hour=None):
    total = coverage_result(run.pk).by_district(hour=hour)[MEASURES].sum()
    return {name.removesuffix("_worker_hours"): value for name, value in total.items() if value}


def test_demand_is_split_into_open_closed_and_too_far(make_station):
    make_station(*("hub", *HERE), **DAY_STATION)
    observe(places=[(*HERE, NOON), (*HERE, MIDNIGHT), (*FAR, NOON)])
    run = run_coverage(by=None)
    assert parts(run) == {"worker_hours": 3, "open": 1, "gap_closed": 1, "gap_distance": 1}
    assert parts(run, hour=MIDNIGHT) == {"worker_hours": 1, "gap_closed": 1}
    assert run.summary["total"]["worker_hours"] == 3
    assert run.summary["total"]["open_share"] == pytest.approx(1 / 3, abs=1e-4)


def test_unknown_hours_are_neither_open_nor_closed(make_station):
    make_station("hub", *HERE, hours_text="")
    observe(places=[(*HERE, NOON)])
    run = run_coverage(by=None)
    assert parts(run) == {"worker_hours": 1, "unknown": 1}
    assert run.inputs["stations"] == {"count": 1, "with_unknown_hours": 1, "versions_sum": 1}


def test_only_public_stations_count(make_station):
    make_station("hub", *HERE, status="suspended", **DAY_STATION)
    observe(places=[(*HERE, NOON)])
    assert parts(run_coverage(by=None)) == {"worker_hours": 1, "gap_distance": 1}


def test_an_hour_is_open_from_the_asked_minutes_on(make_station):
    make_station("hub", *HERE, hours_text="Mo-Su 09:30-17:00")
    assert load_stations(min_open_minutes=30).hours[0, 9] == 1
    assert load_stations(min_open_minutes=31).hours[0, 9] == 0


def test_stations_beyond_the_border_of_the_chosen_district_count(make_station):
    make_station("over the border", 121.502, 31.25, **DAY_STATION)  # in East
    observe(places=[(121.4985, 31.25, NOON), (121.7, 31.25, NOON)])
    run = run_coverage(by=None, district="310101")
    assert parts(run) == {"worker_hours": 1, "open": 1}
    assert list(run.summary["districts"]) == ["310101"]


def test_a_larger_limit_reaches_farther(make_station):
    make_station("hub", *HERE, **DAY_STATION)
    observe(places=[(121.258, 31.25, NOON)])  # 760 m
    assert "gap_distance" in parts(run_coverage(by=None))
    run = run_coverage(by=None, limit_m=1000)
    assert "open" in parts(run)
    assert run.parameters["limit_m"] == 1000


def test_occupations_and_datasets_can_be_chosen(make_station):
    observe("riders", [(*HERE, NOON)])
    observe("sweepers", [(*FAR, NOON), (*FAR, 5)], occupation="sanitation")
    assert parts(run_coverage(by=None))["worker_hours"] == 3
    assert parts(run_coverage(by=None, occupations=["rider"]))["worker_hours"] == 1
    run = run_coverage(by=None, datasets=["sweepers"])
    assert parts(run)["worker_hours"] == 2
    assert [one["name"] for one in run.inputs["datasets"]] == ["sweepers"]
    assert coverage_result(run.pk).occupations() == ["sanitation"]


def test_one_answer_can_be_asked_for_one_occupation(make_station):
    observe("riders", [(*HERE, NOON)])
    observe("sweepers", [(*FAR, NOON), (*FAR, 5)], occupation="sanitation")
    result = coverage_result(run_coverage(by=None).pk)
    assert result.profile(occupation="rider")["worker_hours"].sum() == 1
    assert result.profile()["worker_hours"][NOON] == 2


def test_each_dataset_is_averaged_over_its_own_days(west, east):
    observe("one week", [(*HERE, NOON)])
    two_weeks = observe("two weeks", [(*FAR, NOON), (*FAR, NOON)])
    later = two_weeks.points.first()
    later.at += timedelta(days=7)
    later.save()
    profile = coverage_result(run_coverage(by=None).pk).profile()["worker_hours"]
    assert profile[NOON] == 1 + 1  # two Mondays with one worker-hour each make a mean Monday of one


def test_a_time_of_day_without_a_date_counts_on_every_weekday(west, east):
    observe(places=[(*HERE, None)], hour_of_day=16)
    profile = coverage_result(run_coverage(by=None).pk).profile()["worker_hours"]
    assert np.flatnonzero(profile).tolist() == [16 + 24 * day for day in range(7)]


def test_untimed_points_follow_the_assumed_day_unless_left_out(west, east):
    observe("addresses", [(*HERE, None)], occupation="courier")
    run = run_coverage(by=None)
    assert parts(run)["worker_hours"] == pytest.approx(7)
    assert run.parameters["points_without_time"] == 1
    observe("timed", [(*HERE, NOON)])
    assert parts(run_coverage(by=None, untimed="drop"))["worker_hours"] == 1


def test_usage_counts_check_ins_by_open_station_hour(make_station):
    station = make_station("hub", *HERE, **DAY_STATION)
    observe(places=[(*HERE, NOON)])
    for week in (0, 1):
        visit(station, MONDAY + timedelta(hours=NOON, days=7 * week))
    visit(station, MONDAY + timedelta(days=13))  # midnight: closed
    run = run_coverage(by=None)
    assert run.inputs["check_ins"]["weeks"] == 2
    use = coverage_result(run.pk).usage_by_cell(hour=NOON)
    assert use["check_ins"].tolist() == [2]
    assert use["check_ins_per_open_hour"].tolist() == [1]
    closed = coverage_result(run.pk).usage_by_cell(hour=MIDNIGHT)
    assert closed["state"].tolist() == ["closed"]
    assert closed["check_ins_per_open_hour"].isna().all()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"limit_m": 0}, "limit"),
        ({"limit_m": float("nan")}, "limit"),
        ({"resolution": 12}, "resolution"),
        ({"weekdays": "sometimes"}, "weekdays"),
        ({"untimed": "guess"}, "untimed"),
        ({"min_open_minutes": 0}, "min_open_minutes"),
        ({"occupations": ["pilot"]}, "Unknown occupation"),
        ({"occupations": ["taxi"]}, "load_activity"),
        ({"datasets": ["nowhere"]}, "no dataset nowhere"),
        ({"district": "999999"}, "no district"),
        ({"district": "310102"}, "no activity"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_and_leaves_no_run(west, east, asked, message):
    observe(places=[(*HERE, NOON)])
    with translation.override("en"), pytest.raises(RunError, match=message):
        run_coverage(by=None, **asked)
    assert not AnalysisRun.objects.exists()


def test_without_any_station_everything_is_too_far(west, east):
    observe(places=[(*HERE, NOON)])
    assert parts(run_coverage(by=None)) == {"worker_hours": 1, "gap_distance": 1}


def test_the_command_prints_the_districts_and_writes_files(make_station, tmp_path):
    make_station("=HYPERLINK()", *HERE, **DAY_STATION)
    observe(places=[(*HERE, NOON), (*HERE, MIDNIGHT), (121.7, 31.25, NOON)])
    out = StringIO()
    call_command("analyse", "coverage", "--out", str(tmp_path), stdout=out)
    said = out.getvalue()
    assert "西区" in said
    assert "total" in said
    run = AnalysisRun.objects.get()
    package = tmp_path / f"coverage-run-{run.pk}.gpkg"
    layers = {name for name, _ in pyogrio.list_layers(package)}
    assert layers == {"gap_by_cell", "usage_by_cell", "districts", "stations", "about"}
    cells = pyogrio.read_dataframe(package, layer="gap_by_cell")
    assert cells.crs.to_epsg() == 4326
    assert cells["total_wh"].sum() == 3
    assert cells["gap_wh"].sum() == 2
    about = dict(sqlite3.connect(package).execute("SELECT name, value FROM about"))
    assert json.loads(about["parameter limit_m"]) == 500
    table = pd.read_csv(tmp_path / f"coverage-run-{run.pk}.csv", dtype={"district_code": str})
    assert table["total_wh"].sum() == 3
    assert set(table["cause"]) == {"covered", "closed", "distance"}


def test_the_csv_opens_in_a_spreadsheet_and_holds_no_formula(make_station, west):
    west.name = "=1+1"
    west.save()
    observe(places=[(*HERE, NOON)])
    content = b"".join(outputs.csv(run_coverage(by=None)))
    assert content.startswith(b"\xef\xbb\xbf")
    assert b",'=1+1," in content


def test_the_csv_is_the_same_in_whatever_pieces_it_is_made(make_station, west, monkeypatch):
    observe(places=[(*HERE, NOON)] * 3)
    run = run_coverage(by=None, weekdays="every_day")
    whole = list(outputs.csv(run))
    monkeypatch.setattr(outputs, "CSV_ROWS_AT_ONCE", 2)
    pieces = list(outputs.csv(run))
    assert len(pieces) > len(whole) == 2
    assert b"".join(pieces) == b"".join(whole)


def test_the_command_says_what_is_missing(west, east):
    with pytest.raises(CommandError, match="load_activity"):
        call_command("analyse", "coverage")
