"""The rows that could not be imported, handed back in their own form: to be corrected and uploaded again."""

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from stations.filing.annex2.sheet import put, saved
from stations.registry import words
from stations.registry.exchange.importing import Plan
from stations.registry.exchange.writing import described

_FAULTY = PatternFill("solid", fgColor="FBE3E1")
_SHADED = PatternFill("solid", fgColor="E8EFEA")
_WRAPPED = Alignment(vertical="top", wrap_text=True)
WIDTH, WIDTH_OF_ERRORS = 18, 60


def rejects_book(plan: Plan) -> bytes:
    """The lines above the list as they were, its headings, and each row with its faulty cells marked and what to do."""
    table = plan.table
    kept = [position for position, column in enumerate(table.columns) if column != "errors"]
    book = Workbook()
    sheet = book.active
    sheet.title = "备案表"
    number = 0
    for number, line in enumerate(table.above, 1):
        for position, cell in enumerate(line.cells, 1):
            put(sheet, number, position, cell)
    headings = number + 1
    for position, text in enumerate([*(table.headings[at] for at in kept), words.heading_of("errors")], 1):
        cell = put(sheet, headings, position, text)
        cell.font, cell.fill, cell.alignment = Font(bold=True), _SHADED, _WRAPPED
        sheet.column_dimensions[get_column_letter(position)].width = WIDTH
    sheet.column_dimensions[get_column_letter(len(kept) + 1)].width = WIDTH_OF_ERRORS
    sheet.freeze_panes = sheet.cell(headings + 1, 1)
    for number, one in enumerate(plan.rejected, headings + 1):
        faulty = {problem.column for problem in one.problems}
        for position, at in enumerate(kept, 1):
            cell = put(sheet, number, position, one.row.cells[at])
            cell.alignment = _WRAPPED
            if table.columns[at] in faulty:
                cell.fill = _FAULTY
        reasons = put(sheet, number, len(kept) + 1, "\n".join(map(described, one.problems)))
        reasons.alignment = _WRAPPED
    return saved(book)
