"""Days that do not follow their weekday: public holidays and make-up working days (调休).

The General Office of the State Council announces them once a year. They are kept as an editable table, whose first
content is `geo/data/holidays_cn.csv`. The announcement does not say which weekday's hours a make-up day follows:
there it is the weekday that the same announcement turned into a day off, the first for the first.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

HOLIDAY = "holiday"
WORKDAY = "workday"
KINDS = (HOLIDAY, WORKDAY)

HOLIDAYS_CN = Path(__file__).parent.parent / "data" / "holidays_cn.csv"


@dataclass(frozen=True)
class SpecialDay:
    """A public holiday, or a weekend day worked with the hours of weekday `follows_weekday` (0 = Monday)."""

    kind: str
    follows_weekday: int | None = None
    name_zh: str = ""
    name_en: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"a special day is one of {', '.join(KINDS)}, not {self.kind!r}")
        if self.kind == WORKDAY and self.follows_weekday not in range(7):
            raise ValueError(f"a workday follows a weekday 0 (Monday) to 6, not {self.follows_weekday!r}")
        if self.kind == HOLIDAY and self.follows_weekday is not None:
            raise ValueError("a holiday follows no weekday: leave follows_weekday empty")


@dataclass(frozen=True)
class Calendar:
    """The special days; every other day follows its weekday."""

    days: Mapping[date, SpecialDay] = field(default_factory=dict)

    def special(self, day: date) -> SpecialDay | None:
        return self.days.get(day)

    def is_holiday(self, day: date) -> bool:
        special = self.days.get(day)
        return special is not None and special.kind == HOLIDAY

    def slot_of(self, day: date) -> int:
        """Which of the 14 slots `day` uses: 0-6 a weekday's hours, 7-13 a holiday's on that weekday."""
        special = self.days.get(day)
        if special is None:
            return day.weekday()
        if special.kind == HOLIDAY:
            return 7 + day.weekday()
        assert special.follows_weekday is not None  # noqa: S101  (SpecialDay has checked it)
        return special.follows_weekday


NO_HOLIDAYS = Calendar()


def read_special_days(path: Path = HOLIDAYS_CN) -> Calendar:
    """Read a CSV with the columns date, kind, follows_weekday, name_zh, name_en.

    ValueError names the line at fault.
    """
    days: dict[date, SpecialDay] = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        missing = {"date", "kind", "follows_weekday"} - set(rows.fieldnames or ())
        if missing:
            raise ValueError(f"{path.name}: column {', '.join(sorted(missing))} is missing")
        for row in rows:
            try:
                day, special = _special_day(row)
            except ValueError as error:
                raise ValueError(f"{path.name}, line {rows.line_num}: {error}") from error
            if day in days:
                raise ValueError(f"{path.name}, line {rows.line_num}: {day} is there twice")
            days[day] = special
    return Calendar(days)


def _special_day(row: dict[str, str | None]) -> tuple[date, SpecialDay]:
    follows = (row["follows_weekday"] or "").strip()
    return date.fromisoformat((row["date"] or "").strip()), SpecialDay(
        kind=(row["kind"] or "").strip(),
        follows_weekday=int(follows) if follows else None,
        name_zh=(row.get("name_zh") or "").strip(),
        name_en=(row.get("name_en") or "").strip(),
    )
