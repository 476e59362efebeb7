"""Observed activity for tests: `observe("name", [(lon, lat, hour_of_week), ...])`."""

from datetime import datetime, timedelta

from analysis.activity.models import ActivityDataset, ActivityPoint
from geo.cells import cells
from geo.hours import ZONE
from geo.models import District, wgs84_point

MONDAY = datetime(2026, 3, 2, 0, 30, tzinfo=ZONE)


def observe(name="riders", places=(), *, occupation="rider", dated=True, **fields) -> ActivityDataset:
    """A dataset of one point for each (lon, lat, hour of the week or None), in the week from Monday 2 March 2026."""
    dataset = ActivityDataset.objects.create(name=name, occupation=occupation, datum="wgs84")
    for lon, lat, hour in places:
        ActivityPoint.objects.create(
            dataset=dataset,
            point=wgs84_point(lon, lat),
            district=District.objects.at(lon, lat),
            cell=int(cells(lon, lat)[0]),
            at=MONDAY + timedelta(hours=hour) if dated and hour is not None else None,
            hour_of_week=hour,
            **fields,
        )
    return dataset
