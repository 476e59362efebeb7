"""A station goes from one manager to the next over the API."""

import pytest

from tests.conftest import manages, person


@pytest.fixture
def path(make_station, mona, west_union):
    station = make_station(union=west_union)
    manages(mona, station)
    return f"/api/stations/{station.pk}/managers/"


@pytest.fixture
def nora(bob):
    nora = person("nora")
    nora.created_by = bob
    nora.save()
    return nora


def test_an_officer_hands_over_and_both_stand_in_the_list(send, signed_in, bob, nora, mona, path):
    answer = send(signed_in(bob), "post", path, {"user": nora.pk})
    assert (answer.status_code, answer.json()["name"]) == (201, "nora")
    listed = signed_in(bob).get(path).json()["results"]
    assert [(one["user"], one["until"] is None) for one in listed] == [(nora.pk, True), (mona.pk, False)]
    again = send(signed_in(bob), "post", path, {"user": nora.pk})
    assert (again.status_code, list(again.json())) == (409, ["detail"])


@pytest.mark.parametrize("user", [0, 10**30, "bob", None, True])
def test_nobody_is_a_400(send, signed_in, bob, path, user):
    answer = send(signed_in(bob), "post", path, {"user": user})
    assert (answer.status_code, list(answer.json())) == (400, ["user"])


def test_who_is_out_of_the_officer_s_sight_is_nobody(send, signed_in, bob, charlie, path):
    for pk in (charlie.pk, 10**9):
        answer = send(signed_in(bob), "post", path, {"user": pk})
        assert (answer.status_code, list(answer.json())) == (400, ["user"])


def test_others_may_not(send, signed_in, mona, ivy, charlie, nora, path, client):
    for user in (mona, ivy, charlie):
        assert send(signed_in(user), "post", path, {"user": nora.pk}).status_code == 403
    assert signed_in(charlie).get(path).status_code == 403
    assert client.get(path).status_code == 401
