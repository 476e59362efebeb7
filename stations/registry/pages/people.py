"""The accounts that an officer sees, and each person's page."""

from typing import Any, cast

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django_filters import ChoiceFilter

from stations.registry.models import Station, StationManager
from stations.registry.naming import in_language
from stations.tables import Column, DeskFilters, DeskTable, SearchFilter, listed
from stations.unions.access import MANAGER, Ability, may
from stations.unions.models import Appointment, Role, TradeUnion, User
from stations.unions.people_forms import ROLES
from stations.unions.people_pages import people_door, seen


@people_door
@require_safe
def people(request: HttpRequest) -> HttpResponseBase:
    user = cast(User, request.user)
    return listed(
        request,
        for_reading(User.objects.visible_to(user), by=user).order_by("-is_active", "name", "username"),
        table=PeopleTable,
        filters=PeopleFilters,
        template="registry/people.html",
        name="people",
        may_edit_lists=may(user, Ability.EDIT_LISTS),
    )


@people_door
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Roles, stations and what may be done with the account. The own page is elsewhere."""
    user = cast(User, request.user)
    if user.pk == pk:
        return redirect("unions:me")
    seen(request, pk)
    found = for_reading(User.objects.filter(pk=pk), by=user).get()
    for task in found.tasks_now:  # type: ignore[attr-defined]
        task.may_hand_over = task.station.allows(user, Ability.HAND_OVER)
    context = {
        "person": found,
        "below": User.objects.below(user).filter(pk=pk).exists(),
        "may_appoint": may(user, Ability.MANAGE_PEOPLE),
        "sees_history": may(user, Ability.SEE_HISTORY),
    }
    return render(request, "registry/person.html", context)


def for_reading(found: QuerySet[User], *, by: User) -> QuerySet[User]:
    """With roles, and those of today's stations that `by` may know of, as `stations_now`."""
    tasks = StationManager.objects.filter(until=None, station__in=Station.objects.visible_to(by))
    roles = Appointment.objects.select_related("union", "district").defer("district__outline")
    return found.prefetch_related(
        Prefetch("appointments", roles.order_by("pk")),
        Prefetch("managed", tasks.select_related("station").order_by("station__name"), to_attr="tasks_now"),
    ).select_related("created_by")


def held(one: Appointment) -> str:
    """A role and its place: 工会干部 · 黄浦区总工会."""
    place = one.union.name if one.union else in_language(one.district) if one.district else ""
    return f"{one.get_role_display()} · {place}" if place else one.get_role_display()


class PeopleTable(DeskTable):
    name = Column(verbose_name=_("Full name"), empty_values=())
    roles = Column(verbose_name=_("Role"), accessor="pk", orderable=False)
    stations = Column(verbose_name=_("Stations"), accessor="pk", orderable=False)
    is_active = Column(verbose_name=_("State"))
    last_login = Column(verbose_name=_("Last signed in"))

    def render_name(self, record: User) -> SafeString:
        return format_html(
            '<a class="row-name" href="{}">{}</a><span class="under">{}</span>',
            reverse("people:person", args=[record.pk]),
            record,
            record.username,
        )

    def value_name(self, record: User) -> str:
        return f"{record.name} {record.username}".strip()

    def value_roles(self, record: Any) -> str:
        roles = [held(one) for one in record.appointments.all()]
        return "；".join([*roles, *([gettext("Station manager")] if record.tasks_now else [])])

    render_roles = value_roles

    def render_stations(self, record: Any) -> str:
        names = [one.station.name for one in record.tasks_now]
        return "、".join(names[:3]) + (f" … {len(names)}" if len(names) > 3 else "")

    def value_stations(self, record: Any) -> str:
        return "、".join(one.station.name for one in record.tasks_now)

    def render_is_active(self, record: User) -> str | SafeString:
        label = state_of(record)
        return label if record.is_active else format_html('<span class="tag bad">{}</span>', label)

    def value_is_active(self, record: User) -> str:
        return state_of(record)


def state_of(person: User) -> str:
    if not person.is_active:
        return gettext("Deactivated")
    return gettext("Has not set a password yet") if person.must_change_password else gettext("Active account")


class NameOrPhone(SearchFilter):
    """Part of a name or user name, or a whole mobile, which cannot be searched by its parts."""

    def __init__(self) -> None:
        super().__init__(fields=("name", "username"), label=_("Name, user name or whole mobile"))

    def filter(self, qs: Any, value: str) -> QuerySet[Any]:
        return qs.matching(value or "")


class PeopleFilters(DeskFilters):
    q = NameOrPhone()
    role = ChoiceFilter(label=_("Role"), choices=ROLES, method="of_role")
    union = ChoiceFilter(label=_("Union"), choices=lambda: [(one.pk, one.name) for one in TradeUnion.objects.all()],
                         method="of_union")  # fmt: skip
    state = ChoiceFilter(
        label=_("State"),
        choices=[("active", _("Active account")), ("off", _("Deactivated"))],
        method="in_state",
    )

    def of_role(self, found: QuerySet[User], name: str, role: str) -> QuerySet[User]:
        with_role = (
            User.objects.managing() if role == MANAGER else User.objects.filter(appointments__role=Role(role))
        )
        return found.filter(pk__in=with_role.values("pk"))

    def of_union(self, found: QuerySet[User], name: str, union: str) -> QuerySet[User]:
        officers = User.objects.filter(appointments__union=union)
        managers = User.objects.managing(managed__station__union=union)
        return found.filter(Q(pk__in=officers.values("pk")) | Q(pk__in=managers.values("pk")))

    def in_state(self, found: QuerySet[User], name: str, state: str) -> QuerySet[User]:
        return found.filter(is_active=state == "active")
