"""A filing on paper: Annex 2 as PDF, three copies in one file. What people wrote is data to the typesetter, never markup."""

from pathlib import Path
from typing import Any

from geo.hours import ZONE
from stations.filing.annex2 import form
from stations.filing.annex2.changes import change_lines
from stations.filing.annex2.rows import FiledRow, filed_rows, head_texts
from stations.filing.choices import FilingKind, FilingState
from stations.filing.models import Filing
from stations.typesetting import breakable, typeset

SOURCE = Path(__file__).with_name("annex2.typ")
KINDS = {
    FilingKind.NEW: "新设站点",
    FilingKind.CHANGE: "站点变更",
    FilingKind.UPGRADE: "升级为户外职工爱心接力站",
    FilingKind.WITHDRAWAL: "撤销站点",
}


def filing_pdf(filing: Filing, *, contacts: bool) -> bytes:
    """The form with its three copies. NoChineseFontError where the machine has no font for it, TooLongError after a minute: some
    8,000 stations."""
    return typeset(SOURCE, _data(filing, contacts))


def _data(filing: Filing, contacts: bool) -> dict[str, Any]:
    rows = filed_rows(filing, contacts=contacts)
    extra = [
        (heading, name, width)
        for heading, name, width in ((form.PLATE.heading, "nameplate_no", 26), (form.REASON, "reason", 30))
        if any(_cell(row, name) for row in rows)
    ]
    columns = [(one.heading, one.name, _WIDTHS[one.name]) for one in form.PAPER_COLUMNS] + extra
    return {
        "title": form.TITLE,
        "number": _number(filing),
        "state": "草稿，尚未提交" if filing.state in (FilingState.DRAFT, FilingState.RETURNED) else "",
        "head": {name: breakable(text) for name, text in head_texts(filing, contacts=contacts).items()},
        "columns": [12, *(width for _, _, width in columns)],
        "headings": [form.NUMBER, *(_HEADINGS.get(name, heading) for heading, name, _ in columns)],
        "rows": [
            [str(number), *(breakable(_cell(row, name)) for _, name, _ in columns)]
            for number, row in enumerate(rows, 1)
        ],
        "changes": [
            [breakable(text) for text in (one.station, one.field, one.before, one.after, one.decision)]
            for one in (change_lines(filing) if filing.kind == FilingKind.CHANGE else ())
        ],
        "remarks": list(form.REMARKS),
        "copies": list(form.COPIES),
    }


# Tenths of a centimetre, or below 10 shares of what is left.
_WIDTHS = {
    "name": 4, "address": 5, "manager_name": 19, "mobile": 27, "hours": 4, "area_m2": 16, "services": 5, "planned_completion": 24,
}  # fmt: skip
_HEADINGS = {
    "services": "服务项目（结合站点实际填写）\n（饮水供给、避暑取暖、餐食加热、手机充电、休息如厕、其他服务项目）"
}


def _cell(row: FiledRow, name: str) -> str:
    return row.item.reason if name == "reason" else row.cells.get(name, "")


def _number(filing: Filing) -> str:
    parts = [f"备案编号：{filing.pk}", f"类别：{KINDS[FilingKind(filing.kind)]}"]
    if filing.submitted_at:
        parts.append(f"提交日期：{filing.submitted_at.astimezone(ZONE):%Y-%m-%d}")
    return "　　".join(parts)
