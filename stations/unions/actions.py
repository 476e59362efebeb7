"""What people do to accounts and roles. Each verb: authorise, lock, check, save, in one transaction.

Who may: `User.objects.below(by)` for an account that is there; for a new one and for roles see `may_give`.
"""

import secrets
from dataclasses import dataclass, field
from typing import Protocol

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from geo.models import District
from stations.unions.access import MANAGER, Ability, may, may_somewhere
from stations.unions.models import MADE_UP, Appointment, Role, TradeUnion, User
from stations.unions.rules import is_printable, one_time_password
from stations.unions.tokens import end_tokens


class AccountError(ValueError):
    """The account is not in a state for this; the text says what to do."""


@dataclass(frozen=True)
class Given:
    """An account and the password it was just given, which is kept nowhere else: show it once."""

    user: User
    password: str = field(repr=False)


class GivesPassword(Protocol):
    """`reactivate` or `reset_password`."""

    def __call__(self, *, person: User, by: User) -> Given: ...


def may_give(by: User, role: str) -> bool:
    """Whether `by` may make accounts for this role: managers (`MANAGER`) every officer, roles by appointment the centre."""
    if role == MANAGER:
        return may_somewhere(by, Ability.MANAGE_PEOPLE)
    return may(by, Ability.MANAGE_PEOPLE)


@transaction.atomic
def create_account(
    *,
    by: User,
    name: str,
    username: str = "",
    phone: str = "",
    role: str = MANAGER,
    union: TradeUnion | None = None,
    district: District | None = None,
) -> Given:
    """A new account with a one-time password, and the appointment if the role is one.

    PermissionDenied unless `by` may give the role; ValidationError names the field at fault.
    """
    if not may_give(by, role):
        raise PermissionDenied
    person = User(created_by=by, must_change_password=True)
    person.username = username.strip() or f"{MADE_UP}{secrets.token_hex(4)}"
    if not username.strip() and not phone.strip():
        raise ValidationError(
            {"username": gettext("Write a user name or a mobile: one of them is for signing in.")}
        )
    _name(person, name, phone)
    password = one_time_password()
    person.set_password(password)
    _save(person, ["name", "username", "phone"])
    if role != MANAGER:
        _appoint(person, role, union, district)
    return Given(person, password)


@transaction.atomic
def change_details(*, person: User, by: User, name: str, phone: str) -> User:
    """Correct name and mobile: one's own, or those of an account below. ValidationError names the field at fault."""
    if person.pk != by.pk:
        _authorise(by, person)
    person = _locked(person)
    _name(person, name, phone)
    _save(person, ["name", "phone"])
    return person


@transaction.atomic
def deactivate(*, person: User, by: User) -> User:
    """The person can no longer sign in; sessions and tokens end at once. Roles and stations stay for others to hand on."""
    _authorise(by, person)
    person = _locked(person)
    if not person.is_active:
        raise AccountError(gettext("The account is deactivated already."))
    person.is_active = False
    person.set_unusable_password()  # so that no old session revives with the account
    person.save(update_fields=["is_active", "password"])
    end_tokens(of=person)
    return person


@transaction.atomic
def reactivate(*, person: User, by: User) -> Given:
    """The account opens again, with a new one-time password."""
    _authorise(by, person)
    person = _locked(person)
    if person.is_active:
        raise AccountError(gettext("The account is active already."))
    person.is_active = True
    return _give_password(person)


@transaction.atomic
def reset_password(*, person: User, by: User) -> Given:
    """A new one-time password, for who lost theirs. It ends all sessions and tokens."""
    _authorise(by, person)
    person = _locked(person)
    if not person.is_active:
        raise AccountError(
            gettext("The account is deactivated: reactivate it, that gives a new password too.")
        )
    return _give_password(person)


@transaction.atomic
def change_own_password(*, user: User, password: str) -> None:
    """Give oneself a new password, already checked. It ends the other sessions and all tokens of the API."""
    locked = _locked(user)
    locked.set_password(password)
    locked.must_change_password = False
    locked.save(update_fields=["password", "password_set_at", "must_change_password"])
    end_tokens(of=locked)
    user.refresh_from_db()


@transaction.atomic
def appoint(
    *,
    person: User,
    by: User,
    role: str,
    union: TradeUnion | None = None,
    district: District | None = None,
) -> Given | None:
    """Give a person one more role. PermissionDenied unless `by` is the centre's; ValidationError where the place does not fit.

    With the first role comes a new one-time password: until now a union's officer could give the account one, and know it.
    """
    if not may_give(by, role) or role == MANAGER:
        raise PermissionDenied
    _authorise(by, person)
    person = _locked(person)
    if not person.is_active:
        raise AccountError(gettext("The account is deactivated: reactivate it first."))
    is_first = not person.appointments.exists()
    _appoint(person, role, union, district)
    return _give_password(person) if is_first else None


@transaction.atomic
def end_appointment(*, appointment: Appointment, by: User) -> None:
    """Take a role away; history keeps that it was held. PermissionDenied unless `by` is the centre's."""
    if not may_give(by, appointment.role):
        raise PermissionDenied
    _authorise(by, appointment.user)
    _locked(appointment.user)
    appointment.delete()


def _authorise(by: User, person: User) -> None:
    if not User.objects.below(by).filter(pk=person.pk).exists():
        raise PermissionDenied


def _locked(person: User) -> User:
    return User.objects.select_for_update().get(pk=person.pk)


def _name(person: User, name: str, phone: str) -> None:
    """Put name and mobile on the row; ValidationError where there is no name that can be shown."""
    person.name = " ".join(name.split())
    if not person.name:
        raise ValidationError({"name": gettext("Write the person's name.")})
    if not is_printable(person.name):
        raise ValidationError(
            {"name": gettext("The name contains a character that cannot be shown: type it again.")}
        )
    person.phone = phone


def _save(person: User, fields: list[str]) -> None:
    """Check the fields, then save; a name that somebody else took in between is told like one taken before."""
    _check(person, fields)
    try:
        with transaction.atomic():
            person.save(update_fields=fields if person.pk else None)
    except IntegrityError:
        _check(person, fields)
        raise


def _check(person: User, fields: list[str]) -> None:
    try:
        person.full_clean(exclude={field.name for field in User._meta.fields} - set(fields))
    except ValidationError as error:
        faults = error.message_dict
        if "__all__" in faults:  # of the constraint on user names
            faults["username"] = faults.pop("__all__")
        raise ValidationError(faults) from error


def _give_password(person: User) -> Given:
    password = one_time_password()
    person.set_password(password)
    person.must_change_password = True
    person.save(update_fields=["is_active", "password", "password_set_at", "must_change_password"])
    end_tokens(of=person)
    return Given(person, password)


def _appoint(person: User, role: str, union: TradeUnion | None, district: District | None) -> Appointment:
    """Only the place that the role has is kept: an officer's union, an inspector's district."""
    appointment = Appointment(user=person, role=role)
    if role == Role.UNION_OFFICER:
        appointment.union = union
    if role == Role.INSPECTOR:
        appointment.district = district
    for needed, place in ((Role.UNION_OFFICER, "union"), (Role.INSPECTOR, "district")):
        if role == needed and getattr(appointment, f"{place}_id") is None:
            raise ValidationError({place: gettext("Choose where the role is held.")})
    if person.appointments.filter(role=role, union=appointment.union, district=appointment.district).exists():
        raise ValidationError(gettext("The person holds this role there already."))
    appointment.full_clean()
    appointment.save()
    return appointment
