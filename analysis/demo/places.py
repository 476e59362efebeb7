"""Made-up stations: hosts, hours, services, facilities with faults, closures."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import numpy as np
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from analysis.demo.city import City, Floats
from geo.hours import ZONE
from geo.models import wgs84_point
from stations.registry.choices import Condition, HostKind, Service, StationKind, StationStatus
from stations.registry.models import (
    Facility,
    FacilityType,
    Nameplate,
    Station,
    StationContact,
    TemporaryClosure,
)
from stations.unions.models import TradeUnion

STREETS = ("梧桐", "银杏", "海棠", "丹桂", "玉兰", "香樟", "紫藤", "白鹭", "晨曦", "听潮", "书院", "云锦")
STREET_ENDINGS = ("路", "街", "大道", "弄")
OFFICE = [
    "Mo-Fr 09:00-17:00; PH off",
    "Mo-Fr 08:30-11:30,13:00-17:00; PH off",
    "周一至周五 上午9:00-下午5:00",
]
SHOP = ["每天 9:00-20:00", "Mo-Su 09:30-21:00", "Mo-Sa 09:00-18:00", "9:00-17:00"]
# kind of host -> share of stations, made-up host names, opening hours (the first is the most common)
HOSTS: dict[HostKind, tuple[float, str, list[str]]] = {
    HostKind.BANK: (0.20, "晨光银行", [*OFFICE, "Mo-Fr 09:00-17:00; Sa,Su 10:00-16:00; PH off"]),
    HostKind.TELECOM: (0.10, "联讯营业厅", SHOP),
    HostKind.SUPERMARKET: (0.10, "百家乐超市", ["Mo-Su 08:00-21:30", "每天 7:30-22:00"]),
    HostKind.PHARMACY: (0.12, "康和药房", ["Mo-Su 08:30-21:00", "8:30-21:30", "24小时"]),
    HostKind.RESTAURANT: (
        0.07,
        "江南小馆",
        ["Mo-Su 10:00-21:00", "10:30-14:00,16:30-21:00", "周一至周日 6:00-20:00"],
    ),
    HostKind.HOTEL: (0.04, "归舍酒店", ["24/7"]),
    HostKind.CAMPUS_GATE: (0.03, "大学城门卫", ["24/7", "06:00-22:00"]),
    HostKind.SERVICE_CENTRE: (0.06, "职工服务中心", OFFICE),
    HostKind.PARTY_CENTRE: (0.11, "党群服务中心", ["Mo-Sa 08:30-17:00", *OFFICE, "每天 8:30-20:30"]),
    HostKind.GRASSROOTS: (
        0.14,
        "基层服务站",
        ["9:00-17:00", "4:30-20:00", "Mo-Su 08:00-18:00", "24小时", "05:00-13:00"],
    ),
    HostKind.OTHER: (0.03, "便民小屋", ["9:00-17:00", "20:00-06:00"]),
}
HOURS_UNKNOWN = 0.04
FACILITY_PRESENT = {"aircon": 0.97, "fridge": 0.88, "microwave": 0.93, "water": 0.98, "sockets": 0.97, "seating": 0.98,
                    "wifi": 0.7, "first_aid": 0.75, "reading": 0.5, "toilet": 0.45}  # fmt: skip
FACILITY_BROKEN = 0.035
AWAY_FROM_HUBS = 0.25  # of the stations, scattered wide
NOT_ACTIVE = {StationStatus.PLANNED: 0.01, StationStatus.SUSPENDED: 0.008, StationStatus.WITHDRAWN: 0.007}


def build(
    rng: np.random.Generator, city: City, unions: list[TradeUnion], *, count: int, today: date
) -> list[Station]:
    """Store `count` stations with what stands in them."""
    points, rows = _positions(rng, city, count)
    drawn = [
        _station(rng, city, unions, number, *place)
        for number, place in enumerate(zip(points, rows, strict=True), 1)
    ]
    stations = Station.objects.bulk_create(drawn)
    _take_plates_of(StationStatus.WITHDRAWN)
    StationContact.objects.bulk_create(
        StationContact(station=station, manager_name=f"演示站长 {number:04d}")
        for number, station in enumerate(stations, 1)
    )
    types = {one.code: one for one in FacilityType.objects.all()}
    Facility.objects.bulk_create(
        facility for one in stations for facility in _facilities(rng, one, types, today)
    )
    TemporaryClosure.objects.bulk_create(_closures(rng, stations, today))
    return stations


def _positions(rng: np.random.Generator, city: City, count: int) -> tuple[Floats, list[int]]:
    """Exactly `count` points inside the districts: most of them round hubs, and not every busy hub has one."""
    served = city.busy * (rng.random(len(city.busy)) > 0.2)  # a fifth of the hubs was overlooked
    hubs = rng.choice(len(served), 3 * count, p=served / served.sum())
    sigma = np.where(rng.random(3 * count) < AWAY_FROM_HUBS, 3_500.0, 900.0)
    points = city.scatter(rng, hubs, sigma)
    rows = city.district_rows(points)
    inside = np.flatnonzero(rows >= 0)[:count]
    return points[inside], rows[inside].tolist()


def _station(
    rng: np.random.Generator, city: City, unions: list[TradeUnion], number: int, point: Floats, row: int
) -> Station:
    kinds = list(HOSTS)
    kind = kinds[rng.choice(len(kinds), p=[HOSTS[one][0] for one in kinds])]
    _, host, hours = HOSTS[kind]
    street = rng.choice(STREETS) + rng.choice(STREET_ENDINGS, p=[0.7, 0.15, 0.1, 0.05])
    of_bureau = rng.random() < 0.12
    lon, lat = round(float(point[0]), 6), round(float(point[1]), 6)
    usual = rng.random() < 0.55
    station_kind = StationKind.SANITATION if rng.random() < 0.06 else StationKind.RELAY
    status = _status(rng)
    return Station(
        nameplate_no=None if status == StationStatus.PLANNED else f"演示-{number:05d}",
        name=f"{host}{street}站",
        kind=station_kind,
        status=status,
        host_name=f"{host}（演示）",
        host_kind=kind,
        address=f"{city.districts['name'].iloc[row]}{street}{rng.integers(1, 1800)}号",
        point=wgs84_point(lon, lat),
        declared_lon=lon,
        declared_lat=lat,
        declared_datum="wgs84",
        union=unions[len(city.districts) + rng.integers(6)] if of_bureau else unions[row],
        area_m2=round(3 + float(rng.gamma(1.5, 6)), 1),
        hours_text="" if rng.random() < HOURS_UNKNOWN else str(hours[0] if usual else rng.choice(hours)),
        services=_services(rng),
        is_demo=True,
    )


def _status(rng: np.random.Generator) -> StationStatus:
    draw = rng.random()
    for status, share in NOT_ACTIVE.items():
        if draw < share:
            return status
        draw -= share
    return StationStatus.ACTIVE


def _take_plates_of(status: StationStatus) -> None:
    """A withdrawn station's plate is in the register as withdrawn, and on no wall."""
    gone = Station.objects.filter(status=status)
    numbers = list(gone.values_list("nameplate_no", flat=True))
    gone.update(nameplate_no=None)
    Nameplate.objects.filter(number__in=numbers).update(reason="场地合同到期（演示）")


def _services(rng: np.random.Generator) -> list[str]:
    likely = {
        Service.WATER: 0.99,
        Service.CLIMATE: 0.96,
        Service.MEAL: 0.85,
        Service.CHARGING: 0.95,
        Service.REST: 0.8,
        Service.OTHER: 0.2,
    }
    return [service.value for service, share in likely.items() if rng.random() < share]


def _facilities(
    rng: np.random.Generator, station: Station, types: dict[str, FacilityType], today: date
) -> Iterator[Facility]:
    for code, share in FACILITY_PRESENT.items():
        if rng.random() >= share:
            continue
        broken = rng.random() < FACILITY_BROKEN
        yield Facility(
            station=station,
            type=types[code],
            condition=Condition.BROKEN if broken else Condition.WORKING,
            broken_since=today - timedelta(days=int(rng.integers(1, 60))) if broken else None,
        )


def _closures(rng: np.random.Generator, stations: list[Station], today: date) -> Iterator[TemporaryClosure]:
    """A few stations are shut today, a few will be."""
    for station in rng.choice(np.array(stations, object), min(24, len(stations)), replace=False):
        first = today + timedelta(days=int(rng.integers(-3, 10)))
        last = first + timedelta(days=int(rng.integers(1, 8)))
        during = DateTimeTZRange(*(datetime.combine(day, time(8), ZONE) for day in (first, last)))
        yield TemporaryClosure(
            station=station, during=during, reason=str(rng.choice(["内部装修", "设备检修", "人员培训"]))
        )
