"""The list of filings: what waits for the reader, the oldest first, with its age in words."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django_filters import ChoiceFilter

from stations.filing import rules
from stations.filing.choices import Decision, FilingKind, FilingState
from stations.filing.models import FieldChange, Filing, FilingItem
from stations.filing.queues import WAITING, age_in_days, age_in_words, is_overdue, overdue_before
from stations.tables import Column, DeskFilters, DeskTable, SearchFilter, TickFilter, listed
from stations.unions.access import Ability, may_somewhere
from stations.unions.models import TradeUnion, User

OPEN, ALL = "open", "all"
TABS = [(OPEN, _("All open")), *FilingState.choices, (ALL, _("All"))]


@require_safe
@login_required
def filings(request: HttpRequest) -> HttpResponseBase:
    """Everybody who files, reviews, approves, or manages a station whose changes are filed."""
    user = cast(User, request.user)
    if not _has_filings(user):
        raise PermissionDenied
    visible = Filing.objects.visible_to(user)
    chosen = request.GET.get("state") or OPEN
    found = visible.filter(state__in=rules.OPEN_STATES) if chosen == OPEN else visible
    return listed(
        request,
        for_listing(found),
        table=FilingTable,
        filters=FilingFilters,
        template="filing/queue.html",
        name="filings",
        tabs=_tabs(visible, chosen),
        may_file=may_somewhere(user, Ability.FILE) and bool(user.union_ids()),
        sees_register=may_somewhere(user, Ability.APPROVE_FILING),
        nothing_yet=gettext("No filing is here."),
    )


def _has_filings(user: User) -> bool:
    abilities = (Ability.FILE, Ability.REVIEW_FILING, Ability.APPROVE_FILING)
    if any(may_somewhere(user, ability) for ability in abilities):
        return True
    return bool(user.managed_station_ids)


def for_listing(found: QuerySet[Filing]) -> QuerySet[Filing]:
    """With what a row shows, in one query; what has waited longest first."""
    first = FilingItem.objects.filter(filing=OuterRef("pk")).order_by("position", "pk")
    return (
        found.select_related("union")
        .annotate(
            stations=Count("items"),
            first_station=Subquery(first.values("station__name")[:1], output_field=CharField()),
        )
        .order_by("state_since", "pk")
    )


def _tabs(visible: QuerySet[Filing], chosen: str) -> list[dict[str, Any]]:
    counts = dict(visible.order_by().values_list("state").annotate(n=Count("pk")).values_list("state", "n"))
    counts |= {OPEN: sum(counts.get(state, 0) for state in rules.OPEN_STATES), ALL: sum(counts.values())}
    return [
        {"code": code, "label": label, "count": counts.get(code, 0), "here": code == chosen}
        for code, label in TABS
        if counts.get(code) or code in (OPEN, ALL, chosen)
    ]


class FilingTable(DeskTable):
    number = Column(accessor="pk", verbose_name=_("Filing"))
    state = Column(order_by="state_since")
    state_since = Column(verbose_name=_("Waiting"))
    union = Column(order_by="union__name")
    stations = Column(verbose_name=_("Stations"))
    submitted_at = Column()

    def render_number(self, record: Any) -> SafeString:
        return format_html(
            '<a class="row-name" href="{}">{}</a><span class="under">{}</span>',
            reverse("filing:filing", args=[record.pk]),
            gettext("No. %(number)s, %(kind)s") % {"number": record.pk, "kind": record.get_kind_display()},
            stations_in_words(record.first_station, record.stations),
        )

    def value_number(self, record: Filing) -> str:
        return f"{record.pk} {record.get_kind_display()}"

    def render_state(self, record: Filing) -> SafeString:
        return format_html('<span class="tag {}">{}</span>', record.state, record.get_state_display())

    def value_state(self, record: Filing) -> str:
        return record.get_state_display()

    def render_state_since(self, record: Filing) -> str | SafeString:
        if record.state not in rules.OPEN_STATES:
            return ""
        words = age_in_words(age_in_days(record.state_since))
        if not is_overdue(record):
            return words
        return format_html('{} <span class="tag bad">{}</span>', words, gettext("overdue"))

    def value_state_since(self, record: Filing) -> str:
        return str(age_in_days(record.state_since)) if record.state in rules.OPEN_STATES else ""


def stations_in_words(first: str | None, count: int) -> str:
    """The first station by its name, the others by their number."""
    if not first:
        return gettext("no station yet")
    if count == 1:
        return first
    more = ngettext("%(first)s and %(n)s more", "%(first)s and %(n)s more", count - 1)
    return more % {"first": first, "n": count - 1}


def _unions(request: HttpRequest | None = None) -> list[tuple[int, str]]:
    unions = TradeUnion.objects.all()
    if request is not None and not may_somewhere(cast(User, request.user), Ability.APPROVE_FILING):
        unions = unions.filter(pk__in=cast(User, request.user).union_ids())
    return [(one.pk, one.name) for one in unions]


class FilingSearch(SearchFilter):
    """Each word is in the name of the union or of one of the stations, or is the filing's number."""

    def filter(self, qs: QuerySet[Filing], value: str) -> QuerySet[Filing]:
        for word in (value or "").split():
            named = FilingItem.objects.filter(station__name__icontains=word).values("filing")
            meant = Q(union__name__icontains=word) | Q(pk__in=named)
            if word.isascii() and word.isdigit() and len(word) < 10:
                meant |= Q(pk=int(word))
            qs = qs.filter(meant)
        return qs


class FilingFilters(DeskFilters):
    q = FilingSearch(fields=(), label=_("Number, union or station"))
    state = ChoiceFilter(label=_("state"), choices=TABS, method="in_state", empty_label=None)
    kind = ChoiceFilter(
        label=_("kind of filing"),
        choices=[*FilingKind.choices, ("filing", _("All but changes"))],
        method="of_kind",
    )
    union = ChoiceFilter(label=_("recommending union"), choices=_unions)
    overdue = TickFilter(label=_("overdue"), method="only_overdue")
    restored = TickFilter(label=_("Something was put back"), method="only_restored")

    def in_state(self, found: QuerySet[Filing], name: str, value: str) -> QuerySet[Filing]:
        return found if value in (OPEN, ALL) else found.filter(state=value)

    def of_kind(self, found: QuerySet[Filing], name: str, value: str) -> QuerySet[Filing]:
        return found.exclude(kind=FilingKind.CHANGE) if value == "filing" else found.filter(kind=value)

    def only_overdue(self, found: QuerySet[Filing], name: str, value: bool) -> QuerySet[Filing]:
        return found.filter(state__in=WAITING, state_since__lt=overdue_before())

    def only_restored(self, found: QuerySet[Filing], name: str, value: bool) -> QuerySet[Filing]:
        restored = FieldChange.objects.filter(decision=Decision.RESTORED)
        return found.filter(pk__in=restored.values("item__filing"))
