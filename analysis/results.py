"""What a stored coverage run says: by cell, by district, by hour of the week, for all occupations or one.

Every table has the same measures, all in worker-hours of the typical week or of one of its hours:

    worker_hours                what is there
    open_worker_hours           within the limit of a station known to be open
    unknown_worker_hours        within the limit only of stations whose hours are unknown
    gap_closed_worker_hours     stations are near, all of them closed
    gap_distance_worker_hours   no station within the limit

so that worker_hours = open + unknown + gap_closed + gap_distance.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.coverage import HOURS
from analysis.models import AnalysisRun

MEASURES = [
    "worker_hours",
    "open_worker_hours",
    "unknown_worker_hours",
    "gap_closed_worker_hours",
    "gap_distance_worker_hours",
]


@dataclass(frozen=True, kw_only=True)
class CoverageResult:
    """A run's answer. `rows`: a row for each cell, hour, district and occupation, sorted by hour; `cells`: H3, sorted."""

    run_id: int
    rows: pd.DataFrame
    usage: pd.DataFrame
    cells: npt.NDArray[np.int64]
    usage_cells: npt.NDArray[np.int64]

    def occupations(self) -> list[str]:
        return sorted(self.rows["occupation"].unique())

    def by_cell(self, *, hour: int | None = None, occupation: str = "") -> pd.DataFrame:
        """`position` in `cells`, the measures, and the distances in m (whole week: of the best hour)."""
        chosen = self._chosen(hour, occupation)
        grouped = chosen.groupby("position", sort=True)
        distances = grouped[["nearest_station_m", "nearest_open_m"]].min()
        return grouped[MEASURES].sum().join(distances).reset_index()

    def by_district(self, *, hour: int | None = None, occupation: str = "") -> pd.DataFrame:
        """`district` (code) and the measures; districts without demand have no row."""
        grouped = self._chosen(hour, occupation).groupby("district", observed=True, sort=True)
        return grouped[MEASURES].sum().reset_index()

    def profile(self, *, occupation: str = "") -> pd.DataFrame:
        """The measures of the 168 hours of the week, Monday 0:00 first."""
        by_hour = self._chosen(None, occupation).groupby("hour_of_week")[MEASURES].sum()
        return by_hour.reindex(range(HOURS), fill_value=0.0)

    def usage_by_cell(self, *, hour: int | None = None) -> pd.DataFrame:
        """`position` in `usage_cells`, `stations`, `state`, `check_ins`, `check_ins_per_open_hour` (missing: no rate)."""
        columns = [
            "position",
            "stations",
            "state",
            "check_ins",
            "open_station_hours",
            "check_ins_per_open_hour",
        ]
        if hour is not None:
            return self.usage.loc[self.usage["hour_of_week"] == hour, columns].reset_index(drop=True)
        grouped = self.usage.groupby("position", sort=True)
        week = grouped[["check_ins", "open_station_hours"]].sum()
        week["stations"] = grouped["stations"].first()
        ever_open, maybe = (self.usage["state"] == one for one in ("open", "unknown"))
        week["state"] = "closed"
        week.loc[maybe.groupby(self.usage["position"]).any(), "state"] = "unknown"
        week.loc[ever_open.groupby(self.usage["position"]).any(), "state"] = "open"
        hours = week["open_station_hours"]
        week["check_ins_per_open_hour"] = week["check_ins"] / hours.where(hours > 0)
        return week.reset_index()[columns]

    def _chosen(self, hour: int | None, occupation: str) -> pd.DataFrame:
        rows = self.rows
        if hour is not None:
            start, end = np.searchsorted(rows["hour_of_week"].to_numpy(), [hour, hour + 1])
            rows = rows.iloc[start:end]
        return rows[rows["occupation"] == occupation] if occupation else rows


@lru_cache(maxsize=4)
def coverage_result(run_id: int) -> CoverageResult:
    """The answer of the coverage run `run_id`; kept, since runs never change. AnalysisRun.DoesNotExist."""
    run = AnalysisRun.objects.get(pk=run_id, question=AnalysisRun.Question.COVERAGE)
    rows = _read(run.result).sort_values(["hour_of_week", "cell"], ignore_index=True)
    usage = _read(run.usage)
    cells, rows["position"] = np.unique(rows["cell"].to_numpy(np.int64), return_inverse=True)
    usage_cells, usage["position"] = np.unique(usage["cell"].to_numpy(np.int64), return_inverse=True)
    return CoverageResult(run_id=run_id, rows=rows, usage=usage, cells=cells, usage_cells=usage_cells)


def shares(measures: Mapping[str, float]) -> dict[str, float | None]:
    """Shares of the worker-hours: near any station, near an open one, near unknown ones only, missed. None of nothing."""
    total = measures["worker_hours"]
    parts = {
        "reach_share": total - measures["gap_distance_worker_hours"],
        "open_share": measures["open_worker_hours"],
        "unknown_share": measures["unknown_worker_hours"],
        "gap_share": measures["gap_closed_worker_hours"] + measures["gap_distance_worker_hours"],
    }
    return {name: float(part / total) if total > 0 else None for name, part in parts.items()}


def _read(stored: bytes | memoryview) -> pd.DataFrame:
    """With worker-hours in double precision, so that parts still add up after summing 100,000 rows."""
    frame = pd.read_parquet(io.BytesIO(bytes(stored)))
    return frame.astype(dict.fromkeys(frame.select_dtypes("float32").columns, "float64"))
