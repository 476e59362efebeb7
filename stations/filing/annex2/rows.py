"""What a filing says, as the texts of Annex 2's columns: as filed, or as the draft is now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stations.filing.models import Filing, FilingItem
from stations.filing.rows import cells_of, items_of


@dataclass(frozen=True)
class FiledRow:
    """A station of the list. `cells`: by the registry's columns, positions as declared in `datum`."""

    item: FilingItem
    cells: Mapping[str, str]
    datum: str


def filed_rows(filing: Filing, *, contacts: bool) -> list[FiledRow]:
    """The rows in their order. The mobile numbers only with `contacts`."""
    return [_row(filing, item, contacts) for item in items_of(filing)]


def head_texts(filing: Filing, *, contacts: bool) -> dict[str, str]:
    return {
        "union": filing.union.name,
        "contact_name": filing.contact_name,
        "contact_email": filing.contact_email,
        "contact_phone": filing.contact_phone if contacts else "",
    }


def common_datum(rows: Sequence[FiledRow]) -> str:
    """The datum in which all positions were declared; WGS-84 where they were not declared in one."""
    datums = {row.datum for row in rows}
    return datums.pop() if len(datums) == 1 else "wgs84"


def _row(filing: Filing, item: FilingItem, contacts: bool) -> FiledRow:
    cells = cells_of(filing, item)
    datum = cells.pop("datum")
    cells["nameplate_no"] = item.nameplate_no or cells.get("nameplate_no", "")
    if not contacts:
        cells["mobile"] = ""
    return FiledRow(item, cells, datum)
