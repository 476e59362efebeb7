"""What a change filing changed, as the paper shows it: each field before and after."""

from dataclasses import dataclass

from django.utils import translation
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from stations.filing.choices import Decision
from stations.filing.models import FieldChange, Filing, FilingItem
from stations.registry.showing import field_label, field_words
from stations.spreadsheets import cell_text, xlsx_text

HEADINGS = ("站点名称", "变更内容", "变更前", "变更后", "工会审核")
WIDTHS = (28, 20, 44, 44, 14)
_DECISIONS = {Decision.PENDING: "待审核", Decision.CONFIRMED: "确认", Decision.RESTORED: "恢复原状"}


@dataclass(frozen=True)
class ChangeLine:
    station: str
    field: str
    before: str
    after: str
    decision: str


def change_lines(filing: Filing) -> list[ChangeLine]:
    items = filing.items.select_related("station").prefetch_related("changes").order_by("position", "pk")
    with translation.override("zh-hans"):
        return [_line(item, change) for item in items for change in item.changes.all()]


def change_sheet(book: Workbook, filing: Filing) -> None:
    """A sheet of what was and what is; the import passes it over."""
    sheet = book.create_sheet("变更内容")
    for position, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDE"[position]].width = width
    lines = [(one.station, one.field, one.before, one.after, one.decision) for one in change_lines(filing)]
    for number, line in enumerate([HEADINGS, *lines], 1):
        for position, text in enumerate(line, 1):
            cell = sheet.cell(number, position)
            cell.value, cell.data_type = xlsx_text(cell_text(text)), "s"
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if number == 1:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"


def _line(item: FilingItem, change: FieldChange) -> ChangeLine:
    return ChangeLine(
        item.station.name,
        field_label(change.field),
        field_words(change.field, change.before),
        field_words(change.field, change.after),
        _DECISIONS[Decision(change.decision)],
    )
