"""What workers reported, for those who look after the stations: the list under /desk/usage/reports/, and "settled"."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from django_filters import ChoiceFilter

from stations.checkins import reports
from stations.checkins.choices import ReportKind
from stations.checkins.models import WorkerReport
from stations.registry.naming import in_language
from stations.tables import Column, DeskFilters, DeskTable, SearchFilter, listed
from stations.unions.models import User

OPEN, SETTLED, ALL = "open", "settled", "all"
STATES = [(OPEN, _("To be settled")), (SETTLED, _("Settled")), (ALL, _("All"))]


@require_safe
@login_required
def worker_reports(request: HttpRequest) -> HttpResponseBase:
    """Of the stations in the reader's care; the open ones first, the longest waiting of them at the top."""
    visible = WorkerReport.objects.visible_to(cast(User, request.user))
    chosen = request.GET.get("state") or OPEN
    return listed(
        request,
        _in_state(visible, chosen).select_related("station", "facility", "settled_by").order_by("first_at"),
        table=ReportTable,
        filters=ReportFilters,
        template="checkins/desk/reports.html",
        name="reports",
        tabs=[{"code": code, "label": label, "here": code == chosen} for code, label in STATES],
        nothing_yet=gettext("Workers have reported nothing that waits."),
    )


@require_POST
@login_required
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the station's page, or to the list where `back` says so."""
    user = cast(User, request.user)
    found = get_object_or_404(WorkerReport.objects.visible_to(user).select_related("station"), pk=pk)
    reports.settle(report=found, by=user)
    messages.success(request, gettext("The report is settled."))
    if request.POST.get("back") == "list":
        return redirect("usage:reports")
    return redirect("stations:station", found.station_id)


def in_words(report: WorkerReport) -> str:
    """What is wrong, with the facility that is."""
    kind = ReportKind(report.kind).label
    if report.facility is None:
        return str(kind)
    return gettext("%(kind)s: %(what)s") % {"kind": kind, "what": in_language(report.facility)}


def _in_state(found: QuerySet[WorkerReport], state: str) -> QuerySet[WorkerReport]:
    if state == OPEN:
        return found.filter(settled_at=None)
    return found.exclude(settled_at=None) if state == SETTLED else found


class ReportTable(DeskTable):
    station = Column(order_by="station__name", verbose_name=_("Station"))
    kind = Column(verbose_name=_("What workers say"))
    day = Column(verbose_name=_("Day"))
    voices = Column(verbose_name=_("Phones"))
    last_at = Column(verbose_name=_("Last said"))
    settled_at = Column(verbose_name=_("Settled"))

    def render_station(self, record: WorkerReport) -> SafeString:
        return format_html(
            '<a class="row-name" href="{}#reports">{}</a><span class="under">{}</span>',
            reverse("stations:station", args=[record.station_id]),
            record.station.name,
            record.station.address,
        )

    def value_station(self, record: WorkerReport) -> str:
        return record.station.name

    def render_kind(self, record: WorkerReport) -> str:
        return in_words(record)

    def render_day(self, record: WorkerReport) -> str:
        return record.day.isoformat()

    def render_last_at(self, record: WorkerReport) -> str:
        return f"{timezone.localtime(record.last_at):%Y-%m-%d %H:%M}"

    def render_settled_at(self, record: WorkerReport) -> str:
        return f"{timezone.localtime(record.settled_at):%Y-%m-%d %H:%M} {record.settled_by}"


class ReportFilters(DeskFilters):
    q = SearchFilter(fields=("station__name", "station__address"), label=_("Station or address"))
    state = ChoiceFilter(label=_("State"), choices=STATES, method="in_state", empty_label=None)
    kind = ChoiceFilter(label=_("What workers say"), choices=ReportKind.choices)

    def in_state(self, found: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return found  # chosen by the page already
