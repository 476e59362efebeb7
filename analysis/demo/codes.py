"""A code for every made-up station; one poster was stolen, so that its station has the second."""

from datetime import date, timedelta

from stations.checkins.keeping.partitions import midnight
from stations.checkins.models import StationCode
from stations.registry.models import Station

OLD, STOLEN = 400, 20  # days ago


def issue(stations: list[Station], today: date) -> None:
    """In bulk: version 1 of all, a version 2 of the last one."""
    begun, stolen = (midnight(today - timedelta(days=back)) for back in (OLD, STOLEN))
    codes = [StationCode(station=station, version=1, issued_at=begun) for station in stations]
    if codes:
        codes[-1].revoked_at, codes[-1].reason = stolen, "海报丢失（演示）"
        codes.append(StationCode(station=stations[-1], version=2, issued_at=stolen))
    StationCode.objects.bulk_create(codes)
