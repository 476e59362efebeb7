"""The list of Annex 2 as a page shows it: a row a station, as it is while the form is written, as it was filed afterwards."""

from dataclasses import dataclass

from django.db.models import Prefetch

from stations.filing import rules
from stations.filing.models import Filing, FilingItem
from stations.registry.acceptance import lacking
from stations.registry.exchange.writing import station_cells
from stations.registry.models import Have, Station
from stations.unions.access import Ability
from stations.unions.models import User


@dataclass(frozen=True)
class Row:
    """`cells` by the columns of the registry's table; `mobile` is empty for those who may not know it."""

    item: FilingItem
    cells: dict[str, str]
    mobile: str
    accepted: int
    asked: int
    missing: tuple[str, ...]

    @property
    def station(self) -> Station:
        return self.item.station

    @property
    def is_accepted(self) -> bool:
        return self.accepted == self.asked


def rows_of(filing: Filing, user: User) -> list[Row]:
    """The rows in their order, in as many queries for one as for many."""
    items = items_of(filing)
    sees_contact = filing.allows(user, Ability.SEE_CONTACT)
    asked = Have.objects.filter(in_force=True).count()
    left = lacking([item.station for item in items], since=filing.created_at)
    return [_row(filing, item, sees_contact, asked, len(left[item.station_id])) for item in items]


def items_of(filing: Filing) -> list[FilingItem]:
    """The items in their order, with all that `cells_of` asks for."""
    stations = (
        Station.objects.select_related("district", "union", "contact")
        .defer("district__outline")
        .prefetch_related("facilities__type")
    )
    return list(filing.items.prefetch_related(Prefetch("station", stations)).order_by("position", "pk"))


def cells_of(filing: Filing, item: FilingItem) -> dict[str, str]:
    """The station's texts by column, and the `datum` of its position: as filed, or as it is while the form is written."""
    if item.filed and filing.state not in rules.EDITABLE_STATES:
        return {"datum": item.station.declared_datum, **item.filed, "mobile": item.filed_contact}
    station = item.station
    cells = station_cells(station, station.declared_lon, station.declared_lat)
    return {**cells, "datum": station.declared_datum}


def _row(filing: Filing, item: FilingItem, sees_contact: bool, asked: int, left: int) -> Row:
    cells = cells_of(filing, item)
    written = filing.state in rules.EDITABLE_STATES
    missing = rules.missing_in_row(cells) if filing.kind == rules.NEW and written else []
    mobile = cells.pop("mobile")
    return Row(item, cells, mobile if sees_contact else "", asked - left, asked, tuple(missing))
