"""Unions, and one login for every role. Passwords are random on each machine and kept in var/, never in the code."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from geo.models import District
from stations.registry.models import Station, StationManager
from stations.unions.models import Appointment, Role, TradeUnion, User

BUREAUS = (
    "绿化市容行业工会",
    "金融行业工会",
    "商业行业工会",
    "邮政快递行业工会",
    "交通运输行业工会",
    "医药行业工会",
)
LOGINS_FILE = settings.VAR_DIR / "demo-logins.json"


@dataclass(frozen=True)
class Login:
    username: str
    password: str
    role: str


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


def make_logins() -> list[Login]:
    """A person for every role: the manager of three stations, an officer and an inspector of the first district, ..."""
    union = (
        TradeUnion.objects.filter(level=TradeUnion.Level.DISTRICT).select_related("district").earliest("id")
    )
    scopes: dict[Role, dict[str, Any]] = {
        Role.UNION_OFFICER: {"union": union},
        Role.INSPECTOR: {"district": union.district},
        Role.CENTRE_OFFICER: {},
        Role.PLANNER: {},
    }
    logins = []
    for role, scope in scopes.items():
        user, login = _person(role.value.replace("_", "-"), role.value)
        Appointment.objects.create(user=user, role=role, **scope)
        logins.append(login)
    manager, login = _person("manager", "station_manager")
    for station in Station.objects.public().filter(union=union).order_by("id")[:3]:
        StationManager.objects.create(station=station, user=manager)
    admin, admin_login = _person("admin", "superuser")
    User.objects.filter(pk=admin.pk).update(is_staff=True, is_superuser=True)
    logins += [login, admin_login]
    _keep(logins, LOGINS_FILE)
    return logins


def kept_logins() -> list[Login]:
    """The logins made on this machine; none if the file is gone."""
    if not LOGINS_FILE.is_file():
        return []
    return [Login(**one) for one in json.loads(LOGINS_FILE.read_text())]


def _person(name: str, role: str) -> tuple[User, Login]:
    login = Login(f"demo-{name}", secrets.token_urlsafe(9), role)
    return User.objects.create_user(login.username, password=login.password, is_demo=True), login


def _keep(logins: list[Login], path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps([vars(login) for login in logins], indent=1))
