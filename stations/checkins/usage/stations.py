"""How each station is used, as columns of its row: since when it is there, its visits, and if nobody comes (chapter 4, 1 (2))."""

from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest, Least, TruncDate

from geo.hours import ZONE
from stations.checkins.choices import Grade
from stations.checkins.models import Opinion, Tally, Usage
from stations.checkins.usage.periods import (
    LEAST_DAYS,
    Growth,
    Period,
    growth,
    whole_days,
)
from stations.registry.choices import StationStatus
from stations.registry.models import Station, StationQuerySet

UNUSED_DAYS = 30  # a station that nobody used for so long is one to look at


def with_opening(found: StationQuerySet) -> QuerySet[Any]:
    """Annotate `opened`, the day since when a visit could be counted, and `last_day`, the last one with a visit.

    Opened is the day on which the station first stood as active in the register's history, or the day of its first visit where
    that is earlier. Null: neither.
    """
    events = Station.pgh_event_model.objects.filter(pgh_obj=OuterRef("pk"), status=StationStatus.ACTIVE)  # type: ignore[attr-defined]
    active = events.order_by("pgh_id").values(day=TruncDate("pgh_created_at", tzinfo=ZONE))[:1]
    days = Usage.objects.filter(station=OuterRef("pk")).values("day")
    return found.annotate(
        opened=Least(
            Subquery(active, output_field=DateField()),
            Subquery(days.order_by("day")[:1]),
            output_field=DateField(),
        ),
        last_day=Subquery(days.order_by("-day")[:1]),
    )


def unused(found: StationQuerySet, today: date, *, days: int = UNUSED_DAYS) -> QuerySet[Any]:
    """Active stations that were there for `days` days and without a counted visit in them, today included."""
    since = today - timedelta(days=days)
    recent = Usage.objects.filter(station=OuterRef("pk"), day__gt=since)
    return with_opening(found.public()).filter(~Exists(recent), opened__lte=since)


def growth_of(recent: int, earlier: int, opened: date | None, today: date) -> Growth:
    """A station's growth, with regard to the day when it opened."""
    before = whole_days(today).before()
    return growth(recent, earlier, days_before=len(before.from_day(opened)) if opened else 0)


def with_use(found: StationQuerySet, period: Period, today: date) -> QuerySet[Any]:
    """Annotate what a row of the ranking tells: the active stations, and those with a visit in the period.

    `visits` and each grade's in the period; `days` of it since the station opened; `per_day`, null where these are fewer than a
    week, so that a station which opened in the middle is compared by the days that it had; `recent` and `earlier`, the last four
    whole weeks and the four before; `told`, self-reported on paper in the period; `good` and `not_good`, what workers said.
    """
    opened = Greatest(F("opened"), Value(period.first), output_field=DateField())
    spent = _DaysBetween(Value(period.last + timedelta(days=1)), opened)
    recent = whole_days(today)
    return (
        with_opening(found.filter(Q(status=StationStatus.ACTIVE) | Exists(_in(Usage, period))))
        .annotate(
            visits=_sum(Usage, period),
            days=Greatest(spent, 0),
            recent=_sum(Usage, recent),
            earlier=_sum(Usage, recent.before()),
            told=_sum(Tally, period),
            good=_said(period, good=True),
            not_good=_said(period, good=False),
            **{grade.value: _sum(Usage, period, grade=grade) for grade in Grade},
        )
        .annotate(
            per_day=Case(
                When(days__gte=LEAST_DAYS, then=Cast("visits", FloatField()) / Cast("days", FloatField())),
                output_field=FloatField(),
            )
        )
    )


def _in(table: type[Usage] | type[Tally], period: Period, **more: Any) -> QuerySet[Any]:
    """The rows of the outer query's station in these days."""
    days = (period.first, period.last)
    return table._default_manager.filter(station=OuterRef("pk"), day__range=days, **more)


def _sum(table: type[Usage] | type[Tally], period: Period, **more: Any) -> Coalesce:
    """One short range of the key. A subquery, so that only what the list is sorted by is summed for every station."""
    rows = _in(table, period, **more).order_by().values("station").annotate(sum=Sum("count"))
    return Coalesce(Subquery(rows.values("sum")), 0)


def _said(period: Period, *, good: bool) -> Coalesce:
    """How many visits were called so."""
    found = Opinion.objects.filter(station=OuterRef("pk"), day__range=(period.first, period.last), good=good)
    return Coalesce(Subquery(found.order_by().values("station").annotate(said=Count("pk")).values("said")), 0)


class _DaysBetween(Func):
    """A date minus a date: PostgreSQL's whole number of days, where Django's own would be an interval."""

    template = "(%(expressions)s)"
    arg_joiner = "::date - "
    output_field = IntegerField()
