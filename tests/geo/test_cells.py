"""H3 cells as the database keeps them."""

import h3
import numpy as np
import pytest
from shapely import Point, Polygon

from geo.cells import (
    ANALYSIS_RESOLUTION,
    PUBLISH_RESOLUTION,
    area_km2,
    boundaries,
    boundary,
    cells,
    centres,
    from_hex,
    parents,
    to_hex,
)
from geo.crs import geodesic_m

LON, LAT = np.random.default_rng(5).uniform([[120.9], [30.7]], [[122.1], [31.8]], (2, 500))


def test_cells_are_those_of_h3_as_signed_64_bit_numbers():
    numbers = cells(LON, LAT)
    assert numbers.dtype == np.int64
    assert (numbers > 0).all()
    assert to_hex(numbers) == [h3.latlng_to_cell(lat, lon, 9) for lon, lat in zip(LON, LAT, strict=True)]
    assert (from_hex(to_hex(numbers)) == numbers).all()


def test_a_point_lies_in_its_cell():
    for lon, lat, ring in zip(LON, LAT, boundaries(cells(LON, LAT)), strict=True):
        assert Polygon(ring).covers(Point(lon, lat))


def test_a_cells_centre_is_in_the_cell():
    numbers = cells(LON, LAT, 8)
    assert (cells(*centres(numbers), 8) == numbers).all()
    assert np.asarray(geodesic_m(LON, LAT, *centres(numbers))).max() < 650


def test_a_boundary_has_six_corners_as_lon_lat():
    ring = boundary(int(cells(121.47, 31.23)[0]))
    assert len(ring) == 6
    assert all(121 < lon < 122 and 31 < lat < 32 for lon, lat in ring)
    assert Polygon(ring).exterior.is_ccw


def test_sizes_at_shanghai_are_those_of_the_methods():
    assert area_km2(cells(LON, LAT, ANALYSIS_RESOLUTION)).mean() == pytest.approx(0.080, abs=0.001)
    assert area_km2(cells(LON, LAT, PUBLISH_RESOLUTION)).mean() == pytest.approx(0.56, abs=0.01)


def test_parents_are_coarser_cells():
    fine = cells(LON, LAT, ANALYSIS_RESOLUTION)
    expected = [h3.cell_to_parent(name, PUBLISH_RESOLUTION) for name in to_hex(fine)]
    assert to_hex(parents(fine)) == expected
    assert (parents(fine, ANALYSIS_RESOLUTION) == fine).all()
    with pytest.raises(ValueError, match="coarser than 9"):
        parents(parents(fine), ANALYSIS_RESOLUTION)


def test_no_points_have_no_cells():
    none = cells([], [])
    assert none.size == parents(none).size == area_km2(none).size == centres(none)[0].size == 0
    assert boundaries(none) == to_hex(none) == []


@pytest.mark.parametrize(("lon", "lat"), [(np.nan, 31.2), (121.5, np.inf), (121.5, 91), (181, 31.2)])
def test_a_point_outside_the_globe_is_named(lon, lat):
    with pytest.raises(ValueError, match="point 1 is not in degrees"):
        cells([121.5, lon], [31.2, lat])


def test_what_is_no_cell_is_refused():
    with pytest.raises(ValueError, match="0x7 is not an H3 cell"):
        centres([7])
    with pytest.raises(ValueError, match="not an H3 cell"):
        from_hex(["ff"])
    with pytest.raises(ValueError, match="resolution is 0 to 15"):
        cells(121.5, 31.2, 16)
    with pytest.raises(ValueError, match="differ in length"):
        cells([121.5, 121.6], [31.2])
