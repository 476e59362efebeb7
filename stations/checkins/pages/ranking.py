"""The stations in the reader's care by their use, as a table."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
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

from geo.models import District
from stations.checkins.choices import Grade
from stations.checkins.usage.counts import sees_usage
from stations.checkins.usage.periods import FOUR_WEEKS, day_of, whole_days
from stations.checkins.usage.pictures import growth_words
from stations.checkins.usage.stations import UNUSED_DAYS, growth_of, unused, with_use
from stations.registry.choices import StationKind, StationStatus
from stations.registry.models import Station, StationQuerySet
from stations.registry.naming import in_language
from stations.tables import Column, DeskFilters, DeskTable, SearchFilter, TickFilter, listed
from stations.unions.models import TradeUnion, User

PERIODS = {"7": _("7 days"), "90": _("90 days"), "180": _("180 days")}
NUMBER = {"td": {"class": "number"}}
NOWRAP = {"td": {"class": "nowrap"}}


@require_safe
@login_required
def stations(request: HttpRequest) -> HttpResponseBase:
    user = cast(User, request.user)
    if not sees_usage(user):
        raise PermissionDenied
    today = day_of(timezone.now())
    asked = request.GET.get("period", "")
    period = whole_days(today, int(asked) if asked in PERIODS else FOUR_WEEKS)
    found = (
        with_use(Station.objects.in_care_of(user), period, today)
        .select_related("district", "union")
        .defer("point", "open_slots", "district__outline")
        .order_by(F("per_day").desc(nulls_last=True))
    )
    return listed(
        request,
        found,
        table=UseTable,
        filters=UseFilters,
        template="checkins/usage/ranking.html",
        name="station-usage",
        period=period,
        nothing_yet=gettext("No station is in your care yet. The service centre assigns them."),
    )


class UseTable(DeskTable):
    name = Column()
    nameplate_no = Column(verbose_name=_("Nameplate"), visible=False)
    district = Column(order_by="district__code", attrs=NOWRAP)
    union = Column(order_by="union__name")
    kind = Column(visible=False)
    visits = Column(verbose_name=_("Visits"), attrs=NUMBER)
    per_day = Column(verbose_name=_("A day"), attrs=NUMBER)
    days = Column(verbose_name=_("Days there"), visible=False)
    screen = Column(verbose_name=Grade.SCREEN.label, visible=False)
    near = Column(verbose_name=Grade.NEAR.label, visible=False)
    code = Column(verbose_name=Grade.CODE.label, visible=False)
    recent = Column(verbose_name=_("Last 4 weeks"), visible=False)
    earlier = Column(verbose_name=_("4 weeks before"), visible=False)
    growth = Column(verbose_name=_("Against the 4 weeks before"), empty_values=(), orderable=False)
    last_day = Column(verbose_name=_("Last visit"), empty_values=(), attrs=NOWRAP)
    told = Column(verbose_name=_("Self-reported on paper"), attrs=NUMBER)
    good = Column(verbose_name=_("Called good"), visible=False)
    not_good = Column(verbose_name=_("Called not good"), visible=False)

    def render_name(self, record: Station) -> SafeString:
        label = record.get_status_display()
        tag = (
            ""
            if record.status == StationStatus.ACTIVE
            else format_html(' <span class="tag">{}</span>', label)
        )
        return format_html(
            '<a class="row-name" href="{}">{}</a>{}<span class="under">{}</span>',
            reverse("codes:usage", args=[record.pk]),
            record.name,
            tag,
            record.address,
        )

    def value_name(self, record: Station) -> str:
        return record.name

    def render_district(self, value: District) -> str:
        return in_language(value)

    def render_per_day(self, value: float) -> str:
        return f"{value:.1f}"

    def value_per_day(self, value: float) -> float:
        return round(value, 2)

    def order_per_day(self, found: QuerySet[Station], is_descending: bool) -> tuple[QuerySet[Station], bool]:
        """Stations without an average come last either way."""
        column = F("per_day")
        order = column.desc(nulls_last=True) if is_descending else column.asc(nulls_last=True)
        return found.order_by(order), True

    def render_growth(self, record: Any) -> str:
        today = day_of(timezone.now())
        return growth_words(growth_of(record.recent, record.earlier, record.opened, today))

    def render_last_day(self, record: Any) -> str:
        return record.last_day.isoformat() if record.last_day else gettext("never")

    def value_last_day(self, record: Any) -> Any:
        return record.last_day

    def render_told(self, value: int) -> str:
        return str(value) if value else ""

    def value_told(self, value: int) -> int:
        return value


def _districts(_request: HttpRequest | None = None) -> list[tuple[str, str]]:
    return [(one.code, in_language(one)) for one in District.objects.defer("outline").order_by("code")]


def _unions() -> list[tuple[int, str]]:
    return [(one.pk, one.name) for one in TradeUnion.objects.all()]


class UseFilters(DeskFilters):
    q = SearchFilter(
        fields=("name", "address", "nameplate_no", "host_name"),
        label=_("Name, address, host or nameplate"),
    )
    period = ChoiceFilter(
        label=_("Period"),
        choices=list(PERIODS.items()),
        method="as_counted",
        empty_label=_("4 weeks"),
    )
    district = ChoiceFilter(field_name="district__code", label=_("district"), choices=_districts)
    union = ChoiceFilter(label=_("recommending union"), choices=_unions)
    kind = ChoiceFilter(label=_("kind"), choices=StationKind.choices)
    unused = TickFilter(label=_("No visit in 30 days"), method="without_use")

    def as_counted(self, found: QuerySet[Station], name: str, value: str) -> QuerySet[Station]:
        """Of which days the numbers are was settled when they were asked for."""
        return found

    def without_use(self, found: StationQuerySet, name: str, value: bool) -> QuerySet[Station]:
        today = day_of(timezone.now())
        return found.filter(pk__in=unused(Station.objects.all(), today, days=UNUSED_DAYS).values("pk"))
