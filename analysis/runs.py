"""Load -> compute -> store: here, and in `activity/`, analysis reads the database; the questions themselves do not.

A coverage run answers: whom do the stations miss, and when? It records what went in, every parameter and the totals.
The answer by cell and hour is kept as Parquet, which `analysis.results` reads.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext

from analysis import coverage, demand, heat, usage
from analysis.activity.models import ActivityDataset
from analysis.models import AnalysisRun
from geo.frames import from_queryset, lonlat
from geo.hours import HoursError, parse
from geo.models import District
from stations.checkins.models.usage import EVERY_OCCUPATION
from stations.occupations import Occupation
from stations.registry.models import Station
from stations.unions.models import User

LIMITS_M = (300.0, 500.0, 800.0, 1000.0)
USAGE_RESOLUTION = 8
KEPT = [
    "cell", "hour_of_week", "district", "occupation", "worker_hours", "open_worker_hours",
    "unknown_worker_hours", "gap_closed_worker_hours", "gap_distance_worker_hours", "cause",
    "nearest_station_m", "nearest_open_m",
]  # fmt: skip

# By COPY: 120,000 points come in a quarter of the time that model rows take.
POINTS = """
SELECT dataset_id AS dataset, occupation, code AS district, ST_X(point::geometry) AS lon, ST_Y(point::geometry) AS lat,
       (at AT TIME ZONE 'Asia/Shanghai')::date AS date, hour_of_week, hour_of_day, worker, weight
FROM activity_activitypoint
JOIN activity_activitydataset dataset ON dataset.id = dataset_id
JOIN geo_district district ON district.id = district_id
WHERE dataset_id = ANY(%s) AND (%s = '' OR code = %s)
"""


class RunError(ValueError):
    """The question cannot be answered with these data or parameters; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Stations:
    """The public stations as a run sees them: `table` (station, lon, lat, version) and their hours (n, 168)."""

    table: pd.DataFrame
    hours: npt.NDArray[np.int8]

    @property
    def lonlat(self) -> npt.NDArray[np.float64]:
        return self.table[["lon", "lat"]].to_numpy(float)


def run_coverage(
    *,
    by: User | None,
    datasets: Sequence[str] = (),
    occupations: Sequence[str] = (),
    district: str = "",
    limit_m: float = coverage.WALK_LIMIT_M,
    resolution: int = 9,
    weekdays: demand.Weekdays = "as_observed",
    untimed: demand.Untimed = "profile",
    min_open_minutes: int = 30,
) -> AnalysisRun:
    """Compute and store a coverage run; the newest is what planners see first.

    `datasets` are names and `occupations` codes; empty means all. `district` is a code: only the demand in it is
    counted, while stations beyond its border still serve it. Raises RunError where there is nothing to compute.
    """
    started = timezone.now()
    _check(limit_m, resolution, weekdays, untimed, min_open_minutes)
    chosen = _datasets(datasets, occupations)
    points = _points(chosen, district)
    wanted = demand_by_dataset(points, resolution=resolution, weekdays=weekdays, untimed=untimed)
    stations = load_stations(min_open_minutes=min_open_minutes)
    gaps = coverage.gap(wanted, stations.lonlat, stations.hours, limit_m=limit_m, distances=True)
    use, seen = _usage(stations, occupations)
    return AnalysisRun.objects.create(
        question=AnalysisRun.Question.COVERAGE,
        by=by,
        started_at=started,
        parameters={
            **gaps.attrs["parameters"],
            "resolution": resolution,
            "weekdays": weekdays,
            "untimed": untimed,
            "min_open_minutes": min_open_minutes,
            "occupations": list(occupations),
            "district": district,
            "usage_resolution": USAGE_RESOLUTION,
        },
        inputs={
            "datasets": _described(chosen, points),
            "stations": {
                "count": len(stations.table),
                "with_unknown_hours": int((stations.hours == coverage.UNKNOWN).all(axis=1).sum()),
                "versions_sum": int(stations.table["version"].sum()),
            },
            "check_ins": seen,
        },
        summary=_summary(gaps),
        result=_parquet(gaps[KEPT]),
        usage=_parquet(use),
    )


def demand_by_dataset(
    points: pd.DataFrame, *, resolution: int, weekdays: demand.Weekdays, untimed: demand.Untimed
) -> pd.DataFrame:
    """Worker-hours of a typical week by cell, hour, district and occupation, summed over the datasets.

    Every dataset has its own observed days, so each is averaged by itself; within one, points with a date are
    averaged over the dates, and points that tell only the hour of the day count on each weekday.
    """
    parts = []
    days: dict[str, list[int]] = {}
    for (dataset, _), part in points.groupby(["dataset", points["date"].notna()], sort=True):
        of_day = part[part["hour_of_day"].notna()]
        week = pd.concat([of_day.assign(hour_of_week=of_day["hour_of_day"] + day * 24) for day in range(7)])
        usable = pd.concat([part[part["hour_of_day"].isna()], week], ignore_index=True)
        found = demand.by_cell_and_hour(
            usable,
            resolution=resolution,
            untimed=untimed,
            spread_weekdays=weekdays,
            by=["district", "occupation"],
        )
        observed = found.attrs["parameters"]["days_observed_from_monday"]
        days[str(dataset)] = [a + b for a, b in zip(days.get(str(dataset), [0] * 7), observed, strict=True)]
        parts.append(found)
    keys = ["cell", "hour_of_week", "district", "occupation"]
    total = pd.concat(parts).groupby(keys, as_index=False)["worker_hours"].sum()
    total.attrs["parameters"] = {
        "points_without_time": sum(part.attrs["parameters"]["points_without_time"] for part in parts),
        "days_observed_from_monday_by_dataset": days,
    }
    return cast(pd.DataFrame, total)


def load_stations(*, min_open_minutes: int = 30) -> Stations:
    """All public stations, and for each hour of the usual week whether they are open at least so many minutes."""
    frame = from_queryset(
        Station.objects.public().order_by("pk"), "pk", "hours_text", "version", geometry="point"
    )
    texts, text_of_station = np.unique(frame["hours_text"].to_numpy(str), return_inverse=True)
    weeks = [_week(text) for text in texts]
    hours = coverage.open_hours(weeks, at_least_min=min_open_minutes)[text_of_station]
    lon, lat = np.asarray(lonlat(frame)).reshape(-1, 2).T
    table = pd.DataFrame({"station": frame["pk"], "lon": lon, "lat": lat, "version": frame["version"]})
    return Stations(table=table, hours=hours)


def _week(text: str) -> list[tuple[int, int]] | None:
    """Open minutes of the week; a text that nobody can read counts as unknown hours, as everywhere else."""
    try:
        return parse(text).minutes_of_week()
    except HoursError:
        return None


def _check(limit_m: float, resolution: int, weekdays: str, untimed: str, min_open_minutes: int) -> None:
    if not 0 < limit_m <= 5000:
        raise RunError(f"The limit is {limit_m} m: give more than 0 and at most 5,000.")
    if resolution not in (8, 9, 10):
        raise RunError(f"The H3 resolution is {resolution}: give 8, 9 or 10.")
    if weekdays not in get_args(demand.Weekdays):
        raise RunError(f"weekdays is {weekdays!r}: give {' or '.join(get_args(demand.Weekdays))}.")
    if untimed not in get_args(demand.Untimed):
        raise RunError(f"untimed is {untimed!r}: give {', '.join(get_args(demand.Untimed))}.")
    if not 1 <= min_open_minutes <= 60:
        raise RunError(f"min_open_minutes is {min_open_minutes}: give 1 to 60.")


def _datasets(names: Sequence[str], occupations: Sequence[str]) -> list[ActivityDataset]:
    unknown = set(occupations) - set(Occupation.values)
    if unknown:
        raise RunError(
            f"Unknown occupation {', '.join(sorted(unknown))}: ours are {', '.join(Occupation.values)}."
        )
    there = list(ActivityDataset.objects.order_by("pk"))
    missing = set(names) - {one.name for one in there}
    if missing:
        raise RunError(f"There is no dataset {', '.join(sorted(missing))}.")
    chosen = [
        one
        for one in there
        if (not names or one.name in names) and (not occupations or one.occupation in occupations)
    ]
    if not chosen:
        raise RunError(
            gettext("No dataset of observed activity fits: load one with manage.py load_activity.")
        )
    return chosen


def _points(datasets: Sequence[ActivityDataset], district: str) -> pd.DataFrame:
    """dataset, occupation, district (code), lon, lat, date, hour_of_week, hour_of_day, worker, weight."""
    if district and not District.objects.filter(code=district).exists():
        raise RunError(f"There is no district {district}.")
    text = io.StringIO()
    with connection.cursor() as cursor:
        query = cursor.mogrify(POINTS, [[one.pk for one in datasets], district, district]).decode()
        cursor.copy_expert(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER)", text)
    text.seek(0)
    points = pd.read_csv(text, dtype={"district": str, "occupation": str, "worker": str})
    if points.empty:
        raise RunError(gettext("The chosen datasets hold no activity here."))
    points["date"] = pd.to_datetime(points["date"])
    return points


def _usage(stations: Stations, occupations: Sequence[str]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Check-ins per open station-hour (`heat.usage_by_cell`), and what was counted: all that ever was."""
    days = usage.counted_days()
    first, last = days or (date.min, date.min)
    counts = usage.week_counts(stations.table["station"], first, last, occupations or [EVERY_OCCUPATION]).sum(
        axis=0
    )
    weeks = ((last - first).days + 1) / 7
    use = heat.usage_by_cell(stations.table, counts, stations.hours, weeks=weeks, resolution=USAGE_RESOLUTION)
    seen = {
        "count": int(counts.sum()),
        "first_day": first.isoformat() if days else None,
        "last_day": last.isoformat() if days else None,
        "weeks": round(weeks, 3),
    }
    return use, seen


def _described(datasets: Sequence[ActivityDataset], points: pd.DataFrame) -> list[dict[str, Any]]:
    counts = points["dataset"].value_counts()
    return [
        {
            "id": one.pk,
            "name": one.name,
            "occupation": one.occupation,
            "licence": one.licence,
            "points": int(counts.get(one.pk, 0)),
            "loaded_at": one.loaded_at.isoformat(),
            "is_demo": one.is_demo,
        }
        for one in datasets
    ]


def _summary(gaps: pd.DataFrame) -> dict[str, Any]:
    """Worker-hours and shares of the typical week: in all, and by district code."""
    table = coverage.summary(gaps, by="district").set_index("district")
    rows = {
        str(name): {key: None if pd.isna(value) else round(float(value), 4) for key, value in row.items()}
        for name, row in table.iterrows()
    }
    return {"total": rows.pop("total"), "districts": rows}


def _parquet(frame: pd.DataFrame) -> bytes:
    """float32 and categories: a run of the whole city takes a few megabytes."""
    small = frame.astype(dict.fromkeys(frame.select_dtypes("float64").columns, "float32"))
    texts = [name for name in ("district", "occupation", "state") if name in small]
    target = io.BytesIO()
    small.astype(dict.fromkeys(texts, "category")).to_parquet(target, index=False, compression="zstd")
    return target.getvalue()
