"""The counts are compared with the rows to the row, beside a busy site, and put right where they differ."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from threading import Event, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from stations.checkins.keeping import partitions, recount
from stations.checkins.keeping.purge import purge
from stations.checkins.models import CheckIn, Purge, Usage, WeekUse
from tests.stations.checkins.tables import counted, sql
from tests.stations.checkins.visits import visit

MONDAY_NOON = datetime(2026, 3, 2, 4, 10, tzinfo=UTC)  # 12:10 in Shanghai
DAY, END = date(2026, 3, 2), date(2026, 4, 1)
MIDNIGHT = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)  # April begins


@pytest.fixture
def station(make_station):
    return make_station()


@pytest.fixture
def visits(station):
    for number in range(3):
        visit(station, MONDAY_NOON, occupation="rider", device=str(number))
    visit(station, MONDAY_NOON, occupation="courier", grade="near")
    visit(station, MONDAY_NOON, occupation="courier", set_aside="cooling")
    visit(station, MIDNIGHT - timedelta(seconds=1), occupation="taxi")
    visit(station, MIDNIGHT, occupation="taxi")


def told(found):
    return [
        (one.table, one.station_id, one.day, one.hour, one.occupation, one.kept, one.recounted)
        for one in found
    ]


def found(first=DAY, end=END):
    return told(recount.differences(first, end))


def test_what_the_trigger_counts_agrees(visits):
    assert found(*recount.span()) == []
    assert counted() == 6


RIDERS = {"occupation": "rider"}


@pytest.mark.parametrize(
    ("plant", "expected"),
    [
        (lambda: Usage.objects.filter(**RIDERS).update(count=F("count") + 1), ("usage", DAY, 12, "rider", 4, 3)),
        (lambda: Usage.objects.filter(**RIDERS).update(count=1), ("usage", DAY, 12, "rider", 1, 3)),
        (lambda: Usage.objects.filter(**RIDERS).delete(), ("usage", DAY, 12, "rider", 0, 3)),
        (lambda: CheckIn.objects.filter(grade="near").delete(), ("usage", DAY, 12, "courier", 1, 0)),
        (lambda: CheckIn.objects.filter(set_aside="cooling").update(set_aside=""), ("usage", DAY, 12, "courier", 0, 1)),
        (lambda: sql("UPDATE checkins_weekuse SET counts[13] = 9 WHERE occupation = 'rider'"),
         ("week", date(2026, 3, 1), 12, "rider", 9, 3)),
        (lambda: sql("UPDATE checkins_weekuse SET counts[168] = 1 WHERE occupation = ''"),
         ("week", date(2026, 3, 1), 167, "", 1, 0)),
    ],
)  # fmt: skip
def test_each_planted_difference_is_found_named_and_put_right(visits, station, plant, expected):
    plant()
    table, *rest = expected
    assert (table, station.pk, *rest) in found()
    recount.repair(DAY, END)
    assert found() == []


def test_a_lost_row_of_the_week_is_found_hour_by_hour(visits, station):
    WeekUse.objects.filter(occupation="taxi", month=date(2026, 3, 1)).delete()
    assert found() == [("week", station.pk, date(2026, 3, 1), 24 + 23, "taxi", 0, 1)]
    recount.repair(DAY, END)
    assert found() == []


def test_the_whole_of_a_months_days_is_asked_for_and_no_other(visits):
    Usage.objects.filter(day=date(2026, 4, 1)).update(count=7)
    assert found() == []
    assert [one[0] for one in found(DAY, date(2026, 4, 2))] == [
        "usage",
        "week",
        "week",
    ]  # the taxi's and everybody's


def test_days_whose_rows_are_gone_are_left_alone(visits):
    Purge.objects.create(before=date(2026, 3, 3), begun_at=MONDAY_NOON)
    CheckIn.objects.filter(at__lt=MONDAY_NOON + timedelta(hours=1)).delete()
    assert found() == []
    recount.repair(DAY, END)
    assert counted() == 6
    Purge.objects.all().delete()
    assert len(found()) == 2  # and this is what it would have said


def test_a_row_of_a_purged_day_whose_count_is_changed_is_still_found_by_the_week(visits):
    Purge.objects.create(before=END, begun_at=MONDAY_NOON)
    Usage.objects.filter(occupation="taxi", day__lt=END).update(count=5)
    assert {one[0] for one in found()} == {"week"}


def test_the_command_says_each_difference_and_fails(visits, station):
    said = StringIO()
    call_command("check_usage", stdout=said)
    assert "Every count is as recounted" in said.getvalue()
    Usage.objects.filter(occupation="rider").update(count=5)
    said = StringIO()
    with pytest.raises(CommandError, match="3 counts differ"):  # of the day, and of the week twice
        call_command("check_usage", stdout=said)
    assert (
        f"usage: station {station.pk}, 2026-03-02, hour 12, rider code: kept 5, recounted 3"
        in said.getvalue()
    )
    call_command("check_usage", since=date(2026, 4, 1), stdout=StringIO())
    call_command("check_usage", repair=True, stdout=StringIO())
    call_command("check_usage", stdout=StringIO())


def test_the_command_works_on_empty_tables(db):
    call_command("check_usage", stdout=StringIO())


# Beside others.


@pytest.fixture
def busy_site(transactional_db, station):
    """Visits arrive, each in a transaction of its own, until the test is over; `arrived()` is how many so far."""
    partitions.make(DAY, END)
    stop, arrived = Event(), []

    def arrive():
        try:
            while not stop.is_set():
                moment = MONDAY_NOON + timedelta(hours=len(arrived) % 500)
                visit(station, moment, occupation=("rider", "taxi")[len(arrived) % 2])
                arrived.append(moment)
        finally:
            connection.close()

    threads = [Thread(target=arrive) for _ in range(2)]
    for thread in threads:
        thread.start()
    yield lambda: len(arrived)
    stop.set()
    for thread in threads:
        thread.join()
    CheckIn.objects.all().delete()
    for one in partitions.existing():
        if one.first < END:
            partitions.drop(one)


def test_a_busy_site_never_looks_wrong(busy_site):
    for _ in range(15):
        before = busy_site()
        assert found() == []
        while busy_site() == before:
            pass


def test_a_repair_beside_a_busy_site_loses_no_count(busy_site):
    for _ in range(10):
        before = busy_site()
        Usage.objects.update(count=F("count") + 1)
        recount.repair(DAY, END)
        assert found() == []
        while busy_site() == before:
            pass


def test_a_purge_beside_a_recount_looks_like_nothing(busy_site):
    for day in range(3, 12):
        before = counted()
        purge(datetime(2026, 3, day, 4, tzinfo=UTC) + timedelta(days=90))
        assert found() == []
        assert counted() >= before
