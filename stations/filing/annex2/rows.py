"""What a filing says, as the texts of Annex 2's columns: as filed, or as the draft is now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stations.filing import rules
from stations.filing.models import Filing, FilingItem
from stations.registry.exchange.writing import station_cells


@dataclass(frozen=True)
class FiledRow:
    """A station of the list. `cells`: by the registry's columns, positions as declared in `datum`."""

    item: FilingItem
    cells: Mapping[str, str]
    datum: str


def filed_rows(filing: Filing, *, contacts: bool) -> list[FiledRow]:
    """The rows in their order. The mobile numbers only with `contacts`."""
    items = (
        filing.items.order_by("position", "pk")
        .select_related("station__district", "station__union", "station__contact")
        .defer("station__district__outline")
        .prefetch_related("station__facilities__type")
    )
    return [_row(filing, item, contacts) for item in items]


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
    station = item.station
    if item.filed and filing.state not in rules.EDITABLE_STATES:
        cells = {**item.filed, "mobile": item.filed_contact}
        datum = cells.pop("datum", station.declared_datum)
    else:
        cells = station_cells(station, station.declared_lon, station.declared_lat)
        datum = station.declared_datum
    cells["nameplate_no"] = item.nameplate_no or cells.get("nameplate_no", "")
    if not contacts:
        cells["mobile"] = ""
    return FiledRow(item, cells, datum)
