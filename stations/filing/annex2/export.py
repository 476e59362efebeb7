"""The empty form to fill in, and filings as the same form, which the import reads back without loss."""

import numpy as np

from geo.datum import convert
from geo.models import District
from stations.filing.annex2 import form
from stations.filing.annex2.changes import change_sheet
from stations.filing.annex2.form import Column
from stations.filing.annex2.rows import FiledRow, common_datum, filed_rows, head_texts
from stations.filing.annex2.sheet import CLOSED, form_book, saved
from stations.filing.choices import FilingKind
from stations.filing.models import Filing

EMPTY_ROWS = 60
DECIMALS = 8  # of a degree: a millimetre


def template() -> bytes:
    """The form with its example and empty rows; it names nobody."""
    return saved(form_book(head={}, rows=(), choices=_choices(), example=True, empty_rows=EMPTY_ROWS))


def filing_book(filing: Filing, *, contacts: bool) -> bytes:
    """The filing as a workbook. Positions are as declared where all were declared in one datum, which the head names."""
    rows = filed_rows(filing, contacts=contacts)
    datum = common_datum(rows)
    texts = [_in_datum(row, datum) | {"reason": row.item.reason} for row in rows]
    columns = list(form.COLUMNS)
    if any(row["nameplate_no"] for row in texts):
        columns.append(form.PLATE)
    if any(row["reason"] for row in texts):
        columns.append(Column(name="reason", heading=form.REASON, width=24, required="", how="", example=""))
    head = head_texts(filing, contacts=contacts) | {"datum": form.DATUM_NAMES[datum]}
    book = form_book(head=head, rows=texts, columns=columns, choices=_choices())
    if filing.kind == FilingKind.CHANGE:
        change_sheet(book, filing)
    return saved(book)


def _in_datum(row: FiledRow, datum: str) -> dict[str, str]:
    if row.datum == datum:
        return dict(row.cells)
    lon, lat = convert(float(row.cells["lon"]), float(row.cells["lat"]), source=row.datum, target=datum)
    return {**row.cells, "lon": _degrees(lon), "lat": _degrees(lat)}


def _degrees(value: float | np.ndarray) -> str:
    return repr(round(float(value), DECIMALS))


def _choices() -> dict[str, list[str]]:
    """The words of the closed columns, and the districts that the database knows."""
    return {**CLOSED, "district": list(District.objects.order_by("code").values_list("name", flat=True))}
