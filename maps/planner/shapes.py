"""What the planner's map draws whatever the hour: cells of several sizes, class limits, stations, where to look first."""

from functools import lru_cache
from itertools import pairwise
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.coverage import OPEN, UNKNOWN
from analysis.models import AnalysisRun
from analysis.results import CoverageResult, coverage_result
from analysis.runs import load_stations
from geo.cells import area_km2, boundaries, centres, parents
from geo.datum import convert
from maps import basemaps
from stations.registry.models import Station

SCALE = 100_000  # coordinates are whole numbers of 1e-5 degree, about 1 m
OVERVIEW = (7, 8)  # H3 resolutions to which small cells are added up while the map shows the whole city
NICE = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


def shapes(run: AnalysisRun) -> dict[str, Any]:
    """Everything in the base map's datum.

    `levels`: cells from large to small, the last ones those of the run. Each has its `rings`
    ([x, y, dx, dy, ...] from corner to corner, times SCALE), `of` (which of them each of the run's cells belongs to,
    null for the last) and `breaks`. `usage_cells`, `no_station_cells`: rings. `stations`, as they are now:
    [x, y, name, hours], hours one character an hour: o open, c closed, u unknown.
    """
    fixed = _fixed(run.pk, run.parameters["resolution"], run.parameters["usage_resolution"])
    return {**fixed, "stations": _stations(run.parameters["min_open_minutes"])}


@lru_cache(maxsize=4)
def _fixed(run_id: int, resolution: int, usage_resolution: int) -> dict[str, Any]:
    """All but the stations: a run never changes, and a city's shapes take a second."""
    result = coverage_result(run_id)
    demanded = np.unique(parents(result.cells, min(usage_resolution, resolution)))
    return {
        "scale": SCALE,
        "levels": [
            *(_level(result, coarse) for coarse in OVERVIEW if coarse < resolution),
            _level(result, resolution),
        ],
        "usage_cells": rings_of(result.usage_cells),
        "usage_breaks": {
            "hour": limits_of(result.usage["check_ins_per_open_hour"]),
            "week": limits_of(result.usage_by_cell()["check_ins_per_open_hour"]),
        },
        "no_station_cells": rings_of(np.setdiff1d(demanded, result.usage_cells)),
        "focus": _focus(result),
    }


def _level(result: CoverageResult, resolution: int) -> dict[str, Any]:
    """Class limits are the same for every hour, so that hours can be compared."""
    own, of = np.unique(parents(result.cells, resolution), return_inverse=True)
    gap = result.rows["gap_closed_worker_hours"] + result.rows["gap_distance_worker_hours"]
    cell = of[result.rows["position"].to_numpy()]
    return {
        "resolution": resolution,
        "area_km2": round(float(area_km2(own).mean()), 2),
        "rings": rings_of(own),
        "of": None if len(own) == len(result.cells) else of.tolist(),
        "breaks": {
            "hour": limits_of(gap.groupby([cell, result.rows["hour_of_week"].to_numpy()]).sum()),
            "week": limits_of(gap.groupby(cell).sum()),
        },
    }


def rings_of(cells: npt.NDArray[np.int64]) -> list[list[int]]:
    rings = boundaries(cells)
    if not rings:
        return []
    corners = np.cumsum([0, *(len(ring) for ring in rings)])
    grid = on_map(np.array([corner for ring in rings for corner in ring]))
    steps = np.diff(grid, axis=0, prepend=0)
    steps[corners[:-1]] = grid[corners[:-1]]  # each ring starts from the origin
    flat: list[int] = steps.ravel().tolist()
    return [flat[2 * start : 2 * end] for start, end in pairwise(corners)]


def on_map(lonlat: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """WGS-84 degrees as whole numbers in the base map's datum."""
    moved = convert(lonlat[:, 0], lonlat[:, 1], source="wgs84", target=basemaps.chosen().datum)
    return np.round(np.column_stack(moved) * SCALE).astype(np.int64)


def _stations(min_open_minutes: int) -> list[list[Any]]:
    stations = load_stations(min_open_minutes=min_open_minutes)
    if stations.table.empty:
        return []
    names = dict(Station.objects.public().values_list("pk", "name"))
    letters = np.where(stations.hours == OPEN, "o", np.where(stations.hours == UNKNOWN, "u", "c"))
    rows = zip(on_map(stations.lonlat).tolist(), stations.table["station"], letters, strict=True)
    return [[*place, names.get(pk, ""), "".join(hours)] for place, pk, hours in rows]


def _focus(result: CoverageResult) -> list[float]:
    """West, south, east, north of the middle 90 % of the worker-hours in either direction: where the map starts."""
    week = result.by_cell()
    places = on_map(np.column_stack(centres(result.cells[week["position"]]))) / SCALE
    weight = week["worker_hours"].to_numpy()
    (west, east), (south, north) = (middle_of(places[:, axis], weight) for axis in (0, 1))
    return [west, south, east, north]


def middle_of(values: npt.NDArray[np.float64], weight: npt.NDArray[np.float64]) -> list[float]:
    """The weighted 5 and 95 % quantiles."""
    order = np.argsort(values)
    reached = np.cumsum(weight[order]) / weight.sum()
    at = np.minimum(np.searchsorted(reached, (0.05, 0.95)), len(values) - 1)
    return cast(list[float], values[order][at].tolist())


def limits_of(values: pd.Series) -> list[float]:
    """At most four rising limits, round numbers near the quantiles 40, 65, 85 and 96 % of what is above zero.

    None at or below the smallest value: no class stays empty for every hour.
    """
    above = values[values > 0]
    if above.empty:
        return []
    wanted = np.quantile(above, (0.4, 0.65, 0.85, 0.96))
    limits = {float(min(NICE, key=lambda one: abs(np.log(one / quantile)))) for quantile in wanted}
    return sorted(limit for limit in limits if above.min() < limit <= above.max())
