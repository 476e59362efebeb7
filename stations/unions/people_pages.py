"""What officers do to accounts, one form a page. A new password is shown in the answer and nowhere else."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from stations.unions import actions
from stations.unions.access import MANAGER, Ability
from stations.unions.actions import AccountError, Given
from stations.unions.doors import form_page, needs
from stations.unions.models import Appointment, Role, User
from stations.unions.people_forms import ROLES, AppointedAccountForm, AppointmentForm, PersonForm, refused

people_door = needs(Ability.MANAGE_PEOPLE)


@people_door
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """What the new account is for; whoever may make only one kind goes straight on."""
    kinds = [(role, label) for role, label in ROLES if actions.may_give(cast(User, request.user), role)]
    if len(kinds) == 1:
        return redirect("people:add-manager")
    return render(request, "unions/choose.html", {"kinds": kinds, "manager": MANAGER})


@people_door
@form_page
@never_cache
def add(request: HttpRequest, role: str) -> HttpResponse:
    """A new account with a role by appointment; for a manager's see `registry.pages.managers`."""
    if role not in Role:
        raise Http404
    user = cast(User, request.user)
    if not actions.may_give(user, role):
        raise PermissionDenied
    form = AppointedAccountForm(request.POST or None, role=role, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            return shown_once(request, actions.create_account(by=user, role=role, **form.cleaned_data))
        except ValidationError as error:
            refused(form, error)
    return render(request, "unions/add.html", {"form": form, "role": Role(role).label})


@people_door
@form_page
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    person = below_or_refused(user, pk)
    form = PersonForm(request.POST or None, initial={"name": person.name, "phone": person.phone})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_details(person=person, by=user, **form.cleaned_data)
            return redirect("people:person", pk)
        except ValidationError as error:
            refused(form, error)
    return render(request, "unions/edit.html", {"form": form, "person": person})


@people_door
@require_POST
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    person = seen(request, pk)
    try:
        actions.deactivate(person=person, by=cast(User, request.user))
        messages.success(request, gettext("The account is deactivated: nobody can sign in with it any more."))
    except AccountError as error:
        messages.error(request, str(error))
    return redirect("people:person", pk)


@people_door
@require_POST
@never_cache
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    return _new_password(request, pk, actions.reactivate)


@people_door
@require_POST
@never_cache
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    return _new_password(request, pk, actions.reset_password)


@people_door
@form_page
@never_cache
def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    user = cast(User, request.user)
    person = below_or_refused(user, pk)
    if not actions.may_give(user, Role.PLANNER):
        raise PermissionDenied
    form = AppointmentForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            given = actions.appoint(person=person, by=user, **form.cleaned_data)
            return shown_once(request, given) if given else redirect("people:person", pk)
        except (ValidationError, AccountError) as error:
            refused(form, error)
    return render(request, "unions/appoint.html", {"form": form, "person": person})


@people_door
@require_POST
def end_appointment(request: HttpRequest, pk: int, appointment: int) -> HttpResponse:
    person = seen(request, pk)
    held = get_object_or_404(Appointment, pk=appointment, user=person)
    actions.end_appointment(appointment=held, by=cast(User, request.user))
    messages.success(request, gettext("The role is ended."))
    return redirect("people:person", pk)


def seen(request: HttpRequest, pk: int) -> User:
    """The person, or 404 where the reader may not know of them."""
    return get_object_or_404(User.objects.visible_to(cast(User, request.user)), pk=pk)


def below_or_refused(user: User, pk: int) -> User:
    """The person whose account `user` manages: 404 where they may not know of it, 403 where it is not below."""
    person = get_object_or_404(User.objects.visible_to(user), pk=pk)
    if not User.objects.below(user).filter(pk=pk).exists():
        raise PermissionDenied
    return person


def shown_once(request: HttpRequest, given: Given, **context: object) -> HttpResponse:
    return render(request, "unions/given.html", {"person": given.user, "password": given.password, **context})


def _new_password(request: HttpRequest, pk: int, act: "actions.GivesPassword") -> HttpResponse:
    person = seen(request, pk)
    try:
        return shown_once(request, act(person=person, by=cast(User, request.user)))
    except AccountError as error:
        messages.error(request, str(error))
        return redirect("people:person", pk)
