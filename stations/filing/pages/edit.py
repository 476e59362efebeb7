"""A station edited on the map by its manager: live at once, filed by the same action (chapter 3, 3)."""

from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from geo.datum import DATUMS, convert
from geo.models import District
from stations.filing.changes import ON_THE_MAP, NotOnTheMapError, UnconfirmedMoveError, edit_live
from stations.filing.choices import Decision, FilingState
from stations.filing.live_form import PLACE, LiveEditForm
from stations.filing.models import FieldChange
from stations.registry import moves, rules
from stations.registry.actions import StaleStationError, StationError
from stations.registry.models import Station
from stations.registry.naming import in_language
from stations.registry.pages.station import station_in_care
from stations.registry.particulars import Fields, as_changes, differences, live_fields, same
from stations.registry.places import move_to
from stations.registry.rules import RuleError
from stations.registry.showing import field_label, field_words
from stations.registry.wording import told
from stations.unions.access import Ability
from stations.unions.models import User

SALT = "stations.filing.edit"  # signs what the editor had before them


@dataclass(frozen=True)
class Clash:
    """A field in which the station, as it is now, differs from what the editor opened or typed."""

    field: str
    opened: Any
    theirs: Any
    yours: Any

    @property
    def label(self) -> str:
        return field_label(self.field)

    @property
    def to_choose(self) -> bool:
        """Whether both changed it, and not to the same."""
        both = not same(self.field, self.opened, self.theirs) and not same(
            self.field, self.opened, self.yours
        )
        return both and not same(self.field, self.theirs, self.yours)

    @property
    def words(self) -> dict[str, str]:
        versions = {"opened": self.opened, "theirs": self.theirs, "yours": self.yours}
        return {name: field_words(self.field, value) for name, value in versions.items()}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    station = station_in_care(cast(User, request.user), pk, Ability.EDIT_STATION)
    if request.method == "POST":
        return _save(request, station)
    fields = live_fields(station)
    return _page(request, station, LiveEditForm.showing(fields), opened=fields)


@require_safe
@login_required
def preview(request: HttpRequest, pk: int) -> JsonResponse:
    """What a move would be: metres, district and doubts, and the place in the datum `show` for the page's map."""
    station = station_in_care(cast(User, request.user), pk, Ability.EDIT_STATION)
    try:
        lon, lat = (
            rules.read_coordinate(request.GET.get(name, ""), example="121.4737") for name in ("lon", "lat")
        )
        datum, show = request.GET.get("datum", ""), request.GET.get("show", "")
        if datum not in DATUMS or show not in DATUMS:
            raise RuleError("unknown_word", given=rules.shortened(datum or show), known=", ".join(DATUMS))
        move = move_to(station, lon, lat, datum)
    except RuleError as error:
        return JsonResponse({"error": told(error)}, status=400)
    x, y = convert(lon, lat, source=datum, target=show)
    return JsonResponse(
        {
            "metres": round(move.metres, 1),
            "district": in_language(District.objects.get(pk=move.to_district)),
            "doubts": list(moves.doubts(move, confirm_beyond_m=settings.JIELI_MOVE_CONFIRM_M)),
            "at": [round(float(x), 7), round(float(y), 7)],
        }
    )


def _save(request: HttpRequest, station: Station) -> HttpResponse:
    form = LiveEditForm(request.POST)
    opened = _opened(request)
    now = live_fields(station)
    base = opened or now
    if not form.is_valid():
        return _page(request, station, form, opened=base, version=_version(request), status=400)
    typed = form.typed(base)
    mine = {
        field: typed[field]
        for field in differences(base, typed)
        if field not in request.POST.getlist("theirs")
    }
    version = _version(request)
    if version != station.version and opened and not differences(opened, now):
        version = station.version  # what happened meanwhile, such as a fault reported, is not in this form
    try:
        filing = edit_live(
            station=station,
            by=cast(User, request.user),
            version=version,
            confirmed=_confirmed(request, form),
            accuracy_m=form.cleaned_data["accuracy_m"],
            **as_changes(station, mine),
        )
    except StaleStationError:
        return _conflict(request, station, opened=opened, typed=typed, mine=mine)
    except UnconfirmedMoveError as error:
        return _page(request, station, form, opened=base, version=version, move=error, status=422)
    except StationError as error:
        form.fault(error.field, error.message)
        return _page(request, station, form, opened=base, version=version, status=400)
    except NotOnTheMapError:
        messages.error(request, gettext("This station is not on the map: it is changed by its filing."))
        return redirect("stations:edit", station.pk)
    if filing is None:
        messages.info(request, gettext("Nothing was changed."))
    elif filing.state == FilingState.DECIDED:
        messages.success(request, gettext("Saved: the public sees it now."))
    else:
        messages.success(request, gettext("Saved: the public sees it now. Your union will confirm it."))
    return redirect("stations:station", station.pk)


def _conflict(
    request: HttpRequest, station: Station, *, opened: Fields | None, typed: Fields, mine: Fields
) -> HttpResponse:
    """409: both versions side by side, and a form that holds what was typed on top of what is there now."""
    station.refresh_from_db()
    theirs = live_fields(station)
    base = opened or theirs
    yours = base | mine
    concerned = dict.fromkeys([*differences(base, theirs), *mine])
    clashes = [Clash(field, base.get(field), theirs.get(field), yours.get(field)) for field in concerned]
    form = LiveEditForm.showing(theirs | mine)
    return _page(request, station, form, opened=theirs, clashes=clashes, status=409)


def _page(
    request: HttpRequest,
    station: Station,
    form: LiveEditForm,
    *,
    opened: Fields,
    version: int | None = None,
    clashes: list[Clash] | None = None,
    move: UnconfirmedMoveError | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "station": station,
        "on_the_map": station.status in ON_THE_MAP,
        "form": form,
        "version": version or station.version,
        "opened": signing.dumps(opened, salt=SALT, compress=True),
        "clashes": clashes,
        "move": move,
        "move_district": District.objects.filter(pk=move.move.to_district).first() if move else None,
        "place": _place(form),
        "confirm_beyond_m": settings.JIELI_MOVE_CONFIRM_M,
        "accurate_m": moves.ACCURATE_M,
        "waiting": [
            field_label(one.field)
            for one in FieldChange.objects.filter(item__station=station, decision=Decision.PENDING)
        ],
    }
    return render(request, "filing/edit.html", context, status=status)


def _opened(request: HttpRequest) -> Fields | None:
    try:
        return cast(Fields, signing.loads(request.POST.get("opened", ""), salt=SALT))
    except signing.BadSignature:
        return None


def _version(request: HttpRequest) -> int:
    """0, which no station has, where the page sent none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _confirmed(request: HttpRequest, form: LiveEditForm) -> bool:
    """The confirmation holds for the place that was shown with it, not for one chosen afterwards."""
    return request.POST.get("confirmed") == _place(form)


def _place(form: LiveEditForm) -> str:
    return " ".join(str(form[name].value()) for name in PLACE)
