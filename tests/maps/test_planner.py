"""/planner/: who may enter, what its answers say, what it refuses. A station stands at 121.25 E 31.25 N in West."""

import io
import json

import pandas as pd
import pytest
from django.urls import reverse

from analysis.models import AnalysisRun
from analysis.runs import run_coverage
from geo.datum import convert
from maps.planner.shapes import limits_of
from tests.analysis.activity import observe

pytestmark = pytest.mark.django_db

HERE = (121.25, 31.25)
FAR = (121.35, 31.25)
NOON = 12
NASTY = "${alert(1)}</script>`<img src=x onerror=alert(1)>"


@pytest.fixture
def run(make_station):
    make_station(NASTY, *HERE, hours_text="Mo-Su 09:00-17:00")
    observe("riders", [(*HERE, NOON), (*HERE, 0), (*FAR, NOON)])
    observe("sweepers", [(*FAR, NOON)], occupation="sanitation")
    return run_coverage(by=None)


@pytest.fixture
def planner(signed_in, paul):
    return signed_in(paul)


def get(client, name, *args, **query):
    return client.get(reverse(f"planner:{name}", args=args), query)


PAGES = [
    ("coverage", ()),
    ("script", ()),
    ("run", (1,)),
    ("cells", (1,)),
    ("profile", (1,)),
    ("week", (1,)),
    ("hour", (1, 12)),
    ("geopackage", (1,)),
    ("csv", (1,)),
]


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_the_anonymous_are_sent_to_sign_in(client, db, name, args):
    response = get(client, name, *args)
    assert response.status_code == 302
    assert response.url.startswith(reverse("unions:login"))


@pytest.mark.parametrize(("name", "args"), PAGES)
@pytest.mark.parametrize("who", ["alice", "bob", "ivy", "mona", "charlie"])
def test_only_planners_enter(request, signed_in, name, args, who):
    assert get(signed_in(request.getfixturevalue(who)), name, *args).status_code == 403


def test_only_planners_start_a_run(signed_in, charlie, client):
    observe_nothing = {"limit_m": "500.0", "weekdays": "as_observed", "untimed": "profile"}
    assert client.post(reverse("planner:start"), observe_nothing).status_code == 302
    assert signed_in(charlie).post(reverse("planner:start"), observe_nothing).status_code == 403
    assert not AnalysisRun.objects.exists()


@pytest.mark.parametrize(("name", "args"), PAGES[2:])
def test_a_run_that_is_not_there_is_not_found(planner, name, args):
    assert get(planner, name, 10**6, *args[1:]).status_code == 404
    assert get(planner, name, 10**30, *args[1:]).status_code == 404


def test_hours_beyond_the_week_are_not_found(planner, run):
    assert get(planner, "hour", run.pk, 168).status_code == 404
    assert planner.get(f"/planner/runs/{run.pk}/hours/-1.json").status_code == 404
    assert planner.get(f"/planner/runs/{run.pk}/hours/noon.json").status_code == 404


@pytest.mark.parametrize("name", ["week", "profile"])
def test_an_occupation_that_is_not_in_the_run_is_refused(planner, run, name):
    assert get(planner, name, run.pk, occupation="pilot").status_code == 400
    assert get(planner, name, run.pk, occupation="rider").status_code == 200


def test_answers_are_read_only(planner, run):
    assert planner.post(reverse("planner:week", args=[run.pk])).status_code == 405
    assert planner.get(reverse("planner:start")).status_code == 405


def test_without_activity_the_page_says_how_to_load_it(planner, west):
    page = get(planner, "coverage").content.decode()
    assert "load_activity" in page
    assert reverse("planner:start") not in page


def test_the_first_run_is_made_by_a_button(planner, paul, make_station):
    observe(places=[(*HERE, NOON)])
    assert reverse("planner:start") in get(planner, "coverage").content.decode()
    form = {"limit_m": "800.0", "weekdays": "every_day", "untimed": "flat"}
    response = planner.post(reverse("planner:start"), form)
    run = AnalysisRun.objects.get()
    assert response.url == reverse("planner:run", args=[run.pk])
    assert run.by == paul
    assert (run.parameters["limit_m"], run.parameters["weekdays"], run.parameters["untimed"]) == (
        800,
        "every_day",
        "flat",
    )


@pytest.mark.parametrize(
    "change", [{"limit_m": "-1"}, {"limit_m": "nan"}, {"weekdays": "x"}, {"untimed": ""}]
)
def test_a_run_with_odd_parameters_is_refused(planner, west, change):
    observe(places=[(*HERE, NOON)])
    form = {"limit_m": "500.0", "weekdays": "as_observed", "untimed": "profile", **change}
    assert planner.post(reverse("planner:start"), form).status_code == 400
    assert not AnalysisRun.objects.exists()


def test_a_run_without_data_says_so_instead_of_failing(planner, west):
    form = {"limit_m": "500.0", "weekdays": "as_observed", "untimed": "profile"}
    response = planner.post(reverse("planner:start"), form, follow=True)
    assert response.status_code == 200
    assert "load_activity" in response.content.decode()


def test_the_newest_run_is_shown_with_its_parameters(planner, run):
    newer = run_coverage(by=None, limit_m=800)
    page = get(planner, "coverage").content.decode()
    assert "800 m" in page
    assert reverse("planner:csv", args=[newer.pk]) in page
    older = get(planner, "run", run.pk).content.decode()
    assert reverse("planner:csv", args=[run.pk]) in older


def test_the_page_runs_no_inline_script_and_no_foreign_file(planner, run):
    page = get(planner, "coverage").content.decode()
    for tag in page.split("<script")[1:]:
        assert tag.startswith((' src="/', ' id="planner-config" type="application/json"'))
    assert "http://" not in page.replace("http://testserver", "")
    assert "cdn" not in page


def test_an_hour_adds_up(planner, run):
    answer = get(planner, "hour", run.pk, NOON).json()
    assert answer["total"]["worker_hours"] == 3
    assert answer["total"]["open_share"] == pytest.approx(1 / 3, abs=1e-4)
    assert answer["total"]["gap_distance_worker_hours"] == 2
    assert [one["code"] for one in answer["districts"]] == ["310101"]
    assert sum(row[1] for row in answer["cells"]) == 3
    rider = get(planner, "hour", run.pk, NOON, occupation="rider").json()
    assert rider["total"]["worker_hours"] == 2


def test_an_hour_without_anybody_is_empty_and_without_shares(planner, run):
    answer = get(planner, "hour", run.pk, 100).json()
    assert answer["cells"] == []
    assert answer["total"]["open_share"] is None


def test_the_week_and_the_profile_agree(planner, run):
    week = get(planner, "week", run.pk).json()
    profile = get(planner, "profile", run.pk).json()["hours"]
    assert len(profile) == 168
    assert sum(row[0] for row in profile) == week["total"]["worker_hours"] == 4


def test_use_of_a_closed_hour_is_no_data_not_zero(planner, run):
    assert get(planner, "hour", run.pk, 0).json()["usage"] == [[0, 1, 0, 0, None]]
    assert get(planner, "hour", run.pk, NOON).json()["usage"] == [[0, 1, 1, 0, 0]]


@pytest.mark.parametrize("basemap", ["districts", "amap"])
def test_shapes_come_in_the_datum_of_the_base_map(planner, run, settings, basemap):
    settings.JIELI_BASEMAP = basemap
    answer = get(planner, "cells", run.pk).json()
    lon, lat = convert(*HERE, source="wgs84", target="gcj02" if basemap == "amap" else "wgs84")
    x, y, name, hours = answer["stations"][0]
    assert (x / answer["scale"], y / answer["scale"]) == pytest.approx((lon, lat), abs=1e-5)
    assert name == NASTY
    assert (hours[NOON], hours[0], len(hours)) == ("o", "c", 168)
    assert [level["resolution"] for level in answer["levels"]] == [7, 8, 9]
    finest = answer["levels"][-1]
    assert finest["of"] is None
    assert len(finest["rings"]) == 2


def test_downloads_are_attachments_without_anything_personal(planner, run):
    csv = get(planner, "csv", run.pk)
    assert csv["Content-Disposition"] == f'attachment; filename="coverage-run-{run.pk}.csv"'
    table = pd.read_csv(io.BytesIO(csv.getvalue()))
    assert table["total_wh"].sum() == 4
    assert not {"worker", "at", "lon", "lat"} & set(table.columns)
    package = get(planner, "geopackage", run.pk)
    assert package.getvalue().startswith(b"SQLite format 3")
    assert package["Content-Disposition"].endswith('.gpkg"')


def test_the_settings_on_the_page_are_inert_json(planner, run, west):
    west.name = "</script><script>alert(1)</script>"
    west.save()
    page = get(planner, "coverage").content.decode()
    assert "<script>alert" not in page
    text = page.split('id="planner-config" type="application/json">')[1].split("</script>")[0]
    assert json.loads(text)["districts"]["310101"] == west.name


def test_class_limits_are_round_rising_and_leave_no_class_empty():
    assert limits_of(pd.Series([0.0, 0.5, 0.5])) == []
    assert limits_of(pd.Series([], dtype=float)) == []
    skewed = limits_of(pd.Series(range(1, 1001)) ** 2 / 1000)
    assert skewed == [200, 500, 1000]
