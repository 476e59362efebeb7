"""The register of nameplates for the centre: every number, who has it, who took it, and why there is a gap."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from django_filters import ChoiceFilter

from stations.registry import nameplates
from stations.registry.models import Nameplate, Station
from stations.registry.rules import RuleError
from stations.registry.wording import told
from stations.tables import Column, DeskFilters, DeskTable, SearchFilter, listed
from stations.unions.access import Ability, may_somewhere
from stations.unions.models import User

HANGING, WITHDRAWN, VOID = "hanging", "withdrawn", "void"
FATES = {HANGING: _("On the wall"), WITHDRAWN: _("Withdrawn"), VOID: _("Void, never hung")}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def register(request: HttpRequest) -> HttpResponseBase:
    user = cast(User, request.user)
    if not may_somewhere(user, Ability.APPROVE_FILING):
        raise PermissionDenied
    typed = {"number": request.POST.get("number", ""), "reason": request.POST.get("reason", "")}
    fault = ""
    if request.method == "POST":
        try:
            plate = nameplates.void(by=user, **typed)
        except RuleError as error:
            fault = told(error)
        else:
            messages.success(request, gettext("Number %(number)s is void now.") % {"number": plate})
            return redirect("filing:nameplates")
    page = listed(
        request,
        Nameplate.objects.select_related("station", "issued_by", "withdrawn_by"),
        table=NameplateTable,
        filters=NameplateFilters,
        template="filing/nameplates.html",
        name="nameplates",
        unexplained=nameplates.unexplained(),
        last_numbers=nameplates.last_numbers(),
        typed=typed,
        fault=fault,
    )
    page.status_code = 400 if fault else page.status_code
    return page


def fate(plate: Nameplate) -> str:
    if plate.withdrawn_at is None:
        return HANGING
    return WITHDRAWN if plate.station_id else VOID


class NameplateTable(DeskTable):
    number = Column()
    fate = Column(empty_values=(), verbose_name=_("Where it is"), order_by="withdrawn_at")
    station = Column(verbose_name=_("Station"), order_by="station__name")
    issued_at = Column()
    issued_by = Column(verbose_name=_("by"), order_by="issued_by__name")
    withdrawn_at = Column()
    withdrawn_by = Column(verbose_name=_("by"), order_by="withdrawn_by__name")
    reason = Column()

    def render_number(self, value: str) -> SafeString:
        return format_html('<b class="nowrap">{}</b>', value)

    def value_number(self, value: str) -> str:
        return value

    def render_fate(self, record: Nameplate) -> SafeString:
        found = fate(record)
        return format_html('<span class="tag {}">{}</span>', found, FATES[found])

    def value_fate(self, record: Nameplate) -> str:
        return str(FATES[fate(record)])

    def render_station(self, value: Station) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("stations:station", args=[value.pk]), value.name)

    def value_station(self, value: Station) -> str:
        return value.name


class NameplateFilters(DeskFilters):
    q = SearchFilter(fields=("number", "station__name", "reason"), label=_("Number, station or reason"))
    fate = ChoiceFilter(label=_("Where it is"), choices=list(FATES.items()), method="with_fate")

    def with_fate(self, found: QuerySet[Nameplate], name: str, value: str) -> QuerySet[Nameplate]:
        if value == HANGING:
            return found.filter(withdrawn_at=None)
        return found.filter(withdrawn_at__isnull=False, station__isnull=value == VOID)
