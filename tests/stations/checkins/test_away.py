"""The database goes away: before, while and after it is asked. Nothing is lost and nothing is counted twice."""

import time
from threading import Thread

import pytest
from django.db import connection
from django.test import Client

from stations.checkins.models import CheckIn, Usage
from tests.at_once import at_once
from tests.stations.checkins.conftest import Phone, said

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_database_that_cannot_be_reached_is_a_503_that_says_when_to_come_again(make_station, poster):
    body = said(poster(make_station()))

    def from_afar():
        connection.settings_dict = {**connection.settings_dict, "HOST": "/nowhere"}
        phone = Phone()
        return phone.post(body), phone.queue([body])

    [answers] = at_once(from_afar)
    for answer in answers:
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.json()["detail"]
    assert Phone().post(body).status_code == 201


def test_a_check_in_is_two_questions_to_the_database(make_station, poster, django_assert_num_queries):
    code = poster(make_station())
    assert Phone().scan(code).status_code == 201  # reads the month's key, which is then known
    position = {"lon": 121.25, "lat": 31.25, "datum": "gcj02"}
    with django_assert_num_queries(2):
        Phone().scan(code, position=position)
    with django_assert_num_queries(2):
        Phone().queue([said(code, position=position) for _ in range(100)])


def test_a_connection_that_broke_meanwhile_is_made_anew(make_station, poster):
    body = said(poster(make_station()))

    def twice():
        connection.ensure_connection()
        end(connection.connection.info.backend_pid)
        return Phone().post(body)

    [answer] = at_once(twice)
    assert answer.status_code == 201


def end(pid: int) -> None:
    """End another connection's server process, and wait until it is gone."""
    Thread(target=_end, args=[pid]).start()
    time.sleep(0.3)


def _end(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    connection.close()


def test_one_whose_outcome_is_unknown_is_a_503_and_the_same_again_is_one_row(make_station, poster, phone):
    station = make_station()
    body, other = said(poster(station)), phone()
    assert other.scan(body["code"]).status_code == 201  # so that there is a row of the hour to wait for
    answers = []
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT FROM checkins_usage FOR UPDATE")
        sending = Thread(target=lambda: answers.append(posted(body)))
        sending.start()
        for _ in range(100):
            cursor.execute("SELECT pid FROM pg_locks WHERE NOT granted")
            found = cursor.fetchall()
            if found:
                break
            time.sleep(0.05)
        cursor.execute("SELECT pg_terminate_backend(%s)", found[0])
        sending.join()
        cursor.execute("ROLLBACK")
    assert answers == [503]
    assert CheckIn.objects.count() == 1
    assert [posted(body), posted(body)] == [201, 200]
    assert CheckIn.objects.count() == 2
    assert sum(Usage.objects.values_list("count", flat=True)) == 2


def posted(body) -> int:
    try:
        return Client().post("/api/check-ins/", body, content_type="application/json").status_code
    finally:
        connection.close()
