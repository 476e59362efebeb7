"""Who may do what, where: the one table of it.

What a person may *read* is the same table in SQL: each model's `visible_to(user)`. What a person may *do* is asked here, with
the place of the object: the union that answers for it, the district it lies in, and whether the person manages it.
"""

from enum import Enum, auto

from django.contrib.auth.models import AnonymousUser

from stations.unions.models import Role, User


class Where(Enum):
    """How far a role reaches."""

    EVERYWHERE = auto()
    OWN_UNION = auto()
    OWN_DISTRICT = auto()
    OWN_STATION = auto()


class Ability(Enum):
    """What can be done. The value is what it is for."""

    ADD_STATION = "enter a station in the registry without a filing"
    ADMINISTER_STATION = "change status, union and nameplate of a station"
    EDIT_STATION = "change a station live on the map (chapter 3, 3)"
    SEE_CONTACT = "read the private phone of a station's person in charge"
    SEE_HISTORY = "read who changed what of a station"
    HAND_OVER = "give a station to another manager (chapter 2, 2 (3))"
    ACCEPT = "accept a station against the six haves (chapter 3, 1)"
    FILE = "draft and submit filings (chapter 3, 2)"
    REVIEW_FILING = "review, recommend or return a filing (chapter 3, 1-2)"
    APPROVE_FILING = (
        "approve or return what a union recommends; issues and withdraws nameplates (chapter 2, 2 (6))"
    )
    DECIDE_CHANGE = "confirm or restore what a manager changed (chapter 3, 3)"
    MANAGE_PEOPLE = "create and deactivate the accounts below"
    PRINT_CODE = "print a station's QR code, revoke it and issue the next one (chapter 4, 1 (1))"
    SEE_USAGE = "read how a station is used (chapter 4, 1 (2))"
    TALLY = "enter the visits of a day that were counted on paper"
    SETTLE_REPORT = "settle what workers reported of a station"
    SEE_INFLATION = "read which stations' check-ins look made up"
    EDIT_LISTS = "edit unions, facility types, six haves, pledge and care drives"


MANAGER = "manager"  # 站长: no appointment but the care of named stations, see registry.StationManager

ABILITIES: dict[Ability, dict[Role | str, Where]] = {
    Ability.ADD_STATION: {Role.CENTRE_OFFICER: Where.EVERYWHERE},
    Ability.ADMINISTER_STATION: {Role.CENTRE_OFFICER: Where.EVERYWHERE},
    Ability.EDIT_STATION: {
        Role.CENTRE_OFFICER: Where.EVERYWHERE,
        Role.UNION_OFFICER: Where.OWN_UNION,
        MANAGER: Where.OWN_STATION,
    },
    Ability.SEE_CONTACT: {
        Role.CENTRE_OFFICER: Where.EVERYWHERE,
        Role.UNION_OFFICER: Where.OWN_UNION,
        MANAGER: Where.OWN_STATION,
    },
    Ability.SEE_HISTORY: {
        Role.CENTRE_OFFICER: Where.EVERYWHERE,
        Role.UNION_OFFICER: Where.OWN_UNION,
        Role.INSPECTOR: Where.OWN_DISTRICT,
        MANAGER: Where.OWN_STATION,
    },
    Ability.HAND_OVER: {Role.CENTRE_OFFICER: Where.EVERYWHERE, Role.UNION_OFFICER: Where.OWN_UNION},
    Ability.ACCEPT: {Role.UNION_OFFICER: Where.OWN_UNION},
    Ability.FILE: {Role.UNION_OFFICER: Where.OWN_UNION},
    Ability.REVIEW_FILING: {Role.UNION_OFFICER: Where.OWN_UNION},
    Ability.APPROVE_FILING: {Role.CENTRE_OFFICER: Where.EVERYWHERE},
    Ability.DECIDE_CHANGE: {Role.CENTRE_OFFICER: Where.EVERYWHERE, Role.UNION_OFFICER: Where.OWN_UNION},
    Ability.MANAGE_PEOPLE: {Role.CENTRE_OFFICER: Where.EVERYWHERE, Role.UNION_OFFICER: Where.OWN_UNION},
    Ability.PRINT_CODE: {
        Role.CENTRE_OFFICER: Where.EVERYWHERE,
        Role.UNION_OFFICER: Where.OWN_UNION,
        MANAGER: Where.OWN_STATION,
    },
    Ability.SEE_USAGE: {
        Role.CENTRE_OFFICER: Where.EVERYWHERE,
        Role.UNION_OFFICER: Where.OWN_UNION,
        Role.INSPECTOR: Where.OWN_DISTRICT,
        MANAGER: Where.OWN_STATION,
    },
    Ability.TALLY: {Role.UNION_OFFICER: Where.OWN_UNION, MANAGER: Where.OWN_STATION},
    Ability.SETTLE_REPORT: {
        Role.CENTRE_OFFICER: Where.EVERYWHERE,
        Role.UNION_OFFICER: Where.OWN_UNION,
        MANAGER: Where.OWN_STATION,
    },
    Ability.SEE_INFLATION: {Role.CENTRE_OFFICER: Where.EVERYWHERE},
    Ability.EDIT_LISTS: {Role.CENTRE_OFFICER: Where.EVERYWHERE},
}


def may(
    user: User | AnonymousUser,
    ability: Ability,
    *,
    union_id: int | None = None,
    district_id: int | None = None,
    manages: bool = False,
) -> bool:
    """Whether `user` may do it to an object of that union and district, which they manage or not. A superuser may all."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return False
    if user.is_superuser:
        return True
    reach = ABILITIES[ability]
    if manages and MANAGER in reach:
        return True
    return any(
        where is Where.EVERYWHERE
        or (where is Where.OWN_UNION and union_id is not None and one.union_id == union_id)
        or (where is Where.OWN_DISTRICT and district_id is not None and one.district_id == district_id)
        for one in user.held
        if (where := reach.get(Role(one.role))) is not None
    )


def may_somewhere(user: User | AnonymousUser, ability: Ability) -> bool:
    """Whether any role of `user` gives this ability anywhere: for menus, and to refuse early."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return False
    return user.is_superuser or any(Role(one.role) in ABILITIES[ability] for one in user.held)
