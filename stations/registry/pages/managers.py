"""Giving a station to its manager (站长): hand-over on the station's page, and an account made for a new manager."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from stations.registry.choices import StationStatus
from stations.registry.managers import HandOverError, create_manager, hand_over, hand_over_to_new
from stations.registry.models import Station, StationManager, StationQuerySet
from stations.unions.access import Ability, may
from stations.unions.doors import form_page, needs
from stations.unions.models import TradeUnion, User
from stations.unions.people_forms import AccountForm, refused
from stations.unions.people_pages import shown_once

LISTED = 100  # people in one list to choose from


class SuccessorForm(forms.Form):
    """Somebody who has an account; `wanted` narrows those listed, not those who may be named."""

    to = forms.ModelChoiceField(User.objects.none(), label=_("New manager"))

    def __init__(
        self, *args: Any, present: StationManager | None, user: User, wanted: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        candidates = User.objects.visible_to(user).filter(is_active=True).order_by("name", "username")
        if present:
            candidates = candidates.exclude(pk=present.user_id)
        self.fields["to"].queryset = candidates  # type: ignore[attr-defined]
        found = list(candidates.matching(wanted)[: LISTED + 1])
        self.is_cut = len(found) > LISTED
        people = [(one.pk, _name_and_login(one)) for one in found[:LISTED]]
        self.fields["to"].choices = [("", gettext("Choose a person")), *people]  # type: ignore[attr-defined]


class ManagerForm(AccountForm):
    """A new manager and the stations that they get."""

    stations = forms.ModelMultipleChoiceField(
        Station.objects.none(), label=_("Stations"), required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ["name", "phone", "username", "stations"]

    def __init__(self, *args: Any, stations: StationQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stations"].queryset = stations  # type: ignore[attr-defined]
        self.fields["stations"].label_from_instance = _name_and_manager  # type: ignore[attr-defined]


@needs(Ability.HAND_OVER)
@form_page
@never_cache
def hand_over_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The managers so far, and the next: one who has an account, or a new one."""
    user = cast(User, request.user)
    station = get_object_or_404(Station.objects.visible_to(user), pk=pk)
    if not station.allows(user, Ability.HAND_OVER):
        raise PermissionDenied
    managers = list(station.managers.select_related("user").order_by("-since", "-pk"))
    present = next((one for one in managers if one.until is None), None)
    is_new = "name" in request.POST
    wanted = request.GET.get("q", "").replace("\0", "")[:80]
    known = SuccessorForm(None if is_new else request.POST or None, present=present, user=user, wanted=wanted)
    new = AccountForm(request.POST if is_new else None)
    if request.method == "POST":
        answer = _new(request, station, new) if is_new else _known(request, station, known)
        if answer is not None:
            return answer
    context = {
        "station": station,
        "managers": managers,
        "present": present,
        "known": known,
        "new": new,
        "is_new": is_new,
        "wanted": wanted,
    }
    return render(request, "registry/hand_over.html", context)


def _known(request: HttpRequest, station: Station, form: SuccessorForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        task = hand_over(station=station, to=form.cleaned_data["to"], by=cast(User, request.user))
    except HandOverError as error:
        refused(form, error)
        return None
    messages.success(request, gettext("%(name)s manages the station from now on.") % {"name": task.user})
    return redirect("stations:hand-over", station.pk)


def _new(request: HttpRequest, station: Station, form: AccountForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        _task, given = hand_over_to_new(station=station, by=cast(User, request.user), **form.cleaned_data)
    except (ValidationError, HandOverError) as error:
        refused(form, error)
        return None
    return shown_once(request, given, stations=[station])


@needs(Ability.MANAGE_PEOPLE)
@form_page
@never_cache
def add_manager(request: HttpRequest) -> HttpResponse:
    """An account for a new manager with stations of one union: the officer's own, or the one that the centre names."""
    user = cast(User, request.user)
    unions = _unions(user)
    wanted = request.GET.get("union", "")
    chosen = next((one for one in unions if str(one.pk) == wanted), unions[0] if len(unions) == 1 else None)
    stations = _stations_of(user, chosen)
    form = ManagerForm(
        request.POST or None, stations=stations, initial={"stations": request.GET.getlist("station")}
    )
    if request.method == "POST" and form.is_valid():
        try:
            given = create_manager(by=user, **form.cleaned_data)
            return shown_once(request, given, stations=form.cleaned_data["stations"])
        except (ValidationError, HandOverError) as error:
            refused(form, error)
    return render(request, "registry/add_manager.html", {"form": form, "unions": unions, "chosen": chosen})


def _unions(user: User) -> list[TradeUnion]:
    """The unions whose stations `user` may hand over."""
    everywhere = TradeUnion.objects.visible_to(user)
    return list(everywhere if may(user, Ability.HAND_OVER) else everywhere.filter(pk__in=user.union_ids()))


def _stations_of(user: User, union: TradeUnion | None) -> StationQuerySet:
    if union is None:
        return Station.objects.none()
    manager = StationManager.objects.filter(station=OuterRef("pk"), until=None)
    return (
        Station.objects.visible_to(user)
        .filter(union=union)
        .exclude(status=StationStatus.WITHDRAWN)
        .annotate(present=Subquery(manager.values("user__name")[:1]))
        .order_by("name", "pk")
    )


def _name_and_login(person: User) -> str:
    return f"{person.name}（{person.username}）" if person.name else person.username


def _name_and_manager(station: Station) -> str:
    present = getattr(station, "present", "")
    told = gettext("now managed by %(name)s") % {"name": present} if present else station.address
    return f"{station.name} · {told}"
