"""Every row that reaches the table is counted with it, in whatever way it came (chapter 4, 1 (2))."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from stations.checkins.choices import SetAside
from stations.checkins.models import CheckIn, Usage, WeekUse
from tests.stations.checkins.visits import visit

MONDAY_NOON = datetime(2026, 3, 2, 4, 10, tzinfo=UTC)  # 12:10 in Shanghai
SLOT = 12


def partition_of(row):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM checkins_checkin WHERE id = %s", [row.id])
        return cursor.fetchone()[0]


def make_partition(first):
    with connection.cursor() as cursor:
        cursor.execute("SELECT checkins_make_partition(%s)", [first])
        return cursor.fetchone()[0]


def test_a_visit_is_counted_in_shanghais_day_and_hour(make_station):
    station = make_station()
    visit(station, MONDAY_NOON, occupation="rider", grade="near")
    visit(station, MONDAY_NOON + timedelta(minutes=40), occupation="rider", grade="near")
    visit(station, datetime(2026, 3, 2, 16, 5, tzinfo=UTC), occupation="courier")  # Tuesday 0:05
    assert list(Usage.objects.order_by("day").values_list("day", "hour", "occupation", "grade", "count")) == [
        (date(2026, 3, 2), 12, "rider", "near", 2),
        (date(2026, 3, 3), 0, "courier", "code", 1),
    ]
    weeks = {one.occupation: one.counts for one in WeekUse.objects.all()}
    assert weeks.keys() == {"", "rider", "courier"}
    assert (weeks["rider"][SLOT], sum(weeks["rider"])) == (2, 2)
    assert (weeks[""][SLOT], weeks[""][24], sum(weeks[""])) == (2, 1, 3)


def test_what_is_set_aside_is_kept_and_not_counted(make_station):
    visit(make_station(), MONDAY_NOON, set_aside=SetAside.COOLING)
    assert CheckIn.objects.count() == 1
    assert not Usage.objects.exists()
    assert not WeekUse.objects.exists()


def test_a_row_without_a_partition_lands_in_the_default_one_and_moves_without_being_counted_again(
    make_station,
):
    row = visit(make_station(), datetime(2031, 5, 31, 15, 59, tzinfo=UTC))
    later = visit(row.station, datetime(2031, 5, 31, 16, 0, tzinfo=UTC))  # June in Shanghai
    assert partition_of(row) == "checkins_checkin_default"
    assert make_partition(date(2031, 5, 1))
    assert not make_partition(date(2031, 5, 1))
    assert partition_of(row) == "checkins_checkin_203105"
    assert partition_of(later) == "checkins_checkin_default"
    assert Usage.objects.aggregate(all=Sum("count")) == {"all": 2}
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckIn.objects.bulk_create([row])


def test_a_bulk_of_rows_is_counted_as_well(make_station):
    one, other = make_station("one"), make_station("other")
    for number in range(5):
        visit(one if number % 2 else other, MONDAY_NOON + timedelta(days=number), device=str(number))
    rows = list(CheckIn.objects.all())
    Usage.objects.all().delete()
    WeekUse.objects.all().delete()
    CheckIn.objects.all().delete()
    CheckIn.objects.bulk_create(rows)
    assert Usage.objects.aggregate(all=Sum("count")) == {"all": 5}
    assert sum(WeekUse.objects.get(station=other, occupation="").counts) == 3
