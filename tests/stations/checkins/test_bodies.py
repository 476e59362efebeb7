"""Bodies that are none: refused with what is wrong and what to do, never a 5xx, and nothing is written."""

import copy
import json
import random
import uuid

import pytest
from django.test import Client

from stations.checkins.models import CheckIn
from tests.stations.checkins.conftest import Phone, said

NASTY = [
    None, True, False, 0, -1, 1.5, 1e308, 10**400, 2**63, "", " ", "x", "NaN", "١", "站", "\x00", "\ud800", "x" * 5000,
    [], {}, [[]], [None], {"a": {}}, "2026-03-20T12:00:00", "2026-03-20", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z", "2026-03-20T24:61:00Z", 1774000000, "1774000000",
    "urn:uuid:6f1d1d0e-0000-4000-8000-00000000000g", {"lon": 121.25}, {"lon": "121", "lat": 31, "datum": "wgs84"},
    {"lon": 31, "lat": 121, "datum": "wgs84"}, {"lon": 1e308, "lat": 0, "datum": "bd09"},
    {"lon": 121.25, "lat": 31.25, "datum": "gps"}, {"lon": 121.25, "lat": 31.25, "datum": ["wgs84"]},
    {"lon": 121.25, "lat": 31.25, "datum": "wgs84", "accuracy_m": -1},
    {"lon": 121.25, "lat": 31.25, "datum": "wgs84", "accuracy_m": 10**400},
    {"lon": True, "lat": False, "datum": "wgs84"}, {"lon": 121.25, "lat": 31.25, "datum": "wgs84", "altitude": 4},
]  # fmt: skip
RAW = [
    b"", b"{", b"nothing", b"null", b"1", b'"x"', b"[]", b"[1]", b"NaN", b'{"id": NaN}', b"[" * 100_000, b'{"a":' * 50_000,
    b"\xff\xfe", b"\x00", b'{"id": 1' + b"0" * 5000 + b"}", b'{"id": 1e999}', b'{"\\ud800": 1}', b'{"id": "\\u0000"}',
]  # fmt: skip
FIELDS = ("id", "code", "made_at", "sent_at", "occupation", "position", "ticket", "more")


@pytest.mark.parametrize("path", ["", "batch/"])
@pytest.mark.parametrize("raw", RAW, ids=lambda raw: repr(raw[:20]))
def test_what_is_no_json_or_no_object_is_a_400(db, path, raw):
    answer = Phone().post(raw, path)
    assert answer.status_code in (400, 422), answer.content
    assert answer.json()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "12"), ("id", None), ("code", 12), ("made_at", "2026-03-20T12:00:00"), ("made_at", "0001-01-01T00:00:00Z"),
        ("made_at", "9999-12-31T23:59:59Z"), ("sent_at", "yesterday"), ("occupation", "pilot"), ("occupation", ["rider"]),
        ("position", {"lon": 121.25}), ("position", "here"), ("ticket", 5), ("ticket", "x" * 5000),
    ],
)  # fmt: skip
def test_a_field_that_is_wrong_is_a_422_by_its_name(make_station, poster, field, value):
    answer = Phone().post({**said(poster(make_station())), field: value})
    assert answer.status_code == 422
    assert list(answer.json()) == [field]
    assert not CheckIn.objects.exists()


def test_a_field_that_is_missing_is_a_422_and_one_that_is_not_on_the_list_a_400(make_station, poster):
    body = said(poster(make_station()))
    for field in ("id", "code", "made_at"):
        answer = Phone().post({name: value for name, value in body.items() if name != field})
        assert (answer.status_code, list(answer.json())) == (422, [field])
    answer = Phone().post({**body, "grade": "screen", "station": 1})
    assert (answer.status_code, sorted(answer.json())) == (400, ["grade", "station"])
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("position", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_coordinate_that_is_not_finite_is_refused(make_station, poster, position):
    body = said(poster(make_station()), position={"lon": 7, "lat": 31.25, "datum": "wgs84"})
    answer = Phone().post(json.dumps(body).replace(": 7,", f": {position},"))
    assert answer.status_code in (400, 422)
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_sent_is_no_5xx(make_station, poster, settings, seed):
    settings.JIELI_CHECKIN_RATE = 10**6
    draw, sound = random.Random(seed), said(poster(make_station()))
    client = Client(raise_request_exception=False)

    def spoilt():
        body = {**copy.deepcopy(sound), "id": str(uuid.UUID(int=draw.getrandbits(128)))}
        for field in draw.sample(FIELDS, draw.randint(1, 3)):
            body[field] = draw.choice(NASTY)
        return body

    for _ in range(60):
        one, many = spoilt(), [spoilt() for _ in range(draw.randint(1, 5))]
        batch = {
            "check_ins": draw.choice([many, many, draw.choice(NASTY)]),
            "sent_at": draw.choice([None, *NASTY]),
        }
        for path, body in (("", one), ("batch/", batch)):
            answer = client.post(f"/api/check-ins/{path}", json.dumps(body), content_type="application/json")
            assert answer.status_code in (200, 201, 400, 409, 422), (body, answer.content)
            assert answer.json()


def test_a_queue_is_of_one_to_a_hundred(make_station, poster):
    code = poster(make_station())
    for rows in ([], [said(code)] * 101, None, {}, said(code)):
        answer = Phone().queue(rows)
        assert (answer.status_code, list(answer.json())) == (422, ["check_ins"])
    assert Phone().queue([said(code) for _ in range(100)]).status_code == 200
    assert CheckIn.objects.count() == 100


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_another_sites_form_could_send_is_a_415(make_station, poster, kind):
    body = json.dumps(said(poster(make_station())))
    answer = Client().post("/api/check-ins/", body, content_type=kind)
    assert answer.status_code == 415
    assert not CheckIn.objects.exists()


def test_only_posting_checks_in(make_station, poster):
    poster(make_station())
    for method in ("get", "put", "patch", "delete"):
        assert getattr(Client(), method)("/api/check-ins/").status_code == 405
