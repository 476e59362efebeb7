"""A table as it came out of a file, whichever kind of file it was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stations.registry import words
from stations.registry.rules import RuleError

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELLS = 400_000  # filled ones
HEADING_WITHIN = 20  # Annex 2 has some lines above its table

FILE_MESSAGES = {
    "kind": "{name} is not a .csv, .xlsx or .geojson file: save it as one of them.",
    "missing_file": "{name} cannot be read: {reason}.",
    "too_large": "The file has {given} bytes; at most {limit} are read: split it.",
    "too_many_rows": "The file has more than {limit} rows: split it.",
    "too_many_cells": "The file has more than {limit} filled cells: keep the table only, or split it.",
    "too_many_columns": "The table has more than {limit} columns: keep those of the registry.",
    "old_excel": "This is a workbook of Excel 97-2003 (.xls): save it as .xlsx.",
    "malformed": "The file is damaged or not what its name says ({reason}): save it again from the program that made it.",
    "zip_bomb": "The file unpacks to much more than a table needs ({reason}): save it again with the table only.",
    "encoding": "The text is neither UTF-8 nor GB18030: save it as “CSV UTF-8”.",
    "sheet": "There is no sheet “{given}”: choose one of {known}.",
    "which_sheet": "Several sheets hold tables: name one of {known}.",
    "no_rows": "The file has no rows below its headings.",
    "only_example": "The file holds nothing but the example: write your stations below it.",
    "no_headings": "No line of headings was found in the first {limit} lines: it needs at least {known}.",
    "missing_columns": "Columns are missing: add {known}.",
    "column_twice": "“{first}” and “{second}” both mean {column}: keep one of them.",
    "wrong_datum": "{outside} of {total} positions lie outside their districts if they are {declared}, {better} if they are "
    "{likely}: the file is likely in {likely}. Nothing was imported; say which datum it is in.",
    "wrong_places": "{outside} of {total} positions lie outside their districts, whichever datum they are in. "
    "Nothing was imported; check the columns of longitude, latitude and district.",
    "not_collection": "This is not a GeoJSON FeatureCollection: give one with Point features.",
}


class FileError(RuleError):
    """Nothing of the file can be read; the message says why, once."""

    messages = FILE_MESSAGES


@dataclass(frozen=True)
class Row:
    """A row: its number as a spreadsheet shows it, its raw cells in the file's order, and faults found in reading."""

    number: int
    cells: tuple[str, ...]
    faults: tuple[tuple[int, RuleError], ...] = ()


@dataclass(frozen=True)
class Table:
    """`columns[i]` is what the i-th heading means, None where it means nothing to the registry.

    `above`: the lines before the headings; `examples`: the numbers of rows that only show how to fill in the form.
    """

    sheet: str
    headings: tuple[str, ...]
    columns: tuple[str | None, ...]
    rows: tuple[Row, ...]
    above: tuple[Row, ...] = ()
    examples: tuple[int, ...] = ()

    @property
    def ignored(self) -> list[str]:
        """Headings that mean nothing to the registry; that the rows are numbered goes without saying."""
        return [
            heading
            for heading, column in zip(self.headings, self.columns, strict=True)
            if heading and not column and words.key(heading) != words.NUMBER
        ]

    def by_column(self, row: Row) -> dict[str, str]:
        pairs = zip(self.columns, row.cells, strict=False)
        return {column: cell for column, cell in pairs if column and column != "errors"}


def make_table(sheet: str, lines: Iterable[Row]) -> Table:
    """Find the headings among the first lines; the rows are what stands below. FileError when there are none."""
    rows = iter(lines)
    above: list[Row] = []
    for line in rows:
        columns = tuple(words.column_of(cell) for cell in line.cells)
        if "name" in columns and len(set(columns) - {None}) >= 3:
            break
        above.append(line)
        if len(above) >= HEADING_WITHIN:
            raise _no_headings()
    else:
        raise _no_headings()
    _check_columns(line.cells, columns)
    kept, examples = _rows_below(columns, rows)
    if not kept:
        raise FileError("only_example" if examples else "no_rows")
    return Table(sheet, line.cells, columns, tuple(kept), tuple(above), tuple(examples))


def _rows_below(columns: Sequence[str | None], rows: Iterable[Row]) -> tuple[list[Row], list[int]]:
    """The rows that mean something, and the numbers of those that are the form's example."""
    name = columns.index("name")
    kept: list[Row] = []
    examples: list[int] = []
    filled = 0
    for row in rows:
        cells = _padded(row.cells, len(columns))
        if _is_blank(columns, cells) or _is_foot(columns, cells):
            continue
        if cells[name].strip() == words.EXAMPLE:
            examples.append(row.number)
            continue
        filled += sum(map(bool, cells))
        if len(kept) == MAX_ROWS:
            raise FileError("too_many_rows", limit=MAX_ROWS)
        if filled > MAX_CELLS:
            raise FileError("too_many_cells", limit=MAX_CELLS)
        kept.append(Row(row.number, cells, row.faults))
    return kept, examples


def _is_blank(columns: Sequence[str | None], cells: Sequence[str]) -> bool:
    """Whether no column of the registry is filled: forms number their empty rows beforehand."""
    return not any(
        column and cell and not cell.isspace() for column, cell in zip(columns, cells, strict=False)
    )


def _is_foot(columns: Sequence[str | None], cells: Sequence[str]) -> bool:
    """Whether this is Annex 2's line for signature and seal, or its remark, and no station."""
    first = next(cell for cell in cells if cell.strip())
    if not words.key(first[:20]).startswith(words.FOOT):
        return False
    return not any(
        cell.strip() for column, cell in zip(columns, cells, strict=False) if column in ("lon", "lat")
    )


def _padded(cells: Sequence[str], width: int) -> tuple[str, ...]:
    return (*cells, *[""] * (width - len(cells)))


def _no_headings() -> FileError:
    known = "、".join(words.heading_of(column) for column in words.REQUIRED_COLUMNS)
    return FileError("no_headings", limit=HEADING_WITHIN, known=known)


def _check_columns(headings: Sequence[str], columns: Sequence[str | None]) -> None:
    first: dict[str, str] = {}
    for heading, column in zip(headings, columns, strict=True):
        if column in first:
            raise FileError("column_twice", first=first[column], second=heading, column=column)
        if column:
            first[column] = heading
    missing = [column for column in words.REQUIRED_COLUMNS if column not in first]
    if missing:
        raise FileError(
            "missing_columns", known=", ".join(f"{words.heading_of(one)} ({one})" for one in missing)
        )
