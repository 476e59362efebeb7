"""Coverage against PostGIS on 20,000 pairs, half of them at the limit or next to it."""

import numpy as np
import pytest
from django.db import connection
from pyproj import Geod

from analysis.coverage import covered, reach

PAIRS = 20_000
LIMIT_M = 500.0
OFFSETS_M = [0, 1e-7, -1e-7, 1e-6, -1e-6, 1e-3, -1e-3, 1, -1, 100, -100]
NOISE_M = (
    1e-8  # of ST_DWithin, which turns degrees into radians and back before it measures, and does not round
)


@pytest.fixture(scope="module")
def pairs():
    """Places round Shanghai, each with a partner: every second near the limit, the others anywhere within 1.5 km.

    They lie on a grid of some 4 km, so that nobody is near another one's partner.
    """
    random = np.random.default_rng(20240103)
    row, column = np.divmod(np.arange(PAIRS), 142)
    start = np.column_stack([118.5 + 0.04 * column, 28.5 + 0.04 * row]) + random.uniform(0, 0.005, (PAIRS, 2))
    metres = random.uniform(0, 1500, PAIRS)
    metres[::2] = LIMIT_M + random.choice(OFFSETS_M, PAIRS // 2)
    lon, lat, _ = Geod(ellps="WGS84").fwd(start[:, 0], start[:, 1], random.uniform(0, 360, PAIRS), metres)
    return start, np.column_stack([lon, lat]), metres


@pytest.fixture
def postgis(db, pairs):
    """What PostGIS says of each pair: ST_DWithin, and ST_Distance in metres."""
    columns = np.column_stack(pairs[:2]).T.tolist()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_DWithin(a, b, %s), ST_Distance(a, b) FROM ("
            " SELECT n, ST_MakePoint(alon, alat)::geography AS a, ST_MakePoint(blon, blat)::geography AS b"
            " FROM unnest(%s::float8[], %s::float8[], %s::float8[], %s::float8[])"
            " WITH ORDINALITY AS pair(alon, alat, blon, blat, n)) AS pairs ORDER BY n",
            [LIMIT_M, *columns],
        )
        within, metres = zip(*cursor.fetchall(), strict=True)
    return np.array(within), np.array(metres)


def test_it_agrees_with_dwithin_in_every_pair_but_those_at_exactly_the_limit(pairs, postgis):
    start, end, metres = pairs
    within, _ = postgis
    beside = np.abs(metres - LIMIT_M) > NOISE_M
    assert beside.sum() > 0.95 * PAIRS
    assert (covered(start, end, limit_m=LIMIT_M) == within)[beside].all()


def test_every_pair_at_exactly_the_limit_is_covered_where_dwithin_leaves_it_to_chance(pairs, postgis):
    start, end, metres = pairs
    at_the_limit = metres == LIMIT_M
    assert at_the_limit.sum() > 500
    assert covered(start, end, limit_m=LIMIT_M)[at_the_limit].all()
    assert np.abs(postgis[1][at_the_limit] - LIMIT_M).max() <= 1.01 * NOISE_M


def test_distances_are_those_of_postgis(pairs, postgis):
    start, end, _ = pairs
    found = reach(start, end, limit_m=1500)
    assert (found["demand"] == found["station"]).all()
    assert found["demand"].tolist() == list(range(PAIRS))
    assert found["distance_m"].to_numpy() == pytest.approx(postgis[1], abs=2.01 * NOISE_M, rel=0)


def test_coverage_of_places_by_stations_is_that_of_postgis(db):
    random = np.random.default_rng(7)
    demand = random.uniform((121.3, 31.1), (121.6, 31.4), (20_000, 2))
    stations = random.uniform((121.3, 31.1), (121.6, 31.4), (1200, 2))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE station (place geography(Point, 4326)) ON COMMIT DROP")
        cursor.execute(
            "INSERT INTO station SELECT ST_MakePoint(lon, lat)::geography FROM unnest(%s::float8[], %s::float8[])"
            " AS place(lon, lat)",
            stations.T.tolist(),
        )
        cursor.execute("CREATE INDEX ON station USING gist (place)")
        cursor.execute(
            "SELECT EXISTS (SELECT FROM station WHERE ST_DWithin(place, ST_MakePoint(lon, lat)::geography, %s))"
            " FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS place(lon, lat, n) ORDER BY n",
            [LIMIT_M, *demand.T.tolist()],
        )
        expected = [row[0] for row in cursor.fetchall()]
    result = covered(demand, stations, limit_m=LIMIT_M)
    assert 0.2 < result.mean() < 0.9
    assert (result == expected).all()
