"""Who is within walking distance of what: exact, for any place on the globe, without a projection.

Places are arrays of shape (n, 2), longitude and latitude in degrees, EPSG:4326. Distances are geodesics on
the WGS-84 ellipsoid in metres, rounded to 10 nm as PostGIS rounds ``ST_Distance(geography)``; limits are
inclusive. So a place put at exactly the limit is covered, although floating-point noise of a nanometre or two
may put it on either side. ``ST_DWithin(geography)`` compares without rounding: within 10 nm of the limit its
noise decides (PostGIS 3.3 leaves out about half of the pairs at exactly the limit). There, and only there, we
differ from it: tests/analysis/test_coverage_postgis.py.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from geo.crs import check_lonlat, chord_band, geodesic_m, to_ecef

ROUND_DIGITS = 8  # 10 nm
_SHORTEST_DEGREE_M = 110_574.0  # of latitude, at the equator
_MOST_TILES = 2_000  # a side

Floats = npt.NDArray[np.float64]


def covered(
    demand_lonlat: npt.ArrayLike, station_lonlat: npt.ArrayLike, *, limit_m: float
) -> npt.NDArray[np.bool_]:
    """Is any station within `limit_m` of each demand point? Hours are ignored.

    Agrees with ``ST_DWithin(geography)``: chords through the ellipsoid decide, and the few places whose
    nearest chord is too close to the limit to tell are measured along the ellipsoid. Raises ValueError for
    NaN, a place off the globe or a bad limit; no stations cover nothing.
    """
    demand, stations = places(demand_lonlat, "demand"), places(station_lonlat, "station")
    surely_m, possibly_m = chord_band(limit_m)
    result = np.zeros(len(demand), bool)
    candidates = _sieve(demand, stations, limit_m)
    if not candidates.size:
        return result
    chord, _ = cKDTree(_ecef(stations)).query(_ecef(demand[candidates]), distance_upper_bound=possibly_m)
    result[candidates[chord <= surely_m]] = True
    unsure = candidates[(chord > surely_m) & np.isfinite(chord)]
    if unsure.size:
        result[unsure[reach(demand[unsure], stations, limit_m=limit_m)["demand"]]] = True
    return result


def reach(demand_lonlat: npt.ArrayLike, station_lonlat: npt.ArrayLike, *, limit_m: float) -> pd.DataFrame:
    """All pairs within `limit_m`: `demand`, `station` (positions in the arrays), `distance_m`; sorted."""
    demand, stations = places(demand_lonlat, "demand"), places(station_lonlat, "station")
    _, possibly_m = chord_band(limit_m)
    candidates = _sieve(demand, stations, limit_m)
    near = cKDTree(_ecef(demand[candidates])).sparse_distance_matrix(
        cKDTree(_ecef(stations)), possibly_m, output_type="ndarray"
    )
    row, column = candidates[near["i"]], near["j"]
    distance_m = _distance_m(demand[row], stations[column])
    inside = distance_m <= round(limit_m, ROUND_DIGITS)
    pairs = pd.DataFrame({"demand": row[inside], "station": column[inside], "distance_m": distance_m[inside]})
    return pairs.sort_values(["demand", "station"], ignore_index=True)


def nearest(
    demand_lonlat: npt.ArrayLike, station_lonlat: npt.ArrayLike
) -> tuple[npt.NDArray[np.intp], Floats]:
    """Position of the nearest station and its distance in m per demand point; -1 and NaN without stations.

    Nearest by the chord; two stations whose distances differ by less than a millimetre may change places.
    """
    demand, stations = places(demand_lonlat, "demand"), places(station_lonlat, "station")
    if not len(stations):
        return np.full(len(demand), -1, np.intp), np.full(len(demand), np.nan)
    _, station = cKDTree(_ecef(stations)).query(_ecef(demand))
    return station, _distance_m(demand, stations[station])


def places(lonlat: npt.ArrayLike, name: str) -> Floats:
    """`lonlat` as a checked float array (n, 2); ValueError says which place of `name` is not on the globe."""
    degrees = np.asarray(lonlat, float)
    if not degrees.size:
        return np.empty((0, 2))
    if degrees.ndim != 2 or degrees.shape[1] != 2:
        raise ValueError(f"{name}_lonlat has shape {degrees.shape}; give (n, 2): longitude, latitude")
    try:
        check_lonlat(degrees[:, 0], degrees[:, 1])
    except ValueError as error:
        raise ValueError(f"{name}_lonlat: {error}") from error
    return degrees


def _sieve(demand: Floats, stations: Floats, limit_m: float) -> npt.NDArray[np.intp]:
    """Positions of the demand points that may be within the limit: no station is more than a tile away.

    Tiles are at least `limit_m` wide. Most places of a city lie far from any station, and dropping them first
    makes `covered` more than twice as fast. Near a pole or the date line nothing is dropped.
    """
    if not len(demand) or not len(stations):
        return np.empty(0, np.intp)
    east, north = (np.concatenate([demand[:, axis], stations[:, axis]]) for axis in (0, 1))
    low, high = np.array([east.min(), north.min()]), np.array([east.max(), north.max()])
    farthest_lon, farthest_lat = np.abs([low, high]).max(axis=0)
    if farthest_lon > 178 or farthest_lat > 80:
        return np.arange(len(demand))
    latitude = 1.01 * limit_m / _SHORTEST_DEGREE_M
    longitude = latitude / np.cos(np.radians(farthest_lat + latitude))
    size = np.maximum([longitude, latitude], (high - low) / _MOST_TILES)
    tile, station_tile = ((demand - low) / size).astype(int), ((stations - low) / size).astype(int)
    columns, rows = ((high - low) / size).astype(int) + 3
    near = np.zeros((columns, rows), bool)
    for right in (0, 1, 2):
        for up in (0, 1, 2):
            near[station_tile[:, 0] + right, station_tile[:, 1] + up] = True
    return np.flatnonzero(near[tile[:, 0] + 1, tile[:, 1] + 1])


def _ecef(lonlat: Floats) -> Floats:
    return to_ecef(lonlat[:, 0], lonlat[:, 1])


def _distance_m(start: Floats, end: Floats) -> Floats:
    return np.round(geodesic_m(start[:, 0], start[:, 1], end[:, 0], end[:, 1]), ROUND_DIGITS)
