"""The form as a workbook: title, head and list as on the paper, notes on every column, lists to choose from."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from stations.filing.annex2 import form
from stations.filing.annex2.form import Column
from stations.filing.annex2.notes import write_notes
from stations.registry import words
from stations.spreadsheets import cell_text, xlsx_text

HEADINGS_ROW = 6
FIRST_ROW = HEADINGS_ROW + 1
LISTS = "选项"
TEXT = "@"  # a cell of text: no program takes a phone number for a quantity

_THIN = Side(style="thin", color="999999")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_SHADED = PatternFill("solid", fgColor="E8EFEA")
_MAP_SHADED = PatternFill("solid", fgColor="E3ECF4")
_PALE = PatternFill("solid", fgColor="F4F4F4")
_WRAPPED = Alignment(vertical="center", wrap_text=True)
_CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)


def form_book(
    *,
    head: Mapping[str, str],
    rows: Iterable[Mapping[str, str]],
    columns: Sequence[Column] = form.COLUMNS,
    choices: Mapping[str, Sequence[str]],
    example: bool = False,
    empty_rows: int = 0,
) -> Workbook:
    """A workbook with the form filled in. `head` and `rows` are plain texts by name; `choices`: the words of closed columns.

    Every text is written as one: nothing that a person wrote becomes a formula.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = "备案表"
    _write_head(sheet, head, len(columns) + 1)
    _write_headings(sheet, columns)
    number = FIRST_ROW
    if example:
        _write_row(sheet, number, "示例", form.EXAMPLE, columns, pale=True)
        number += 1
    for position, row in enumerate(rows, 1):
        _write_row(sheet, number, str(position), row, columns)
        number += 1
    for position in range(1, empty_rows + 1):
        _write_row(sheet, number, str(position), {}, columns)
        number += 1
    _write_foot(sheet, number + 1)
    _offer_choices(book, sheet, columns, choices, last=max(number - 1, FIRST_ROW))
    _set_up_printing(sheet, len(columns) + 1)
    write_notes(book.create_sheet("填写说明"), columns)
    book.move_sheet(LISTS, offset=1)
    return book


def saved(book: Workbook) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def put(sheet: Worksheet, row: int, column: int, text: str) -> Any:
    """Write a text into a cell, as text."""
    cell = sheet.cell(row, column)
    cell.value = xlsx_text(cell_text(text))
    cell.data_type = "s" if text else "n"
    cell.number_format = TEXT
    return cell


def _write_head(sheet: Worksheet, head: Mapping[str, str], width: int) -> None:
    title = put(sheet, 1, 1, form.TITLE)
    title.font, title.alignment = Font(size=18, bold=True), Alignment(horizontal="center", vertical="center")
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet.row_dimensions[1].height = 34
    fields = (
        (2, 1, "union", f"{form.UNION}（区、产业局工会）"),
        (2, 6, "contact_name", form.CONTACT_NAME),
        (3, 1, "contact_email", form.CONTACT_EMAIL),
        (3, 6, "contact_phone", form.CONTACT_PHONE),
        (4, 1, "datum", form.DATUM),
    )
    for row, column, name, label in fields:
        _write_field(sheet, row, column, label, head.get(name, ""))
    hint = put(
        sheet,
        4,
        6,
        "手机、车载导航和高德、腾讯地图上取的点是 GCJ-02；百度地图是 BD-09；GPS 设备和天地图是 WGS-84。",
    )
    hint.font = Font(size=10, color="666666")
    section = put(sheet, 5, 1, form.SECTION)
    section.font, section.alignment = Font(bold=True), Alignment(horizontal="center")
    sheet.merge_cells(start_row=5, start_column=1, end_row=5, end_column=width)


def _write_field(sheet: Worksheet, row: int, column: int, label: str, text: str) -> None:
    """A label over two columns of the list, and what is filled in behind it over two more."""
    for first, content, fill in ((column, label, _SHADED), (column + 2, text, None)):
        cell = put(sheet, row, first, content)
        cell.alignment = _WRAPPED
        for one in (first, first + 1):
            sheet.cell(row, one).border = _GRID
            if fill:
                sheet.cell(row, one).fill = fill
        sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=first + 1)
    sheet.row_dimensions[row].height = 22


def _write_headings(sheet: Worksheet, columns: Sequence[Column]) -> None:
    sheet.column_dimensions["A"].width = 6
    headings = [(form.NUMBER, _SHADED)]
    headings += [(one.heading, _SHADED if one in form.PAPER_COLUMNS else _MAP_SHADED) for one in columns]
    for position, (heading, fill) in enumerate(headings, 1):
        cell = put(sheet, HEADINGS_ROW, position, heading)
        cell.font, cell.fill, cell.border, cell.alignment = Font(bold=True), fill, _GRID, _CENTRED
    for position, one in enumerate(columns, 2):
        sheet.column_dimensions[get_column_letter(position)].width = one.width
        if one.how:
            sheet.cell(HEADINGS_ROW, position).comment = Comment(one.how, "", height=110, width=260)
    sheet.row_dimensions[HEADINGS_ROW].height = 36
    sheet.freeze_panes = sheet.cell(FIRST_ROW, 3)


def _write_row(
    sheet: Worksheet,
    number: int,
    position: str,
    row: Mapping[str, str],
    columns: Sequence[Column],
    *,
    pale: bool = False,
) -> None:
    texts = [position, *(row.get(one.name, "") for one in columns)]
    for column, text in enumerate(texts, 1):
        cell = put(sheet, number, column, text)
        cell.border, cell.alignment = _GRID, _CENTRED if column == 1 else _WRAPPED
        if pale:
            cell.fill, cell.font = _PALE, Font(italic=True, color="666666")


def _write_foot(sheet: Worksheet, number: int) -> None:
    """In the first column, which no import reads; not merged, so that rows can be pasted over it."""
    lines = (f"{form.SIGNATURE}：{' ' * 40}{form.SEAL}：", *form.REMARKS)
    for row, line in enumerate(lines, number):
        put(sheet, row, 1, line)


def _offer_choices(
    book: Workbook,
    sheet: Worksheet,
    columns: Sequence[Column],
    choices: Mapping[str, Sequence[str]],
    *,
    last: int,
) -> None:
    """Lists to choose from, kept on a hidden sheet: written into the rule itself, a list may have 255 characters only."""
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    places = {one.name: get_column_letter(position) for position, one in enumerate(columns, 2)}
    ranges = {name: f"{letter}{FIRST_ROW}:{letter}{last + 500}" for name, letter in places.items()}
    ranges["datum"] = "C4"
    for position, (name, texts) in enumerate(choices.items(), 1):
        if name not in ranges or not texts:
            continue
        for row, text in enumerate(texts, 1):
            put(lists, row, position, text)
        letter = get_column_letter(position)
        rule = DataValidation(
            type="list",
            formula1=f"'{LISTS}'!${letter}$1:${letter}${len(texts)}",
            allow_blank=True,
            showErrorMessage=True,
            errorTitle="不在选项之中",
            error="请从下拉列表中选择，或留空。",
        )
        rule.add(ranges[name])
        sheet.add_data_validation(rule)


def _set_up_printing(sheet: Worksheet, width: int) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{HEADINGS_ROW}:{HEADINGS_ROW}"
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.print_options.horizontalCentered = True


CLOSED = {
    "datum": list(form.DATUM_NAMES.values()),
    "kind": [spellings[0] for spellings in words.KINDS.values()],
    "host_kind": [spellings[0] for spellings in words.HOST_KINDS.values()],
}
