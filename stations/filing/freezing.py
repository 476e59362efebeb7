"""A station as the paper has it: what a filing keeps of it on the day it is handed in."""

from stations.registry.exchange.writing import station_cells
from stations.registry.models import Station


def frozen(station: Station) -> tuple[dict[str, str], str]:
    """The particulars as filed, positions as declared, by the columns of the registry's table; and the mobile number apart."""
    cells = station_cells(station, station.declared_lon, station.declared_lat)
    mobile = cells.pop("mobile")
    return {**cells, "datum": station.declared_datum}, mobile
