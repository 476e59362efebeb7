"""Which stations' check-ins look made up: the centre's list of a month, a station's evidence, and what was found by looking."""

from datetime import date, datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from stations.checkins.choices import Finding
from stations.checkins.inflation.looks import LookError, look, looks_of
from stations.checkins.inflation.month import (
    MonthReport,
    frame_of,
    months,
    report_of,
    visits_of,
)
from stations.checkins.inflation.pictures import pictures
from stations.checkins.inflation.words import sentences
from stations.checkins.models import InflationLook
from stations.registry.models import Station
from stations.tables import FILES, as_file
from stations.unions.access import Ability, may
from stations.unions.models import User

NEXT_SHOWN = 10  # of those below the line


@require_safe
@login_required
def report(request: HttpRequest) -> HttpResponseBase:
    """The month's list, the most striking first, or with `export` its file."""
    _reader(request)
    now = timezone.now()
    shown = report_of(_month(request.GET.get("month", ""), now), now)
    listed = _lines(shown, [int(one) for one in shown.found.listed.index])
    kind = request.GET.get("export")
    if kind in FILES:
        rows = [_heading(), *(_row(number, one) for number, one in enumerate(listed, start=1))]
        return as_file(kind, rows, f"inflation-{shown.month:%Y-%m}")
    below = [int(one) for one in shown.found.stations.index[len(listed) :][:NEXT_SHOWN]]
    context = {
        "report": shown,
        "months": months(now),
        "listed": listed,
        "open": sum(one["look"] is None for one in listed),
        "below": [one for one in _lines(shown, below) if one["sentences"]],
        "judged": len(shown.found.stations),
        "too_few": len(shown.found.too_few),
    }
    return render(request, "checkins/inflation/report.html", context)


@require_safe
@login_required
def station(request: HttpRequest, pk: int) -> HttpResponse:
    """A station's evidence in words and pictures."""
    _reader(request)
    now = timezone.now()
    return _station_page(request, pk, _month(request.GET.get("month", ""), now), now)


@require_POST
@login_required
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found by looking at the station."""
    user = _reader(request)
    now = timezone.now()
    month = _month(request.POST.get("month", ""), now)
    shown = get_object_or_404(Station, pk=pk)
    finding, note = request.POST.get("finding", ""), request.POST.get("note", "")
    try:
        look(station=shown, month=month, finding=finding, note=note, by=user, now=now)
    except LookError as error:
        typed = {"fault": str(error), "finding": finding, "note": note}
        return _station_page(request, pk, month, now, status=400, **typed)
    messages.success(request, gettext("Your finding is kept."))
    return redirect(f"{reverse('usage:inflation')}?month={month:%Y-%m}")


def _station_page(
    request: HttpRequest, pk: int, month: date, now: datetime, *, status: int = 200, **typed: str
) -> HttpResponse:
    found = Station.objects.select_related("district", "union").defer("district__outline")
    shown = get_object_or_404(found, pk=pk)
    of_month = report_of(month, now)
    said = InflationLook.objects.filter(station=shown, month=month).select_related("by").first()
    visits = frame_of(visits_of(month, station=pk))
    context = {
        "station": shown,
        "report": of_month,
        "line": _line(of_month, shown, said) if pk in of_month.found.stations.index else None,
        "visits": int((visits["set_aside"] == "").sum()),
        "pictures": pictures(visits, shown, month) if len(visits) else [],
        "look": said,
        "looks": InflationLook.objects.filter(station=shown).exclude(month=month).select_related("by"),
        "findings": Finding.choices,
        "finding": said.finding if said else "",
        "note": said.note if said else "",
        **typed,
    }
    return render(request, "checkins/inflation/station.html", context, status=status)


def _lines(shown: MonthReport, ids: list[int]) -> list[dict[str, Any]]:
    found = Station.objects.select_related("district", "union").defer("district__outline").in_bulk(ids)
    looks = looks_of(shown.month)
    return [_line(shown, found[pk], looks.get(pk)) for pk in ids]


def _line(shown: MonthReport, station: Station, said: InflationLook | None) -> dict[str, Any]:
    row = shown.found.stations.loc[station.pk].to_dict()
    return {
        "station": station,
        "visits": int(row["visits"]),
        "usual": None if row["usual"] != row["usual"] else round(row["usual"]),  # NaN: not known
        "listed": bool(row["listed"]),
        "points": round(row["points"], 1),
        "sentences": sentences(shown.found, station.pk),
        "look": said,
    }


def _heading() -> list[str]:
    return [
        gettext("Rank"), gettext("Nameplate number"), gettext("Station"), gettext("District"), gettext("Union"),
        gettext("Visits"), gettext("Usual"), gettext("Evidence"), gettext("Finding"), gettext("Note"),
    ]  # fmt: skip


def _row(number: int, line: dict[str, Any]) -> list[Any]:
    station, said = line["station"], line["look"]
    return [
        number, station.nameplate_no, station.name, station.district, station.union.name, line["visits"], line["usual"],
        " ".join(line["sentences"]), said.get_finding_display() if said else "", said.note if said else "",
    ]  # fmt: skip


def _month(text: str, now: datetime) -> date:
    """The month that is asked for; the last whole one where it is none that can be looked at."""
    known = months(now)
    wanted = {f"{one:%Y-%m}": one for one in known}
    return wanted.get(text, known[1] if len(known) > 1 else known[0])


def _reader(request: HttpRequest) -> User:
    user = cast(User, request.user)
    if not may(user, Ability.SEE_INFLATION):
        raise PermissionDenied
    return user
