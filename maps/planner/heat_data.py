"""What the heat page shows, as JSON: once for each resolution and occupation, so that the slider asks nothing of the server.

Made of the run's told numbers only (`analysis.heat_weeks`).
"""

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.http import require_safe

from analysis.coverage import OPEN, UNKNOWN
from analysis.heat import REACHES_M, STEPS_A_REACH
from analysis.heat_runs import COARSE, OCCUPATIONS, RESOLUTION, HeatResult, heat_result
from analysis.heat_weeks import HourlyRates
from geo.cells import centres, to_hex
from geo.crs import from_metric, metric_srid
from maps import basemaps
from maps.planner.access import heat_run, planners_only
from maps.planner.data import as_json
from maps.planner.shapes import SCALE, limits_of, middle_of, on_map, rings_of

WEIGHT_SCALE = 10_000
RESOLUTIONS = (COARSE, RESOLUTION)


@require_safe
@planners_only
def cells(request: HttpRequest, run_id: int) -> HttpResponse:
    """`?resolution=8|9&occupation=`: see `_cells`."""
    heat_run(run_id)
    resolution, occupation = request.GET.get("resolution", str(COARSE)), request.GET.get("occupation", "")
    if resolution not in map(str, RESOLUTIONS):
        return HttpResponseBadRequest("resolution: 8 or 9")
    if occupation not in ("", *OCCUPATIONS):
        return HttpResponseBadRequest("occupation: not one of ours")
    return as_json(_cells(run_id, int(resolution), occupation, basemaps.chosen().datum))


@require_safe
@planners_only
def surface(request: HttpRequest, run_id: int) -> HttpResponse:
    """`?reach_m=200|400|800`: see `_surface`."""
    heat_run(run_id)
    reach_m = request.GET.get("reach_m", "400")
    if reach_m not in {f"{one:.0f}" for one in REACHES_M}:
        return HttpResponseBadRequest("reach_m: 200, 400 or 800")
    return as_json(_surface(run_id, float(reach_m), basemaps.chosen().datum))


@lru_cache(maxsize=32)
def _cells(run_id: int, resolution: int, occupation: str, datum: str) -> dict[str, Any]:
    """`rings` as in `maps.planner.shapes`; `names`, `stations` and `told` (check-ins of the quarter, at least) a cell.

    `tiles`: a cell's different [rate, span], span an index of `analysis.heat_weeks.SPANS`, -1 hidden; `of`: which of them is each
    hour's, -2 closed, -3 hours unknown. `city`: 168 rates or null. `breaks`: class limits, the same for every hour.
    """
    result = heat_result(run_id)
    rates = result.rates(resolution=resolution, occupation=occupation)
    fine = np.arange(len(result.cells))
    own, row = (result.cells, fine) if resolution == RESOLUTION else result.coarse()
    stations = np.bincount(row[result.stations["row"]], minlength=len(own))
    told = np.bincount(row, np.maximum(result.weeks.spans[0][:, 0], 0), minlength=len(own))
    tiles, of = _tiles(rates)
    return {
        "scale": SCALE,
        "rings": rings_of(own),
        "names": to_hex(own),
        "stations": stations.tolist(),
        "told": told.astype(int).tolist(),
        "tiles": tiles,
        "of": of,
        "city": _city(result, occupation),
        "breaks": limits_of(pd.Series(rates.rate[rates.span >= 0])),
        "focus": _focus(own, stations),
    }


def _tiles(rates: HourlyRates) -> tuple[list[list[list[float | None]]], list[list[int]]]:
    tiles, of = [], []
    for rate, span in zip(np.round(rates.rate, 3), rates.span.astype(int), strict=True):
        pairs = pd.Series(list(zip(np.nan_to_num(rate, nan=-1).tolist(), span.tolist(), strict=True)))
        codes, different = pd.factorize(pairs)
        closed = span < -1
        of.append(np.where(closed, span, codes).tolist())
        tiles.append([[None if rate < 0 else rate, span] for rate, span in different])
    return tiles, of


def _city(result: HeatResult, occupation: str) -> list[float | None]:
    rates, hours = result.rates(occupation=occupation), result.open_hours()
    known = np.isfinite(rates.rate)
    count = (np.nan_to_num(rates.rate) * hours * known).sum(axis=0)
    total = (hours * known).sum(axis=0)
    return [
        round(one / of, 3) if of else None for one, of in zip(count.tolist(), total.tolist(), strict=True)
    ]


def _focus(cells: npt.NDArray[np.int64], weight: npt.NDArray[Any]) -> list[float] | None:
    """West, south, east, north of the middle 90 % of the stations; None without stations."""
    if not len(cells):
        return None
    places = on_map(np.column_stack(centres(cells))) / SCALE
    (west, east), (south, north) = (middle_of(places[:, axis], weight) for axis in (0, 1))
    return [west, south, east, north]


@lru_cache(maxsize=6)
def _surface(run_id: int, reach_m: float, datum: str) -> dict[str, Any]:
    """The grid round the stations, and what each weighs where: `analysis.heat.Surface`, whose sums the page makes for an hour.

    `points`: [dx, dy, ...] from point to point, times `scale`; `step_m` between them. `reaching`: how many stations reach each
    point; `station`, `weight` (times WEIGHT_SCALE): of all these, one after the other. `cells`: each station's cell of
    resolution 9; `hours`: which of `patterns` (168 letters o, c, u) is its week.
    """
    result = heat_result(run_id)
    grid = result.surface(reach_m)
    corners = np.empty((0, 2), np.int64)
    if len(grid.xy_m):
        srid = metric_srid(result.stations["lon"], result.stations["lat"])
        corners = on_map(np.column_stack(from_metric(grid.xy_m[:, 0], grid.xy_m[:, 1], srid)))
    letters = np.where(result.state == OPEN, "o", np.where(result.state == UNKNOWN, "u", "c"))
    weeks = pd.Series(["".join(one) for one in letters], dtype=str)
    pattern, patterns = pd.factorize(weeks)
    return {
        "scale": SCALE,
        "step_m": reach_m / STEPS_A_REACH,
        "points": np.diff(corners, axis=0, prepend=0).ravel().tolist(),
        "reaching": np.diff(grid.weights.indptr).tolist(),
        "station": grid.weights.indices.tolist(),
        "weight": np.maximum(np.round(grid.weights.data * WEIGHT_SCALE), 1).astype(int).tolist(),
        "cells": result.stations["row"].tolist(),
        "hours": pattern.tolist(),
        "patterns": list(patterns),
    }
