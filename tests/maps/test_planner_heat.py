"""/planner/heat/: who may enter, what its answers say and hide, what it refuses. A station stands at 121.25 E 31.25 N in West."""

import io
import json
import sqlite3
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from django.urls import reverse

from analysis.heat_runs import heat_result, run_heat
from analysis.models import AnalysisRun
from geo.datum import convert
from tests.stations.checkins.visits import visit

pytestmark = pytest.mark.django_db

HERE, FAR = (121.25, 31.25), (121.35, 31.25)
MONDAY = datetime(2026, 7, 6, 4, 10, tzinfo=UTC)  # 12:10 in Shanghai
NOW = datetime(2026, 11, 25, tzinfo=UTC)
NOON, MIDNIGHT = 12, 0
DAY = {"hours_text": "Mo-Su 09:00-17:00"}
HIDDEN, CLOSED, UNKNOWN = -1, -2, -3
WEEK, HOUR = 0, 3


def visits(station, count, at=MONDAY, **more):
    for number in range(count):
        visit(station, at + timedelta(minutes=number), device=str(number), **more)


@pytest.fixture
def run(make_station):
    visits(make_station("busy", *HERE, **DAY), 25, occupation="rider")
    visits(make_station("few", *FAR, **DAY), 7, occupation="courier")
    make_station("unknown", 121.45, 31.25, hours_text="")
    (run,) = run_heat(by=None, now=NOW)
    return run


@pytest.fixture
def planner(signed_in, paul):
    return signed_in(paul)


def get(client, name, *args, **query):
    return client.get(reverse(f"planner:{name}", args=args), query)


def tiles_at(answer, hour):
    """What each cell shows at an hour: [rate, span], or why there is none."""
    rows = zip(answer["of"], answer["tiles"], strict=True)
    return [of[hour] if of[hour] < 0 else tiles[of[hour]] for of, tiles in rows]


def test_without_a_told_quarter_the_page_says_when_there_will_be_one(planner, west):
    page = get(planner, "heat").content.decode()
    assert reverse("planner:heat-start") in page
    response = planner.post(reverse("planner:heat-start"))
    assert response.url == reverse("planner:heat")
    assert not AnalysisRun.objects.exists()


def test_a_finished_quarter_is_told_by_the_button_and_once(planner, paul, make_station):
    visits(make_station("busy", *HERE, **DAY), 25, at=MONDAY - timedelta(days=365))
    response = planner.post(reverse("planner:heat-start"))
    run = AnalysisRun.objects.get()
    assert response.url == reverse("planner:heat-run", args=[run.pk])
    assert run.by == paul
    planner.post(reverse("planner:heat-start"))
    assert AnalysisRun.objects.count() == 1


def test_the_page_shows_months_parameters_and_date_and_leads_to_the_gap(planner, run):
    page = get(planner, "heat").content.decode()
    assert "2026-07-01 – 2026-09-30" in page
    assert reverse("planner:heat-csv", args=[run.pk]) in page
    assert reverse("planner:coverage") in page
    assert get(planner, "heat-run", run.pk).status_code == 200


def test_the_page_runs_no_inline_script_and_no_foreign_file(planner, run):
    page = get(planner, "heat").content.decode()
    for tag in page.split("<script")[1:]:
        assert tag.startswith((' src="/', ' id="planner-config" type="application/json"'))
    assert "cdn" not in page
    assert "map_heat" in get(planner, "heat-script").content.decode()


@pytest.mark.parametrize("resolution", [8, 9])
def test_each_of_the_looks_has_its_own_answer(planner, run, resolution):
    answer = get(planner, "heat-cells", run.pk, resolution=resolution).json()

    def looks(hour):
        return sorted(one if isinstance(one, int) else one[1] for one in tiles_at(answer, hour))

    assert looks(NOON) == [UNKNOWN, HIDDEN, HOUR]
    assert looks(MIDNIGHT) == [UNKNOWN, CLOSED, CLOSED]
    assert [1.885, HOUR] in tiles_at(answer, NOON)  # 20 to 29 check-ins on 13 Mondays
    assert [0.0, HOUR] in tiles_at(answer, NOON + 1)


def test_no_answer_has_a_count_under_ten(planner, run):
    for resolution in (8, 9):
        assert sorted(get(planner, "heat-cells", run.pk, resolution=resolution).json()["told"]) == [0, 0, 20]
    table = pd.read_csv(io.BytesIO(get(planner, "heat-csv", run.pk).getvalue()))
    told = table[table["check_ins_at_least"] > 0]
    assert set(zip(told["check_ins_at_least"], told["check_ins_at_most"], strict=True)) <= {(1, 9), (20, 29)}
    assert told.loc[told["check_ins_at_least"] == 1, "check_ins_per_open_hour"].isna().all()


def test_a_small_cell_looks_the_same_whatever_it_hides(planner, make_station):
    for number, count in enumerate((1, 9)):
        visits(make_station(f"few {number}", 121.2 + number / 10, 31.2, **DAY), count)
    (run,) = run_heat(by=None, now=NOW)
    answer = get(planner, "heat-cells", run.pk, resolution=9).json()
    for hour in range(168):
        one, other = tiles_at(answer, hour)
        assert one == other


def test_one_occupation_can_be_asked(planner, run):
    def spans(occupation):
        answer = get(planner, "heat-cells", run.pk, resolution=9, occupation=occupation).json()
        return sorted(one[1] for one in tiles_at(answer, NOON) if isinstance(one, list) and one[0] != 0)

    assert spans("rider") == [HIDDEN, WEEK]  # of a cell with few check-ins, occupations are hidden altogether
    assert spans("courier") == [HIDDEN]


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("heat-cells", {"resolution": "7"}),
        ("heat-cells", {"resolution": "9\0"}),
        ("heat-cells", {"occupation": "pilot"}),
        ("heat-surface", {"reach_m": "401"}),
        ("heat-surface", {"reach_m": "-1"}),
        ("heat-surface", {"reach_m": "nan"}),
    ],
)
def test_odd_questions_are_refused(planner, run, name, query):
    assert get(planner, name, run.pk, **query).status_code == 400


@pytest.mark.parametrize("name", ["heat-run", "heat-cells", "heat-surface", "heat-csv", "heat-geopackage"])
def test_a_run_that_is_not_there_is_not_found(planner, run, name):
    assert get(planner, name, run.pk + 1).status_code == 404
    assert get(planner, name, 10**30).status_code == 404


def test_a_heat_run_is_no_coverage_run(planner, run):
    assert get(planner, "run", run.pk).status_code == 404
    assert "load_activity" in get(planner, "coverage").content.decode()


@pytest.mark.parametrize("reach_m", [200, 400, 800])
def test_the_surface_of_the_page_is_that_of_the_analysis(planner, run, reach_m):
    """What the page's script does with the answer, done here."""
    cells = get(planner, "heat-cells", run.pk, resolution=9).json()
    grid = get(planner, "heat-surface", run.pk, reach_m=reach_m).json()
    result = heat_result(run.pk)
    surface = result.surface(float(reach_m))
    expected = surface.rates(result.rates().rate[result.stations["row"]], result.state == 1)
    noon, start, found = tiles_at(cells, NOON), 0, []
    for count in grid["reaching"]:
        counts = hours = 0.0
        for station, weight in zip(
            grid["station"][start : start + count], grid["weight"][start : start + count], strict=True
        ):
            tile = noon[grid["cells"][station]]
            if grid["patterns"][grid["hours"][station]][NOON] == "o" and isinstance(tile, list):
                counts, hours = counts + weight * tile[0], hours + weight
        found.append(counts / hours if hours else np.nan)
        start += count
    np.testing.assert_allclose(found, expected[:, NOON], rtol=0.02, atol=0.001)
    assert grid["step_m"] == reach_m / 4
    assert len(grid["points"]) == 2 * len(grid["reaching"])


@pytest.mark.parametrize("basemap", ["districts", "amap"])
def test_the_grid_lies_round_the_stations_in_the_datum_of_the_base_map(planner, run, settings, basemap):
    settings.JIELI_BASEMAP = basemap
    grid = get(planner, "heat-surface", run.pk).json()
    points = np.cumsum(np.array(grid["points"]).reshape(-1, 2), axis=0) / grid["scale"]
    lon, lat = convert(*HERE, source="wgs84", target="gcj02" if basemap == "amap" else "wgs84")
    near = points[np.abs(points - (lon, lat)).max(axis=1) < 0.01]
    assert near.mean(axis=0) == pytest.approx((lon, lat), abs=0.0008)


def test_downloads_are_attachments_with_the_same_numbers_and_the_parameters(planner, run, tmp_path):
    csv = get(planner, "heat-csv", run.pk)
    assert csv["Content-Disposition"] == f'attachment; filename="heat-run-{run.pk}.csv"'
    table = pd.read_csv(io.BytesIO(csv.getvalue()))
    assert set(table["first_day"]) == {"2026-07-01"}
    noon = table[
        (table["days"] == "Mon") & (table["from_hour"] == NOON) & table["check_ins_per_open_hour"].gt(0)
    ]
    assert noon[["check_ins_at_least", "open_station_hours"]].to_numpy().tolist() == [[20, 13]]
    package = tmp_path / "heat.gpkg"
    package.write_bytes(get(planner, "heat-geopackage", run.pk).getvalue())
    with sqlite3.connect(package) as opened:
        about = dict(opened.execute("SELECT name, value FROM about"))
        told = opened.execute("SELECT count(*) FROM told").fetchone()[0]
    assert about["parameter last_day"] == "2026-09-30"
    assert about["parameter published_from"] == "10"
    assert told == len(table)


def test_the_settings_on_the_page_are_inert_json(planner, run):
    page = get(planner, "heat").content.decode()
    text = page.split('id="planner-config" type="application/json">')[1].split("</script>")[0]
    assert json.loads(text)["cells"] == reverse("planner:heat-cells", args=[run.pk])
