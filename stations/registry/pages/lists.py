"""The lists that the centre edits: kinds of facilities, the six haves, versions of the pledge."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stations.registry import lists
from stations.registry.forms import FacilityTypeForm, HaveForm, PledgeTextForm
from stations.registry.models import CareDrive, FacilityType, Have, Pledge
from stations.unions.access import Ability, may
from stations.unions.models import User

KINDS: dict[str, tuple[type[lists.Listed], type[forms.ModelForm]]] = {
    "facilities": (FacilityType, FacilityTypeForm),
    "haves": (Have, HaveForm),
}


@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    _editor(request)
    context = {
        "facility_types": FacilityType.objects.annotate(stations=Count("facility")).order_by(
            "position", "code"
        ),
        "haves": Have.objects.all(),
        "pledges": Pledge.objects.annotate(stations=Count("station")).order_by("-since", "-id"),
        "drives": CareDrive.objects.count(),
    }
    return render(request, "registry/lists.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """A new kind of facility, or a new have."""
    user = _editor(request)
    model, form_class = _kind(kind)
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lists.add_line(kind=model, by=user, **form.cleaned_data)
        except lists.ListError as error:
            form.add_error(error.field, error.message)
        else:
            return _kept(request)
    return render(request, "registry/list_line.html", {"form": form, "kind": kind})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def line(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Rename a line, or say something else of it."""
    user = _editor(request)
    model, form_class = _kind(kind)
    shown: Any = get_object_or_404(model, pk=code)
    name = shown.name_zh
    form = form_class(request.POST or None, instance=shown)
    if request.method == "POST" and form.is_valid():
        try:
            lists.change_line(line=shown, by=user, **form.cleaned_data)
        except lists.ListError as error:
            form.add_error(error.field, error.message)
        else:
            return _kept(request)
    return render(
        request, "registry/list_line.html", {"form": form, "kind": kind, "code": code, "name": name}
    )


@require_POST
@login_required
def move(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    user = _editor(request)
    model, _form = _kind(kind)
    shown: Any = get_object_or_404(model, pk=code)
    lists.move_line(line=shown, by=user, up=request.POST.get("to") == "up")
    return redirect("stations:lists")


@require_POST
@login_required
def remove(request: HttpRequest, code: str) -> HttpResponse:
    """Delete a kind of facility that no station has."""
    user = _editor(request)
    try:
        lists.remove_facility_type(line=get_object_or_404(FacilityType, pk=code), by=user)
    except lists.ListError as error:
        messages.error(request, error.message)
    return redirect("stations:lists")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add_pledge(request: HttpRequest) -> HttpResponse:
    """A new version of the service pledge."""
    user = _editor(request)
    form = PledgeTextForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lists.add_pledge(by=user, **form.cleaned_data)
        except lists.ListError as error:
            form.add_error(error.field, error.message)
        else:
            return _kept(request)
    return render(request, "registry/list_line.html", {"form": form, "kind": "pledges"})


def _kept(request: HttpRequest) -> HttpResponse:
    messages.success(request, gettext("The list is kept."))
    return redirect("stations:lists")


def _kind(kind: str) -> tuple[type[lists.Listed], type[forms.ModelForm]]:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]


def _editor(request: HttpRequest) -> User:
    user = cast(User, request.user)
    if not may(user, Ability.EDIT_LISTS):
        raise PermissionDenied
    return user
