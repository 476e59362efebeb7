"""Writing stations into a filing of new ones, choosing them for the other kinds, and taking them out again."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from stations.filing import actions, rules
from stations.filing.actions import FilingError
from stations.filing.choices import FilingKind
from stations.filing.models import Filing, FilingItem
from stations.filing.pages.form import filing_for, page, version_of
from stations.filing.station_form import StationForm
from stations.registry.actions import StaleStationError, StationError
from stations.registry.choices import StationKind, StationStatus
from stations.registry.models import Station, StationQuerySet
from stations.registry.rules import RuleError
from stations.registry.wording import told
from stations.unions.access import Ability
from stations.unions.models import User

PAGE_SIZE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """An empty row of Annex 2; what was typed stays where something is wrong."""
    user = cast(User, request.user)
    filing = filing_for(user, pk, Ability.FILE)
    if request.method != "POST":
        return _form_page(request, filing, StationForm())
    form = StationForm(request.POST)
    if not form.is_valid():
        return _form_page(request, filing, form, status=400)
    try:
        item = actions.add_station(
            filing=filing, by=user, district=form.declared_district(), **form.particulars()
        )
    except StationError as error:
        form.fault(error.field, error.message)
        return _form_page(request, filing, form, status=400)
    except FilingError as error:
        return _form_page(request, filing, form, error=told(error), status=422)
    messages.success(request, gettext("“%(station)s” is in the form.") % {"station": item.station})
    return redirect("filing:add" if "another" in request.POST else "filing:filing", filing.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """A row corrected; where somebody was faster, 409 with what was typed, ready to be saved over it."""
    user = cast(User, request.user)
    filing = filing_for(user, pk, Ability.FILE)
    item = _item(filing, item_pk)
    if request.method != "POST":
        return _form_page(request, filing, StationForm.of(item.station), item=item)
    form = StationForm(request.POST)
    if not form.is_valid():
        return _form_page(request, filing, form, item=item, version=version_of(request), status=400)
    try:
        actions.edit_station(
            item=item,
            by=user,
            version=version_of(request),
            district=form.declared_district(),
            **form.particulars(item.station),
        )
    except StationError as error:
        form.fault(error.field, error.message)
        return _form_page(request, filing, form, item=item, version=version_of(request), status=400)
    except StaleStationError:
        item.station.refresh_from_db()
        return _form_page(request, filing, form, item=item, theirs=StationForm.of(item.station), status=409)
    except FilingError as error:
        return _form_page(request, filing, form, item=item, error=told(error), status=422)
    messages.success(request, gettext("“%(station)s” is saved.") % {"station": form.cleaned_data["name"]})
    return redirect("filing:filing", filing.pk)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    user = cast(User, request.user)
    filing = filing_for(user, pk, Ability.FILE)
    item = _item(filing, item_pk)
    try:
        actions.remove_station(item=item, by=user)
    except FilingError as error:
        return page(request, filing, error=error, status=422)
    messages.success(request, gettext("“%(station)s” is taken out.") % {"station": item.station})
    return redirect("filing:filing", filing.pk)


@require_POST
@login_required
def reason(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    """Why this station is upgraded or withdrawn."""
    user = cast(User, request.user)
    filing = filing_for(user, pk, Ability.FILE)
    try:
        actions.edit_reason(item=_item(filing, item_pk), by=user, reason=request.POST.get("reason", ""))
    except RuleError as error:
        return page(request, filing, error=error, status=422)
    return redirect("filing:filing", filing.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Stations of the union that fit the kind of filing, to tick."""
    user = cast(User, request.user)
    filing = filing_for(user, pk, Ability.FILE)
    given = {"chosen": frozenset[int](), "reason": ""}
    error = ""
    if request.method == "POST":
        chosen = _numbers(request.POST.getlist("station"))
        given = {"chosen": chosen, "reason": request.POST.get("reason", "")}
        stations = Station.objects.visible_to(user).filter(union=filing.union, pk__in=chosen)
        try:
            actions.choose_stations(filing=filing, by=user, stations=stations, reason=str(given["reason"]))
        except RuleError as fault:
            error = told(fault)
        else:
            return redirect("filing:filing", filing.pk)
    wanted = request.GET.get("q", "").replace("\0", "").strip()[:80]
    found = candidates(filing).filter(
        Q(name__icontains=wanted) | Q(address__icontains=wanted) | Q(nameplate_no__icontains=wanted)
    )
    context: dict[str, Any] = {
        "filing": filing,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "error": error,
        **given,
    }
    return render(request, "filing/choose.html", context, status=422 if error else 200)


def candidates(filing: Filing) -> StationQuerySet:
    """The union's stations that fit the kind of filing and are in no open one: what `rules.check_fits` asks, in SQL."""
    fits = {
        FilingKind.NEW: Q(status=StationStatus.PLANNED, nameplate_no=None),
        FilingKind.UPGRADE: Q(status=StationStatus.ACTIVE, kind=StationKind.SANITATION),
        FilingKind.WITHDRAWAL: Q(status__in=(StationStatus.ACTIVE, StationStatus.SUSPENDED)),
    }
    taken = FilingItem.objects.filter(filing__state__in=rules.OPEN_STATES).exclude(
        filing__kind=FilingKind.CHANGE
    )
    return (
        Station.objects.filter(fits.get(FilingKind(filing.kind), Q(pk=None)), union=filing.union)
        .exclude(pk__in=taken.values("station"))
        .select_related("district")
        .defer("district__outline")
        .order_by("name", "pk")
    )


def _item(filing: Filing, item_pk: int) -> FilingItem:
    return get_object_or_404(filing.items.select_related("filing", "station__district"), pk=item_pk)


def _numbers(texts: Iterable[str]) -> frozenset[int]:
    return frozenset(int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19)


def _form_page(
    request: HttpRequest,
    filing: Filing,
    form: StationForm,
    *,
    item: FilingItem | None = None,
    version: int | None = None,
    theirs: StationForm | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "filing": filing,
        "form": form,
        "item": item,
        "station": item.station if item else None,
        "version": version or (item.station.version if item else 0),
        "theirs": theirs,
        "error": error,
        "writes": filing.kind == FilingKind.NEW and filing.state in rules.EDITABLE_STATES,
    }
    return render(request, "filing/station.html", context, status=status)
