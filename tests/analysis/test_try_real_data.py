"""The command that takes the public data sets from file to picture, on small files with the quirks of the real ones."""

import gzip

import geopandas as gpd
import pandas as pd
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from analysis.activity.models import ActivityDataset
from geo.datum import convert

SHANGHAI = (121.25, 31.25)


def gcj02(lon, lat):
    x, y = convert(lon, lat, source="wgs84", target="gcj02")
    return f"{x:.6f},{y:.6f}"


@pytest.fixture
def folder(tmp_path):
    """LaDe with a missing position, Cainiao without header and with a place in no district, Mobike in gz without most starts."""
    here, nowhere = gcj02(*SHANGHAI), gcj02(121.25, 31.75)
    (tmp_path / "lade").mkdir()
    (tmp_path / "lade" / "lade_pickup_shanghai_0607.csv").write_text(
        "order_id,courier_id,pickup_gps_time,pickup_gps_lng,pickup_gps_lat\n"
        f"1,8254,06-07 12:18:00,{here}\n2,8254,06-07 15:58:00,,\n"
    )
    (tmp_path / "Delivery_points.csv").write_text(f"B1,{here}\nB2,{nowhere}\n")
    with gzip.open(tmp_path / "mobike_shanghai_201608_trips.csv.gz", "wt") as file:
        file.write(
            "user_id,start_local,end_lon_gcj02,end_lat_gcj02,start_lon_gcj02,start_lat_gcj02,end_local\n"
        )
        file.write(f"7,2016-08-01 00:23:00,{here},{here},2016-08-01 00:32:00\n")
        file.write(f"7,2016-08-02 00:23:00,{here},,,2016-08-02 00:32:00\n")
    return tmp_path


def test_every_set_that_is_there_goes_from_file_to_picture(folder, make_station, capsys):
    make_station(lon=121.3, hours_text="Mo-Fr 09:00-17:00")
    out = folder / "out"
    call_command("try_real_data", str(folder), "--out", str(out))
    call_command("try_real_data", str(folder), "--out", str(out))  # a second time replaces
    told = capsys.readouterr()
    assert "Case2-895.csv is not there" in told.err
    loaded = {one.name: (one.rows_loaded, one.refused) for one in ActivityDataset.objects.all()}
    assert loaded == {
        "LaDe pick-ups": (1, {"missing coordinate": 1}),
        "Cainiao delivery points": (1, {"outside every district": 1}),
        "Mobike trip starts": (1, {"missing coordinate": 1}),
        "Mobike trip ends": (2, {}),
    }
    for name, worker_hours in [("lade-pick-ups", 7), ("mobike-trip-ends", 2)]:
        (first, _) = sorted((out / name).glob("*.gpkg"))
        cells = gpd.read_file(first, layer="gap_by_cell")
        assert cells["total_wh"].sum() == pytest.approx(worker_hours)
        assert cells.union_all().buffer(0.005).contains(gpd.points_from_xy(*[[one] for one in SHANGHAI])[0])
        assert pd.read_csv(first.with_suffix(".csv"))["total_wh"].sum() == pytest.approx(worker_hours)
        with Image.open(first.with_suffix(".png")) as picture:
            assert len(picture.convert("RGB").getcolors(picture.width * picture.height)) > 20
    refused = pd.read_csv(out / "cainiao-delivery-points" / "refused.csv")
    assert refused[["row", "reason"]].to_numpy().tolist() == [[2, "outside every district"]]


def test_a_folder_without_any_of_them_is_refused(tmp_path):
    with pytest.raises(CommandError, match=r"holds none of .*Delivery_points\.csv"):
        call_command("try_real_data", str(tmp_path), "--out", str(tmp_path / "out"))
