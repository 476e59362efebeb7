"""`manage.py load_activity`: what is read, refused and stored. West is 121.0-121.5 E, East 121.5-122.0 E (conftest)."""

import csv
import gzip
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from analysis.activity.models import ActivityDataset, ActivityPoint
from geo.datum import convert

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(west, east, tmp_path):
    """`load("lon,lat\\n121.2,31.2", "--commit")` loads a file of this text; options as on the command line."""

    def run(content, *options, name="points.csv", datum="wgs84", occupation="rider"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        out = StringIO()
        call_command(
            "load_activity", str(path), "--datum", datum, "--occupation", occupation, *options, stdout=out
        )
        return out.getvalue()

    return run


def test_a_dry_run_reports_and_stores_nothing(load):
    said = load("lon,lat\n121.2,31.2\n121.7,31.2\n")
    assert "2 rows read, 2 usable" in said
    assert "nothing was stored" in said
    assert not ActivityDataset.objects.exists()
    assert not ActivityPoint.objects.exists()


def test_commit_stores_points_with_district_cell_and_hour_of_the_week(load, east):
    load("lon,lat,time\n121.7,31.2,2026-03-04 17:59:59\n", "--commit")  # a Wednesday
    point = ActivityPoint.objects.get()
    assert point.district == east
    assert point.hour_of_week == 2 * 24 + 17
    assert point.at.isoformat() == "2026-03-04T09:59:59+00:00"
    assert (round(point.point.x, 6), round(point.point.y, 6)) == (121.7, 31.2)
    assert f"{point.cell:x}".startswith("89")


def test_coordinates_in_gcj02_are_stored_as_wgs84(load):
    lon, lat = convert(121.4, 31.2, source="wgs84", target="gcj02")
    load(f"lon,lat\n{lon},{lat}\n", "--commit", datum="gcj02")
    point = ActivityPoint.objects.get().point
    assert (round(point.x, 6), round(point.y, 6)) == (121.4, 31.2)
    assert ActivityDataset.objects.get().datum == "gcj02"


def test_the_datum_must_be_said(west, tmp_path):
    with pytest.raises(CommandError, match="--datum"):
        call_command("load_activity", str(tmp_path / "x.csv"), "--occupation", "rider")


def test_columns_are_mapped_by_name(load):
    said = load(
        "x,y,who\n121.2,31.2,a\n121.2,31.2,b\n", "--map", "lon=x", "--map", "lat=y", "--map", "worker=who"
    )
    assert "2 usable" in said
    assert "2 workers" in said


def test_without_a_header_columns_are_numbers_from_one(load):
    said = load("B1,121.2,31.2\nB2,121.3,31.2\n", "--no-header", "--map", "lon=2", "--map", "lat=3")
    assert "2 rows read, 2 usable" in said


@pytest.mark.parametrize(
    ("content", "column", "reason"),
    [
        ("lon,lat\n,31.2\n", "lon", "missing coordinate"),
        ("lon,lat\n121.2,NULL\n", "lat", "missing coordinate"),
        ("lon,lat\nabc,31.2\n", "lon", "not a number"),
        ("lon,lat\n121.2,nan\n", "lat", "not finite"),
        ("lon,lat\ninf,31.2\n", "lon", "not finite"),
        ("lon,lat\n1e999,31.2\n", "lon", "not finite"),
        ("lon,lat\n31.2,121.2\n", "lat", "outside the service area"),
        ("lon,lat\n104.06,30.67\n", "lon, lat", "outside the service area"),
        ("lon,lat\n121.7,31.7\n", "lon, lat", "outside every district"),
        ("lon,lat,time\n121.2,31.2,noon\n", "time", "unreadable time"),
        ("lon,lat,time\n121.2,31.2,2026-02-30 12:00\n", "time", "unreadable time"),
        ("lon,lat,time\n121.2,31.2,2026-02-03\n", "time", "unreadable time"),
        ("lon,lat,time\n121.2,31.2,1440\n", "time", "unreadable time"),
        ("lon,lat,weight\n121.2,31.2,0\n", "weight", "bad weight"),
        ("lon,lat,weight\n121.2,31.2,-1\n", "weight", "bad weight"),
        ("lon,lat,weight\n121.2,31.2,inf\n", "weight", "bad weight"),
        ("lon,lat\n121.2,31.2,7\n", "", "wrong number of columns"),
    ],
)
def test_a_refused_row_is_reported_by_row_column_and_reason(load, tmp_path, content, column, reason):
    good = content.splitlines()[0].replace("lon", "121.3").replace("lat", "31.3")
    good = good.replace("time", "12:00").replace("weight", "2")
    rejects = tmp_path / "rejects.csv"
    said = load(content + good + "\n", "--commit", "--rejects", str(rejects))
    assert f"refused 1: {reason} (row 2" in said
    assert ActivityPoint.objects.count() == 1
    assert ActivityDataset.objects.get().refused == {reason: 1}
    with rejects.open(encoding="utf-8-sig", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert (row["row"], row["column"], row["reason"]) == ("2", column, reason)


def test_a_rejected_formula_is_inert_in_the_reject_file(load, tmp_path):
    rejects = tmp_path / "rejects.csv"
    load("lon,lat\n=1+1,31.2\n121.2,31.2\n", "--rejects", str(rejects))
    assert "'=1+1" in rejects.read_text("utf-8-sig")


def test_a_bank_just_over_a_simplified_border_counts_in_the_nearest_district(load, east):
    load("lon,lat\n122.002,31.2\n", "--commit")  # 190 m east of East
    assert ActivityPoint.objects.get().district == east


@pytest.mark.parametrize(
    ("time", "hour_of_week", "hour_of_day"),
    [
        ("2026-03-04T17:30:00+08:00", 65, None),
        ("2026-03-04T09:30:00Z", 65, None),
        ("2026/3/4 17:30", 65, None),
        ("16:39", None, 16),
        ("558", None, 9),  # minutes since midnight
        ("", None, None),
    ],
)
def test_times_in_many_spellings(load, time, hour_of_week, hour_of_day):
    load(f"lon,lat,time\n121.2,31.2,{time}\n", "--commit")
    point = ActivityPoint.objects.get()
    assert (point.hour_of_week, point.hour_of_day) == (hour_of_week, hour_of_day)


def test_a_date_column_completes_a_time_of_day(load):
    load("lon,lat,time,date\n121.2,31.2,16:39,2026-03-04\n", "--commit")
    assert ActivityPoint.objects.get().hour_of_week == 2 * 24 + 16


def test_a_time_without_a_year_asks_for_it(load):
    content = "lon,lat,time\n121.2,31.2,06-07 12:18:00\n"
    with pytest.raises(CommandError, match="--year"):
        load(content)
    load(content, "--year", "2022", "--commit")
    assert ActivityPoint.objects.get().hour_of_week == 1 * 24 + 12  # 7 June 2022 was a Tuesday


def test_worker_ids_are_stored_as_keyed_hashes_that_differ_between_datasets(load):
    content = "lon,lat,worker\n121.2,31.2,courier-007\n121.3,31.2,courier-007\n121.3,31.2,\n"
    load(content, "--commit", "--name", "one")
    load(content, "--commit", "--name", "two")
    one = set(ActivityPoint.objects.filter(dataset__name="one").values_list("worker", flat=True))
    two = set(ActivityPoint.objects.filter(dataset__name="two").values_list("worker", flat=True))
    assert "" in one
    assert len(one) == len(two) == 2
    assert one & two == {""}
    assert not any("007" in worker for worker in one | two)


def test_a_name_is_loaded_once_unless_replaced(load):
    load("lon,lat\n121.2,31.2\n", "--commit", "--name", "one")
    with pytest.raises(CommandError, match="--replace"):
        load("lon,lat\n121.3,31.2\n", "--commit", "--name", "one")
    load("lon,lat\n121.3,31.2\n121.4,31.2\n", "--commit", "--name", "one", "--replace")
    assert ActivityPoint.objects.count() == 2


def test_a_dry_run_of_a_replacement_keeps_the_old_dataset(load):
    load("lon,lat\n121.2,31.2\n", "--commit", "--name", "one")
    load("lon,lat\n121.3,31.2\n121.4,31.2\n", "--name", "one", "--replace")
    assert ActivityPoint.objects.count() == 1


def test_gzip_gb18030_and_semicolons_are_read(load):
    text = "经度;纬度;骑手\n121.2;31.2;张\n"
    said = load(
        gzip.compress(text.encode("gb18030")), "--map", "lon=经度", "--map", "lat=纬度", name="trips.csv.gz"
    )
    assert "1 rows read, 1 usable" in said


def test_geojson_points_are_read_and_other_shapes_refused(load):
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [121.2, 31.2]},
            "properties": {"n": 3},
        },
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": [[121.2, 31.2]]},
            "properties": {},
        },
        {"type": "Feature", "geometry": None, "properties": None},
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features})
    said = load(content, "--map", "weight=n", "--commit", name="points.geojson")
    assert "refused 2: missing coordinate" in said
    assert ActivityPoint.objects.get().weight == 3


@pytest.mark.parametrize(
    ("content", "options", "name", "message"),
    [
        ("", [], "x.csv", "empty"),
        ("a,b\n1,2\n", [], "x.csv", "Which column is lon"),
        ("lon,lat\n1,2\n", ["--map", "worker=who"], "x.csv", "no column who"),
        ("lon,lat\n1,2\n", ["--map", "speed=lon"], "x.csv", "Unknown column speed"),
        ("lon,lat\n1,2\n", ["--map", "lon"], "x.csv", "ours=theirs"),
        ("lon,lat,lon\n1,2,3\n", [], "x.csv", "lon twice"),
        ("lon,lat,date\n1,2,3\n", [], "x.csv", "map a time column"),
        ("lon,lat\n", [], "x.csv", "no rows"),
        ("lon,lat\n121.2,99\n", ["--commit"], "x.csv", "Not one row"),
        (b"lon,lat\n\xff\xff\xff,3\n", [], "x.csv", "neither UTF-8 nor GB18030"),
        (b"not gzip", [], "x.csv.gz", "unpacked"),
        ('lon,lat\n"121,31\n', [], "x.csv", "cannot be read after row 1"),
        ("[1, 2]", [], "x.geojson", "not a GeoJSON"),
        ('{"features": 3}', [], "x.geojson", "not a GeoJSON"),
        ("[" * 100_000, [], "x.geojson", "not a GeoJSON"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_what_to_do(load, content, options, name, message):
    with pytest.raises(CommandError, match=message):
        load(content, *options, name=name)


def test_swapped_columns_are_named_when_most_points_say_so(load):
    swapped = "".join(f"31.2,{121 + n / 100}\n" for n in range(40))
    with pytest.raises(CommandError, match="look swapped"):
        load("lon,lat\n" + swapped, "--commit")


def test_without_districts_nothing_can_be_loaded(db, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("lon,lat\n121.2,31.2\n")
    with pytest.raises(CommandError, match="load_districts"):
        call_command("load_activity", str(path), "--datum", "wgs84", "--occupation", "rider")
