"""What a change filing changed, as the paper shows it: each field before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from stations.filing.annex2.form import DATUM_NAMES
from stations.filing.choices import Decision
from stations.filing.models import FieldChange, Filing, FilingItem
from stations.registry import words
from stations.registry.models import FacilityType
from stations.registry.particulars import FACILITY
from stations.spreadsheets import cell_text, xlsx_text

HEADINGS = ("站点名称", "变更内容", "变更前", "变更后", "工会审核")
WIDTHS = (28, 20, 44, 44, 14)
NOTHING = "（无）"
_LABELS = {"hours_text": "hours"}  # fields of a station whose column has another name
_WORDS = {"host_kind": words.HOST_KINDS, "kind": words.KINDS}
_DECISIONS = {Decision.PENDING: "待审核", Decision.CONFIRMED: "确认", Decision.RESTORED: "恢复原状"}


@dataclass(frozen=True)
class ChangeLine:
    station: str
    field: str
    before: str
    after: str
    decision: str


def change_lines(filing: Filing) -> list[ChangeLine]:
    facilities = dict(FacilityType.objects.values_list("code", "name_zh"))
    items = filing.items.select_related("station").prefetch_related("changes").order_by("position", "pk")
    return [_line(item, change, facilities) for item in items for change in item.changes.all()]


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


def _line(item: FilingItem, change: FieldChange, facilities: Mapping[str, str]) -> ChangeLine:
    code = change.field.removeprefix(FACILITY)
    if code != change.field:
        label = f"设施：{facilities.get(code, code)}"
    elif change.field == "position":
        label = "位置"
    else:
        column = _LABELS.get(change.field, change.field)
        label = words.heading_of(column) if column in words.COLUMNS else change.field
    before, after = (_text(change.field, value) for value in (change.before, change.after))
    return ChangeLine(item.station.name, label, before, after, _DECISIONS[Decision(change.decision)])


def _text(field: str, value: Any) -> str:
    """A value as the form writes it."""
    if value in (None, "", []):
        return NOTHING
    if field.startswith(FACILITY):
        return words.CONDITIONS[value][0]
    if field == "position":
        return f"经度 {value['lon']}，纬度 {value['lat']}（{DATUM_NAMES[value['datum']]}）"
    if field == "services":
        return "、".join(words.SERVICES[code][0] for code in value)
    if field in _WORDS:
        return _WORDS[field][value][0]
    return str(value)
