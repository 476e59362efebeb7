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
    stations = (
        Station.objects.select_related("district", "union", "contact")
        .defer("district__outline")
        .prefetch_related("facilities__type")
    )
    items = list(filing.items.prefetch_related(Prefetch("station", stations)).order_by("position", "pk"))
    sees_contact = filing.allows(user, Ability.SEE_CONTACT)
    asked = Have.objects.filter(in_force=True).count()
    left = lacking([item.station for item in items], since=filing.created_at)
    return [_row(filing, item, sees_contact, asked, len(left[item.station_id])) for item in items]


def _row(filing: Filing, item: FilingItem, sees_contact: bool, asked: int, left: int) -> Row:
    written = filing.state in rules.EDITABLE_STATES
    frozen: dict[str, str] = item.filed or {}
    cells = {**frozen, "mobile": item.filed_contact} if frozen and not written else _live(item.station)
    missing = rules.missing_in_row(cells) if filing.kind == rules.NEW and written else []
    mobile = cells.pop("mobile") if sees_contact else ""
    return Row(item, cells, mobile, asked - left, asked, tuple(missing))


def _live(station: Station) -> dict[str, str]:
    return station_cells(station, station.declared_lon, station.declared_lat)
