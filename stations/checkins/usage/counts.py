"""How stations are used (chapter 4, 1 (2)): every number of it that a page, a file or the API tells is asked here.

The stations come in as a queryset of those in the reader's care, the day as an argument. Numbers are read from `Usage`, which the
trigger of the check-ins keeps; only what is not counted (`set_aside`) is asked of the raw rows. Paper tallies are told beside and
never added. The number of queries does not depend on the stations or the rows.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    FloatField,
    Func,
    IntegerField,
    Max,
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
from stations.checkins.choices import Grade, SetAside
from stations.checkins.models import CheckIn, Tally, Usage
from stations.checkins.usage.periods import (
    LEAST_DAYS,
    Growth,
    Period,
    growth,
    last_week_so_far,
    week_so_far,
    whole_days,
)
from stations.registry.choices import StationStatus
from stations.registry.models import Station, StationQuerySet
from stations.unions.access import Ability, may_somewhere
from stations.unions.models import User

UNUSED_DAYS = 30  # a station that nobody used for so long is one to look at

Row = tuple[date, int, str, str, int]  # day, hour, occupation, grade, visits


def sees_usage(user: User | AnonymousUser) -> bool:
    """Whether `user` may read the use of any station: `in_care_of` says of which."""
    if isinstance(user, AnonymousUser):
        return False
    return may_somewhere(user, Ability.SEE_USAGE) or bool(user.managed_station_ids)


# Of some stations together, by anything that is counted.


@dataclass(frozen=True)
class Use:
    """The counted visits of some stations in a period, in the finest parts there are; `by` adds them up."""

    period: Period
    rows: Sequence[Row] = field(repr=False)

    @property
    def total(self) -> int:
        return sum(row[-1] for row in self.rows)

    def within(self, period: Period) -> "Use":
        return Use(period, [row for row in self.rows if row[0] in period])

    def by_day(self) -> dict[date, int]:
        """Every day of the period, those without a visit too."""
        return dict.fromkeys(self.period, 0) | self._by(lambda row: row[0])

    def by_hour(self) -> list[int]:
        """24 numbers: visits from hour to hour, over all the days."""
        found = self._by(lambda row: row[1])
        return [found[hour] for hour in range(24)]

    def by_week(self) -> list[list[int]]:
        """7 x 24, Monday first."""
        found = self._by(lambda row: (row[0].weekday(), row[1]))
        return [[found[weekday, hour] for hour in range(24)] for weekday in range(7)]

    def by_occupation(self) -> Counter[str]:
        return self._by(lambda row: row[2])

    def by_grade(self) -> Counter[str]:
        return self._by(lambda row: row[3])

    def _by(self, part: Any) -> Counter[Any]:
        found: Counter[Any] = Counter()
        for row in self.rows:
            found[part(row)] += row[-1]
        return found


def use_of(found: StationQuerySet, period: Period) -> Use:
    """What was counted at these stations: one query, whose rows are at most days x 24 x occupations x grades."""
    rows = (
        Usage.objects.filter(_of(found), day__range=(period.first, period.last))
        .values_list("day", "hour", "occupation", "grade")
        .annotate(visits=Sum("count"))
        .order_by("day", "hour", "occupation", "grade")
    )
    return Use(period, list(rows))


@dataclass(frozen=True)
class Standing:
    """The headline: today, this week, four weeks. Everything is cut from one `Use`."""

    today: date
    use: Use

    @property
    def so_far(self) -> int:
        return self.use.within(Period(self.today, self.today)).total

    @property
    def week(self) -> int:
        return self.use.within(week_so_far(self.today)).total

    @property
    def last_week_so_far(self) -> int:
        return self.use.within(last_week_so_far(self.today)).total

    @property
    def last_week(self) -> int:
        monday = last_week_so_far(self.today).first
        return self.use.within(Period(monday, monday + timedelta(days=6))).total

    @property
    def four_weeks(self) -> Use:
        return self.use.within(whole_days(self.today))

    @property
    def four_before(self) -> Use:
        return self.use.within(whole_days(self.today).before())


def standing_of(found: StationQuerySet, today: date) -> Standing:
    """From the first day of the four weeks before to today. One query."""
    return Standing(today, use_of(found, Period(whole_days(today).before().first, today)))


def today_and_week(stations: Sequence[int], today: date) -> dict[int, tuple[int, int]]:
    """By station: visits today and since Monday; none is (0, 0). One query."""
    week = week_so_far(today)
    rows = (
        Usage.objects.filter(station__in=stations, day__range=(week.first, week.last))
        .values_list("station")
        .annotate(today=Coalesce(Sum("count", filter=Q(day=today)), 0), week=Sum("count"))
    )
    return dict.fromkeys(stations, (0, 0)) | {pk: (of_today, of_week) for pk, of_today, of_week in rows}


def not_counted(found: StationQuerySet, period: Period) -> dict[str, int]:
    """Visits that are kept and not counted, by their reason. Raw rows, so no farther back than these are kept."""
    rows = (
        CheckIn.objects.filter(_of(found), at__gte=_start(period.first), at__lt=_start(period.last, days=1))
        .exclude(set_aside=SetAside.COUNTED)
        .values_list("set_aside")
        .annotate(visits=Count("*"))
    )
    return dict(rows)


def tallied(found: StationQuerySet, period: Period) -> dict[date, dict[str, int]]:
    """What was counted on paper, by day and occupation: self-reported, in no other number of this module."""
    rows = (
        Tally.objects.filter(_of(found), day__range=(period.first, period.last))
        .values_list("day", "occupation")
        .annotate(told=Sum("count"))
        .order_by("-day", "occupation")
    )
    days: dict[date, dict[str, int]] = {}
    for day, occupation, told in rows:
        days.setdefault(day, {})[occupation] = told
    return days


def _of(found: StationQuerySet) -> Q:
    """Of these stations; of all of them without a join where nothing narrows them."""
    return Q(station__in=found.order_by().values("pk")) if found.query.where else Q()


def _start(day: date, *, days: int = 0) -> datetime:
    return datetime.combine(day + timedelta(days=days), time(), tzinfo=ZONE)


# District by district, union by union.


@dataclass(frozen=True)
class Part:
    """Some stations together. `days`: how many days each was there in the last four whole weeks, added up."""

    pk: int | None
    stations: int
    unused: int
    visits: int
    days: int
    growth: Growth

    @property
    def per_day(self) -> float | None:
        """Visits a station and day."""
        return self.visits / self.days if self.days else None


@dataclass(frozen=True)
class Stations:
    """Every station's four weeks and the four before, in short, to be put together by district or union."""

    today: date
    rows: Sequence["_Short"]

    def together(self) -> Part:
        return _part(None, self.rows, self.today)

    def by(self, part: str) -> list[Part]:
        """By `part` (district or union), the most visits a station and day first."""
        found: dict[int, list[_Short]] = {}
        for row in self.rows:
            found.setdefault(getattr(row, part), []).append(row)
        parts = [_part(pk, rows, self.today) for pk, rows in found.items()]
        return sorted(parts, key=lambda one: (-(one.per_day or 0), one.pk or 0))


def in_short(found: StationQuerySet, today: date) -> Stations:
    """The active stations, and those with a visit in the four weeks. Two queries."""
    recent = whole_days(today)
    earlier = recent.before()
    counted = {
        pk: (visits, before, last)
        for pk, visits, before, last in Usage.objects.filter(_of(found), day__range=(earlier.first, today))
        .values_list("station")
        .annotate(
            visits=Coalesce(Sum("count", filter=Q(day__range=(recent.first, recent.last))), 0),
            before=Coalesce(Sum("count", filter=Q(day__lt=recent.first)), 0),
            last=Max("day"),
        )
    }
    stations = with_opening(found).values_list("pk", "district", "union", "status", "opened")
    rows = (
        _Short(district, union, status == StationStatus.ACTIVE, opened, *counted.get(pk, (0, 0, None)))
        for pk, district, union, status, opened in stations
    )
    return Stations(today, [row for row in rows if row.active or row.visits])


@dataclass(frozen=True)
class _Short:
    district: int
    union: int
    active: bool
    opened: date | None
    visits: int
    before: int
    last: date | None

    def unused(self, since: date) -> bool:
        """As `unused` asks the database."""
        there = self.active and self.opened is not None and self.opened <= since
        return there and (self.last is None or self.last <= since)


def _part(pk: int | None, rows: Sequence[_Short], today: date) -> Part:
    """Growth is of the stations that were there in all eight weeks, so that a new one is no growth of the others."""
    recent = whole_days(today)
    since = today - timedelta(days=UNUSED_DAYS)
    throughout = [one for one in rows if one.opened and one.opened <= recent.before().first]
    return Part(
        pk=pk,
        stations=sum(one.active for one in rows),
        unused=sum(one.unused(since) for one in rows),
        visits=sum(one.visits for one in rows),
        days=sum(len(recent.from_day(one.opened)) for one in rows if one.opened),
        growth=growth(sum(one.visits for one in throughout), sum(one.before for one in throughout)),
    )


# Station by station.


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
    whole weeks and the four before; `told`, self-reported on paper in the period.
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


class _DaysBetween(Func):
    """A date minus a date: PostgreSQL's whole number of days, where Django's own would be an interval."""

    template = "(%(expressions)s)"
    arg_joiner = "::date - "
    output_field = IntegerField()
