"""The list of trade unions, kept by the centre."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from geo.models import District
from stations.unions import trade_unions
from stations.unions.access import Ability
from stations.unions.doors import form_page, needs
from stations.unions.models import TradeUnion, User
from stations.unions.people_forms import RenameForm, TradeUnionForm, refused

lists_door = needs(Ability.EDIT_LISTS)


@lists_door
@form_page
def unions(request: HttpRequest) -> HttpResponse:
    """All unions with their stations and officers; and the form for one more."""
    user = cast(User, request.user)
    form = TradeUnionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            union = trade_unions.add_union(by=user, **form.cleaned_data)
            messages.success(request, gettext("%(name)s is added.") % {"name": union})
            return redirect("people:unions")
        except ValidationError as error:
            refused(form, error)
    listed = (
        TradeUnion.objects.visible_to(user)
        .select_related("district")
        .defer("district__outline")
        .annotate(
            station_count=Count("stations", distinct=True), officer_count=Count("appointment", distinct=True)
        )
        .order_by(F("district__code").asc(nulls_last=True), "level", "name")
    )
    missing = District.objects.filter(tradeunion=None).count()
    return render(request, "unions/unions.html", {"form": form, "unions": listed, "missing": missing})


@lists_door
@form_page
def union(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(TradeUnion.objects.visible_to(cast(User, request.user)), pk=pk)
    form = RenameForm(request.POST or None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            trade_unions.rename_union(union=found, by=cast(User, request.user), **form.cleaned_data)
            return redirect("people:unions")
        except ValidationError as error:
            refused(form, error)
    return render(request, "unions/union.html", {"form": form, "union": found})


@lists_door
@require_POST
def district_unions(request: HttpRequest) -> HttpResponse:
    made = len(trade_unions.found_district_unions(by=cast(User, request.user)))
    told = ngettext("%(count)s district union is added.", "%(count)s district unions are added.", made)
    messages.success(request, told % {"count": made})
    return redirect("people:unions")
