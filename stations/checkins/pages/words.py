"""What a worker says on the check-in page: whether the visit was good, and what is wrong with the station. Plain forms."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from stations.checkins.choices import ReportKind
from stations.checkins.intake.devices import address_of, device_of, set_device
from stations.checkins.models import StationCode
from stations.checkins.opinions import NoVisitError, give_opinion
from stations.checkins.pages.check_in import away
from stations.checkins.pages.scanned import scanned
from stations.checkins.reports import NotThereError, report


@scanned("POST", away=away)
def opinion(request: HttpRequest, code: StationCode, text: str, visit: UUID) -> HttpResponse:
    try:
        give_opinion(visit=visit, station=code.station, good=request.POST.get("good") == "yes")
    except NoVisitError:
        return _back(text, visit, "no-visit")
    return _back(text, visit, "opinion")


@scanned("POST", away=away)
def report_fault(request: HttpRequest, code: StationCode, text: str) -> HttpResponse:
    """`what` is a kind of report, or `broken:` with the facility that is. `visit` leads back to where it was tapped."""
    kind, _, facility = request.POST.get("what", "").partition(":")
    said = "nothing"
    if kind in ReportKind.values and (not facility or kind == ReportKind.BROKEN):
        said = _reported(request, code, ReportKind(kind), facility)
    response = _back(text, _visit(request), said)
    set_device(response, request)
    return response


def _reported(request: HttpRequest, code: StationCode, kind: ReportKind, facility: str) -> str:
    try:
        heard = report(
            station=code.station,
            kind=kind,
            facility=facility or None,
            device=device_of(request),
            address=address_of(request),
            now=timezone.now(),
        )
    except NotThereError:
        return "nothing"
    return "report" if heard else "report-again"


def _back(text: str, visit: UUID | None, said: str) -> HttpResponse:
    where = reverse("check-in:done", args=[text, visit]) if visit else reverse("check-in:page", args=[text])
    return redirect(f"{where}?said={said}#said")


def _visit(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("visit", ""))
    except ValueError:
        return None
