"""Unions, and one login for every role. Passwords are random on each machine and kept in var/, never in the code."""

import json
import secrets
from dataclasses import dataclass
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
PREFIX = "demo-"
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
    for role, scope in scopes.items():
        Appointment.objects.create(user=_person(role.value), role=role, **scope)
    manager = _person("station_manager")
    for station in Station.objects.public().filter(union=union).order_by("id")[:3]:
        StationManager.objects.create(station=station, user=manager)
    _person("superuser", is_staff=True, is_superuser=True)


def logins() -> list[Login]:
    """The logins as kept on this machine; with new passwords if the file is gone."""
    if LOGINS_FILE.is_file():
        return [Login(**one) for one in json.loads(LOGINS_FILE.read_text())]
    made = []
    for user in User.objects.filter(is_demo=True).order_by("id"):
        login = Login(user.username.removeprefix(PREFIX), user.username, secrets.token_urlsafe(9))
        user.set_password(login.password)
        user.save(update_fields=["password"])
        made.append(login)
    LOGINS_FILE.parent.mkdir(exist_ok=True)
    LOGINS_FILE.touch(mode=0o600)
    LOGINS_FILE.write_text(json.dumps([vars(login) for login in made], indent=1))
    return made


def _person(role: str, **more: Any) -> User:
    """Somebody who cannot sign in until `logins` gives them a password."""
    return User.objects.create_user(PREFIX + role.replace("_", "-"), is_demo=True, **more)
