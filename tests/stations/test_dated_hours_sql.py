"""Other hours on certain days: the SQL spelling and the e-map's spans pass the same table of cases as the Python rule."""

import pytest
from django.db import IntegrityError, transaction

from stations.registry import opening
from stations.registry.models import DatedHours, Station
from tests.geo.hours_cases import DATED_CASES, calendar, days_of, moment


@pytest.mark.parametrize(
    ("weekly", "dated", "at", "special_days", "expected"),
    [case[1:] for case in DATED_CASES],
    ids=[case[0] for case in DATED_CASES],
)
def test_sql_and_spans_agree_with_the_table_of_cases(make_station, weekly, dated, at, special_days, expected):
    station = make_station(hours_text=weekly)
    for days, text in dated.items():
        DatedHours.objects.create(station=station, days=days_of(days), hours_text=text)
    now, days = moment(at), calendar(special_days)
    assert Station.objects.with_open(now, days).get().is_open is expected
    assert opening.opening_of(station, now, days).is_open(now) is expected


def test_another_stations_days_do_not_count(make_station):
    make_station(hours_text="24/7")
    other = make_station("别的", hours_text="24/7")
    DatedHours.objects.create(station=other, days=days_of("2026-03-02"), hours_text="closed")
    found = Station.objects.with_open(moment("2026-03-02 12:00"), calendar({}))
    assert [one.is_open for one in found.order_by("pk")] == [True, False]


def test_one_day_has_one_text(make_station):
    station = make_station()
    DatedHours.objects.create(station=station, days=days_of("2026-03-02 2026-03-05"), hours_text="closed")
    with pytest.raises(IntegrityError), transaction.atomic():
        DatedHours.objects.create(station=station, days=days_of("2026-03-05 2026-03-06"), hours_text="24/7")
    DatedHours.objects.create(station=station, days=days_of("2026-03-06"), hours_text="24/7")
