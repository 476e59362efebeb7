"""Unions, and one login for every role. Passwords are random on each machine and kept in var/, never in the code."""

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from geo.models import District
from stations.registry.models import Station, StationContact, StationManager
from stations.unions.models import Appointment, Role, TradeUnion, User

BUREAUS = (
    "绿化市容行业工会",
    "金融行业工会",
    "商业行业工会",
    "邮政快递行业工会",
    "交通运输行业工会",
    "医药行业工会",
)
NAMES = {
    "union_officer": "林小满",
    "inspector": "高远路",
    "centre_officer": "周明灯",
    "planner": "苏格图",
    "station_manager": "王小站",
    "superuser": "管理员",
}
FAMILIES = "陈李张刘杨赵黄吴徐孙"
GIVEN = ("小路", "小桥", "小灯", "小树", "小河", "小舟", "小雨", "小雪", "小风", "小云")
PREFIX = "demo-"
DEMO_MOBILE = "1390000{:04d}"  # numbers that stand for none
LOGINS_FILE = settings.VAR_DIR / "demo-logins.json"


@dataclass(frozen=True)
class Login:
    role: str
    username: str
    password: str


def found_unions() -> list[TradeUnion]:
    """One union a district, six of industries, one of the city: 区 first, in the order of the districts' codes."""
    level = TradeUnion.Level
    unions = [
        TradeUnion(
            name=f"{district.name}总工会（演示）", level=level.DISTRICT, district=district, is_demo=True
        )
        for district in District.objects.order_by("code")
    ]
    unions += [TradeUnion(name=f"{name}（演示）", level=level.BUREAU, is_demo=True) for name in BUREAUS]
    unions += [TradeUnion(name="市总工会（演示）", level=level.MUNICIPAL, is_demo=True)]
    return TradeUnion.objects.bulk_create(unions)


def appoint() -> None:
    """A login for every role: an officer and an inspector of the first district, the manager of three of its stations, ...

    The other stations of that district's union have managers too, who have no login.
    """
    union = (
        TradeUnion.objects.filter(level=TradeUnion.Level.DISTRICT).select_related("district").earliest("id")
    )
    scopes: dict[Role, dict[str, Any]] = {
        Role.UNION_OFFICER: {"union": union},
        Role.INSPECTOR: {"district": union.district},
        Role.CENTRE_OFFICER: {},
        Role.PLANNER: {},
    }
    people = {role: _person(role.value) for role in scopes}
    for role, scope in scopes.items():
        Appointment.objects.create(user=people[role], role=role, **scope)
    _person("superuser", is_staff=True, is_superuser=True)
    _give_managers(union, by=people[Role.UNION_OFFICER])


def _give_managers(union: TradeUnion, *, by: User) -> None:
    """Every station of the union gets its manager, one person for up to three; the first had another before."""
    stations = list(Station.objects.public().filter(union=union).order_by("id"))
    shared = [stations[start : start + 3] for start in range(0, len(stations), 3)]
    for number, theirs in enumerate(shared):
        manager = _person("station_manager") if number == 0 else _made_up_manager(number, by)
        for station in theirs:
            if station is stations[0]:
                _former_manager(station, _made_up_manager(0, by))
            StationManager.objects.create(station=station, user=manager)
            StationContact.objects.update_or_create(station=station, defaults={"manager_name": manager.name})


def _former_manager(station: Station, user: User) -> None:
    """A task of a year that has ended."""
    task = StationManager.objects.create(station=station, user=user, until=timezone.now())
    StationManager.objects.filter(pk=task.pk).update(since=task.since - timedelta(days=365))


def _made_up_manager(number: int, by: User) -> User:
    name = f"{FAMILIES[number % len(FAMILIES)]}{GIVEN[number // len(FAMILIES) % len(GIVEN)]}"
    return User.objects.create_user(
        f"manager-{number + 1:03d}", name=f"{name}（演示）", is_demo=True, created_by=by
    )


def logins() -> list[Login]:
    """The logins as kept on this machine; with new passwords if the file is gone."""
    if LOGINS_FILE.is_file():
        return [Login(**one) for one in json.loads(LOGINS_FILE.read_text())]
    made = []
    for user in User.objects.filter(is_demo=True, username__startswith=PREFIX).order_by("id"):
        login = Login(user.username.removeprefix(PREFIX), user.username, secrets.token_urlsafe(9))
        user.set_password(login.password)
        user.save(update_fields=["password"])
        made.append(login)
    LOGINS_FILE.parent.mkdir(exist_ok=True)
    LOGINS_FILE.touch(mode=0o600)
    LOGINS_FILE.write_text(json.dumps([vars(login) for login in made], indent=1))
    return made


def officer() -> User:
    """The officer of the first district's union."""
    return User.objects.get(username=f"{PREFIX}union-officer")


def station_manager() -> User:
    return User.objects.get(username=f"{PREFIX}station-manager")


def another_officer(union: TradeUnion) -> User:
    """An officer of a union that no login is printed for."""
    name = f"{FAMILIES[union.pk % len(FAMILIES)]}{GIVEN[-1]}（演示）"
    user = User.objects.create_user(f"officer-{union.pk:03d}", name=name, is_demo=True)
    Appointment.objects.create(user=user, role=Role.UNION_OFFICER, union=union)
    return user


def _person(role: str, **more: Any) -> User:
    """Somebody who cannot sign in until `logins` gives them a password."""
    name = f"{NAMES[role]}（演示）"
    return User.objects.create_user(PREFIX + role.replace("_", "-"), name=name, is_demo=True, **more)
