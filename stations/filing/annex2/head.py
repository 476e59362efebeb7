"""The head of Annex 2 as it stands above the list of an uploaded form."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from stations.filing.actions.drafting import read_head_field
from stations.filing.annex2 import form
from stations.filing.rules import HEAD
from stations.registry import words
from stations.registry.exchange.table import Row, Table
from stations.registry.rules import RuleError, read_text

_LABELS = {
    **{words.key(label): name for name, label in form.HEAD.items()},
    **{words.key(label): "union" for label in ("推荐单位", "推荐工会")},
    **{words.key(label): "contact_name" for label in ("负责人", "单位负责人", "单位负责人姓名")},
    **{words.key(label): "contact_email" for label in ("邮箱", "电子邮箱")},
    **{words.key(label): "contact_phone" for label in ("电话", "联系电话")},
}
_DATUMS = {words.key(spelling): code for code, spelling in form.DATUM_NAMES.items()}
WITHIN = 4  # cells: a label may lie over several


@dataclass(frozen=True)
class HeadProblem:
    """A fault of the head: the row it stands in, its label, and what."""

    row: int
    label: str
    error: RuleError


@dataclass(frozen=True)
class Head:
    """`values`: the sound ones of Annex 2's contact fields. `union` and `datum` as the form says, empty where it does not."""

    values: dict[str, str] = field(default_factory=dict)
    union: str = ""
    datum: str = ""
    problems: tuple[HeadProblem, ...] = ()


def read_head(table: Table) -> Head:
    values: dict[str, str] = {}
    problems: list[HeadProblem] = []
    given = _given(table.above)
    for name, (row, position, text) in given.items():
        label = form.HEAD[name]
        faults = dict(row.faults)
        try:
            if position in faults:
                raise faults[position]
            values[name] = _read(name, text)
        except RuleError as error:
            problems.append(HeadProblem(row.number, label, error))
    union, datum = values.pop("union", ""), values.pop("datum", "")
    return Head(values, union, datum, tuple(problems))


def _given(lines: Sequence[Row]) -> dict[str, tuple[Row, int, str]]:
    """What stands behind each label, in its cell after a colon or in the next one that is filled: row, column and text."""
    found: dict[str, tuple[Row, int, str]] = {}
    for row in lines:
        for position, cell in enumerate(row.cells):
            label, _, behind = cell.replace("：", ":").partition(":")
            name = _name(label)
            if name is None or name in found:
                continue
            if behind.strip():
                found[name] = (row, position, behind)
                continue
            behind_it = range(position + 1, min(position + 1 + WITHIN, len(row.cells)))
            after = next((at for at in behind_it if row.cells[at].strip()), None)
            if after is not None and _name(row.cells[after].replace("：", ":").partition(":")[0]) is None:
                found[name] = (row, after, row.cells[after])
    return found


def _name(label: str) -> str | None:
    return _LABELS.get(words.key(words.bare(label))) if len(label) < 60 else None


def _read(name: str, text: str) -> str:
    if name in HEAD:
        return read_head_field(name, text)
    plain = read_text(text, limit=200)
    if name == "datum":
        code = _DATUMS.get(words.key(plain))
        if code is None:
            raise RuleError("unknown_word", given=plain, known="、".join(form.DATUM_NAMES.values()))
        return code
    return plain
