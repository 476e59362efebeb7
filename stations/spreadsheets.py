"""Tables as files for a spreadsheet: no cell starts like a formula, none holds what the file format cannot."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from geo.hours import ZONE
from stations.formulas import neutralised

CHUNK = 500
_SPELT = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
BOM = b"\xef\xbb\xbf"  # as spreadsheets want it


def cell_text(value: Any) -> str:
    """The text of a value as a cell may hold it: times are Shanghai's, and what looks like a formula is neutralised."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(ZONE):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return neutralised(writable(str(value)))


def writable(text: str) -> str:
    """Without the characters that the file formats cannot hold; rejected rows may have them."""
    return (
        ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text)
        .encode("utf-8", "replace")
        .decode("utf-8")
    )


def xlsx_text(text: str) -> str:
    """As XLSX spells it: what looks like its _x000D_ for a character that XML cannot hold gets its first sign spelt out."""
    return _SPELT.sub("_x005F_", text) if "_x" in text else text


def csv_pieces(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The rows as CSV in UTF-8, in pieces, so that a long table needs little memory."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    yield BOM
    for number, row in enumerate(rows, start=1):
        writer.writerow([cell_text(value) for value in row])
        if number % CHUNK == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def xlsx(rows: Iterable[Sequence[Any]], *, sheet: str) -> bytes:
    """The rows as a workbook of one sheet, the first row frozen; numbers stay numbers."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.freeze_panes = "A2"
    for row in rows:
        page.append([_cell(page, value) for value in row])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def text_cell(sheet: Any, text: str) -> WriteOnlyCell:
    """A cell that holds a text, whatever it looks like."""
    cell = WriteOnlyCell(sheet, xlsx_text(text))
    cell.data_type = "s"
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return WriteOnlyCell(sheet, value)
    return text_cell(sheet, cell_text(value))


def _taken(buffer: StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8")
