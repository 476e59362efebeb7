"""What the planner's map and tables show, as JSON: the cells' shapes once, then small answers for each hour.

Rows of numbers are lists, because a run of the whole city has 30,000 cells; the order is said at each function.
"""

from typing import Any

import pandas as pd
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.views.decorators.http import require_safe

from analysis.coverage import HOURS
from analysis.results import MEASURES, coverage_result, shares
from maps.planner.access import coverage_run, planners_only
from maps.planner.shapes import shapes

STATES = {"open": 1, "closed": 0, "unknown": -1}
KEEP_S = 3600  # runs never change; but the stations beside them do


@require_safe
@planners_only
def cells(request: HttpRequest, run_id: int) -> HttpResponse:
    """See `maps.planner.shapes`; `position` in the other answers refers to its last level."""
    return as_json(shapes(coverage_run(run_id)))


@require_safe
@planners_only
def hour(request: HttpRequest, run_id: int, hour: int) -> HttpResponse:
    """One hour of the typical week, 0 (Monday 0:00) to 167."""
    if hour >= HOURS:
        raise Http404
    return _answer(request, run_id, hour)


@require_safe
@planners_only
def week(request: HttpRequest, run_id: int) -> HttpResponse:
    """The whole typical week."""
    return _answer(request, run_id, None)


@require_safe
@planners_only
def profile(request: HttpRequest, run_id: int) -> HttpResponse:
    """`hours`: 168 rows of worker-hours in the order of MEASURES."""
    coverage_run(run_id)
    result = coverage_result(run_id)
    occupation = request.GET.get("occupation", "")
    if occupation and occupation not in result.occupations():
        return HttpResponseBadRequest("occupation: not in this run")
    return as_json({"hours": result.profile(occupation=occupation).round(3).to_numpy().tolist()})


def _answer(request: HttpRequest, run_id: int, hour: int | None) -> HttpResponse:
    """`cells`: [position, *MEASURES, nearest station in m, nearest open one in m]; `districts` and `total`: by name;
    `usage`: [position, stations, state, check-ins, check-ins per open station-hour or null].
    """
    coverage_run(run_id)
    result = coverage_result(run_id)
    occupation = request.GET.get("occupation", "")
    if occupation and occupation not in result.occupations():
        return HttpResponseBadRequest("occupation: not in this run")
    by_district = result.by_district(hour=hour, occupation=occupation)
    return as_json(
        {
            "hour": hour,
            "cells": _cell_rows(result.by_cell(hour=hour, occupation=occupation)),
            "districts": [_measures(row) for row in by_district.to_dict("records")],
            "total": _measures(by_district[MEASURES].sum().to_dict()),
            "usage": _usage_rows(result.usage_by_cell(hour=hour)),
        }
    )


def as_json(answer: dict[str, Any]) -> JsonResponse:
    response = JsonResponse(answer, json_dumps_params={"separators": (",", ":"), "ensure_ascii": False})
    response["Cache-Control"] = f"private, max-age={KEEP_S}"
    return response


def _measures(row: dict[Any, Any]) -> dict[str, Any]:
    measures = {name: float(row[name]) for name in MEASURES}
    rounded = {name: None if value is None else round(value, 4) for name, value in shares(measures).items()}
    code = {"code": str(row["district"])} if "district" in row else {}
    return {**code, **{name: round(value, 3) for name, value in measures.items()}, **rounded}


def _cell_rows(table: pd.DataFrame) -> list[list[Any]]:
    metres = table[["nearest_station_m", "nearest_open_m"]].round(0)
    rows = pd.concat([table["position"], table[MEASURES].round(3), metres], axis=1)
    return _lists(rows)


def _usage_rows(table: pd.DataFrame) -> list[list[Any]]:
    rows = table[["position", "stations", "state", "check_ins", "check_ins_per_open_hour"]].copy()
    rows["state"] = table["state"].astype(str).map(STATES)
    rows["check_ins_per_open_hour"] = rows["check_ins_per_open_hour"].round(4)
    return _lists(rows)


def _lists(table: pd.DataFrame) -> list[list[Any]]:
    """Rows as lists; what is missing becomes null."""
    columns = [_plain(table[name]) for name in table.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def _plain(column: pd.Series) -> list[Any]:
    """Whole numbers without a decimal point: half the bytes."""
    values: list[Any] = column.tolist()
    return [
        None if value is None or value != value else int(value) if value == int(value) else value
        for value in values
    ]
