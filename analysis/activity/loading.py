"""An activity file -> a dataset in the database, or the same as a dry run; every refused row is accounted for.

Rows go by COPY into a temporary table. There the database's own rules say which of them lie in the service area and
in which district (`geo_in_service_area`, `geo_district_at`), so that these rules have one spelling.
"""

import io
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.crypto import salted_hmac

from analysis.activity.checking import OUTSIDE_AREA, OUTSIDE_DISTRICTS, check
from analysis.activity.models import ActivityDataset
from analysis.activity.reading import ActivityFile
from geo.models import District

STAGED = ["row", "lon", "lat", "cell", "at", "hour_of_week", "hour_of_day", "worker", "weight"]

STAGING = """
DROP TABLE IF EXISTS activity_staging, activity_place;
CREATE TEMPORARY TABLE activity_staging (
    row_no bigint, lon float8, lat float8, cell bigint, at timestamptz, hour_of_week smallint, hour_of_day smallint,
    worker text, weight float8
) ON COMMIT DROP
"""
# Bicycles and delivery points repeat their coordinates: each place is located once.
PLACES = """
CREATE TEMPORARY TABLE activity_place ON COMMIT DROP AS
SELECT lon, lat, point, inside, CASE WHEN inside THEN geo_district_at(point) END AS district
FROM (SELECT lon, lat, point, geo_in_service_area(point) AS inside
      FROM (SELECT lon, lat, ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography AS point
            FROM (SELECT DISTINCT lon, lat FROM activity_staging) each_once) made) known
"""
OUTSIDE = """
SELECT row_no, inside, lon, lat FROM activity_staging JOIN activity_place USING (lon, lat)
WHERE district IS NULL ORDER BY row_no
"""
INSERT = """
INSERT INTO activity_activitypoint
    (dataset_id, point, district_id, cell, at, hour_of_week, hour_of_day, worker, weight)
SELECT %s, point, district, cell, at, hour_of_week, hour_of_day, worker, weight
FROM activity_staging JOIN activity_place USING (lon, lat) WHERE district IS NOT NULL ORDER BY row_no
"""


class LoadError(ValueError):
    """The file cannot be loaded as a whole; the message says why and what to do."""


class NameTaken(LoadError):  # noqa: N818 - the cause is its name
    """A dataset of this name is there already."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a load did, or a dry run would do. `refusals`: `row`, `column`, `reason`, `value`."""

    dataset: str
    rows_read: int
    rows_loaded: int
    untimed: int
    hour_of_day_only: int
    workers: int
    first_at: datetime | None
    last_at: datetime | None
    refusals: pd.DataFrame = field(repr=False)
    hint: str = ""

    def refused(self) -> dict[str, int]:
        """Reason -> number of rows, the commonest first."""
        return {str(reason): int(n) for reason, n in self.refusals["reason"].value_counts().items()}


def load(
    source: ActivityFile,
    *,
    name: str,
    datum: str,
    occupation: str,
    year: int | None = None,
    licence: str = "",
    replace: bool = False,
    commit: bool = False,
) -> Report:
    """Load `source` as the dataset `name`; without `commit` everything is done, reported and undone.

    `datum`: that of the file's coordinates. Raises NameTaken unless `replace`, LoadError where there are no
    districts or not one row can be used, `reading.FileError` for an unreadable file and `times.YearNeeded`.
    """
    if not District.objects.exists():
        raise LoadError("There are no districts yet: run manage.py load_districts first.")
    with transaction.atomic():
        _make_room(name, replace)
        points, refusals = _stage(source, name=name, datum=datum, year=year)
        refusals = pd.concat([refusals, _outside()]).sort_values("row", ignore_index=True)
        loaded = points[~points["row"].isin(refusals["row"])]
        report = _report(name, loaded, refusals)
        if commit:
            if loaded.empty:
                raise LoadError(
                    f"Not one row of {source.path.name} can be used: {_counts(report)}.{report.hint}"
                )
            _insert(report, source, datum=datum, occupation=occupation, licence=licence)
        else:
            transaction.set_rollback(True)
    return report


def pseudonym(worker: str, *, dataset: str) -> str:
    """A keyed hash of a worker's id, different in every dataset; the id cannot be found without SECRET_KEY."""
    return salted_hmac(f"analysis.activity:{dataset}", worker, algorithm="sha256").hexdigest()[:32]


def _make_room(name: str, replace: bool) -> None:
    existing = ActivityDataset.objects.filter(name=name)
    if not existing.exists():
        return
    if not replace:
        raise NameTaken(f"A dataset {name!r} is there already: choose another --name, or --replace it.")
    existing.delete()


def _stage(
    source: ActivityFile, *, name: str, datum: str, year: int | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put the usable rows into the staging tables; gives them (`row` and times) and the refusals."""
    points, refusals = [], []
    with connection.cursor() as cursor:
        cursor.execute(STAGING)
        for raw in source.chunks():
            usable, refused = check(raw, fields=source.fields, datum=datum, year=year)
            ids = usable["worker"].unique()
            usable["worker"] = usable["worker"].map(
                {one: one and pseudonym(one, dataset=name) for one in ids}
            )
            _copy(cursor, usable)
            points.append(usable)
            refusals.append(refused)
        cursor.execute(PLACES)
    if not points:
        raise LoadError(f"{source.path.name} has no rows.")
    return pd.concat(points), pd.concat(refusals)


def _copy(cursor: CursorWrapper, points: pd.DataFrame) -> None:
    text = points[STAGED].to_csv(index=False, header=False, na_rep="\\N")
    cursor.copy_expert("COPY activity_staging FROM STDIN WITH (FORMAT csv, NULL '\\N')", io.StringIO(text))


def _outside() -> pd.DataFrame:
    """The refusals that only the database can tell."""
    with connection.cursor() as cursor:
        cursor.execute(OUTSIDE)
        rows = cursor.fetchall()
    return pd.DataFrame(
        [
            (row, "lon, lat", OUTSIDE_DISTRICTS if inside else OUTSIDE_AREA, f"{lon:.6f}, {lat:.6f} (WGS-84)")
            for row, inside, lon, lat in rows
        ],
        columns=["row", "column", "reason", "value"],
    )


def _report(name: str, loaded: pd.DataFrame, refusals: pd.DataFrame) -> Report:
    times = loaded["at"].dropna()
    rows_read = len(loaded) + len(refusals)
    return Report(
        dataset=name,
        rows_read=rows_read,
        rows_loaded=len(loaded),
        untimed=int((loaded["at"].isna() & loaded["hour_of_day"].isna()).sum()),
        hour_of_day_only=int(loaded["hour_of_day"].notna().sum()),
        workers=int(loaded.loc[loaded["worker"] != "", "worker"].nunique()),
        first_at=None if times.empty else times.min().to_pydatetime(),
        last_at=None if times.empty else times.max().to_pydatetime(),
        refusals=refusals,
        hint=_hint(refusals, rows_read),
    )


def _hint(refusals: pd.DataFrame, rows_read: int) -> str:
    """Said only on evidence: most latitudes are beyond the pole.

    A wrong datum moves points by half a kilometre, which hardly ever takes them out of every district: about that
    nothing can be said here.
    """
    beyond_the_pole = (refusals["column"] == "lat") & (refusals["reason"] == OUTSIDE_AREA)
    most = beyond_the_pole.sum() * 2 > rows_read
    return " Most latitudes are over 90: lon and lat look swapped." if most else ""


def _insert(report: Report, source: ActivityFile, *, datum: str, occupation: str, licence: str) -> None:
    dataset = ActivityDataset.objects.create(
        name=report.dataset,
        source=source.path.name,
        licence=licence,
        occupation=occupation,
        datum=datum,
        columns=source.columns,
        rows_read=report.rows_read,
        rows_loaded=report.rows_loaded,
        refused=report.refused(),
        first_at=report.first_at,
        last_at=report.last_at,
    )
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [dataset.pk])


def _counts(report: Report) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in report.refused().items())
