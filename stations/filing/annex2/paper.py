"""A filing on paper: Annex 2 as PDF, three copies in one file. What people wrote is data to the typesetter, never markup."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from geo.hours import ZONE
from stations.filing.annex2 import form
from stations.filing.annex2.changes import change_lines
from stations.filing.annex2.rows import FiledRow, filed_rows, head_texts
from stations.filing.annex2.typeset import NO_CHINESE_FONT
from stations.filing.choices import FilingKind, FilingState
from stations.filing.models import Filing

SOURCE = Path(__file__).with_name("annex2.typ")
TYPESETTER = Path(__file__).with_name("typeset.py")
LIMIT_S = 60
KINDS = {
    FilingKind.NEW: "新设站点",
    FilingKind.CHANGE: "站点变更",
    FilingKind.UPGRADE: "升级为户外职工爱心接力站",
    FilingKind.WITHDRAWAL: "撤销站点",
}
_LONG_RUN = re.compile(r"[!-~]{4}(?=[!-~])")
_BREAK = "\N{ZERO WIDTH SPACE}"


class NoChineseFontError(RuntimeError):
    """No font with Chinese characters was found, so that the form would be empty boxes."""


class TooLongError(RuntimeError):
    """The form takes longer than LIMIT_S to set: some 8,000 stations."""


class TypesettingError(RuntimeError):
    """The typesetter failed; the text is what it said."""


def filing_pdf(filing: Filing, *, contacts: bool) -> bytes:
    """The form with its three copies. NoChineseFontError where the machine has no font for it, TooLongError after a minute."""
    command = [sys.executable, "-I", str(TYPESETTER), str(SOURCE), *settings.JIELI_FONT_PATHS]
    data = json.dumps(_data(filing, contacts), ensure_ascii=False).encode()
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=LIMIT_S)  # noqa: S603 - our own program
    except subprocess.TimeoutExpired as error:
        raise TooLongError from error
    if done.returncode == NO_CHINESE_FONT:
        raise NoChineseFontError
    if done.returncode != 0:
        raise TypesettingError(done.stderr.decode(errors="replace")[-2000:])
    return done.stdout


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
        "head": {name: _breakable(text) for name, text in head_texts(filing, contacts=contacts).items()},
        "columns": [12, *(width for _, _, width in columns)],
        "headings": [form.NUMBER, *(_HEADINGS.get(name, heading) for heading, name, _ in columns)],
        "rows": [
            [str(number), *(_breakable(_cell(row, name)) for _, name, _ in columns)]
            for number, row in enumerate(rows, 1)
        ],
        "changes": [
            [_breakable(text) for text in (one.station, one.field, one.before, one.after, one.decision)]
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


def _breakable(text: str) -> str:
    """With places to break in long runs of Latin letters and digits, which would leave their cell otherwise."""
    return _LONG_RUN.sub(lambda run: run[0] + _BREAK, text) if len(text) > 12 else text
