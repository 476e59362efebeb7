"""What the history of a person tells: the account and the roles held. Passwords and signing in are in no history."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext

from geo.models import District
from stations.timeline import Names, Source, Told, fields, plain, text_of
from stations.unions.models import Appointment, TradeUnion, User

SHOWN = (
    "username",
    "name",
    "phone",
    "email",
    "is_active",
    "is_staff",
    "is_superuser",
    "must_change_password",
)


def of_person(pk: int) -> Sequence[Source]:
    return [
        Source(User, {"pgh_obj": pk}, _account, entered=gettext("Account created")),
        Source(Appointment, {"user": pk}, _appointment, names=("union", "district")),
    ]


def _account(row: Any, names: Names) -> Told:
    """A new password is told by its time; itself it is in no history."""
    told = fields(*SHOWN)(row, names)
    set_at = row.password_set_at
    return {**told, gettext("Password set"): plain(set_at)} if set_at else told


def _appointment(row: Any, names: Names) -> Told:
    where = gettext("the whole city")
    if row.union_id:
        where = names[TradeUnion, row.union_id]
    elif row.district_id:
        where = names[District, row.district_id]
    return {gettext("Role: %(role)s") % {"role": text_of(row, "role", names)}: where}
