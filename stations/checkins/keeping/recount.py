"""Whether the counts are what the check-ins say: `Usage` counted again from raw rows, `WeekUse` from `Usage`.

The trigger counts a row in the transaction that stores it, so that in every snapshot of the database the two agree, however busy
the site is. Each comparison here is one statement, and so one snapshot. Days whose raw rows are gone, wholly or in part, are
none of its business: their counts are all that is left of them (`Purge` says which).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from stations.checkins.keeping.partitions import existing, midnight, months, next_month

USAGE_DIFFERS = """
WITH raw AS (
    SELECT station_id, here::date AS day, extract(hour FROM here)::int AS hour, occupation, grade, count(*)::int AS count
      FROM (SELECT *, at AT TIME ZONE 'Asia/Shanghai' AS here FROM checkins_checkin
             WHERE at >= %(start)s AND at < %(stop)s AND set_aside = '') AS counted
     GROUP BY 1, 2, 3, 4, 5),
kept AS (SELECT * FROM checkins_usage WHERE day >= %(first)s AND day < %(end)s),
differs AS (
    SELECT station_id, day, hour, occupation, grade, kept.count AS kept, raw.count AS recounted
      FROM kept FULL JOIN raw USING (station_id, day, hour, occupation, grade)
     WHERE kept.count IS DISTINCT FROM raw.count
       AND day >= (SELECT coalesce(max(before), '-infinity') FROM checkins_purge))
"""
WEEK_DIFFERS = """
WITH hours AS (
    SELECT station_id, month, coalesce(occupation, '') AS occupation, slot, sum(count)::int AS n
      FROM (SELECT *, date_trunc('month', day)::date AS month,
                   ((extract(isodow FROM day) - 1) * 24 + hour)::int AS slot
              FROM checkins_usage WHERE day >= %(first)s AND day < %(end)s) AS used
     GROUP BY station_id, month, slot, GROUPING SETS ((occupation), ())),
raw AS (
    SELECT station_id, month, occupation, ARRAY(
               SELECT coalesce(n, 0) FROM generate_series(0, 167) AS every
                 LEFT JOIN unnest(slots, numbers) AS given (slot, n) ON slot = every ORDER BY every) AS counts
      FROM (SELECT station_id, month, occupation, array_agg(slot) AS slots, array_agg(n) AS numbers
              FROM hours GROUP BY 1, 2, 3) AS weeks),
kept AS (SELECT * FROM checkins_weekuse WHERE month >= %(first)s AND month < %(end)s),
differs AS (
    SELECT station_id, month, occupation, kept.counts AS kept, raw.counts AS recounted
      FROM kept FULL JOIN raw USING (station_id, month, occupation)
     WHERE coalesce(kept.counts, array_fill(0, ARRAY[168])) <> coalesce(raw.counts, array_fill(0, ARRAY[168])))
"""
USAGE_SHOWN = (
    " SELECT station_id, day, hour, occupation, grade, kept, recounted FROM differs ORDER BY 2, 1, 3, 4, 5"
)
WEEK_SHOWN = """
SELECT station_id, month, slot - 1, occupation, coalesce(kept[slot], 0), coalesce(recounted[slot], 0)
  FROM differs, generate_series(1, 168) AS slot
 WHERE coalesce(kept[slot], 0) <> coalesce(recounted[slot], 0)
 ORDER BY 2, 1, 4, 3
"""
USAGE_REPAIRED = """,
gone AS (
    DELETE FROM checkins_usage AS old USING differs WHERE recounted IS NULL
       AND (old.station_id, old.day, old.hour, old.occupation, old.grade)
         = (differs.station_id, differs.day, differs.hour, differs.occupation, differs.grade))
INSERT INTO checkins_usage (station_id, day, hour, occupation, grade, count)
SELECT station_id, day, hour, occupation, grade, recounted FROM differs WHERE recounted IS NOT NULL
ON CONFLICT (station_id, day, hour, occupation, grade) DO UPDATE SET count = excluded.count
"""
WEEK_REPAIRED = """,
gone AS (
    DELETE FROM checkins_weekuse AS old USING differs WHERE recounted IS NULL
       AND (old.station_id, old.month, old.occupation) = (differs.station_id, differs.month, differs.occupation))
INSERT INTO checkins_weekuse (station_id, month, occupation, counts)
SELECT station_id, month, occupation, recounted FROM differs WHERE recounted IS NOT NULL
ON CONFLICT (station_id, month, occupation) DO UPDATE SET counts = excluded.counts
"""
# Whoever stores a check-in counts it, and waits for this; whoever has counted and not committed is waited for.
KEEP_OUT = "LOCK TABLE checkins_usage, checkins_weekuse IN SHARE ROW EXCLUSIVE MODE"
NO_LIMIT = "SET LOCAL statement_timeout = 0"  # a month of a whole country takes longer than a page may
SPAN = """
SELECT min(first), max(last) FROM (
    SELECT min(day), max(day) FROM checkins_usage UNION ALL SELECT min(month), max(month) FROM checkins_weekuse UNION ALL
    SELECT (min(at) AT TIME ZONE 'Asia/Shanghai')::date, (max(at) AT TIME ZONE 'Asia/Shanghai')::date
      FROM checkins_checkin_default) AS found (first, last)
"""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A count that is `kept`, while the rows say `recounted`: of an hour of a day, or (week) of a month's hour of the week."""

    table: str
    station_id: int
    day: date
    hour: int
    occupation: str
    grade: str = ""
    kept: int
    recounted: int

    def __str__(self) -> str:
        where = f"{self.table}: station {self.station_id}, {self.day}, hour {self.hour}, {self.occupation or 'all'}"
        return f"{where} {self.grade}".rstrip() + f": kept {self.kept}, recounted {self.recounted}"


def differences(first: date, end: date) -> Iterator[Difference]:
    """What differs of the days from `first` to the one before `end`, and of the months that they lie in."""
    for month in months(first, end):
        for row in _ask(USAGE_DIFFERS + USAGE_SHOWN, _days_of(month, first, end)):
            yield _difference("usage", *row)
        for station, day, hour, occupation, *counts in _ask(WEEK_DIFFERS + WEEK_SHOWN, _days_of(month)):
            yield _difference("week", station, day, hour, occupation, "", *counts)


def repair(first: date, end: date) -> None:
    """Put the counts right, month by month, while nobody can count anything: seconds, in which phones wait."""
    for month in months(first, end):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(NO_LIMIT)
            cursor.execute(KEEP_OUT)
            cursor.execute(USAGE_DIFFERS + USAGE_REPAIRED, _days_of(month, first, end))
            cursor.execute(WEEK_DIFFERS + WEEK_REPAIRED, _days_of(month))


def repair_weeks(first: date, end: date) -> None:
    """Write `WeekUse` of the months from `first` to before `end` anew from `Usage`, where it differs."""
    for month in months(first, end):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(NO_LIMIT)
            cursor.execute(KEEP_OUT)
            cursor.execute(WEEK_DIFFERS + WEEK_REPAIRED, _days_of(month))


def span() -> tuple[date, date]:
    """The first day of whatever is stored or counted, and the day after its last."""
    with connection.cursor() as cursor:
        cursor.execute(SPAN)
        counted = [day for day in cursor.fetchone() if day]
    parts = existing()
    firsts = [one.first for one in parts] + counted
    ends = [one.end for one in parts] + [day + timedelta(days=1) for day in counted]
    return min(firsts), max(ends)


def _ask(statement: str, days: dict[str, Any]) -> list[tuple[Any, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(NO_LIMIT)
        cursor.execute(statement, days)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _days_of(month: date, first: date = date.min, end: date = date.max) -> dict[str, Any]:
    """The days of the month within these, and as moments, so that only their partition is read."""
    first, end = max(month, first), min(next_month(month), end)
    return {"first": first, "end": end, "start": midnight(first), "stop": midnight(end)}


def _difference(
    table: str, station: int, day: date, hour: int, occupation: str, grade: str, *counts: int | None
) -> Difference:
    kept, recounted = (count or 0 for count in counts)
    return Difference(
        table=table,
        station_id=station,
        day=day,
        hour=hour,
        occupation=occupation,
        grade=grade,
        kept=kept,
        recounted=recounted,
    )
