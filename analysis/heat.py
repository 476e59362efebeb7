"""How stations are used: check-ins per open station-hour, by H3 cell and hour of the week (methods.md 4).

Check-ins are seen only where stations are and only while they are open. So a cell without a station has no
row at all (no data, which a map hatches), and a cell whose stations are closed in an hour has a row without a
rate: neither is a zero.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from scipy.spatial import KDTree

from analysis.coverage import CLOSED, HOURS, OPEN, UNKNOWN, station_hours
from geo.cells import cells

REACHES_M = (200.0, 400.0, 800.0)
REACH_M = 400.0
STEPS_A_REACH = 4  # points of the surface's grid from a station to the end of its reach

Floats = npt.NDArray[np.float64]


def usage_by_cell(
    stations: pd.DataFrame, counts: npt.ArrayLike, hours: npt.ArrayLike, *, weeks: float, resolution: int = 8
) -> pd.DataFrame:
    """Use of the stations of every cell in every hour of the week: 168 rows for each cell that has a station.

    `stations`: `station` (id), `lon`, `lat` (degrees WGS-84). `counts`, `hours`: (n_station, 168) in the order of
    `stations`: check-ins over all `weeks` observed, and the values of `analysis.coverage` (1 open, 0 closed, -1 unknown).
    Columns:

        cell, hour_of_week, stations
        state                   "open" if any station is, else "unknown" if any may be, else "closed"
        check_ins               made at stations in an hour in which they are open, over all weeks
        open_station_hours      over all weeks
        check_ins_per_open_hour their ratio; missing when no station is known to be open
        check_ins_off_hours     made while closed by the posted hours: wrong hours or wrong scans, not use
        check_ins_unknown_hours made at stations whose hours are not known: they have no rate

    Raises ValueError for a station given twice and unusable numbers.
    """
    if not weeks > 0:
        raise ValueError(f"weeks is {weeks}; give the number of weeks over which check-ins were counted.")
    ids = pd.Index(stations["station"])
    if ids.has_duplicates:
        raise ValueError(f"Station {ids[ids.duplicated()][0]} is given twice.")
    state, count = station_hours(hours, len(stations)), station_counts(counts, len(stations))
    cell, row = cells_of(stations, resolution)

    def per_cell(values: npt.NDArray[np.generic]) -> Floats:
        return summed(values, row, len(cell)).ravel()

    is_open, may_be_open = per_cell(state == OPEN), per_cell(state == UNKNOWN)
    result = pd.DataFrame(
        {
            "cell": np.repeat(cell, HOURS),
            "hour_of_week": np.tile(np.arange(HOURS), len(cell)),
            "stations": np.repeat(np.bincount(row, minlength=len(cell)), HOURS),
            "state": np.where(is_open > 0, "open", np.where(may_be_open > 0, "unknown", "closed")),
            "check_ins": per_cell(np.where(state == OPEN, count, 0)),
            "open_station_hours": is_open * weeks,
        }
    )
    open_hours = result["open_station_hours"]
    result["check_ins_per_open_hour"] = result["check_ins"] / open_hours.where(open_hours > 0)
    result["check_ins_off_hours"] = per_cell(np.where(state == CLOSED, count, 0))
    result["check_ins_unknown_hours"] = per_cell(np.where(state == UNKNOWN, count, 0))
    result.attrs["parameters"] = {"resolution": resolution, "weeks": weeks}
    return result


def cells_of(stations: pd.DataFrame, resolution: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.intp]]:
    """The cells that have a station, sorted, and each station's row among them."""
    lon, lat = stations["lon"].to_numpy(float), stations["lat"].to_numpy(float)
    return np.unique(cells(lon, lat, resolution), return_inverse=True)


def summed(values: npt.ArrayLike, row: npt.NDArray[np.intp], rows: int) -> Floats:
    """(rows, 168) of (n, 168): those of one row added up. By a sparse product: ten times as fast as np.add.at."""
    lies_in = csr_array((np.ones(len(row)), (row, np.arange(len(row)))), shape=(rows, len(row)))
    return lies_in @ np.asarray(values, float)


def station_counts(counts: npt.ArrayLike, stations: int) -> Floats:
    values = np.asarray(counts, float).reshape(-1, HOURS)
    if len(values) != stations:
        raise ValueError(f"counts has {len(values)} rows; give one for each of the {stations} stations.")
    if not (np.isfinite(values) & (values >= 0)).all():
        raise ValueError("counts must be finite and not negative.")
    return values


@dataclass(frozen=True, kw_only=True)
class Surface:
    """A grid in metres round the stations: its points, and what each station weighs there (points, stations)."""

    xy_m: Floats
    weights: csr_array

    def rates(self, rate: npt.ArrayLike, is_open: npt.ArrayLike) -> Floats:
        """Check-ins per open station-hour at the points, (points, hours): kernel sum of counts over kernel sum of open hours.

        `rate`, `is_open`: (stations, hours). Stations without a rate (NaN) are left out of both sums. NaN where nothing is left.
        Both sums are cut off alike at an edge, a river or the end of the data, so their ratio needs no edge correction.
        """
        given = np.asarray(rate, float)
        counted = (np.asarray(is_open, bool) & np.isfinite(given)).astype(float)
        open_hours = self.weights @ counted
        counts = self.weights @ (np.nan_to_num(given) * counted)
        with np.errstate(invalid="ignore"):
            return np.where(open_hours > 0, counts / open_hours, np.nan)


def surface(xy_m: npt.ArrayLike, *, reach_m: float = REACH_M) -> Surface:
    """The points within `reach_m` of a station on a square grid, by the quartic kernel (1 - d²/reach²)².

    `xy_m`: (stations, 2) in a metric projection (`geo.crs.to_metric`). The grid has `reach_m` / STEPS_A_REACH m between its
    points and stands on whole multiples of it, so that runs can be compared.
    """
    if not 0 < reach_m <= 5000:
        raise ValueError(f"reach_m is {reach_m}; give more than 0 and at most 5,000 m.")
    places = np.asarray(xy_m, float).reshape(-1, 2)
    step_m = reach_m / STEPS_A_REACH
    near = np.arange(-STEPS_A_REACH, STEPS_A_REACH + 1)
    around = np.stack(np.meshgrid(near, near), axis=-1).reshape(-1, 2)
    corner = np.round(places / step_m).astype(np.int64)
    candidates = np.unique((corner[:, None] + around).reshape(-1, 2), axis=0) * step_m
    if not len(places):
        return Surface(xy_m=candidates, weights=csr_array((0, 0)))
    distance = KDTree(candidates).sparse_distance_matrix(KDTree(places), reach_m, output_type="coo_matrix")
    weights = (1 - (distance.data / reach_m) ** 2) ** 2
    matrix = csr_array((weights, (distance.row, distance.col)), shape=(len(candidates), len(places)))
    matrix.eliminate_zeros()
    reached = np.diff(matrix.indptr) > 0
    return Surface(xy_m=candidates[reached], weights=csr_array(matrix[np.flatnonzero(reached)]))
