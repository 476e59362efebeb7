"""A file of activity -> its rows as text, our columns picked out; nothing is judged or dropped here.

CSV (comma, semicolon or tab; UTF-8 or GB18030; .gz too; with or without a header) and GeoJSON points.
"""

import codecs
import csv
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pandas as pd

COLUMNS = ("lon", "lat", "time", "date", "worker", "weight")
ENCODINGS = ("utf-8-sig", "gb18030")
CHUNK_ROWS = 100_000

Records = Iterator[tuple[int, list[str]]]


class FileError(ValueError):
    """The file as a whole cannot be read as asked; the message says what to change."""


@dataclass(frozen=True, kw_only=True)
class ActivityFile:
    """An opened file. `columns`: our column -> the file's; `fields`: how many a row has."""

    path: Path
    columns: dict[str, str]
    positions: dict[str, int]
    fields: int
    records: Records

    def chunks(self) -> Iterator[pd.DataFrame]:
        """Frames of text: `row` (1 is the first line, a header included), `fields_found`, our columns."""
        while some := list(islice(self.records, CHUNK_ROWS)):
            yield pd.DataFrame(
                {
                    "row": [row for row, _ in some],
                    "fields_found": [len(values) for _, values in some],
                    **{
                        ours: [values[at].strip() if at < len(values) else "" for _, values in some]
                        for ours, at in self.positions.items()
                    },
                }
            )


def open_file(path: Path, *, columns: Mapping[str, str], header: bool = True) -> ActivityFile:
    """Open `path` and find our columns in it: those named by `columns`, else those that have our names.

    Without a header a column is its number from 1. Raises FileError for a file that is not there or not
    readable, a column that is not there, and where lon or lat are missing.
    """
    if not path.is_file():
        raise FileError(f"{path} is not a file.")
    unknown = set(columns) - set(COLUMNS)
    if unknown:
        raise FileError(f"Unknown column {', '.join(sorted(unknown))}: ours are {', '.join(COLUMNS)}.")
    if path.suffix.lower() in (".geojson", ".json"):
        names, records = _geojson(path)
    else:
        names, records = _csv(path, header)
    wanted = {name: name for name in COLUMNS if header and name in names} | dict(columns)
    missing = [name for name in ("lon", "lat") if name not in wanted]
    if missing:
        raise FileError(
            f"Which column is {' and which is '.join(missing)}? Say it with --map {missing[0]}=COLUMN. "
            f"{path.name} has {_listing(names, header)}."
        )
    absent = [theirs for theirs in wanted.values() if theirs not in names]
    if absent:
        raise FileError(f"{path.name} has no column {', '.join(absent)}, but {_listing(names, header)}.")
    if "date" in wanted and "time" not in wanted:
        raise FileError("A date without a time tells no hour: map a time column too, or leave the date out.")
    positions = {ours: names.index(theirs) for ours, theirs in wanted.items()}
    return ActivityFile(
        path=path, columns=wanted, positions=positions, fields=len(names), records=_guarded(records, path)
    )


def _listing(names: list[str], header: bool) -> str:
    return f"the columns {', '.join(names)}" if header else f"{len(names)} columns, numbered from 1"


def _guarded(records: Records, path: Path) -> Records:
    """Whatever goes wrong while reading is said as a FileError."""
    row = 0
    try:
        for row, values in records:
            yield row, values
    except (csv.Error, OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise FileError(f"{path.name} cannot be read after row {row}: {error}.") from error


def _csv(path: Path, header: bool) -> tuple[list[str], Records]:
    """Column names (or numbers) and the rows; blank lines are no rows."""
    encoding = _encoding(path)
    records = _guarded(_csv_rows(path, encoding), path)
    first = next(records, None)
    if first is None:
        raise FileError(f"{path.name} is empty.")
    if not header:
        return [str(number + 1) for number in range(len(first[1]))], chain([first], records)
    names = [name.strip() for name in first[1]]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise FileError(f"{path.name} has the column {', '.join(sorted(twice))} twice.")
    return names, records


def _csv_rows(path: Path, encoding: str) -> Records:
    with _opened(path) as raw, codecs.getreader(encoding)(raw) as lines:
        start = lines.readline()
        delimiter = max(",;\t", key=start.count)
        for row, values in enumerate(csv.reader(chain([start], lines), delimiter=delimiter, strict=True), 1):
            if values:
                yield row, values


def _opened(path: Path) -> Any:
    return gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb")


def _encoding(path: Path) -> str:
    """The first of ENCODINGS in which the whole file can be read."""
    for encoding in ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with _opened(path) as raw:
                while block := raw.read(1 << 20):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        except (OSError, EOFError, zlib.error) as error:
            raise FileError(f"{path.name} cannot be unpacked: {error}.") from error
        return encoding
    raise FileError(f"{path.name} is neither UTF-8 nor GB18030 text. Save it as CSV in UTF-8.")


def _geojson(path: Path) -> tuple[list[str], Records]:
    """lon, lat and the properties; what is not a point gets no coordinates, and so is refused as a row."""
    try:
        features = json.loads(path.read_text("utf-8-sig"))["features"]
        properties = [feature.get("properties") or {} for feature in features]
        shapes = [feature.get("geometry") or {} for feature in features]
        names = ["lon", "lat", *dict.fromkeys(name for one in properties for name in one)]
        rows = [
            [*_lon_lat(shape), *(_text(one.get(name)) for name in names[2:])]
            for shape, one in zip(shapes, properties, strict=True)
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FileError(f"{path.name} is not a GeoJSON FeatureCollection: {error}.") from error
    return names, iter(enumerate(rows, 1))


def _lon_lat(shape: dict[str, Any]) -> tuple[str, str]:
    if shape.get("type") != "Point" or len(shape.get("coordinates") or ()) < 2:
        return "", ""
    return _text(shape["coordinates"][0]), _text(shape["coordinates"][1])


def _text(value: Any) -> str:
    return "" if value is None else str(value)
