"""A station's full page, for those in whose care it is: all that Annex 2 and chapter 2 name."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from geo.models import SpecialDay
from stations.registry.choices import Condition, Service
from stations.registry.forms import DatedHoursForm, JoinForm, PhotoForm, PledgeForm
from stations.registry.models import Have, Station, StationContact
from stations.registry.timetables import dated_from, hours_in
from stations.unions.access import Ability
from stations.unions.models import TradeUnion, User


@require_safe
@login_required
def station(request: HttpRequest, pk: int) -> HttpResponse:
    return station_page(request, station_in_care(cast(User, request.user), pk))


def station_page(request: HttpRequest, shown: Station, **forms: Form) -> HttpResponse:
    """The page; `forms` are those that came back with something wrong, and with what was typed."""
    return render(request, "registry/station.html", _page(shown, cast(User, request.user)) | forms)


def station_in_care(user: User, pk: int, ability: Ability | None = None) -> Station:
    """404 where `user` cannot see the station, 403 where it is in others' care, or where `user` lacks the ability."""
    shown = get_object_or_404(Station.objects.visible_to(user), pk=pk)
    allowed = (
        shown.allows(user, ability) if ability else Station.objects.in_care_of(user).filter(pk=pk).exists()
    )
    if not allowed:
        raise PermissionDenied
    return shown


def back_to(shown: Station, part: str) -> HttpResponse:
    """To the part of the page where something was done."""
    return redirect(f"{reverse('stations:station', args=[shown.pk])}#{part}")


def _page(shown: Station, user: User) -> dict[str, Any]:
    found = (
        Station.objects.with_open(timezone.now(), SpecialDay.objects.calendar())
        .select_related("district", "union", "pledge")
        .defer("district__outline")
        .get(pk=shown.pk)
    )
    may = {ability.name.lower(): found.allows(user, ability) for ability in Ability}
    sees_contact = may["see_contact"]
    facilities = list(found.facilities.select_related("type"))
    return {
        "station": found,
        "may": may,
        "contact": StationContact.objects.filter(station=found).first() if sees_contact else None,
        "managers": found.managers.select_related("user").order_by("-since"),
        "services": [Service(code).label for code in found.services],
        "facilities": facilities,
        "removed": any(one.condition == Condition.REMOVED for one in facilities),
        "haves": _haves(found),
        "care": found.care.select_related("drive").order_by("-drive__days"),
        "photos": found.photos.all(),
        "dated": dated_from(found, timezone.localdate()),
        "hours": hours_in(found.hours_text, "en" if get_language() == "en" else "zh"),
        "plates": found.nameplates.select_related("issued_by", "withdrawn_by").order_by("-issued_at"),
        "outside_territory": _outside_territory(found),
        "now": timezone.now(),
    } | (_forms(found) if may["edit_station"] else {})


def _forms(shown: Station) -> dict[str, Form]:
    return {
        "photo_form": PhotoForm(),
        "dated_form": DatedHoursForm(),
        "care_form": JoinForm(station=shown),
        "pledge_form": PledgeForm(initial={"pledge": shown.pledge_id}),
    }


def _haves(shown: Station) -> list[dict[str, Any]]:
    """The six haves in force, and earlier ones that were found; each with the finding, or None where nobody looked yet."""
    findings = {one.have_id: one for one in shown.acceptances.select_related("by")}
    return [
        {"have": have, "finding": findings.get(have.pk)}
        for have in Have.objects.all()
        if have.in_force or have.pk in findings
    ]


def _outside_territory(shown: Station) -> bool:
    """A district union's station in another district: allowed, and worth a look."""
    return shown.union.level == TradeUnion.Level.DISTRICT and shown.union.district_id != shown.district_id
