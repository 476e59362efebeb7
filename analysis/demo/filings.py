"""Made-up filings at every step of their way, so that an officer's desk and the centre's have something to do."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import numpy as np

from analysis.demo.city import City
from analysis.demo.people import DEMO_MOBILE, another_officer, officer, station_manager
from analysis.demo.places import HOSTS, STREETS
from geo.hours import ZONE
from stations.filing import actions, changes
from stations.filing.choices import FilingKind
from stations.filing.models import Filing, FilingItem, FilingStep
from stations.registry.acceptance import accept
from stations.registry.choices import HostKind, Service, StationKind, StationStatus
from stations.registry.models import Acceptance, Have, Station
from stations.unions.models import Role, TradeUnion, User


@dataclass(frozen=True)
class Plan:
    """A filing: how far it came, when it came there, and how many of its stations are accepted already."""

    kind: FilingKind
    state: str
    days_ago: int
    stations: int = 1
    accepted: int = 0
    comment: str = ""


NEW, UPGRADE, WITHDRAWAL = FilingKind.NEW, FilingKind.UPGRADE, FilingKind.WITHDRAWAL
FIRST_UNION = (
    Plan(NEW, "draft", 1, 2),
    Plan(NEW, "submitted", 3, 3, accepted=1),
    Plan(NEW, "submitted", 11, 1),
    Plan(NEW, "reviewed", 2, 2, accepted=2),
    Plan(NEW, "recommended", 4, 3, accepted=3),
    Plan(NEW, "returned", 5, 1, accepted=1, comment="地址写到门牌号即可，请去掉楼层；面积请按实测填写。"),
    Plan(UPGRADE, "submitted", 6),
    Plan(WITHDRAWAL, "recommended", 1, comment="场地合同到期"),
    Plan(NEW, "approved", 9, 2, accepted=2, comment="同意备案"),
)
OTHER_UNIONS = (
    (Plan(NEW, "recommended", 12, 2, accepted=2), Plan(NEW, "draft", 0)),
    (Plan(UPGRADE, "recommended", 3, accepted=1), Plan(NEW, "submitted", 8, 2, accepted=1)),
    (Plan(NEW, "reviewed", 1, accepted=1), Plan(NEW, "approved", 20, accepted=1, comment="同意备案")),
)
REFUSED_NOTE = "铭牌位置未定，服务公约未上墙"


@dataclass
class Desk:
    """What the made-up filings are made with."""

    rng: np.random.Generator
    city: City
    today: date
    centre: User
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def moment(self, days_ago: int, hour: int = 10) -> datetime:
        return datetime.combine(self.today - timedelta(days=days_ago), time(hour, 12), ZONE)


def file(rng: np.random.Generator, city: City, *, today: date) -> int:
    """Put filings on the desks of the first district's union and of three others; the number of filings."""
    centre = User.objects.get(is_demo=True, appointments__role=Role.CENTRE_OFFICER)
    desk = Desk(rng, city, today, centre)
    for plan in FIRST_UNION:
        _file(desk, plan, officer())
    for union, plans in zip(TradeUnion.objects.order_by("id")[1:4], OTHER_UNIONS, strict=False):
        by = another_officer(union)
        for plan in plans:
            _file(desk, plan, by)
        User.objects.filter(pk=by.pk).update(is_active=False)  # a name on the form, nobody who signs in
    _change(desk, station_manager())
    Station.objects.filter(is_demo=False).update(is_demo=True)
    return Filing.objects.count()


def _file(desk: Desk, plan: Plan, by: User) -> None:
    union = by.appointments.get().union
    assert union is not None  # noqa: S101 - an officer's appointment
    filing = actions.draft_filing(by=by, kind=plan.kind, union=union)
    actions.edit_head(
        filing=filing,
        by=by,
        contact_name="演示联系人",
        contact_email="demo@example.org",
        contact_phone=DEMO_MOBILE.format(0),
    )
    if plan.kind == NEW:
        for _ in range(plan.stations):
            actions.add_station(filing=filing, by=by, **_particulars(desk, union))
    elif not _choose(filing, plan, by):
        actions.delete_draft(filing=filing, by=by)
        return
    if plan.state != "draft":
        filing = actions.submit(filing=filing, by=by)
        _accept(filing, plan, by)
        _pass_on(desk, filing, plan, by)
    _date_back(desk, filing, plan)


def _particulars(desk: Desk, union: TradeUnion) -> dict[str, Any]:
    """A planned station some streets away from one that the union has."""
    number = next(desk.numbers)
    kind = list(HOSTS)[int(desk.rng.integers(len(HOSTS)))]
    street = f"{desk.rng.choice(STREETS)}路"
    lon, lat = _near_an_own_station(desk, union)
    return {
        "name": f"{HOSTS[kind][1]}{street}新站{number}",
        "address": f"{street}{int(desk.rng.integers(1, 900))}号",
        "position": {"lon": lon, "lat": lat, "datum": "wgs84"},
        "host_kind": HostKind(kind).value,
        "host_name": f"{HOSTS[kind][1]}（演示）",
        "hours_text": "周一至周五 9:00-17:00",
        "area_m2": Decimal(str(round(3 + float(desk.rng.gamma(1.5, 4)), 1))),
        "services": [Service.WATER, Service.CLIMATE, Service.CHARGING, Service.REST],
        "facilities": dict.fromkeys(
            ("aircon", "fridge", "microwave", "water", "sockets", "seating"), "working"
        ),
        "manager_name": f"演示负责人{number}",
        "mobile": DEMO_MOBILE.format(number),
        "planned_completion": desk.today + timedelta(days=int(desk.rng.integers(10, 60))),
    }


def _near_an_own_station(desk: Desk, union: TradeUnion) -> tuple[float, float]:
    own = list(Station.objects.filter(union=union).order_by("id").values_list("declared_lon", "declared_lat"))
    while True:
        start = np.array([own[int(desk.rng.integers(len(own)))]])
        place = np.round(start + desk.rng.normal(size=(1, 2)) * 0.004, 6)
        if desk.city.district_rows(place)[0] >= 0:
            return float(place[0, 0]), float(place[0, 1])


def _choose(filing: Filing, plan: Plan, by: User) -> bool:
    """A station of the union that fits; the small cities of tests may have none."""
    fits = (
        {"kind": StationKind.SANITATION, "status": StationStatus.ACTIVE}
        if plan.kind == UPGRADE
        else {"kind": StationKind.RELAY, "status": StationStatus.ACTIVE}
    )
    found = (
        Station.objects.filter(union=filing.union, **fits)
        .exclude(pk__in=station_manager().managed_station_ids)
        .order_by("id")[: plan.stations]
    )
    if not found:
        return False
    reason = plan.comment or "条件成熟，可向全体户外职工开放"
    actions.choose_stations(filing=filing, by=by, stations=list(found), reason=reason)
    return True


def _accept(filing: Filing, plan: Plan, by: User) -> None:
    """The first stations have all six; of the next one the signage is refused."""
    for item in filing.items.select_related("station")[: plan.accepted]:
        for have in Have.objects.filter(in_force=True):
            accept(station=item.station, have=have, accepted=True, by=by)
    for item in filing.items.select_related("station")[plan.accepted : plan.accepted + 1]:
        if plan.accepted:
            signage = Have.objects.get(code="signage")
            accept(station=item.station, have=signage, accepted=False, note=REFUSED_NOTE, by=by)


def _pass_on(desk: Desk, filing: Filing, plan: Plan, by: User) -> None:
    if plan.state == "returned":
        actions.return_filing(filing=filing, by=by, reason=plan.comment)
    if plan.state in ("reviewed", "recommended", "approved"):
        actions.review(filing=filing, by=by)
    if plan.state in ("recommended", "approved"):
        actions.recommend(filing=filing, by=by)
    if plan.state == "approved":
        actions.approve(filing=filing, by=desk.centre, comment=plan.comment)


def _date_back(desk: Desk, filing: Filing, plan: Plan) -> None:
    """The filing came to its state some days ago, a day a step before."""
    steps = list(FilingStep.objects.filter(filing=filing).order_by("-id"))
    for back, step in enumerate(steps):
        step.at = desk.moment(plan.days_ago + back)
    FilingStep.objects.bulk_update(steps, ["at"])
    begun = desk.moment(plan.days_ago + len(steps), hour=9)
    Filing.objects.filter(pk=filing.pk).update(
        created_at=begun,
        state_since=desk.moment(plan.days_ago),
        submitted_at=steps[-1].at if steps else None,
    )
    stations = FilingItem.objects.filter(filing=filing).values("station")
    Acceptance.objects.filter(station__in=stations).update(at=desk.moment(plan.days_ago, hour=10))


def _change(desk: Desk, manager: User) -> None:
    """The manager changed host and area of a station, and the union has not decided yet."""
    station = Station.objects.managed_by(manager).order_by("id").first()
    if station is None:
        return
    filing = changes.edit_live(
        station=station,
        by=manager,
        host_name="晨光银行（演示，二期）",
        area_m2=Decimal("12.5"),
    )
    if filing:
        since = desk.moment(2)
        Filing.objects.filter(pk=filing.pk).update(created_at=since, submitted_at=since, state_since=since)
        FilingStep.objects.filter(filing=filing).update(at=since)
