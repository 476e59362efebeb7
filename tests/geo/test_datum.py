"""WGS-84, GCJ-02 and BD-09: the published formulas forwards, exact backwards."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import geodesic_m
from geo.datum import DATUMS, EAST, NORTH, SOUTH, WEST, check_datum, convert, likely_datum

PEOPLES_SQUARE = (121.4737, 31.2304)

china = st.tuples(st.floats(73.5, 135.1), st.floats(3.5, 53.6))
shifted = st.sampled_from(["gcj02", "bd09"])


@pytest.mark.parametrize(
    ("target", "lon", "lat"),
    [("gcj02", 121.47822305927693, 31.22845773757727), ("bd09", 121.484781468503, 31.234310593689997)],
)
def test_a_point_in_shanghai_moves_as_the_published_formulas_say(target, lon, lat):
    assert convert(*PEOPLES_SQUARE, source="wgs84", target=target) == pytest.approx((lon, lat), abs=1e-12)


@given(china)
def test_gcj02_follows_the_published_formula_all_over_china(point):
    assert convert(*point, source="wgs84", target="gcj02") == pytest.approx(
        published_gcj02(*point), abs=1e-12
    )


@given(china, st.sampled_from(DATUMS), st.sampled_from(DATUMS))
def test_there_and_back_again_is_the_same_place_within_a_centimetre(point, source, target):
    there = convert(*point, source=source, target=target)
    back = convert(*there, source=target, target=source)
    assert back == pytest.approx(point, abs=1e-9)
    assert geodesic_m(*point, *back)[()] < 0.01


@given(st.tuples(st.floats(WEST, EAST), st.floats(SOUTH, NORTH)), shifted)
def test_every_point_of_the_box_survives_the_round_trip(point, datum):
    back = convert(*convert(*point, source="wgs84", target=datum), source=datum, target="wgs84")
    assert back == pytest.approx(point, abs=1e-9)


@given(st.floats(120.85, 122.2), st.floats(30.67, 31.88))
def test_the_shift_in_shanghai_is_half_a_kilometre_and_baidus_a_whole_one(lon, lat):
    gcj02 = geodesic_m(lon, lat, *convert(lon, lat, source="wgs84", target="gcj02"))[()]
    bd09 = geodesic_m(lon, lat, *convert(lon, lat, source="wgs84", target="bd09"))[()]
    assert 400 <= gcj02 <= 600
    assert 1_000 <= bd09 <= 1_200


@given(china)
def test_baidu_by_way_of_gcj02_is_the_same_as_directly(point):
    by_way = convert(*convert(*point, source="wgs84", target="gcj02"), source="gcj02", target="bd09")
    assert by_way == pytest.approx(convert(*point, source="wgs84", target="bd09"), abs=1e-12)


@pytest.mark.parametrize(
    "point", [(2.35, 48.86), (139.69, 35.69), (-74.0, 40.7), (110.0, 0.5), (180.0, 90.0)]
)
def test_outside_the_box_gcj02_is_wgs84_by_convention(point):
    assert convert(*point, source="wgs84", target="gcj02") == point
    assert convert(*point, source="gcj02", target="wgs84") == point


def test_the_shift_begins_at_the_edge_of_the_box_and_the_way_back_prefers_its_inside():
    assert (WEST, SOUTH, EAST, NORTH) == (72.004, 0.8293, 137.8347, 55.8271)
    just_inside, just_outside = (EAST, 35.0), (EAST + 1e-6, 35.0)
    moved = convert(*just_inside, source="wgs84", target="gcj02")
    assert geodesic_m(*just_inside, *moved)[()] > 100
    assert convert(*just_outside, source="wgs84", target="gcj02") == just_outside
    assert convert(*moved, source="gcj02", target="wgs84") == pytest.approx(just_inside, abs=1e-9)


def test_arrays_keep_their_shape_and_scalars_stay_scalars():
    lon, lat = np.full((2, 3), 121.5), np.full((2, 3), 31.2)
    x, y = convert(lon, lat, source="wgs84", target="bd09")
    assert x.shape == y.shape == (2, 3)
    assert isinstance(convert(121.5, 31.2, source="wgs84", target="bd09")[0], float)
    empty = convert([], [], source="gcj02", target="wgs84")
    assert empty[0].size == empty[1].size == 0


def test_the_same_datum_gives_a_copy_and_leaves_the_input_alone():
    lon, lat = np.array([121.5]), np.array([31.2])
    x, y = convert(lon, lat, source="wgs84", target="wgs84")
    x += 1
    convert(lon, lat, source="bd09", target="wgs84")
    assert (lon[0], lat[0], y[0]) == (121.5, 31.2, 31.2)


@pytest.mark.parametrize(("source", "target"), [("WGS84", "gcj02"), ("wgs84", "cgcs2000"), ("", "wgs84")])
def test_an_unknown_datum_is_refused_with_the_three_that_exist(source, target):
    with pytest.raises(ValueError, match=r"unknown datum .*wgs84, gcj02, bd09"):
        convert(121.5, 31.2, source=source, target=target)


def test_a_known_datum_is_given_back():
    assert [check_datum(name) for name in DATUMS] == ["wgs84", "gcj02", "bd09"]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_the_first_point_that_is_not_finite_is_named(bad):
    with pytest.raises(ValueError, match="point 1 is not finite"):
        convert([121.5, 121.5, bad], [31.2, bad, 31.2], source="gcj02", target="wgs84")


def test_swapped_axes_are_refused():
    with pytest.raises(ValueError, match=r"point 0 is not a place on earth.*swapped"):
        convert(31.2, 121.5, source="gcj02", target="wgs84")


def test_lengths_that_differ_are_refused():
    with pytest.raises(ValueError, match="differ in shape"):
        convert([121.5, 121.6], [31.2], source="gcj02", target="wgs84")


@pytest.mark.parametrize("actual", DATUMS)
@pytest.mark.parametrize("declared", DATUMS)
def test_the_likely_datum_is_the_one_that_puts_the_points_inside(actual, declared):
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(121.47, 121.473, 500), rng.uniform(31.23, 31.233, 500)
    given_lon, given_lat = convert(lon, lat, source="wgs84", target=actual)

    def share_inside(x, y):
        return np.mean((x > 121.4699) & (x < 121.4731) & (y > 31.2299) & (y < 31.2331))

    best, shares = likely_datum(share_inside, given_lon, given_lat, declared=declared)
    assert best == actual
    assert shares[actual] == 1.0
    assert set(shares) == set(DATUMS)
    assert all(share < 0.5 for datum, share in shares.items() if datum != actual)


@pytest.mark.parametrize("declared", DATUMS)
def test_the_declared_datum_wins_a_tie(declared):
    assert likely_datum(lambda lon, lat: 0.0, [121.5], [31.2], declared=declared)[0] == declared


def published_gcj02(lon, lat):
    """The formula as it is usually written, point by point."""
    x, y, pi = lon - 105.0, lat - 35.0, math.pi
    ripple = (20.0 * math.sin(6.0 * x * pi) + 20.0 * math.sin(2.0 * x * pi)) * 2.0 / 3.0
    dlat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + ripple
    dlat += (20.0 * math.sin(y * pi) + 40.0 * math.sin(y / 3.0 * pi)) * 2.0 / 3.0
    dlat += (160.0 * math.sin(y / 12.0 * pi) + 320.0 * math.sin(y * pi / 30.0)) * 2.0 / 3.0
    dlon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + ripple
    dlon += (20.0 * math.sin(x * pi) + 40.0 * math.sin(x / 3.0 * pi)) * 2.0 / 3.0
    dlon += (150.0 * math.sin(x / 12.0 * pi) + 300.0 * math.sin(x / 30.0 * pi)) * 2.0 / 3.0
    a, ee = 6378245.0, 0.00669342162296594323
    magic = 1 - ee * math.sin(math.radians(lat)) ** 2
    dlat = dlat * 180.0 / ((a * (1 - ee)) / (magic * math.sqrt(magic)) * pi)
    dlon = dlon * 180.0 / (a / math.sqrt(magic) * math.cos(math.radians(lat)) * pi)
    return lon + dlon, lat + dlat
