"""How stations are used (chapter 4, 1 (2)): some stations together, by anything that is counted.

In all modules of this room the stations come in as a queryset of those in the reader's care, and the day as an argument. Numbers
are read from `Usage`, which the trigger of the check-ins keeps; only what is not counted (`set_aside`) is asked of the raw rows.
Paper tallies are told beside and never added. The number of queries does not depend on the stations or the rows.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    Count,
    Q,
    Sum,
)
from django.db.models.functions import Coalesce

from geo.hours import ZONE
from stations.checkins.choices import SetAside
from stations.checkins.models import CheckIn, Opinion, Tally, Usage
from stations.checkins.usage.periods import (
    Period,
    last_week_so_far,
    week_so_far,
    whole_days,
)
from stations.registry.models import StationQuerySet
from stations.unions.access import Ability, may_somewhere
from stations.unions.models import User

Row = tuple[date, int, str, str, int]  # day, hour, occupation, grade, visits


def sees_usage(user: User | AnonymousUser) -> bool:
    """Whether `user` may read the use of any station: `in_care_of` says of which."""
    if isinstance(user, AnonymousUser):
        return False
    return may_somewhere(user, Ability.SEE_USAGE) or bool(user.managed_station_ids)


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
        Usage.objects.filter(of_these(found), day__range=(period.first, period.last))
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
        CheckIn.objects.filter(
            of_these(found), at__gte=_start(period.first), at__lt=_start(period.last, days=1)
        )
        .exclude(set_aside=SetAside.COUNTED)
        .values_list("set_aside")
        .annotate(visits=Count("*"))
    )
    return dict(rows)


def tallied(found: StationQuerySet, period: Period) -> dict[date, dict[str, int]]:
    """What was counted on paper, by day and occupation: self-reported, in no other number of this module."""
    rows = (
        Tally.objects.filter(of_these(found), day__range=(period.first, period.last))
        .values_list("day", "occupation")
        .annotate(told=Sum("count"))
        .order_by("-day", "occupation")
    )
    days: dict[date, dict[str, int]] = {}
    for day, occupation, told in rows:
        days.setdefault(day, {})[occupation] = told
    return days


def opinions_of(found: StationQuerySet, period: Period) -> tuple[int, int]:
    """Of how many visits workers said that it was good, and of how many they said anything."""
    said = Opinion.objects.filter(of_these(found), day__range=(period.first, period.last))
    counts = said.aggregate(good=Count("pk", filter=Q(good=True)), said=Count("pk"))
    return counts["good"], counts["said"]


def of_these(found: StationQuerySet) -> Q:
    """Of these stations; of all of them without a join where nothing narrows them."""
    return Q(station__in=found.order_by().values("pk")) if found.query.where else Q()


def _start(day: date, *, days: int = 0) -> datetime:
    return datetime.combine(day + timedelta(days=days), time(), tzinfo=ZONE)
