"""Raw rows go exact to the local day, counts stay, and whoever kills the purge leaves nothing but less to do."""

import os
import signal
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.hours import ZONE
from stations.checkins.keeping import partitions
from stations.checkins.keeping.purge import first_kept_day, purge, purged_before
from stations.checkins.models import Allowance, CheckIn, MonthKey, Opinion, Purge, Usage, WeekUse
from tests.stations.checkins.tables import counted, sql
from tests.stations.checkins.visits import visit

NOW = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)  # noon in Shanghai; the first day kept is March 17
FIRST = date(2026, 3, 17)
SECOND = timedelta(seconds=1)


def at(day, hour=12, minute=0, second=0):
    return datetime.combine(day, time(hour, minute, second), ZONE)


@pytest.fixture
def half_a_year(db):
    partitions.make(date(2026, 1, 1), date(2026, 7, 1))


def test_the_ninetieth_day_before_today_stays_to_its_first_second(make_station, half_a_year):
    station = make_station()
    gone = visit(station, partitions.midnight(FIRST) - SECOND)
    stays = visit(station, partitions.midnight(FIRST))
    done = purge(NOW)
    assert (done.before, done.rows) == (FIRST, 1)
    assert list(CheckIn.objects.values_list("id", flat=True)) == [stays.id] != [gone.id]


def test_a_day_goes_when_the_ninetieth_day_after_it_ends(make_station, half_a_year):
    visit(make_station(), at(FIRST))
    last_second = datetime(2026, 6, 15, 15, 59, 59, tzinfo=UTC)
    assert purge(last_second).rows == 0
    assert purge(last_second + SECOND).rows == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    now=st.datetimes(datetime(2026, 2, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - the zone is drawn below
    zone=st.sampled_from(
        ["UTC", "Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kathmandu"]
    ),
    kept=st.integers(9, 120),
    offsets=st.lists(st.integers(-40 * 86_400, 40 * 86_400), min_size=1, max_size=12),
)
def test_in_every_zone_and_on_every_day_exactly_the_older_local_days_go(
    make_hypothesis_station, now, zone, kept, offsets, settings
):
    settings.JIELI_CHECKIN_KEPT_DAYS = kept
    now = now.replace(tzinfo=ZoneInfo(zone))
    edge = partitions.midnight(now.astimezone(ZONE).date()) - timedelta(days=kept)
    with transaction.atomic():
        sql("SELECT set_config('TimeZone', %s, true)", [zone])
        partitions.make(date(2026, 1, 1), date(2026, 9, 1))  # the later rows lie in the default partition
        moments = [edge + timedelta(seconds=offset) for offset in offsets] + [edge, edge - SECOND]
        for moment in moments:
            visit(make_hypothesis_station, moment)
        before = list(Usage.objects.order_by("pk").values_list())
        purge(now)
        sql("SELECT set_config('TimeZone', 'UTC', true)")  # Django takes whatever it reads for UTC
        kept_days = {one.astimezone(ZONE).date() for one in CheckIn.objects.values_list("at", flat=True)}
        wanted = [
            one for one in moments if (now.astimezone(ZONE).date() - one.astimezone(ZONE).date()).days <= kept
        ]
        assert CheckIn.objects.count() == len(wanted)
        assert min(kept_days) == first_kept_day(now)
        assert list(Usage.objects.order_by("pk").values_list()) == before
        transaction.set_rollback(True)


@pytest.fixture
def make_hypothesis_station(make_station):
    return make_station()


def test_whole_months_go_with_their_table_and_counts_stay(make_station, half_a_year):
    station = make_station()
    for day in (date(2026, 1, 5), date(2026, 2, 28), date(2026, 3, 1), FIRST, date(2026, 6, 15)):
        visit(station, at(day))
    weeks = list(WeekUse.objects.order_by("pk").values_list())
    done = purge(NOW)
    assert (done.months, done.rows) == (2, 1)
    assert partitions.existing()[0].first == date(2026, 3, 1)
    assert CheckIn.objects.count() == 2
    assert counted() == 5
    assert list(WeekUse.objects.order_by("pk").values_list()) == weeks


def test_expired_rows_outside_all_months_go_too(make_station):
    visit(make_station(), at(date(2025, 1, 1)))
    assert partitions.strays() == 1
    assert purge(NOW).rows == 1
    assert partitions.strays() == 0


def test_a_second_purge_finds_nothing_to_do(make_station, half_a_year):
    visit(make_station(), at(date(2026, 3, 1)))
    assert purge(NOW).rows == 1
    again = purge(NOW)
    assert (again.months, again.rows, again.keys, again.allowances) == (0, 0, 0, 0)
    assert purged_before() == FIRST
    assert Purge.objects.count() == 1


def test_what_is_known_of_purged_days_never_shrinks(db, settings):
    purge(NOW)
    settings.JIELI_CHECKIN_KEPT_DAYS = 120
    purge(NOW)
    assert purged_before() == FIRST


def test_a_key_goes_with_its_months_last_row(make_station, half_a_year):
    for month in (1, 2, 3, 6):
        MonthKey.objects.create(month=date(2026, month, 1), key="of a month")
    visit(make_station(), at(date(2026, 3, 20)))
    assert purge(NOW).keys == 2
    assert set(MonthKey.objects.values_list("month", flat=True)) == {date(2026, 3, 1), date(2026, 6, 1)}
    last_of_march = at(date(2026, 6, 29), 23, 59)
    assert purge(last_of_march).keys == 0
    assert purge(last_of_march + timedelta(minutes=1)).keys == 1  # June 30: the days kept begin with April 1
    assert set(MonthKey.objects.values_list("month", flat=True)) == {date(2026, 6, 1)}


def test_a_key_stays_where_its_table_was_too_busy_to_go(make_station, half_a_year, monkeypatch):
    MonthKey.objects.create(month=date(2026, 1, 1), key="of a month")
    row = visit(make_station(), at(date(2026, 1, 20)))
    monkeypatch.setattr("stations.checkins.keeping.purge._drop", lambda partition: False)
    monkeypatch.setattr("stations.checkins.keeping.purge._delete_rows", lambda before: 0)
    assert purge(NOW).keys == 0
    monkeypatch.undo()
    monkeypatch.setattr("stations.checkins.keeping.purge._drop", lambda partition: False)
    done = purge(NOW)
    assert (done.rows, done.keys) == (1, 1)
    assert not CheckIn.objects.filter(id=row.id).exists()


def test_counters_of_days_that_no_check_in_may_arrive_for_go(db):
    for back in (0, 7, 8, 9, 30):
        Allowance.objects.create(
            day=date(2026, 6, 15) - timedelta(days=back), who=b"x" * 16, station_id=0, count=1
        )
    assert purge(NOW).allowances == 2
    assert min(Allowance.objects.values_list("day", flat=True)) == date(2026, 6, 7)


def test_opinions_stay(make_station, half_a_year):
    row = visit(make_station(), at(date(2026, 2, 1)))
    Opinion.objects.create(check_in=row.id, station=row.station, day=date(2026, 2, 1), good=True)
    purge(NOW)
    assert Opinion.objects.filter(check_in=row.id, good=True).exists()


# Killed anywhere.


@pytest.fixture
def own_months(transactional_db):
    """Months of this test, whose transactions are real."""
    partitions.make(date(2026, 1, 1), date(2026, 7, 1))
    yield
    for one in partitions.existing():
        if one.first < date(2026, 7, 1):
            partitions.drop(one)


def killed_after(statements):
    """Purge in a process that is killed after so many statements, before their commit. False where it came to its end."""
    child = os.fork()
    if child == 0:
        mine = connection.connection  # the parent's: neither used nor closed here
        connection.connection = None
        left = statements

        def one_less(execute, *statement):
            nonlocal left
            gave = execute(*statement)
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return gave

        try:
            with connection.execute_wrapper(one_less):
                purge(NOW)
        finally:
            os._exit(0 if mine else 1)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_killed_after_whichever_statement_it_loses_nothing_and_is_done_by_the_next(
    make_station, own_months, settings
):
    station = make_station()
    days = [date(2026, 1, 10), date(2026, 2, 10), date(2026, 3, 16), FIRST, date(2026, 6, 15)]
    MonthKey.objects.create(month=date(2026, 1, 1), key="of a month")
    for statements in range(1, 100):
        partitions.make(date(2026, 1, 1), date(2026, 7, 1))
        for day in days:
            visit(station, at(day))
        before = counted()
        survived = not killed_after(statements)
        assert counted() == before
        assert CheckIn.objects.filter(at__gte=partitions.midnight(FIRST)).count() == 2
        left = CheckIn.objects.count()
        assert (left == 2) >= survived
        if left < 5:
            assert purged_before() == FIRST  # else a recount would take what is left for all there was
        purge(NOW)
        assert CheckIn.objects.count() == 2
        assert counted() == before
        CheckIn.objects.all().delete()
        if survived:
            break
    assert 10 < statements < 99
    assert not MonthKey.objects.exists()
