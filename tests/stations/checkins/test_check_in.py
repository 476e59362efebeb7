"""What becomes of one check-in, by HTTP status (chapter 4, 1)."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from stations.checkins.models import CheckIn, Usage
from tests.stations.checkins.conftest import Phone, said

NEAR = {
    "lon": 121.2505,
    "lat": 31.25,
    "accuracy_m": 20,
    "datum": "wgs84",
}  # 48 m from a station at 121.25, 31.25


def test_a_new_one_is_stored_counted_and_answered_201(make_station, poster, phone):
    station = make_station()
    answer = phone().scan(poster(station), occupation="rider", position=NEAR)
    assert answer.status_code == 201, answer.content
    row = CheckIn.objects.get()
    assert answer.json() == {
        "id": str(row.id),
        "status": 201,
        "detail": answer.json()["detail"],
        "station": station.pk,
        "grade": "near",
        "counted": True,
        "set_aside": "",
    }
    assert (row.station, row.occupation, row.grade, row.band) == (station, "rider", "near", "100")
    assert Usage.objects.get().count == 1


def test_the_same_again_is_a_200_with_the_first_answer_and_no_second_row(make_station, poster, phone):
    body = said(poster(make_station()), occupation="rider", position=NEAR)
    first = phone().post(body)
    again = phone().post({**body, "position": None})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {**first.json(), "status": 200}
    assert CheckIn.objects.count() == Usage.objects.get().count == 1


@pytest.mark.parametrize("change", ["station", "made_at", "occupation"])
def test_another_one_with_the_same_id_is_a_409(make_station, poster, phone, change):
    body = said(poster(make_station()), occupation="rider")
    assert phone().post(body).status_code == 201
    other = {
        "station": lambda: {"code": poster(make_station("other"))},
        "made_at": lambda: {"made_at": (timezone.now() - timedelta(minutes=1)).isoformat()},
        "occupation": lambda: {"occupation": "taxi"},
    }[change]()
    answer = phone().post({**body, **other})
    assert answer.status_code == 409
    assert answer.json().keys() == {"detail"}
    assert CheckIn.objects.count() == 1


def test_a_revoked_poster_is_a_410_but_what_it_took_before_is_still_known(make_station, poster, phone):
    station = make_station()
    old = poster(station)
    body = said(old)
    assert phone().post(body).status_code == 201
    station.codes.update(revoked_at=timezone.now())
    new = poster(station, version=2)
    assert phone().scan(old).status_code == 410
    assert phone().post(body).status_code == 200
    assert phone().scan(new).status_code == 201


def test_a_code_that_is_not_ours_is_a_422(make_station, poster, phone):
    code = poster(make_station())
    make_station().codes.all().delete()
    for text in (code[:-1], code[:-1] + "a", "", "12", "\0", "9" * 400):
        answer = phone().scan(text)
        assert answer.status_code == 422, text
        assert answer.json()
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(("status", "expected"), [("planned", 422), ("withdrawn", 422), ("suspended", 201)])
def test_a_station_that_is_none_takes_no_check_ins(make_station, poster, phone, status, expected):
    assert phone().scan(poster(make_station(status=status))).status_code == expected


def test_a_queue_has_an_answer_each_in_its_order(make_station, poster, phone):
    code, other = poster(make_station()), poster(make_station("far", lon=121.9))
    one = said(code, ago=timedelta(hours=5))
    rows = [
        one,
        {**one},
        {**one, "occupation": "taxi"},
        said(code, ago=timedelta(hours=5, minutes=10)),
        said(other, ago=timedelta(hours=4, minutes=55)),
        {"id": str(uuid.uuid4())},
        said("nonsense"),
        said(code, ago=timedelta(days=8)),
        "nothing",
    ]
    answer = phone().queue(rows)
    assert answer.status_code == 200, answer.content
    answers = answer.json()["answers"]
    assert [one["status"] for one in answers] == [201, 200, 409, 201, 201, 422, 422, 422, 422]
    assert [one.get("set_aside") for one in answers[3:5]] == ["", "speed"]
    assert answers[0]["set_aside"] == answers[1]["set_aside"] == "cooling"
    assert [one["id"] for one in answers[:-1]] == [one["id"] for one in rows[:-1]]
    assert CheckIn.objects.count() == 3


def test_too_many_from_one_address_in_a_minute_are_a_429_that_says_how_long_to_wait(
    make_station, poster, settings
):
    settings.JIELI_CHECKIN_RATE = 3
    code = poster(make_station())
    statuses = [Phone(uuid.uuid4().hex).scan(code).status_code for _ in range(4)]
    assert statuses == [201, 201, 201, 429]
    answer = Phone().queue([said(code)])
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
