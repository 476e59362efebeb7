"""Metric work on the ellipsoid, and the checks at the door."""

import math

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from geo.crs import (
    GEOD,
    MAX_LIMIT_M,
    STORAGE,
    WEB,
    Bounds,
    CrsError,
    check_lonlat,
    chord_band,
    from_metric,
    geodesic_m,
    metric_srid,
    require_crs,
    to_ecef,
    to_metric,
    utm_srid,
)

EARTH_CENTRED = Transformer.from_crs(4979, 4978, always_xy=True)
SHANGHAI = Bounds(120.85, 30.67, 122.25, 31.9)


@pytest.mark.parametrize(
    ("lon", "lat", "srid"),
    [
        (121.47, 31.23, 32651),
        (119.99, 31, 32650),
        (120.0, 31, 32651),
        (151.2, -33.9, 32756),
        (180, 0, 32660),
        (-180, 0, 32601),
    ],
)
def test_utm_zone_of_a_place(lon, lat, srid):
    assert utm_srid(lon, lat) == srid


@pytest.mark.parametrize("lat", [-80.1, 84.1])
def test_utm_ends_near_the_poles(lat):
    with pytest.raises(ValueError, match="UTM covers"):
        utm_srid(121, lat)


def test_metric_crs_is_that_of_the_points_middle():
    assert metric_srid([119.9, 122.2], [31, 31]) == 32651
    with pytest.raises(ValueError, match="no points"):
        metric_srid([], [])


def test_a_kilometre_is_a_kilometre_in_shanghais_zone():
    east_lon, east_lat, _ = GEOD.fwd(121.47, 31.23, 90, 1_000)
    x, y = to_metric([121.47, east_lon], [31.23, east_lat])
    assert math.hypot(x[1] - x[0], y[1] - y[0]) == pytest.approx(1_000, rel=4e-4)


def test_the_crs_asked_for_is_used_and_web_mercator_is_refused():
    assert to_metric(121.47, 31.23, 32650)[0][0] > to_metric(121.47, 31.23)[0][0]
    with pytest.raises(CrsError, match="3857 does not measure"):
        to_metric(121.47, 31.23, WEB)


def test_no_points_have_no_metric_coordinates():
    assert [values.size for values in to_metric([], [])] == [0, 0]


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_earth_centred_points_are_those_of_epsg_4978(lon, lat):
    theirs = EARTH_CENTRED.transform(lon, lat, 0)
    assert to_ecef(lon, lat)[0] == pytest.approx(np.array(theirs), abs=1e-6)


limits = st.floats(1, MAX_LIMIT_M)


@given(st.floats(-180, 180), st.floats(-85, 85), st.floats(0, 360), limits)
def test_the_chord_of_a_limit_lies_in_its_band(lon, lat, azimuth, limit_m):
    surely_m, possibly_m = chord_band(limit_m)
    assert surely_m < chord_m(lon, lat, azimuth, limit_m) <= possibly_m


@given(st.floats(-180, 180), st.floats(-85, 85), st.floats(0, 360), limits)
def test_a_centimetre_beside_the_limit_needs_no_second_look(lon, lat, azimuth, limit_m):
    surely_m, possibly_m = chord_band(limit_m)
    assert chord_m(lon, lat, azimuth, limit_m - 0.01) <= surely_m
    assert chord_m(lon, lat, azimuth, limit_m + 0.01) > possibly_m


def test_the_band_is_a_tenth_of_a_millimetre_at_five_kilometres():
    surely_m, possibly_m = chord_band(5_000)
    assert possibly_m - surely_m < 0.00015


@pytest.mark.parametrize("limit_m", [0, -1, MAX_LIMIT_M + 1, math.nan, math.inf])
def test_a_limit_without_a_band_is_refused(limit_m):
    with pytest.raises(ValueError, match="at most 20000 m"):
        chord_band(limit_m)


def test_distances_broadcast():
    assert geodesic_m(121.47, 31.23, [121.47, 121.48], 31.23).shape == (2,)


@pytest.mark.parametrize(
    ("lon", "lat", "reason"),
    [
        (math.nan, 31.2, "not finite"),
        (121.5, math.inf, "not finite"),
        (31.2, 121.5, "swapped"),
        (181, 31.2, "longitude outside"),
        (-200, 95, "longitude outside"),
        (100, 91, "latitude outside"),
        (121.5, 32.5, "outside the service area 120.85..122.25 E"),
        (0, 0, "outside the service area"),
    ],
)
def test_a_bad_position_is_refused_with_its_reason(lon, lat, reason):
    with pytest.raises(ValueError, match=f"the point .*{reason}"):
        check_lonlat(lon, lat, SHANGHAI)
    with pytest.raises(ValueError, match=f"point 1 .*{reason}"):
        check_lonlat([121.5, lon], [31.2, lat], SHANGHAI)


def test_axes_swapped_beyond_the_poles_are_seen_without_bounds():
    with pytest.raises(ValueError, match="swapped"):
        check_lonlat(31.2, 121.5)


def test_positions_at_the_edge_of_the_area_are_good():
    check_lonlat([120.85, 122.25], [30.67, 31.9], SHANGHAI)
    check_lonlat(-180, 90)


def test_positions_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="one length"):
        check_lonlat([121.5], [31.2, 31.3])


@pytest.mark.parametrize(
    "edges", [(122, 30, 121, 31), (121, 31, 122, 30), (121, 30, 121, 31), (math.nan, 30, 121, 31)]
)
def test_bounds_that_hold_nothing_are_refused(edges):
    with pytest.raises(ValueError, match="west < east"):
        Bounds(*edges)


def test_a_frame_must_be_in_the_crs_that_is_needed():
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy([121.5], [31.2]))
    with pytest.raises(CrsError, match="no CRS; EPSG:4326 is needed"):
        require_crs(frame, STORAGE)
    frame = frame.set_crs(STORAGE)
    require_crs(frame, STORAGE)
    with pytest.raises(CrsError, match=r"in WGS 84; EPSG:32651 is needed: to_crs\(32651\)"):
        require_crs(frame, 32651)
    require_crs(frame.to_crs(32651), 32651)


def chord_m(lon, lat, azimuth, distance_m):
    end_lon, end_lat, _ = GEOD.fwd(lon, lat, azimuth, distance_m)
    return np.linalg.norm(to_ecef(lon, lat) - to_ecef(end_lon, end_lat))


def test_metres_lead_back_to_the_same_degrees():
    lon, lat = [121.47, 121.9], [31.23, 30.9]
    x, y = to_metric(lon, lat, 32651)
    back = from_metric(x, y, 32651)
    np.testing.assert_allclose(back, (lon, lat), atol=1e-9)
