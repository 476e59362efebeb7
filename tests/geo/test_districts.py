"""District outlines: decoded, shifted, repaired; the service area follows them; what lies in them follows too."""

import json

import geopandas as gpd
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from geo import districts, frames
from geo.datum import convert
from geo.models import District
from stations.unions.models import TradeUnion

SQUARE = {"type": "Polygon", "coordinates": [[[121, 31], [122, 31], [122, 32], [121, 32], [121, 31]]]}
BOW_TIE = {"type": "Polygon", "coordinates": [[[121, 31], [122, 32], [122, 31], [121, 32], [121, 31]]]}


def write(path, *features, **properties):
    rows = [
        {
            "type": "Feature",
            "properties": {"adcode": f"99000{number}", "name": f"区{number}"} | properties,
            "geometry": shape,
        }
        for number, shape in enumerate(features)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
    return path


@pytest.fixture
def shanghai(db):
    call_command("load_districts", verbosity=0)
    return frames.from_queryset(District.objects.all(), "code", "name", geometry="outline")


def test_shanghai_has_its_sixteen_districts_each_valid_and_coded(shanghai):
    assert len(shanghai) == 16
    assert shanghai.geometry.is_valid.all()
    assert shanghai.set_index("name")["code"]["崇明区"] == "310151"
    assert shanghai["code"].is_unique


def test_the_outlines_cover_the_city_s_known_area(shanghai):
    km2 = shanghai.to_crs(32651).area.sum() / 1e6
    assert km2 == pytest.approx(7_500, rel=0.1)


@pytest.mark.parametrize(
    ("lon", "lat", "name"),
    [
        (121.4737, 31.2304, "黄浦区"),  # People's Square
        (121.4998, 31.2397, "浦东新区"),  # the Oriental Pearl
        (121.3237, 31.1968, "闵行区"),  # Hongqiao railway station
        (121.3970, 31.6227, "崇明区"),  # Chongming town
    ],
)
def test_known_places_lie_in_their_districts(shanghai, lon, lat, name):
    assert District.objects.at(lon, lat).name == name


def test_the_outlines_are_wgs84_not_gcj02(shanghai):
    """Against an outline of the same origin read with no shift, ours lies half a kilometre away."""
    raw = districts._decoded(next(iter(districts._features(districts.ECHARTS)))["geometry"])
    ours = shanghai.set_index("code").geometry["310101"]
    lon, lat = convert(raw.centroid.x, raw.centroid.y, source="gcj02", target="wgs84")
    shift = gpd.GeoSeries([ours.centroid, raw.centroid], crs=4326).to_crs(32651)
    assert 400 < shift.iloc[0].distance(shift.iloc[1]) < 600
    assert ours.centroid.x == pytest.approx(lon, abs=1e-4)
    assert ours.centroid.y == pytest.approx(lat, abs=1e-4)


def test_a_place_in_the_sliver_between_two_districts_belongs_to_the_nearer(db, tmp_path):
    left = {"type": "Polygon", "coordinates": [[[121, 31], [121.5, 31], [121.5, 32], [121, 32], [121, 31]]]}
    right = {
        "type": "Polygon",
        "coordinates": [[[121.502, 31], [122, 31], [122, 32], [121.502, 32], [121.502, 31]]],
    }
    call_command("load_districts", write(tmp_path / "two.geojson", left, right), datum="wgs84", verbosity=0)
    assert District.objects.at(121.5005, 31.5).name == "区0"
    assert District.objects.at(121.5015, 31.5).name == "区1"
    assert District.objects.at(120.996, 31.5) is None  # 380 m outside


def test_loading_again_changes_nothing(shanghai):
    call_command("load_districts", verbosity=0)
    assert District.objects.count() == 16


def test_an_own_file_needs_its_datum(db, tmp_path):
    with pytest.raises(CommandError, match="--datum"):
        call_command("load_districts", write(tmp_path / "own.geojson", SQUARE))


def test_an_own_file_is_repaired_and_moves_the_service_area(db, tmp_path):
    call_command("load_districts", write(tmp_path / "own.geojson", BOW_TIE), datum="wgs84", verbosity=0)
    (one,) = District.objects.all()
    assert one.outline.valid
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT geo_in_service_area('POINT(121.96 31.5)'), geo_in_service_area('POINT(121.5 32.1)')"
        )
        assert cursor.fetchone() == (True, False)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("nonsense", "not JSON"),
        ("[]", "not a GeoJSON FeatureCollection"),
        ('{"features": []}', "no districts"),
        ('{"features": [{"properties": {"name": "x"}, "geometry": null}]}', "no adcode"),
        (
            '{"features": [{"properties": {"adcode": 1, "name": "x"}, "geometry": null}]}',
            "unreadable geometry",
        ),
        (
            '{"features": [{"properties": {"adcode": 1, "name": "x"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}]}',
            "no area",
        ),
    ],
)
def test_a_bad_file_is_refused_with_the_reason_and_nothing_is_stored(db, tmp_path, content, message):
    path = tmp_path / "bad.geojson"
    path.write_text(content)
    with pytest.raises(CommandError, match=message):
        call_command("load_districts", path, datum="wgs84")
    assert not District.objects.exists()


@pytest.mark.parametrize(
    "point",
    [
        "ST_MakePoint('NaN', 'NaN')",
        "ST_MakePoint('Infinity', 31.2)",
        "ST_GeomFromText('POINT EMPTY')",
        "ST_MakePoint(31.2, 121.5)",  # swapped
        "ST_MakePoint(116.4, 39.9)",  # Beijing
        "ST_GeomFromText('MULTIPOINT(121.5 31.2)')",
    ],
)
def test_the_service_area_refuses_what_is_no_place_in_it(shanghai, point):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT geo_in_service_area(ST_SetSRID({point}, 4326)::geography)")
        assert cursor.fetchone() == (False,)


def test_outlines_that_leave_a_station_outside_are_refused_and_nothing_changes(make_station, west, tmp_path):
    make_station(lon=121.25, lat=31.25)
    far = {
        "type": "Polygon",
        "coordinates": [[[121.8, 31.6], [121.9, 31.6], [121.9, 31.7], [121.8, 31.7], [121.8, 31.6]]],
    }
    with pytest.raises(CommandError, match="leave out a place that is already stored") as refusal:
        call_command("load_districts", write(tmp_path / "far.geojson", far), datum="wgs84")
    assert "\n" not in str(refusal.value)
    assert not District.objects.filter(code="990000").exists()
    assert District.objects.at(121.25, 31.25) == west


def test_a_station_follows_new_outlines_into_its_new_district(make_station, bank_union, tmp_path):
    station = make_station(lon=121.25, lat=31.25, union=bank_union)
    TradeUnion.objects.exclude(pk=bank_union.pk).delete()
    call_command("load_districts", write(tmp_path / "own.geojson", SQUARE), datum="wgs84", verbosity=0)
    station.refresh_from_db()
    assert station.district.name == "区0"
    assert [one.name for one in District.objects.all()] == ["区0"]


def test_a_district_with_a_union_cannot_be_left_out(west_union, tmp_path):
    with pytest.raises(CommandError, match="西区, which are still in use by: 西区总工会"):
        call_command("load_districts", write(tmp_path / "own.geojson", SQUARE), datum="wgs84")
    assert District.objects.get().outline.area > 0


def test_an_outline_that_crosses_itself_is_refused_by_the_database(db):
    with pytest.raises(IntegrityError, match="district_outline_valid"), transaction.atomic():
        District.objects.create(
            code="1", name="x", source="x", outline="SRID=4326;MULTIPOLYGON(((0 0, 1 1, 1 0, 0 1, 0 0)))"
        )
