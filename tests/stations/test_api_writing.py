"""Writing stations over HTTP: by centre officers, with a session and its CSRF token."""

import json

import pytest
from django.test import Client

from stations.registry.models import Station


@pytest.fixture
def body(west_union, east):
    return {
        "name": "新站",
        "address": "测试路1号",
        "union": west_union.pk,
        "position": {"lon": 121.25, "lat": 31.25, "datum": "gcj02"},
        "hours_text": "24/7",
        "services": ["water"],
        "facilities": {"wifi": "working"},
        "mobile": "13900000000",
    }


def send(client, method, path, body, **headers):
    """If-Match `*`, unless the test says otherwise: how versions are compared has a file of its own."""
    headers = {"If-Match": "*", **headers}
    return getattr(client, method)(path, json.dumps(body), content_type="application/json", headers=headers)


def test_a_centre_officer_adds_a_station(signed_in, alice, body):
    answer = send(signed_in(alice), "post", "/api/stations/", body)
    assert answer.status_code == 201
    station = Station.objects.get()
    assert answer.headers["Location"] == f"/api/stations/{station.pk}/"
    assert answer.json()["properties"]["open"] is True
    assert answer.json()["properties"]["district"] == "310101"
    assert station.declared_datum == "gcj02"
    assert station.contact.mobile == "13900000000"
    assert "13900000000" not in answer.content.decode()


def test_a_centre_officer_changes_and_moves_a_station(signed_in, alice, make_station):
    station = make_station("before", 121.25)
    changes = {
        "name": "after",
        "position": {"lon": 121.75, "lat": 31.25, "datum": "wgs84"},
        "confirmed": True,
        "version": station.version,
    }
    answer = send(signed_in(alice), "patch", f"/api/stations/{station.pk}/", changes)
    assert answer.status_code == 200
    properties = answer.json()["properties"]
    assert (properties["name"], properties["district"], properties["address"]) == (
        "after",
        "310102",
        station.address,
    )


def test_a_position_needs_all_three(signed_in, alice, make_station):
    path = f"/api/stations/{make_station().pk}/"
    answer = send(signed_in(alice), "patch", path, {"position": {"lon": 121.3, "lat": 31.3}})
    assert answer.status_code == 400
    assert list(answer.json()["position"]) == ["datum"]


def test_an_old_version_is_a_409(signed_in, alice, make_station):
    station = make_station("before")
    Station.objects.update(name="meanwhile")
    answer = send(signed_in(alice), "patch", f"/api/stations/{station.pk}/", {"name": "after", "version": 1})
    assert (answer.status_code, list(answer.json())) == (409, ["version"])
    assert Station.objects.get().name == "meanwhile"


@pytest.mark.parametrize("who", ["bob", "ivy", "paul", "mona", "charlie"])
def test_nobody_else_may_write_even_with_a_body_full_of_faults(
    request, who, signed_in, make_station, body, east_union
):
    """Bob is an officer of another union than the station's, mona manages none."""
    client, station = signed_in(request.getfixturevalue(who)), make_station("before", union=east_union)
    assert send(client, "post", "/api/stations/", body).status_code == 403
    assert send(client, "post", "/api/stations/", {"nonsense": 1}).status_code == 403
    assert send(client, "patch", f"/api/stations/{station.pk}/", {"name": "mine"}).status_code == 403
    assert [one.name for one in Station.objects.all()] == ["before"]


def test_nor_anybody_without_a_session(make_station, body):
    station = make_station("before")
    for answer in (
        send(Client(), "post", "/api/stations/", body),
        send(Client(), "patch", f"/api/stations/{station.pk}/", {"name": "mine"}),
    ):
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert Station.objects.get().name == "before"


def test_a_station_that_may_not_be_seen_is_not_there(signed_in, charlie, make_station):
    hidden = make_station(status="planned")
    for client in (Client(), signed_in(charlie)):
        assert send(client, "patch", f"/api/stations/{hidden.pk}/", {"name": "mine"}).status_code == 404
        assert send(client, "patch", "/api/stations/999999/", {"name": "mine"}).status_code == 404


def test_a_write_without_the_csrf_token_is_refused(alice, body):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert send(client, "post", "/api/stations/", body).status_code == 403
    assert not Station.objects.exists()


def test_a_taken_nameplate_number_is_named(signed_in, alice, make_station):
    make_station("holder", 121.1, nameplate_no="P-1")
    station = make_station("other", 121.2)
    answer = send(signed_in(alice), "patch", f"/api/stations/{station.pk}/", {"nameplate_no": "P-1"})
    assert (answer.status_code, list(answer.json())) == (400, ["nameplate_no"])
