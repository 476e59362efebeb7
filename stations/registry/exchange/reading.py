"""Tables of stations out of CSV, XLSX and GeoJSON files, which may be damaged or hostile."""

import csv
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any
from xml.parsers import expat

from stations.formulas import restored
from stations.registry.exchange.table import (
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ROWS,
    FileError,
    Row,
    Table,
    make_table,
)
from stations.registry.exchange.workbook import Workbook, cell_text
from stations.registry.rules import RuleError, shortened

_ZIP = b"PK"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"

# What the libraries of zip and XML raise on damaged files.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    expat.ExpatError,
    RecursionError,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    AssertionError,
)


def read_table(path: Path, *, sheet: str | None = None) -> Table:
    """Read a .csv, .xlsx or .geojson file. `sheet`: which one of a workbook with several. FileError says what is wrong."""
    readers = {".csv": _read_csv, ".xlsx": _read_xlsx, ".geojson": _read_geojson, ".json": _read_geojson}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise FileError("kind", name=path.name)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileError("missing_file", name=path.name, reason=error.strerror) from error
    if len(content) > MAX_BYTES:
        raise FileError("too_large", given=path.stat().st_size, limit=MAX_BYTES)
    return reader(content, sheet)


def read_upload(content: bytes, *, sheet: str | None = None) -> Table:
    """Read an uploaded XLSX or CSV file, told apart by what it holds and not by its name. FileError says what is wrong."""
    if len(content) > MAX_BYTES:
        raise FileError("too_large", given=len(content), limit=MAX_BYTES)
    if content.startswith((_ZIP, _OLD_EXCEL)):
        return _read_xlsx(content, sheet)
    return _read_csv(content, sheet)


def _read_csv(content: bytes, sheet: str | None) -> Table:
    text = _decoded(content)
    delimiter = max(",\t;", key=text[:10_000].count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)

    def rows() -> Iterator[Row]:
        for number, cells in enumerate(lines, start=1):
            if len(cells) > MAX_COLUMNS:
                raise FileError("too_many_columns", limit=MAX_COLUMNS)
            yield Row(number, tuple(restored(cell) for cell in cells))

    try:
        return make_table("", rows())
    except csv.Error as error:
        raise FileError("malformed", reason=str(error)) from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise FileError("encoding")


def _read_xlsx(content: bytes, sheet: str | None) -> Table:
    if content.startswith(_OLD_EXCEL):
        raise FileError("old_excel")
    try:
        return _chosen_sheet(Workbook(content), sheet)
    except FileError:
        raise
    except _DAMAGED as error:
        raise FileError("malformed", reason=shortened(f"{type(error).__name__}: {error}", 120)) from error


def _chosen_sheet(book: Workbook, sheet: str | None) -> Table:
    if sheet is not None and sheet not in book.sheets:
        raise FileError("sheet", given=shortened(sheet), known="、".join(book.sheets))
    if sheet is not None:
        return make_table(sheet, book.rows(sheet))
    tables: list[Table] = []
    failure: FileError | None = None
    for name in book.sheets:
        try:
            tables.append(make_table(name, book.rows(name)))
        except FileError as error:
            if error.code not in ("no_headings", "no_rows"):
                raise
            failure = failure or error
    if len(tables) > 1:
        raise FileError("which_sheet", known="、".join(table.sheet for table in tables))
    if not tables:
        raise failure or FileError("no_rows")
    return tables[0]


def _read_geojson(content: bytes, sheet: str | None) -> Table:
    try:
        collection = json.loads(content.decode("utf-8-sig"))
    except RecursionError as error:
        raise FileError("malformed", reason="nesting") from error
    except ValueError as error:
        raise FileError("malformed", reason=shortened(str(error), 120)) from error
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or collection.get("type") != "FeatureCollection":
        raise FileError("not_collection")
    if len(features) > MAX_ROWS:
        raise FileError("too_many_rows", limit=MAX_ROWS)
    properties = [_properties(feature) for feature in features]
    headings = list(dict.fromkeys(key for one in properties for key in one))
    if len(headings) > MAX_COLUMNS:
        raise FileError("too_many_columns", limit=MAX_COLUMNS)
    rows = [
        _feature_row(number, feature, values, headings)
        for number, (feature, values) in enumerate(zip(features, properties, strict=True), start=1)
    ]
    return make_table("", [Row(0, (*headings, "lon", "lat")), *rows])


def _properties(feature: Any) -> dict[str, Any]:
    values = feature.get("properties") if isinstance(feature, dict) else None
    return values if isinstance(values, dict) else {}


def _feature_row(number: int, feature: Any, values: dict[str, Any], headings: list[str]) -> Row:
    texts: list[str] = []
    faults: list[tuple[int, RuleError]] = []
    for position, heading in enumerate(headings):
        value = values.get(heading)
        listed = value if isinstance(value, list) else [value]
        if any(isinstance(one, dict | list) for one in listed):
            faults.append((position, RuleError("nested")))
            listed = []
        elif any(isinstance(one, float) and not isfinite(one) for one in listed):
            faults.append((position, RuleError("number", given=_json_text(value))))
        texts.append("、".join(_json_text(one) for one in listed))
    lonlat = _lonlat(feature)
    if lonlat is None:
        faults += [(len(headings), RuleError("geometry")), (len(headings) + 1, RuleError("geometry"))]
    return Row(number, (*texts, *(lonlat or ("?", "?"))), tuple(faults))


def _json_text(value: Any) -> str:
    return value if isinstance(value, str) else cell_text(value)


def _lonlat(feature: Any) -> tuple[str, str] | None:
    """The text of a Point's longitude and latitude; None when it is no such thing."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list) or len(coordinates) not in (2, 3):
        return None
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in coordinates):
        return None
    return cell_text(coordinates[0]), cell_text(coordinates[1])
