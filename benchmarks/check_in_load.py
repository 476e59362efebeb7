"""Check-ins of the past in bulk against `bulk_create`, into the same table with the same indexes, trigger and foreign key.

    python benchmarks/check_in_load.py [ROWS]

Both sides get rows that are read already, and both are counted by the table's trigger. Ours also looks every row through: its
station, its time, and whether its id is there. Before each sample the tables are emptied, untimed. Then the bytes of a row, its
indexes and its WAL, and what 840 million rows a year would take of each. Exits with 1 where ours is not 5 times as fast as
`bulk_create` in batches, as a long history must be written with it; one statement for all is shown beside.
"""

# ruff: noqa: E402 - Django must be set up before the project is imported
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "geo.settings"
os.environ.setdefault("JIELI_TEST_DATABASE", "bench_check_in_load")

import django

django.setup()

import numpy as np
from django.core.management import call_command
from django.db import connection

from analysis.demo import city, people, places
from benchmarks.database import own_database
from benchmarks.runner import compare, markdown
from stations.checkins.keeping import partitions
from stations.checkins.keeping.history import PastVisit, load
from stations.checkins.models import CheckIn

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
STATIONS = 1_300
A_YEAR = 840_000_000
TARGET = 5.0
FIRST = datetime(2025, 3, 1, tzinfo=UTC)
LAST = FIRST + timedelta(days=31)
GRADES = ("code", "near", "screen")


def sql(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0]) if cursor.description else 0


def empty(*, month_is_there: bool) -> None:
    """History is of months that are not there yet: ours makes them, `bulk_create` needs them made."""
    sql("TRUNCATE checkins_checkin, checkins_usage, checkins_weekuse")
    if month_is_there:
        partitions.make(FIRST.date(), LAST.date())
    else:
        for one in partitions.existing():
            if FIRST.date() <= one.first < LAST.date():
                partitions.drop(one)


def stored() -> int:
    return CheckIn.objects.count()


def visits(stations: list[int]) -> list[PastVisit]:
    """A month of visits as they came in, spread over stations and hours of the day."""
    rng = np.random.default_rng(20180227)
    moments = np.sort(rng.integers(30 * 86_400, size=ROWS))
    return [
        PastVisit(
            line=line,
            id=UUID(bytes=rng.bytes(16)),
            at=FIRST + timedelta(seconds=int(moment)),
            station=stations[int(rng.integers(len(stations)))],
            occupation=("rider", "courier", "sanitation", "taxi")[line % 4],
            grade=GRADES[int(rng.integers(3))],
        )
        for line, moment in enumerate(moments)
    ]


def as_models(rows: list[PastVisit]) -> list[CheckIn]:
    return [
        CheckIn(
            id=row.id, at=row.at, made_at=row.at, received_at=row.at, station_id=row.station,
            occupation=row.occupation, grade=row.grade, pseudonym=row.id.bytes,
        )
        for row in rows
    ]  # fmt: skip


def main() -> int:
    call_command("load_districts", verbosity=0)
    rng = np.random.default_rng(1)
    built = places.build(rng, city.lay_out(rng), people.found_unions(), count=STATIONS, today=FIRST.date())
    rows = visits([one.pk for one in built])
    models = as_models(rows)

    def ours() -> int:
        empty(month_is_there=False)
        return load(rows).good

    def bulk_create(batch: int | None) -> int:
        empty(month_is_there=True)
        CheckIn.objects.bulk_create(models, batch_size=batch)
        return stored()

    timings = compare(
        {
            "ours: looked through, COPY, one INSERT": ours,
            "bulk_create, 1,000 a statement": lambda: bulk_create(1_000),
            "bulk_create, one statement": lambda: bulk_create(None),
        },
        rounds=3,
        check=lambda one, other: one == other == ROWS,
        before=lambda: sql("VACUUM"),
    )
    print(markdown(timings, title=f"{ROWS:,} check-ins of a month at {STATIONS:,} stations"))
    print(f"\nRows a second: {', '.join(f'{one.name} {ROWS / one.median_s:,.0f}' for one in timings)}\n")
    tell_sizes(rows)
    return 0 if timings[1].ratio_to_first >= TARGET else 1


def tell_sizes(rows: list[PastVisit]) -> None:
    empty(month_is_there=False)
    month = f"checkins_checkin_{FIRST:%Y%m}"
    before = sql("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
    load(rows)
    wal = sql("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn") - before
    sizes = {
        "the row": sql(f"SELECT pg_relation_size('{month}')"),
        "its three indexes": sql(f"SELECT pg_indexes_size('{month}')"),
        "its counts": sql(
            "SELECT pg_total_relation_size('checkins_usage') + pg_total_relation_size('checkins_weekuse')"
        ),
        "WAL, counts included": wal,
    }
    print(f"| bytes a row of {stored():,} | | {A_YEAR // 10**6} M a year |\n| --- | ---: | ---: |")
    for name, size in sizes.items():
        print(f"| {name} | {size / ROWS:,.0f} | {size / ROWS * A_YEAR / 1e9:,.0f} GB |")
    kept = (sizes["the row"] + sizes["its three indexes"]) / ROWS * A_YEAR * 91 / 365 / 1e9
    print(f"\nRaw rows are kept for 91 days at most: {kept:,.0f} GB of them at any time.")


if __name__ == "__main__":
    with own_database():
        code = main()
    sys.exit(code)
