"""Heat of a calendar quarter: loaded, told, stored. Here analysis reads the database for heat; the rules stand in `heat_weeks`.

A quarter is told once, when no phone can add to it any more, and never again: after a change of opening hours other visits would
count, and two answers could be subtracted. Only what is told is stored, with the stations' places and hours as they were.
"""

import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from analysis import heat, heat_weeks, usage
from analysis.coverage import CLOSED, HOURS, OPEN, UNKNOWN
from analysis.disclosure import HIDDEN, WITHHELD
from analysis.models import AnalysisRun
from analysis.runs import load_stations
from geo.cells import parents
from geo.crs import to_metric
from stations.checkins.usage.publishing import published, settled_quarter
from stations.occupations import Occupation
from stations.unions.models import User

RESOLUTION, COARSE = 9, 8
MIN_OPEN_MINUTES = 30
OCCUPATIONS = tuple(Occupation.values)
_LETTERS = {OPEN: "o", CLOSED: "c", UNKNOWN: "u"}
_LOCK = 4_812_209  # two requests at once must not tell one quarter twice


@dataclass(frozen=True, kw_only=True)
class HeatResult:
    """A stored run. `cells`: H3 of resolution 9, sorted; `stations`: `lon`, `lat`, `row` of the cell; `state` (stations, 168)."""

    run_id: int
    cells: npt.NDArray[np.int64]
    weeks: heat_weeks.ToldWeeks
    stations: pd.DataFrame
    state: npt.NDArray[np.int8]
    days: npt.NDArray[np.int64]

    def open_hours(self) -> npt.NDArray[np.float64]:
        """Open station-hours (cells, 168) over all weeks."""
        return self._by_cell(self.state == OPEN) * np.repeat(self.days, 24)

    def may_be_open(self) -> npt.NDArray[np.bool_]:
        return self._by_cell(self.state == UNKNOWN) > 0

    def rates(self, *, resolution: int = RESOLUTION, occupation: str = "") -> heat_weeks.HourlyRates:
        """Of the run's cells, or of larger ones made of what is told of the smaller; see `coarse` for their order."""
        hours, maybe = self.open_hours(), self.may_be_open()
        chosen = OCCUPATIONS.index(occupation) if occupation else None
        fine = heat_weeks.rates(self.weeks, hours, maybe, occupation=chosen)
        if resolution == RESOLUTION:
            return fine
        large, row = self.coarse()
        return heat_weeks.together(fine, hours, maybe, row, len(large))

    def coarse(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.intp]]:
        """The cells of resolution 8, sorted, and to which of them each cell belongs."""
        return np.unique(parents(self.cells, COARSE), return_inverse=True)

    def surface(self, reach_m: float) -> heat.Surface:
        """The surface's grid, in the UTM zone of the stations."""
        places = to_metric(self.stations["lon"], self.stations["lat"])
        return heat.surface(np.column_stack(places), reach_m=reach_m)

    def _by_cell(self, flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        return heat.summed(flags, self.stations["row"].to_numpy(), len(self.cells))


def run_heat(*, by: User | None, now: datetime | None = None) -> list[AnalysisRun]:
    """Tell every settled quarter that has counted visits and was not told before; the runs made, the oldest first."""
    counted = usage.counted_days()
    if counted is None:
        return []
    first, last = settled_quarter(now or timezone.now(), late_days=settings.JIELI_CHECKIN_LATE_DAYS)
    made = []
    while last >= counted[0]:
        if usage.has_counts(first, last) and (run := _run_quarter(first, last, since=counted[0], by=by)):
            made.append(run)
        last = first - timedelta(days=1)
        first = date(last.year, last.month - 2, 1)
    return made[::-1]


def runs() -> Any:
    """The heat runs without their answers, the newest quarter first."""
    return (
        AnalysisRun.objects.filter(question=AnalysisRun.Question.HEAT)
        .defer("result", "usage")
        .order_by("-parameters__first_day")
    )


@transaction.atomic
def _run_quarter(first: date, last: date, *, since: date, by: User | None) -> AnalysisRun | None:
    """None where the quarter was told before. Visits are those at open stations: others are counted apart, of the city only."""
    started = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if runs().filter(parameters__first_day=first.isoformat()).exists():
        return None
    stations = load_stations(min_open_minutes=MIN_OPEN_MINUTES)
    counts = usage.week_counts(stations.table["station"], first, last, OCCUPATIONS)
    cell, row = heat.cells_of(stations.table, RESOLUTION)
    in_open = np.stack([heat.summed(one * (stations.hours == OPEN), row, len(cell)) for one in counts])
    weeks = heat_weeks.tell(in_open.astype(np.int64))
    days = observed_days(max(first, since), last)
    texts = ["".join(_LETTERS[one] for one in hours) for hours in stations.hours.tolist()]
    return AnalysisRun.objects.create(
        question=AnalysisRun.Question.HEAT,
        by=by,
        started_at=started,
        parameters={
            "first_day": first.isoformat(),
            "last_day": last.isoformat(),
            "observed_from": max(first, since).isoformat(),
            "days_observed_from_monday": days.tolist(),
            "resolution": RESOLUTION,
            "min_open_minutes": MIN_OPEN_MINUTES,
            "occupations_by_block_from": heat_weeks.OCCUPATIONS_BY_BLOCK_FROM,
            "published_from": 10,
            "rounded_down_to": 10,
        },
        inputs={
            "stations": {
                "count": len(stations.table),
                "with_unknown_hours": int((stations.hours == UNKNOWN).all(axis=1).sum()),
                "versions_sum": int(stations.table["version"].sum()),
            },
            "check_ins_outside_opening_hours": published(int((counts * (stations.hours == CLOSED)).sum())),
            "check_ins_at_unknown_hours": published(int((counts * (stations.hours == UNKNOWN)).sum())),
        },
        summary=_summary(weeks),
        result=_parquet({"cell": cell, **_columns(weeks)}),
        usage=_parquet(
            {
                "lon": stations.table["lon"].to_numpy(float),
                "lat": stations.table["lat"].to_numpy(float),
                "row": row,
                "hours": texts,
            }
        ),
    )


def observed_days(first: date, last: date) -> npt.NDArray[np.int64]:
    """How many Mondays, Tuesdays, ... there are from the first to the last day."""
    weekdays = (first.weekday() + np.arange((last - first).days + 1)) % 7
    return np.bincount(weekdays, minlength=7)


@lru_cache(maxsize=4)
def heat_result(run_id: int) -> HeatResult:
    """The answer of the heat run `run_id`; kept, since runs never change. AnalysisRun.DoesNotExist."""
    run = AnalysisRun.objects.get(pk=run_id, question=AnalysisRun.Question.HEAT)
    table, stations = (pd.read_parquet(io.BytesIO(bytes(stored))) for stored in (run.result, run.usage))
    spans = tuple(
        _matrix(table[name], tiles)
        for name, tiles in zip(heat_weeks.SPANS, heat_weeks.TILE_COUNTS, strict=True)
    )
    letters = np.array([list(text) for text in stations.pop("hours")], dtype="U1").reshape(-1, HOURS)
    return HeatResult(
        run_id=run_id,
        cells=table["cell"].to_numpy(np.int64),
        weeks=heat_weeks.ToldWeeks(
            spans=spans,
            of_week=_matrix(table["occupations_week"], len(OCCUPATIONS)),
            of_block=_matrix(table["occupations_block"], -1).reshape(-1, heat_weeks.BLOCKS, len(OCCUPATIONS)),
        ),
        stations=stations,
        state=np.where(letters == "o", OPEN, np.where(letters == "u", UNKNOWN, CLOSED)).astype(np.int8),
        days=np.array(run.parameters["days_observed_from_monday"], np.int64),
    )


def _columns(weeks: heat_weeks.ToldWeeks) -> dict[str, list[npt.NDArray[np.int64]]]:
    return {
        **{name: list(values) for name, values in zip(heat_weeks.SPANS, weeks.spans, strict=True)},
        "occupations_week": list(weeks.of_week),
        "occupations_block": list(weeks.of_block.reshape(len(weeks.of_block), -1)),
    }


def _matrix(lists: pd.Series, width: int) -> npt.NDArray[np.int64]:
    if lists.empty:
        return np.empty((0, heat_weeks.BLOCKS * len(OCCUPATIONS) if width < 0 else width), np.int64)
    return np.stack(lists.to_list()).astype(np.int64)


def _summary(weeks: heat_weeks.ToldWeeks) -> dict[str, int]:
    """Made of what is told, so that it tells no more."""
    week = weeks.spans[0]
    return {
        "cells": len(week),
        "cells_told": int((week > 0).sum()),
        "cells_hidden": int((week == HIDDEN).sum()),
        "cells_unused": int((week == 0).sum()),
        "hours_hidden_or_withheld": int(np.isin(weeks.spans[3], (HIDDEN, WITHHELD)).sum()),
        "check_ins_at_least": int(week[week > 0].sum()),
    }


def _parquet(columns: dict[str, Any]) -> bytes:
    target = io.BytesIO()
    pd.DataFrame(columns).to_parquet(target, index=False, compression="zstd")
    return target.getvalue()
