"""Months are made ahead; what lies outside all of them is an alarm and is moved; the site's role needs no right of its own."""

from datetime import UTC, date, datetime, timedelta

import psycopg2.errors
import pytest
from django.conf import settings
from django.core import checks
from django.db import ProgrammingError, connection, transaction

from geo import history
from stations.checkins.keeping import alarms, partitions
from stations.checkins.models import CheckIn, UpkeepStep
from tests.stations.checkins.tables import counted, partition_of, sql
from tests.stations.checkins.visits import visit

APP = settings.JIELI_APP_ROLE
NEW_YEARS_EVE = datetime(2030, 12, 31, 15, 59, 59, tzinfo=UTC)  # the last second of 2030 in Shanghai


def there():
    return {one.first for one in partitions.existing()}


def test_this_month_and_three_more_are_made_by_the_calendar_of_shanghai(db):
    assert partitions.make_ahead(NEW_YEARS_EVE) == [
        date(2030, 12, 1),
        *(date(2031, month, 1) for month in (1, 2, 3)),
    ]
    assert partitions.make_ahead(NEW_YEARS_EVE) == []
    assert partitions.make_ahead(NEW_YEARS_EVE + timedelta(seconds=1)) == [date(2031, 4, 1)]
    assert {date(2030, 12, 1), date(2031, 4, 1)} <= there()


def test_the_first_and_the_last_moment_of_a_month_lie_in_it(make_station):
    partitions.make_ahead(NEW_YEARS_EVE)
    station = make_station()
    assert partition_of(visit(station, NEW_YEARS_EVE)) == "checkins_checkin_203012"
    assert partition_of(visit(station, NEW_YEARS_EVE + timedelta(seconds=1))) == "checkins_checkin_203101"


def test_the_migration_made_the_months_round_the_present(db):
    now = datetime.now(UTC)
    assert set(partitions.months(partitions.local_day(now), partitions.horizon(now))) <= there()


@pytest.mark.parametrize(
    ("first", "end", "expected"),
    [
        (date(2026, 1, 31), date(2026, 1, 31), [date(2026, 1, 1)]),
        (date(2026, 1, 31), date(2026, 2, 1), [date(2026, 1, 1)]),
        (date(2026, 1, 31), date(2026, 2, 2), [date(2026, 1, 1), date(2026, 2, 1)]),
        (date(2026, 12, 1), date(2027, 1, 1), [date(2026, 12, 1)]),
        (date(2026, 2, 1), date(2026, 2, 1), []),
    ],
)
def test_months_of_days(first, end, expected):
    assert list(partitions.months(first, end)) == expected


# Rows outside all months.


def warnings():
    return [one.id for one in checks.run_checks(tags=["database"], databases=["default"])]


def test_a_row_outside_all_months_is_seen_moved_and_not_counted_again(make_station):
    now = NEW_YEARS_EVE
    assert partitions.strays() == 0
    assert "checkins.W002" not in warnings()
    row = visit(make_station(), now)
    assert partitions.strays() == 1
    assert "checkins.W002" in warnings()
    assert [one for one in alarms.alarms(now) if "1" in one.split()]
    assert partitions.move_strays(now, since=date(2030, 10, 2)) == [date(2030, 12, 1)]
    assert partition_of(row) == "checkins_checkin_203012"
    assert partitions.strays() == 0
    assert counted() == 1


def test_no_month_is_made_of_a_mistake_far_ahead_or_long_ago(make_station):
    station = make_station()
    visit(station, NEW_YEARS_EVE + timedelta(days=400))
    visit(station, NEW_YEARS_EVE - timedelta(days=400))
    assert partitions.move_strays(NEW_YEARS_EVE, since=date(2030, 10, 2)) == []
    assert partitions.strays() == 2


def test_the_check_waits_for_its_table(db):
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("DROP TABLE checkins_checkin")
    assert "checkins.W002" not in warnings()


def test_the_centre_reads_when_the_upkeep_is_silent_or_in_trouble(db):
    now = NEW_YEARS_EVE
    assert ["—" in one for one in alarms.alarms(now)] == [True]
    step = UpkeepStep.objects.create(name="purge", ran_at=now, done_at=now)
    assert list(alarms.alarms(now + timedelta(days=1))) == []
    assert ["2030-12-31 23:59" in one for one in alarms.alarms(now + timedelta(days=1, seconds=1))] == [True]
    step.trouble = "DataError"
    step.save()
    assert ["purge" in one for one in alarms.alarms(now)] == [True]


@pytest.mark.parametrize(("kept", "wrong"), [(8, True), (9, False), (90, False)])
def test_rows_must_be_kept_longer_than_a_check_in_may_be_late(settings, kept, wrong):
    settings.JIELI_CHECKIN_KEPT_DAYS, settings.JIELI_CHECKIN_LATE_DAYS = kept, 7
    assert ("checkins.E001" in [one.id for one in checks.run_checks()]) is wrong


# The role that serves the site.


@pytest.fixture
def as_app(db):
    yield lambda: sql(f"SET ROLE {APP}")
    sql("RESET ROLE")


def refused(statement):
    with pytest.raises(ProgrammingError) as caught, transaction.atomic():
        sql(statement)
    assert isinstance(caught.value.__cause__, psycopg2.errors.InsufficientPrivilege), caught.value


@pytest.mark.parametrize("migrated_since", [False, True])
def test_the_sites_role_works_in_a_month_made_later_and_only_through_the_table(
    make_station, as_app, migrated_since
):
    station = make_station()
    partitions.make_ahead(NEW_YEARS_EVE)
    if migrated_since:
        history.protect()
    as_app()
    row = visit(station, NEW_YEARS_EVE)
    assert partition_of(row) == "checkins_checkin_203012"
    assert counted() == 1
    assert CheckIn.objects.filter(at=NEW_YEARS_EVE).update(band="100") == 1
    assert CheckIn.objects.filter(at=NEW_YEARS_EVE).delete()[0] == 1
    refused("DELETE FROM checkins_checkin_203012")
    refused(f"INSERT INTO checkins_checkin_203012 SELECT * FROM {partitions.DEFAULT}")
    refused("DROP TABLE checkins_checkin_203012")
    refused("SELECT checkins_make_partition('2031-05-01')")
    assert connection.settings_dict["USER"] != APP
