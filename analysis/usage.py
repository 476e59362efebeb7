"""What was counted of check-ins, read for analysis: by station, hour of the week and occupation.

Raw check-ins expire; these counts stay.
"""

import io
from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import Max, Min

from analysis.heat import summed
from stations.checkins.models import Usage, WeekUse
from stations.checkins.models.usage import EVERY_OCCUPATION, HOURS_OF_WEEK

# A row of COPY's binary form: each value has its length before it, an array also its dimensions. All rows are equally long,
# so numpy reads them where they lie.
_ROW = np.dtype(
    [
        ("head", "V6"),
        ("station", ">i8"),
        ("length", "V4"),
        ("occupation", ">i4"),
        ("array_head", "V24"),
        ("counts", [("length", ">i4"), ("count", ">i4")], HOURS_OF_WEEK),
    ]
)
_HEADER, _TRAILER = 19, 2  # bytes of the whole file
_QUERY = """
COPY (SELECT station_id, array_position(%s::text[], occupation::text) - 1, counts FROM checkins_weekuse
       WHERE month >= %s AND month <= %s AND occupation = ANY(%s)) TO STDOUT (FORMAT binary)
"""

Counts = npt.NDArray[np.int64]


def week_counts(
    stations: npt.ArrayLike, first: date, last: date, occupations: Sequence[str] = (EVERY_OCCUPATION,)
) -> Counts:
    """Visits (n_occupation, n_station, 168) of the months from that of `first` to that of `last`.

    `stations`: ids in the order wanted; others are left out. `occupations`: codes; by default all together.
    """
    wanted = list(occupations)
    raw = io.BytesIO()
    with connection.cursor() as cursor:
        months = (first.replace(day=1), last.replace(day=1))
        cursor.copy_expert(cursor.mogrify(_QUERY, [wanted, *months, wanted]).decode(), raw)
    rows = np.frombuffer(raw.getbuffer()[_HEADER:-_TRAILER], _ROW)
    ids = np.asarray(stations, np.int64)
    order = np.argsort(ids)
    there = np.isin(rows["station"], ids)
    station = order[np.searchsorted(ids, rows["station"][there], sorter=order)]
    row = rows["occupation"][there] * len(ids) + station
    total = summed(rows["counts"]["count"][there], row, len(wanted) * len(ids))
    return total.astype(np.int64).reshape(len(wanted), len(ids), HOURS_OF_WEEK)


def counted_days() -> tuple[date, date] | None:
    """The first and the last local day that has a counted visit; None before the first."""
    span = Usage.objects.aggregate(first=Min("day"), last=Max("day"))
    return None if span["first"] is None else (span["first"], span["last"])


def has_counts(first: date, last: date) -> bool:
    return WeekUse.objects.filter(month__gte=first.replace(day=1), month__lte=last.replace(day=1)).exists()
