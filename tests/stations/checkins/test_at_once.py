"""The same and different check-ins at one moment, over connections of their own (chapter 4, 1)."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from stations.checkins.intake.actions import Arrival, check_in
from stations.checkins.intake.devices import COOKIE
from stations.checkins.models import Allowance, CheckIn, MonthKey, Usage
from tests.at_once import at_once
from tests.stations.checkins.conftest import Phone, said

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 20, 4, tzinfo=UTC)


def arrivals(codes, at=NOON):
    return [Arrival(id=uuid.uuid4(), code=code, made_at=at, sent_at=at) for code in codes]


def test_one_id_a_hundred_times_at_once_is_one_row_with_one_answer(make_station, poster):
    body = said(poster(make_station()), occupation="rider")

    def twice():
        phone = Phone(uuid.uuid4().hex)
        return [phone.post(body) for _ in range(2)]

    answers = [one for pair in at_once(*[twice] * 50) for one in pair]
    assert sorted(one.status_code for one in answers) == [200] * 99 + [201]
    told = [{**one.json(), "status": None} for one in answers]
    assert all(one == told[0] for one in told)
    assert CheckIn.objects.count() == 1
    assert Usage.objects.get().count == 1


def test_one_phone_twice_at_once_at_one_station_is_counted_once(make_station, poster):
    code = poster(make_station())
    device = uuid.uuid4().hex
    answers = at_once(*[lambda: Phone(device).scan(code)] * 2)
    assert [one.status_code for one in answers] == [201, 201]
    assert sorted(one.json()["set_aside"] for one in answers) == ["", "cooling"]


def test_one_phone_everywhere_at_once_keeps_its_cap(make_station, poster, settings):
    settings.JIELI_CHECKIN_DEVICE_CAP = 3
    codes = [poster(make_station(f"{n}", lon=121.25 + n / 2000)) for n in range(12)]
    device = uuid.uuid4().hex
    answers = at_once(*[lambda code=code: Phone(device).scan(code) for code in codes])
    verdicts = [one.json()["set_aside"] for one in answers]
    assert (verdicts.count(""), verdicts.count("device")) == (3, 9)


def test_many_phones_of_one_address_at_once_keep_its_cap(make_station, poster, settings):
    settings.JIELI_CHECKIN_ADDRESS_CAP = 5
    code = poster(make_station())
    answers = at_once(*[lambda: Phone(uuid.uuid4().hex).scan(code)] * 20)
    verdicts = [one.json()["set_aside"] for one in answers]
    assert (verdicts.count(""), verdicts.count("address")) == (5, 15)
    assert Allowance.objects.get(count=5).station_id


def test_queues_across_each_other_do_not_wait_for_ever(make_station, poster):
    """The same ids and stations in opposite orders, and the same stations by other phones."""
    codes = [poster(make_station(f"{n}", lon=121.25 + n / 2000)) for n in range(20)]
    rows = arrivals(codes)

    def sends(given, device):
        return lambda: check_in(given, device=device, address="192.0.2.1", now=NOON + timedelta(minutes=1))

    answers = at_once(
        *[sends(rows, "a"), sends(rows[::-1], "a"), sends(rows[::-1], "b")] * 3,
        *[sends(arrivals(codes[::-1]), f"phone {n}") for n in range(6)],
    )
    assert {one.status for given in answers for one in given} == {200, 201}
    assert CheckIn.objects.count() == 7 * 20


def test_the_first_visits_of_a_month_make_one_key(make_station, poster):
    code = poster(make_station())
    verbs = [
        lambda n=n: check_in(arrivals([code]), device=f"phone {n}", address="", now=NOON) for n in range(8)
    ]
    assert {given[0].status for given in at_once(*verbs)} == {201}
    assert MonthKey.objects.count() == 1
    assert CheckIn.objects.values("pseudonym").distinct().count() == 8


def test_a_check_in_is_on_disk_before_it_is_answered(make_station, poster):
    """The role that serves commits durably, whatever the server's own setting is."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone()[0] == "on"
    body = said(poster(make_station()))
    client = Client()
    client.cookies[COOKIE] = uuid.uuid4().hex
    seen = []

    def other_connection():
        seen.append(CheckIn.objects.count())

    assert client.post("/api/check-ins/", body, content_type="application/json").status_code == 201
    at_once(other_connection)
    assert seen == [1]
