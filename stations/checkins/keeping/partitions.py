"""The months of the check-ins' table: made ahead, listed, dropped; and what lies outside all of them.

A row whose month has no partition lands in the default one. Nothing is lost by it, but the month can then only be made under a
lock that keeps readers out, and the longer it is left, the longer that takes. So it is an alarm (`alarms.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction

from geo.hours import ZONE

AHEAD = 3  # months
DEFAULT = "checkins_checkin_default"
# Whoever waits for one of these locks holds up all who come after: rather give up, and try again at the next upkeep.
LOCK_LIMIT = "SET LOCAL lock_timeout = '3s'"

EXISTING = """
SELECT part.relname FROM pg_inherits JOIN pg_class part ON part.oid = inhrelid
 WHERE inhparent = 'checkins_checkin'::regclass AND part.relname ~ '^checkins_checkin_[0-9]{6}$' ORDER BY 1
"""
BEGIN = """
CREATE TABLE {name} (LIKE checkins_checkin INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
CREATE TRIGGER checkins_count AFTER INSERT ON {name}
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION checkins_count();
"""
STRAY_MONTHS = """
SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'Asia/Shanghai')::date FROM checkins_checkin_default
 WHERE at >= %s AND at < %s ORDER BY 1
"""


@dataclass(frozen=True)
class Partition:
    """The table of one month, whose first day is `first`; `end` is the day after its last."""

    name: str
    first: date

    @property
    def end(self) -> date:
        return next_month(self.first)


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def next_month(first: date, by: int = 1) -> date:
    """The first day of the month `by` months later."""
    month = first.year * 12 + first.month - 1 + by
    return date(month // 12, month % 12 + 1, 1)


def months(first: date, end: date) -> Iterator[date]:
    """The first days of the months that hold the days from `first` to the one before `end`."""
    month = first_of_month(first)
    while month < end:
        yield month
        month = next_month(month)


def local_day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def midnight(day: date) -> datetime:
    """When a local day begins."""
    return datetime.combine(day, time(0), ZONE)


def existing() -> list[Partition]:
    """The partitions that there are, the oldest first, without the default one."""
    with connection.cursor() as cursor:
        cursor.execute(EXISTING)
        return [Partition(name, date(int(name[-6:-2]), int(name[-2:]), 1)) for (name,) in cursor.fetchall()]


def make(first: date, end: date) -> list[date]:
    """Make what is missing for the days from `first` to the one before `end`, each month in a transaction of its own.

    Rows of these months that lie in the default partition move over. Returns the months that were made.
    """
    there = {one.first for one in existing()}
    return [month for month in months(first, end) if month not in there and _make(month)]


def _make(month: date) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK_LIMIT)
        cursor.execute("SELECT checkins_make_partition(%s)", [month])
        return bool(cursor.fetchone()[0])


def begin(month: date) -> Partition:
    """A month's table before it is joined: rows are counted as they come, and pass no index and no foreign key one by one."""
    made = Partition(f"checkins_checkin_{month:%Y%m}", month)
    with connection.cursor() as cursor:
        cursor.execute(BEGIN.format(name=made.name))
    return made


def join(begun: Partition) -> None:
    """Make it a partition, with the table's indexes and foreign key. Readers of all months are kept out until the commit."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER checkins_count ON {begun.name}")
        cursor.execute("SELECT checkins_join_partition(%s)", [begun.first])


def horizon(now: datetime) -> date:
    """The day before which every month should be there."""
    return next_month(first_of_month(local_day(now)), AHEAD + 1)


def make_ahead(now: datetime) -> list[date]:
    """This month and the next three."""
    return make(local_day(now), horizon(now))


def move_strays(now: datetime, *, since: date) -> list[date]:
    """Make the months of rows in the default partition, from the day `since` to the horizon. Returns the months made.

    Not of others: a row of the year 2099 is somebody's mistake, and stays where it is seen.
    """
    with connection.cursor() as cursor:
        cursor.execute(STRAY_MONTHS, [midnight(since), midnight(horizon(now))])
        found = [month for (month,) in cursor.fetchall()]
    return [made for month in found for made in make(month, month + timedelta(days=1))]


def strays() -> int:
    """How many rows lie in the default partition."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {DEFAULT}")  # noqa: S608 - a constant
        return int(cursor.fetchone()[0])


def drop(partition: Partition) -> None:
    """A month's rows go, and its files, at once; the counts stay."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK_LIMIT)
        cursor.execute(f"DROP TABLE {partition.name}")
