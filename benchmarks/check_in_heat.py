"""How stations are used by cell and hour of the week, from millions of check-ins: counts kept by a trigger against counting anew.

    python benchmarks/check_in_heat.py [--rows 10000000] [--months 3] [--rounds 5] [--keep]

One question: visits by H3 cell (resolution 9) and hour of the week in Shanghai, of a quarter, as the heat page asks. Ours reads
`WeekUse`, the counts that the check-ins' trigger keeps (`analysis.usage.week_counts`), and adds them up by cell. The peers count
the raw rows: `GROUP BY` on a cell and an hour that are stored with each row; the same on squares of 100 m by `ST_SnapToGrid`, the
usual way without H3 (its squares are another tiling, so only its sum is compared); and DuckDB on a Parquet file of the raw rows,
sorted by time, with the cell and the hour stored. The others' answers are compared number by number.

The rows are made up in SQL, in tables of the benchmark's own database: 1,300 stations, as skewed as Shanghai's. They are
bulk-loaded, and `WeekUse` is filled from them by one statement, as a recount would. 10 million rows take some minutes to make and
about 5 GB on disk; the database is dropped at the end, or kept for the next run with --keep.

Exits with 1 where a target is missed: 10 times GROUP BY, 100 times ST_SnapToGrid, not slower than DuckDB.
"""

# ruff: noqa: E402 - Django must be set up before the project is imported
import argparse
import os
import sys
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "geo.settings"
os.environ.setdefault("JIELI_TEST_DATABASE", "bench_check_in_heat")

import django

django.setup()

import duckdb
import numpy as np
import pandas as pd
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import setup_test_environment

from analysis import heat, usage
from analysis.demo import city, people, places
from analysis.runs import load_stations
from benchmarks.runner import compare, markdown

STATIONS, RESOLUTION, METRES = 1_300, 9, 100
FIRST = date(2025, 1, 1)
TARGETS = {"GROUP BY": 10.0, "ST_SnapToGrid": 100.0, "DuckDB": 1.0}
ROWS_A_YEAR, STATIONS_OF_THE_NATION = 840_000_000, 186_000
MEMORY = """
SET statement_timeout = 0; SET work_mem = '256MB'; SET maintenance_work_mem = '1GB'; SET max_parallel_workers_per_gather = 2
"""

# The columns of the real table (stations/checkins/models/visits.py) with its indexes, and what the peers store beside.
RAW = """
CREATE UNLOGGED TABLE bench_visit (
    id uuid NOT NULL, at timestamptz NOT NULL, made_at timestamptz NOT NULL, received_at timestamptz NOT NULL,
    station_id bigint NOT NULL, occupation varchar(16) NOT NULL, grade varchar(6) NOT NULL, band varchar(4) NOT NULL,
    set_aside varchar(8) NOT NULL, pseudonym bytea NOT NULL);
CREATE TABLE bench_place (
    station_id bigint PRIMARY KEY, rank int NOT NULL, cell bigint NOT NULL, x float8 NOT NULL, y float8 NOT NULL);
"""
# Visits of a station fall as rank does (a few have most); by day at random, by hour about noon and the evening.
FILL = """
INSERT INTO bench_visit
SELECT gen_random_uuid(), at, at, at, station_id, (ARRAY['sanitation','rider','courier','taxi'])[1 + n %% 4],
       'code', '', '', decode(md5(n::text), 'hex')
  FROM (SELECT n, station_id,
               timestamptz '2025-01-01 00:00+08' + (n::float8 / %(rows)s * %(days)s) * interval '1 day' AS at
          FROM (SELECT n, 1 + floor(%(stations)s * random() ^ 3)::int AS rank FROM generate_series(0, %(rows)s - 1) AS n) AS drawn
          JOIN bench_place USING (rank)) AS visits
"""
PEERS = """
CREATE UNLOGGED TABLE bench_peer AS
SELECT station_id, at, cell, ((extract(isodow FROM at AT TIME ZONE 'Asia/Shanghai') - 1) * 24
       + extract(hour FROM at AT TIME ZONE 'Asia/Shanghai'))::smallint AS hour_of_week,
       ST_SetSRID(ST_MakePoint(x, y), 32651) AS point
  FROM bench_visit JOIN bench_place USING (station_id)
"""
INDEXES = """
ALTER TABLE bench_visit ADD PRIMARY KEY (id, at);
CREATE INDEX ON bench_visit (station_id, at);
CREATE INDEX ON bench_visit (pseudonym, at);
CREATE INDEX ON bench_peer (cell, hour_of_week);
"""
ROLLUP = """
WITH counted AS MATERIALIZED (
    SELECT station_id, date_trunc('month', here)::date AS month, coalesce(occupation, '') AS occupation,
           ((extract(isodow FROM here) - 1) * 24 + extract(hour FROM here))::int AS slot, count(*)::int AS n
      FROM (SELECT station_id, occupation, at AT TIME ZONE 'Asia/Shanghai' AS here FROM bench_visit) AS visits
     GROUP BY station_id, date_trunc('month', here)::date,
              ((extract(isodow FROM here) - 1) * 24 + extract(hour FROM here))::int,
              GROUPING SETS ((occupation), ()))
INSERT INTO checkins_weekuse (station_id, month, occupation, counts)
SELECT station_id, month, occupation, array_agg(coalesce(n, 0) ORDER BY slot)
  FROM (SELECT DISTINCT station_id, month, occupation FROM counted) AS weeks CROSS JOIN generate_series(0, 167) AS slot
  LEFT JOIN counted USING (station_id, month, occupation, slot)
 GROUP BY 1, 2, 3
"""
GROUP_BY = "SELECT cell, hour_of_week, count(*) FROM bench_peer GROUP BY 1, 2"
SNAP = """
SELECT ST_X(snapped), ST_Y(snapped), hour_of_week, count(*)
  FROM (SELECT ST_SnapToGrid(point, %s) AS snapped, hour_of_week FROM bench_peer) AS visits GROUP BY snapped, hour_of_week
"""


def fetch(query: str) -> pd.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return pd.DataFrame(cursor.fetchall(), columns=[one.name for one in cursor.description or []])


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            started = perf_counter()
            cursor.execute(statement)
            print(
                f"  {perf_counter() - started:6.1f} s  {' '.join(statement.split())[:60]} ...",
                file=sys.stderr,
            )


def prepare(rows: int, last: date) -> None:
    """Stations of the made-up city, `rows` check-ins, what the peers store, and the counts that the trigger would keep."""
    rng = np.random.default_rng(1)
    call_command("load_districts", verbosity=0)
    made_up = city.lay_out(rng)
    places.build(rng, made_up, people.found_unions(), count=STATIONS, today=FIRST)
    stations = load_stations().table
    run(RAW)
    cell, row = heat.cells_of(stations, RESOLUTION)
    ranks = rng.permutation(len(stations)) + 1
    with connection.cursor() as cursor:
        for station, rank, of, (lon, lat) in zip(
            stations["station"], ranks, cell[row], stations[["lon", "lat"]].to_numpy(), strict=True
        ):
            cursor.execute(
                "INSERT INTO bench_place SELECT %s, %s, %s, ST_X(p), ST_Y(p)"
                " FROM ST_Transform(ST_SetSRID(ST_MakePoint(%s, %s), 4326), 32651) AS p",
                [int(station), int(rank), int(of), float(lon), float(lat)],
            )
    run(
        FILL % {"rows": rows, "stations": len(stations), "days": (last - FIRST).days + 1},
        PEERS,
        INDEXES,
        ROLLUP,
        "VACUUM ANALYZE bench_visit",
    )
    run("VACUUM ANALYZE bench_peer", "VACUUM ANALYZE checkins_weekuse")


def write_parquet(path: Path) -> None:
    """The raw rows with cell and hour, sorted by time, as DuckDB writes them by default but with zstd."""
    with connection.cursor() as cursor, path.with_suffix(".csv").open("w") as target:
        cursor.copy_expert(
            "COPY (SELECT station_id, extract(epoch FROM at)::bigint AS at, cell, hour_of_week FROM bench_peer)"
            " TO STDOUT WITH (FORMAT csv, HEADER)",
            target,
        )
    duckdb.sql(
        f"COPY (SELECT * FROM read_csv('{path.with_suffix('.csv')}') ORDER BY 2) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
    )
    path.with_suffix(".csv").unlink()


def as_matrix(table: pd.DataFrame, cells: np.ndarray) -> np.ndarray:
    """(cells, 168) of rows cell, hour of the week, count."""
    cell, hour, count = (table.iloc[:, column].to_numpy(np.int64) for column in range(3))
    total = np.zeros((len(cells), 168), np.int64)
    total[np.searchsorted(cells, cell), hour] = count
    return total


def size_of(query: str) -> int:
    return int(fetch(f"SELECT {query} AS size")["size"][0])


def sizes(rows: int, parquet: Path) -> str:
    """Bytes a check-in, and what a nationwide year would take: the rollup grows with stations and months, not with check-ins."""
    table = size_of("pg_table_size('bench_visit')") / rows
    indexes = size_of("pg_indexes_size('bench_visit')") / rows
    rollup = size_of("pg_total_relation_size('checkins_weekuse')")
    rollup_rows = size_of("(SELECT count(*) FROM checkins_weekuse)")
    file = parquet.stat().st_size / rows
    year = ROWS_A_YEAR / 1e9
    of_stations = size_of("(SELECT count(DISTINCT (station_id, month)) FROM checkins_weekuse)")
    nation = rollup / of_stations * STATIONS_OF_THE_NATION * 12 / 1e9
    return "\n".join(
        [
            "| | bytes a check-in | 840 million check-ins |",
            "| --- | ---: | ---: |",
            f"| raw table | {table:.0f} | {table * year:.0f} GB |",
            f"| its three indexes | {indexes:.0f} | {indexes * year:.0f} GB |",
            f"| Parquet: station, time, cell, hour | {file:.1f} | {file * year:.1f} GB |",
            f"| `WeekUse`, {rollup_rows:,} rows of {rollup / rollup_rows:.0f} bytes | {rollup / rows:.1f} | {nation:.1f} GB |",
        ]
    )


def measure(rounds: int, rows: int, last: date, parquet: Path) -> bool:
    stations = load_stations().table
    cells = np.unique(heat.cells_of(stations, RESOLUTION)[0])

    def ours() -> np.ndarray:
        found = heat.cells_of(stations, RESOLUTION)
        counts = usage.week_counts(stations["station"], FIRST, last)[0]
        return heat.summed(counts, found[1], len(found[0])).astype(np.int64)

    def group_by() -> np.ndarray:
        return as_matrix(fetch(GROUP_BY), cells)

    def snap() -> int:
        return int(fetch(SNAP % METRES)["count"].sum())

    duck = duckdb.connect()

    def on_parquet() -> np.ndarray:
        return as_matrix(
            duck.sql(f"SELECT cell, hour_of_week, count(*) FROM '{parquet}' GROUP BY 1, 2").df(), cells
        )

    def agree(first: np.ndarray, other: Any) -> bool:
        return bool(first.sum() == other if isinstance(other, int) else np.array_equal(first, other))

    timings = compare(
        {
            "ours: WeekUse, by cell": ours,
            "DuckDB on Parquet": on_parquet,
            "GROUP BY stored cell and hour": group_by,
            f"ST_SnapToGrid, {METRES} m": snap,
        },
        rounds=rounds,
        check=agree,
    )
    days = (last - FIRST).days + 1
    title = f"{rows:,} check-ins of {days} days, {len(stations):,} stations, {len(cells):,} cells x 168 hours"
    print(markdown(timings, title=title))
    print(f"\n{sizes(rows, parquet)}\n")
    good = True
    for name, target in TARGETS.items():
        ratio = next(one.ratio_to_first for one in timings if name in one.name)
        good &= ratio >= target
        print(f"{name}: {ratio:.3g} times as long as ours (target: at least {target:g}).")
    return good


def main() -> None:
    parser = argparse.ArgumentParser(description="Heat of millions of check-ins, four ways.")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help="leave the database for the next run")
    parser.add_argument("--months", type=int, choices=[3, 12], default=3)
    options = parser.parse_args()
    last = date(FIRST.year, options.months, 31)
    setup_test_environment()
    settings.DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
    connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=options.keep)
    run(MEMORY)
    good = False
    try:
        there = fetch("SELECT to_regclass('bench_peer') IS NOT NULL AS made")["made"][0]
        if not there or size_of("(SELECT count(*) FROM bench_visit)") != options.rows:
            if there:
                raise SystemExit("The kept database holds another number of rows: run once without --keep.")
            prepare(options.rows, last)
        with tempfile.TemporaryDirectory() as folder:
            parquet = Path(folder) / "visits.parquet"
            write_parquet(parquet)
            good = measure(options.rounds, options.rows, last, parquet)
    finally:
        if not options.keep:
            connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    if not good:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
