"""The list of the stations in the reader's care."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.db.models import CharField, F, OuterRef, Prefetch, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django_filters import ChoiceFilter

from geo.models import District, SpecialDay
from stations.registry.choices import Condition, HostKind, Service, StationKind, StationStatus
from stations.registry.models import CareDrive, Facility, Station, StationManager, StationQuerySet
from stations.registry.naming import in_language
from stations.tables import Column, DeskFilters, DeskTable, SearchFilter, TickFilter, listed
from stations.unions.models import TradeUnion, User


@require_safe
@login_required
def stations(request: HttpRequest) -> HttpResponseBase:
    found = for_listing(Station.objects.in_care_of(cast(User, request.user)))
    return listed(
        request,
        found,
        table=StationTable,
        filters=StationFilters,
        template="registry/stations.html",
        name="stations",
        nothing_yet=gettext("No station is in your care yet. The service centre assigns them."),
    )


def for_listing(found: StationQuerySet) -> QuerySet[Station]:
    """With what a row shows, in as many queries for one station as for a thousand."""
    manager = StationManager.objects.filter(station=OuterRef("pk"), until=None).values(
        shown=Coalesce(NullIf(F("user__name"), Value("")), F("user__username"), output_field=CharField())
    )
    broken = Facility.objects.filter(condition=Condition.BROKEN).select_related("type")
    return (
        found.with_open(timezone.now(), SpecialDay.objects.calendar())
        .annotate(manager_name=Subquery(manager))
        .select_related("district", "union")
        .defer("point", "open_slots", "district__outline")  # which no row shows, and which take long to read
        .prefetch_related(Prefetch("facilities", broken, to_attr="broken"))
        .order_by("district__code", "name")
    )


def state_mark(is_open: bool | None) -> SafeString:
    code, words = _state(is_open)
    return format_html('<span class="state {}">{}</span>', code, words)


def _state(is_open: bool | None) -> tuple[str, str]:
    if is_open is None:
        return "unknown", gettext("Hours unknown")
    return ("open", gettext("Open now")) if is_open else ("closed", gettext("Closed"))


NOWRAP = {"td": {"class": "nowrap"}}


class StationTable(DeskTable):
    name = Column()
    nameplate_no = Column(verbose_name=_("Nameplate"), attrs=NOWRAP)
    district = Column(order_by="district__code", attrs=NOWRAP)
    union = Column(order_by="union__name")
    kind = Column(visible=False)
    status = Column(attrs=NOWRAP)
    manager_name = Column(verbose_name=_("Manager"))
    is_open = Column(verbose_name=_("Right now"))
    broken = Column(verbose_name=_("Broken"), orderable=False)
    address = Column(visible=False)
    host_kind = Column(visible=False)
    host_name = Column(visible=False)
    hours_text = Column(visible=False)
    area_m2 = Column(visible=False)
    services = Column(visible=False)
    public_phone = Column(visible=False)

    def render_name(self, record: Station) -> SafeString:
        demo = format_html(' <span class="tag demo">{}</span>', gettext("demo")) if record.is_demo else ""
        return format_html(
            '<a class="row-name" href="{}">{}</a>{}<span class="under">{}</span>',
            reverse("stations:station", args=[record.pk]),
            record.name,
            demo,
            record.address,
        )

    def value_name(self, record: Station) -> str:
        return record.name

    def render_district(self, value: District) -> str:
        return in_language(value)

    def render_status(self, record: Station) -> str | SafeString:
        label = record.get_status_display()
        return (
            label
            if record.status == StationStatus.ACTIVE
            else format_html('<span class="tag">{}</span>', label)
        )

    def value_status(self, record: Station) -> str:
        return record.get_status_display()

    def render_is_open(self, record: Any) -> SafeString:
        return state_mark(record.is_open)

    def value_is_open(self, record: Any) -> str:
        return _state(record.is_open)[1]

    def render_broken(self, value: list[Facility]) -> SafeString:
        names = [in_language(one.type) for one in value]
        return format_html('<span class="tag bad">{}</span>', "、".join(names)) if names else SafeString("")

    def value_broken(self, value: list[Facility]) -> str:
        return "、".join(f"{in_language(one.type)} {one.broken_since}" for one in value)

    def value_services(self, value: list[str]) -> str:
        return "、".join(str(Service(code).label) for code in value)


def _districts(_request: HttpRequest | None = None) -> list[tuple[str, str]]:
    return [(one.code, in_language(one)) for one in District.objects.defer("outline").order_by("code")]


def _unions() -> list[tuple[int, str]]:
    return [(one.pk, one.name) for one in TradeUnion.objects.all()]


def _drives() -> list[tuple[int, str]]:
    return [(one.pk, one.name) for one in CareDrive.objects.all()]


class StationFilters(DeskFilters):
    q = SearchFilter(
        fields=("name", "address", "nameplate_no", "host_name"),
        label=_("Name, address, host or nameplate"),
    )
    district = ChoiceFilter(field_name="district__code", label=_("district"), choices=_districts)
    union = ChoiceFilter(label=_("recommending union"), choices=_unions)
    status = ChoiceFilter(label=_("status"), choices=StationStatus.choices)
    kind = ChoiceFilter(label=_("kind"), choices=StationKind.choices)
    host_kind = ChoiceFilter(label=_("kind of host"), choices=HostKind.choices)
    care = ChoiceFilter(label=_("Care drive"), field_name="care__drive", choices=_drives)
    open = TickFilter(label=_("Open now"), field_name="is_open")
    broken = TickFilter(label=_("Something broken"), method="something_broken")
    unmanaged = TickFilter(label=_("Without a manager"), method="without_manager")

    def something_broken(self, found: StationQuerySet, name: str, value: bool) -> QuerySet[Station]:
        return found.filter(pk__in=Facility.objects.filter(condition=Condition.BROKEN).values("station"))

    def without_manager(self, found: StationQuerySet, name: str, value: bool) -> QuerySet[Station]:
        return found.exclude(pk__in=StationManager.objects.filter(until=None).values("station"))
