"""Made-up activity of four occupations: where each worker was in which hour, in the daily patterns of `daily_profile`."""

import hashlib
import io
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt
from django.db import connection

from analysis.activity.models import ActivityDataset
from analysis.demand import daily_profile
from analysis.demo.city import City
from geo.cells import cells
from geo.hours import ZONE


@dataclass(frozen=True)
class Trade:
    """How an occupation of the made-up city works: how many, how long a day, and how far from their hub."""

    occupation: str
    name: str
    workers: int
    hours_a_day: float
    beat_m: float  # a worker's own spot lies this far from the hub
    roam_m: float  # and he moves this far from it


# Sizes are ours; beats follow the domain notes: 300 m of street for a sweeper, 2 km for a courier, 5-6 h a day for a rider.
TRADES = (
    Trade("sanitation", "演示：环卫工", 420, 8, 1_500, 150),
    Trade("rider", "演示：送餐员", 420, 5.7, 1_200, 1_500),
    Trade("courier", "演示：快递员", 320, 9, 1_800, 700),
    Trade("taxi", "演示：出租车司机", 220, 9, 5_000, 6_000),
)
COLUMNS = "dataset_id, point, district_id, cell, at, hour_of_week, worker, weight"


def observe(rng: np.random.Generator, city: City, *, days: int, today: date) -> int:
    """Store a dataset for each occupation: `days` days before `today`. Returns the number of points."""
    return sum(_observe_trade(rng, city, trade, days, today) for trade in TRADES)


def _observe_trade(rng: np.random.Generator, city: City, trade: Trade, days: int, today: date) -> int:
    workers, worked_days, hours = _shifts(rng, trade, days)
    spots = city.scatter(rng, rng.choice(len(city.busy), trade.workers, p=city.busy), trade.beat_m)
    seen = spots[workers] + rng.normal(size=(len(workers), 2)) * trade.roam_m / (95_300, 110_900)
    rows = city.district_rows(seen)
    kept = np.flatnonzero(rows >= 0)  # who strays over the city's border is not part of the made-up data
    first = today - timedelta(days=days)
    dataset = ActivityDataset.objects.create(
        name=trade.name,
        source="manage.py demo",
        licence="CC0-1.0 (made up)",
        occupation=trade.occupation,
        datum="wgs84",
        rows_read=len(kept),
        rows_loaded=len(kept),
        first_at=datetime.combine(first, time(0), ZONE),
        last_at=datetime.combine(today, time(0), ZONE),
        is_demo=True,
    )
    district_ids = city.districts["id"].to_numpy()[rows[kept]]
    cell = cells(seen[kept, 0], seen[kept, 1])
    lines = io.StringIO()
    for index, district, h3 in zip(kept, district_ids, cell, strict=True):
        day, hour = first + timedelta(days=int(worked_days[index])), int(hours[index])
        lon, lat = seen[index]
        pseudonym = hashlib.sha256(f"{trade.occupation} {workers[index]}".encode()).hexdigest()[:16]
        lines.write(
            f"{dataset.pk}\tSRID=4326;POINT({lon:.6f} {lat:.6f})\t{district}\t{h3}\t{day} {hour:02d}:30:00+08"
            f"\t{day.weekday() * 24 + hour}\t{pseudonym}\t1\n"
        )
    lines.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY activity_activitypoint ({COLUMNS}) FROM STDIN", lines)
    return len(kept)


def _shifts(rng: np.random.Generator, trade: Trade, days: int) -> tuple[npt.NDArray[np.int64], ...]:
    """Worker, day and hour of every worker-hour. Each hour is worked with a chance in proportion to the daily profile."""
    chance = np.minimum(daily_profile(trade.occupation) * trade.hours_a_day, 1)
    at_work = rng.random((trade.workers, days, 24)) < chance
    day_off = rng.random((trade.workers, days, 1)) < 1 / 7
    workers, worked_days, hours = np.nonzero(at_work & ~day_off)
    return workers, worked_days, hours
