"""Check-ins of the past in bulk, such as those of an earlier system: by COPY into a table of the session, then by one INSERT.

All rows go in or none. The trigger counts them as any others, and the next upkeep deletes the raw rows of days that are not kept
any more. Each row becomes somebody of its own, since the earlier system's devices must not come along.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import connection, transaction

from stations.checkins.choices import Band, Grade, SetAside
from stations.checkins.keeping import partitions, upkeep
from stations.occupations import Occupation

AT_ONCE = 50_000  # rows of a COPY
REASONS = {
    "station": "there is no such station or nameplate",
    "differ": "station and nameplate_no are two stations",
    "time": "at is in the future, or before 2010",
    "twice": "this id stands in the file before",
    "there": "this id is stored already",
    "purged": "the day is counted already, and its raw rows are gone: a duplicate could not be told",
}

NO_LIMIT = "SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '64MB'"
FORGET = "DROP TABLE IF EXISTS pg_temp.checkins_given, pg_temp.checkins_judged"
STAGING = """
CREATE TEMP TABLE checkins_given (line int, id uuid, station bigint, nameplate text, at timestamptz, occupation text,
                                  grade text, band text, set_aside text)
"""
# A day of which raw rows are gone has only its counts: what is loaded twice would be counted twice, so it is refused there.
JUDGE = """
CREATE TEMP TABLE checkins_judged AS
SELECT given.line, given.id, given.at, coalesce(station.id, plate.station_id) AS station_id, occupation, grade, band, set_aside,
       CASE WHEN coalesce(station.id, plate.station_id) IS NULL THEN 'station'
            WHEN given.station IS NOT NULL AND station.id IS NULL OR nameplate <> '' AND plate.station_id IS NULL THEN 'station'
            WHEN station.id <> plate.station_id THEN 'differ'
            WHEN given.at >= now() OR given.at < '2010-01-01' THEN 'time'
            WHEN row_number() OVER (PARTITION BY given.id ORDER BY line) > 1 THEN 'twice'
            WHEN stored.id IS NOT NULL THEN 'there'
            WHEN used.day IS NOT NULL THEN 'purged' END AS reason
  FROM checkins_given AS given
  LEFT JOIN registry_station AS station ON station.id = given.station
  LEFT JOIN registry_nameplate AS plate ON plate.number = nameplate
  LEFT JOIN (SELECT DISTINCT id FROM checkins_checkin WHERE id IN (SELECT id FROM checkins_given)) AS stored
       ON stored.id = given.id
  LEFT JOIN (SELECT DISTINCT station_id, day FROM checkins_usage
              WHERE day < (SELECT max(before) FROM checkins_purge)) AS used
       ON used.day = (given.at AT TIME ZONE 'Asia/Shanghai')::date
      AND used.station_id = coalesce(station.id, plate.station_id)
"""
MONTHS = """
SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'Asia/Shanghai')::date FROM checkins_judged
 WHERE reason IS NULL ORDER BY 1
"""
INSERT = """
INSERT INTO {table}
       (id, at, made_at, received_at, station_id, occupation, grade, band, set_aside, pseudonym)
SELECT id, at, at, at, station_id, occupation, grade, band, set_aside, decode(md5(random()::text || id), 'hex')
  FROM checkins_judged WHERE reason IS NULL AND at >= %s AND at < %s ORDER BY station_id, at
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class PastVisit:
    """A row of history; `line` is where it stands in its file. Either of `station` and `nameplate_no` may be missing."""

    line: int
    id: UUID
    at: datetime
    station: int | None = None
    nameplate_no: str = ""
    occupation: str = Occupation.UNKNOWN
    grade: str = Grade.CODE
    band: str = Band.UNKNOWN
    set_aside: str = SetAside.COUNTED


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """How many rows are good (and were stored, if it was to be), and the others: line and what is wrong, a key of REASONS."""

    good: int
    stored: bool
    refused: list[tuple[int, str]]


def load(
    rows: Iterable[PastVisit],
    *,
    commit: bool = True,
    despite_refused: bool = False,
    progress: Callable[[int], None] = lambda read: None,
) -> Loaded:
    """Look through the rows and store them; where some are refused, the others only if `despite_refused`.

    Waits for an upkeep at work, and keeps the next one waiting, so that no month goes while rows come for it.
    """
    with upkeep.alone(wait=True):
        try:
            read = _stage(rows, progress)
            refused = _judge()
            stored = commit and (despite_refused or not refused) and read > len(refused)
            if stored:
                _insert()
        finally:
            _forget()
    return Loaded(good=read - len(refused), stored=stored, refused=refused)


def _stage(rows: Iterable[PastVisit], progress: Callable[[int], None]) -> int:
    read = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STAGING)
        for lines, count in _copies(rows):
            cursor.copy_expert("COPY checkins_given FROM STDIN", lines)
            read += count
            progress(read)
        cursor.execute("ANALYZE checkins_given")
    return read


def _judge() -> list[tuple[int, str]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(NO_LIMIT)
        cursor.execute(JUDGE)
        cursor.execute("SELECT line, reason FROM checkins_judged WHERE reason IS NOT NULL ORDER BY line")
        found: list[tuple[int, str]] = cursor.fetchall()
    return found


@transaction.atomic
def _insert() -> None:
    """Month by month. A month that is not there yet is filled by itself and joined at the end, which readers wait for."""
    there = {one.first: one for one in partitions.existing()}
    begun = []
    with connection.cursor() as cursor:
        cursor.execute(NO_LIMIT)
        cursor.execute(MONTHS)
        for (month,) in cursor.fetchall():
            if month not in there:
                begun.append(partitions.begin(month))
            table = "checkins_checkin" if month in there else begun[-1].name
            span = [partitions.midnight(month), partitions.midnight(partitions.next_month(month))]
            cursor.execute(INSERT.format(table=table), span)
    for one in begun:
        partitions.join(one)


def _forget() -> None:
    if connection.is_usable():  # else they went with the session
        with connection.cursor() as cursor:
            cursor.execute(FORGET)


def _copies(rows: Iterable[PastVisit]) -> Iterator[tuple[io.StringIO, int]]:
    """The rows as texts for COPY, so many at once."""
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        yield io.StringIO("".join(map(_line, some))), len(some)


def _line(row: PastVisit) -> str:
    station = "\\N" if row.station is None else row.station
    plate = (
        row.nameplate_no.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    )
    told = f"{row.line}\t{row.id.hex}\t{station}\t{plate}\t{row.at.isoformat()}\t{row.occupation}"
    return f"{told}\t{row.grade}\t{row.band}\t{row.set_aside}\n"
