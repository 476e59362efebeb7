"""Tables of stations out of CSV, XLSX and GeoJSON files, which may be damaged or hostile."""

import csv
import io
import json
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from math import isfinite
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException

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
from stations.registry.rules import RuleError, shortened

MAX_ENTRIES = 1_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 200  # a sheet of text packs to about a tenth

# What openpyxl and the libraries beneath it raise on damaged files.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    DefusedXmlException,
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
    _check_zip(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # openpyxl tells what it does not need to understand
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=False, keep_links=False
            )
            return _chosen_sheet(book, sheet)
    except FileError:
        raise
    except _DAMAGED as error:
        raise FileError("malformed", reason=shortened(f"{type(error).__name__}: {error}", 120)) from error


def _check_zip(content: bytes) -> None:
    """Count and size of the packed files; zipfile reads no entry beyond the size that its header tells."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except _DAMAGED as error:
        raise FileError("malformed", reason=shortened(str(error))) from error
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise FileError("malformed", reason="zip")
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES:
        raise FileError("zip_bomb", reason=f"{len(entries)} > {MAX_ENTRIES}")
    if unpacked > MAX_UNPACKED or (unpacked > 1024**2 and unpacked > MAX_RATIO * len(content)):
        raise FileError("zip_bomb", reason=f"{len(content)} -> {unpacked} B")


def _chosen_sheet(book: Any, sheet: str | None) -> Table:
    names = [one.title for one in book.worksheets]
    if sheet is not None and sheet not in names:
        raise FileError("sheet", given=shortened(sheet), known="、".join(names))
    if sheet is not None:
        return make_table(sheet, _sheet_rows(book[sheet]))
    tables: list[Table] = []
    failure: FileError | None = None
    for one in book.worksheets:
        try:
            tables.append(make_table(one.title, _sheet_rows(one)))
        except FileError as error:
            if error.code not in ("no_headings", "no_rows"):
                raise
            failure = failure or error
    if len(tables) > 1:
        raise FileError("which_sheet", known="、".join(table.sheet for table in tables))
    if not tables:
        raise failure or FileError("no_rows")
    return tables[0]


def _sheet_rows(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()  # what the file says about its own size may be wrong
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
        texts: list[str] = []
        faults: list[tuple[int, RuleError]] = []
        for position, cell in enumerate(cells):
            texts.append(_cell_text(cell.value))
            if cell.data_type == "f":
                faults.append((position, RuleError("formula")))
            elif cell.data_type == "e":
                faults.append((position, RuleError("cell_error", given=texts[-1])))
        while texts and not texts[-1]:
            texts.pop()
        yield Row(number, tuple(texts), tuple(faults))


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return restored(str(value))


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
    return value if isinstance(value, str) else _cell_text(value)


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
    return _cell_text(coordinates[0]), _cell_text(coordinates[1])
