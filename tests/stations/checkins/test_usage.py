"""How stations are used, by numbers that were counted by hand (chapter 4, 1 (2)).

Today is Wednesday, 2026-03-11, in Shanghai. Four weeks: 2026-02-11 to 2026-03-10; the four before from 2026-01-14.
"""

import uuid
from datetime import UTC, date, datetime, timedelta

import pghistory
import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geo.hours import ZONE
from stations.checkins.choices import SetAside
from stations.checkins.models import Opinion, Tally
from stations.checkins.usage.counts import (
    not_counted,
    opinions_of,
    standing_of,
    tallied,
    today_and_week,
    use_of,
)
from stations.checkins.usage.parts import in_short
from stations.checkins.usage.periods import Growth, Period, Trend, growth, whole_days
from stations.checkins.usage.stations import growth_of, unused, with_use
from stations.registry.models import Station
from tests.conftest import manages
from tests.stations.checkins.visits import visit

TODAY = date(2026, 3, 11)
WEEKS = Period(date(2026, 2, 11), date(2026, 3, 10))


def at(day: str, time: str = "12:00") -> datetime:
    return datetime.fromisoformat(f"2026-{day}T{time}").replace(tzinfo=ZONE)


def opened(station: Station, day: str) -> None:
    """The register's history says that it is active since then."""
    event = apps.get_model("registry", "StationEvent")
    event.objects.filter(pgh_obj=station).update(pgh_created_at=at(day))


def visits(station: Station, day: str, number: int, **more) -> None:
    for one in range(number):
        visit(station, at(day) + timedelta(minutes=one), **more)


@pytest.fixture
def station(make_station) -> Station:
    made = make_station("站")
    opened(made, "01-01")
    return made


def standing(station):
    return standing_of(Station.objects.filter(pk=station.pk), TODAY)


def test_the_four_weeks_are_whole_days_that_ended_yesterday():
    assert whole_days(TODAY) == WEEKS
    assert len(WEEKS) == 28
    assert WEEKS.before() == Period(date(2026, 1, 14), date(2026, 2, 10))


def test_the_borders_of_days_and_weeks_are_shanghais(station):
    visit(station, datetime(2026, 3, 10, 15, 59, tzinfo=UTC))  # Tuesday 23:59
    visit(station, datetime(2026, 3, 10, 16, 0, tzinfo=UTC))  # Wednesday 0:00, today
    visit(station, datetime(2026, 3, 8, 15, 59, tzinfo=UTC))  # Sunday 23:59
    visit(station, datetime(2026, 3, 8, 16, 0, tzinfo=UTC))  # Monday 0:00
    found = standing(station)
    assert (found.so_far, found.week) == (1, 3)
    assert found.last_week == 1
    assert found.four_weeks.total == 3
    assert found.use.by_day()[TODAY] == 1
    week = found.four_weeks.by_week()
    assert (week[0][0], week[1][23], week[6][23]) == (1, 1, 1)
    assert sum(map(sum, week)) == 3
    assert today_and_week([station.pk, 0], TODAY) == {station.pk: (1, 3), 0: (0, 0)}


def test_a_week_so_far_stands_against_the_same_days_of_the_week_before(station):
    visits(station, "03-04", 2)  # last Wednesday
    visits(station, "03-05", 4)  # last Thursday
    found = standing(station)
    assert (found.last_week_so_far, found.last_week) == (2, 6)


def test_the_edges_of_the_four_weeks(station):
    for day in ("01-13", "01-14", "02-10", "02-11", "03-10", "03-11"):
        visit(station, at(day))
    found = standing(station)
    assert (found.four_before.total, found.four_weeks.total, found.so_far) == (2, 2, 1)


def test_a_visit_that_was_sent_late_counts_for_when_it_was_made(station):
    visit(station, at("03-06", "23:50"), received_at=at("03-11", "09:00"))
    found = standing(station)
    assert found.so_far == 0
    assert found.four_weeks.by_hour()[23] == 1
    assert found.four_weeks.by_day()[date(2026, 3, 6)] == 1


def test_what_is_set_aside_is_told_by_its_reason_and_counted_nowhere(station):
    visit(station, at("03-09"), occupation="rider", grade="near")
    visits(station, "03-09", 2, set_aside=SetAside.COOLING)
    visit(station, at("02-11", "00:00"), set_aside=SetAside.CLOCK)
    visit(station, at("03-10", "23:59"), set_aside=SetAside.CLOCK)
    visit(station, at("02-10", "23:59"), set_aside=SetAside.SPEED)
    visit(station, at("03-11", "00:00"), set_aside=SetAside.SPEED)
    assert not_counted(Station.objects.all(), WEEKS) == {"cooling": 2, "clock": 2}
    use = standing(station).four_weeks
    assert use.total == 1
    assert use.by_occupation() == {"rider": 1}
    assert use.by_grade() == {"near": 1}
    ranked = with_use(Station.objects.all(), WEEKS, TODAY).get()
    assert (ranked.visits, ranked.near, ranked.code, ranked.screen) == (1, 1, 0, 0)


def test_what_workers_said_of_visits_is_told_of_the_same_days(station, make_station):
    other = make_station("another")
    for where, day, good in (
        (station, "02-11", True), (station, "03-10", True), (station, "03-10", False), (station, "03-11", True),
        (other, "03-01", False),
    ):  # fmt: skip
        Opinion.objects.create(check_in=uuid.uuid4(), station=where, day=at(day).date(), good=good)
    assert opinions_of(Station.objects.all(), WEEKS) == (2, 4)
    assert opinions_of(Station.objects.filter(pk=other.pk), WEEKS) == (0, 1)
    visits(station, "03-10", 1)
    ranked = with_use(Station.objects.filter(pk=station.pk), WEEKS, TODAY).get()
    assert (ranked.good, ranked.not_good) == (2, 1)


def test_paper_is_in_no_other_number(station, alice):
    visit(station, at("03-09"))
    Tally.objects.create(station=station, day=date(2026, 3, 9), occupation="rider", count=400, by=alice)
    Tally.objects.create(station=station, day=TODAY, occupation="rider", count=500, by=alice)
    found = Station.objects.all()
    assert standing(station).use.total == 1
    ranked = with_use(found, WEEKS, TODAY).get()
    assert (ranked.visits, ranked.recent, ranked.earlier, ranked.told) == (1, 1, 0, 400)
    assert in_short(found, TODAY).together().visits == 1
    assert tallied(found, WEEKS) == {date(2026, 3, 9): {"rider": 400}}


def test_a_station_with_paper_only_is_without_use(station, alice):
    Tally.objects.create(station=station, day=TODAY, occupation="rider", count=500, by=alice)
    assert list(unused(Station.objects.all(), TODAY)) == [station]


def test_without_use_is_active_there_for_thirty_days_and_without_a_visit_in_them(make_station):
    never, lately, long_ago, new, suspended = (
        make_station(name, status="suspended" if name == "暂停" else "active")
        for name in ("从未", "昨天", "很久", "新", "暂停")
    )
    for one in (never, lately, long_ago, suspended):
        opened(one, "01-01")
    opened(new, "02-10")
    visit(lately, at("02-10"))
    visit(long_ago, at("02-09"))
    found = unused(Station.objects.all(), TODAY)
    assert {one.name: one.last_day for one in found} == {"从未": None, "很久": date(2026, 2, 9)}
    assert in_short(Station.objects.all(), TODAY).together().unused == 2
    assert unused(Station.objects.all(), TODAY + timedelta(days=2)).count() == 4


def test_a_station_that_opened_in_the_middle_is_compared_by_the_days_that_it_had(make_station):
    old, young, newborn = make_station("老"), make_station("新"), make_station("刚开")
    opened(old, "01-01")
    opened(young, "03-01")  # ten days of the four weeks
    opened(newborn, "03-05")  # six
    for one in (old, young, newborn):
        visits(one, "03-09", 20)
    ranked = {one.name: one for one in with_use(Station.objects.all(), WEEKS, TODAY)}
    assert {name: (one.visits, one.days) for name, one in ranked.items()} == {
        "老": (20, 28),
        "新": (20, 10),
        "刚开": (20, 6),
    }
    assert ranked["老"].per_day == pytest.approx(20 / 28)
    assert ranked["新"].per_day == pytest.approx(2)
    assert ranked["刚开"].per_day is None
    together = in_short(Station.objects.all(), TODAY).together()
    assert together.per_day == pytest.approx(60 / (28 + 10 + 6))


def test_a_visit_before_the_register_knew_of_it_opens_a_station(station):
    opened(station, "03-10")
    visit(station, at("02-20"))
    assert with_use(Station.objects.all(), WEEKS, TODAY).get().opened == date(2026, 2, 20)


def test_a_suspended_station_is_ranked_by_the_visits_it_had_and_leaves_the_list_with_them(make_station):
    station = make_station(status="suspended")
    visit(station, at("02-11"))
    assert with_use(Station.objects.all(), WEEKS, TODAY).get().visits == 1
    assert not with_use(Station.objects.all(), Period(date(2026, 2, 12), TODAY), TODAY).exists()


@pytest.mark.parametrize(
    ("now", "before", "days_before", "wanted"),
    [
        (100, 100, 28, Growth(Trend.STEADY, 0)),
        (120, 100, 28, Growth(Trend.STEADY, 20)),  # two standard deviations are 29.7; of 131 they are 30.4
        (131, 100, 28, Growth(Trend.UP, 31)),
        (71, 100, 28, Growth(Trend.DOWN, -29)),
        (9, 10, 28, Growth(Trend.FEW)),
        (19, 0, 28, Growth(Trend.FEW)),
        (20, 0, 28, Growth(Trend.UP)),
        (100, 50, 14, Growth(Trend.STEADY, 0)),  # it was there for half of the days before
        (500, 50, 13, Growth(Trend.NEW)),
        (500, 0, 0, Growth(Trend.NEW)),
    ],
)
def test_a_difference_is_worth_what_chance_does_not_make(now, before, days_before, wanted):
    assert growth(now, before, days_before=days_before) == wanted


def test_growth_knows_when_the_station_opened():
    assert growth_of(100, 50, date(2026, 1, 28), TODAY) == Growth(Trend.STEADY, 0)
    assert growth_of(100, 50, date(2026, 1, 14), TODAY).trend is Trend.UP
    assert growth_of(100, 50, None, TODAY) == Growth(Trend.NEW)


def test_districts_and_unions_grow_by_the_stations_that_were_there_throughout(
    make_station, west, east, west_union, east_union
):
    old = make_station("老", 121.25)
    new = make_station("新", 121.26)
    far = make_station("东", 121.75, union=east_union)
    for one, day in ((old, "01-14"), (new, "01-15"), (far, "01-01")):
        opened(one, day)
    visits(old, "01-20", 15)
    visits(old, "02-20", 15)
    visits(new, "02-20", 59)
    visits(far, "02-10", 3)
    found = in_short(Station.objects.all(), TODAY)
    told = {one.pk: (one.stations, one.visits, one.days, one.growth) for one in found.by("district")}
    assert told == {
        west.pk: (2, 74, 56, Growth(Trend.STEADY, 0)),
        east.pk: (1, 0, 28, Growth(Trend.FEW)),
    }
    assert [one.pk for one in found.by("union")] == [west_union.pk, east_union.pk]


def test_each_reader_gets_the_numbers_of_the_own_stations(
    make_station, bank_union, alice, bob, ivy, mona, charlie
):
    mine = make_station("西", 121.25)
    banks = make_station("银行", 121.30, union=bank_union)
    far = make_station("远", 121.75, union=bank_union)
    manages(mona, banks)
    visits(mine, "03-09", 1)
    visits(banks, "03-09", 2)
    visits(far, "03-09", 4)
    visits(banks, "03-08", 8, set_aside=SetAside.DEVICE_CAP)
    for one, count in ((mine, 16), (banks, 32), (far, 64)):
        Tally.objects.create(station=one, day=date(2026, 3, 9), count=count, by=alice)
    wanted = {alice: (7, 8, 112), bob: (1, 0, 16), ivy: (3, 8, 48), mona: (2, 8, 32), charlie: (0, 0, 0)}
    for reader, numbers in wanted.items():
        found = Station.objects.in_care_of(reader)
        told = sum(sum(day.values()) for day in tallied(found, WEEKS).values())
        assert (use_of(found, WEEKS).total, sum(not_counted(found, WEEKS).values()), told) == numbers, reader
        assert sum(one.visits for one in with_use(found, WEEKS, TODAY)) == numbers[0], reader
        assert in_short(found, TODAY).together().visits == numbers[0], reader


def test_the_number_of_queries_does_not_grow(make_station):
    def asked() -> int:
        found = Station.objects.all()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            standing_of(found, TODAY)
            not_counted(found, WEEKS)
            tallied(found, WEEKS)
            in_short(found, TODAY)
            list(with_use(found, WEEKS, TODAY))
            list(unused(found, TODAY))
        return len(queries)

    visit(make_station("1"), at("03-09"))
    before = asked()
    for number in range(5):
        visits(make_station(str(number)), "03-08", 3)
    assert asked() == before == 7


def test_history_opens_a_station_when_it_became_active(make_station):
    station = make_station(status="planned")
    opened(station, "01-01")
    with pghistory.context(url="/desk/"):
        Station.objects.filter(pk=station.pk).update(status="active")
    event = apps.get_model("registry", "StationEvent").objects.filter(status="active")
    event.update(pgh_created_at=at("03-02"))
    assert with_use(Station.objects.all(), WEEKS, TODAY).get().opened == date(2026, 3, 2)
