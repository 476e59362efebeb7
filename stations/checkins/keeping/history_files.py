"""Files of past check-ins: .csv (UTF-8, with headings) and .parquet. Columns in docs/operations.md, Check-ins of the past."""

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow
import pyarrow.parquet

from geo.hours import ZONE
from stations.checkins.choices import Band, Grade, SetAside
from stations.checkins.keeping.history import PastVisit
from stations.occupations import Occupation

COLUMNS = ("id", "at", "station", "nameplate_no", "occupation", "grade", "band", "set_aside")
CLOSED_LISTS = {
    "occupation": (set(Occupation.values), Occupation.UNKNOWN.value),
    "grade": (set(Grade.values), Grade.CODE.value),
    "band": (set(Band.values), ""),
    "set_aside": (set(SetAside.values), ""),
}
LARGEST_ID = 2**63 - 1


class HistoryFileError(ValueError):
    """The file is none of ours; the message says what to do."""


class RowError(ValueError):
    """A row that cannot be read; the message says which column and what it holds."""


def rows_of(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line (the headings are 1) and values of each row. HistoryFileError."""
    try:
        if path.suffix.lower() == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as text:
                reader = csv.DictReader(text)
                _check_columns(reader.fieldnames or [])
                for row in reader:
                    yield reader.line_num, row
        elif path.suffix.lower() == ".parquet":
            file = pyarrow.parquet.ParquetFile(path)
            _check_columns(file.schema_arrow.names)
            batches = file.iter_batches()
            yield from enumerate((row for batch in batches for row in batch.to_pylist()), 2)
        else:
            raise HistoryFileError("name a .csv or a .parquet file")
    except (UnicodeDecodeError, csv.Error, pyarrow.ArrowException) as error:
        raise HistoryFileError(f"the file cannot be read: {str(error)[:200]}") from error


def _check_columns(names: Any) -> None:
    unknown = [str(name) for name in names if name not in COLUMNS]
    missing = [name for name in ("id", "at") if name not in names]
    if unknown or missing or not {"station", "nameplate_no"} & set(names):
        raise HistoryFileError(
            f"the columns must be id, at, and station or nameplate_no, with {', '.join(COLUMNS[4:])} if you like; "
            f"found: {', '.join(map(str, names))}"
        )


def read_row(line: int, row: dict[str, Any]) -> PastVisit:
    """What the row says. A time without a zone is Shanghai's. RowError."""
    if None in row:
        raise RowError("more cells than headings")
    station = _text(row, "station")
    if station and not (station.isascii() and station.isdigit() and int(station) <= LARGEST_ID):
        raise RowError(f"station is {station[:60]!r}")
    try:
        id_ = UUID(_text(row, "id"))
    except ValueError as error:
        raise RowError(f"id is {_text(row, 'id')[:60]!r}") from error
    chosen = {}
    for column, (allowed, default) in CLOSED_LISTS.items():
        chosen[column] = _text(row, column) or default
        if chosen[column] not in allowed:
            raise RowError(f"{column} is {chosen[column][:60]!r}")
    return PastVisit(
        line=line,
        id=id_,
        at=_moment(row),
        station=int(station) if station else None,
        nameplate_no=_text(row, "nameplate_no").replace("\0", ""),
        **chosen,
    )


def _text(row: dict[str, Any], column: str) -> str:
    value = row.get(column)
    return "" if value is None else str(value).strip()


def _moment(row: dict[str, Any]) -> datetime:
    value = row.get("at")
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(_text(row, "at"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(ZONE)
    except (ValueError, OverflowError) as error:
        raise RowError(f"at is {str(value)[:60]!r}") from error
