"""ETag: nothing is sent twice, and nobody overwrites what they have not seen."""

import json

import pytest

from stations.registry.models import Station


@pytest.fixture
def station(make_station):
    return make_station("before", hours_text="Mo-Fr 09:00-17:00", facilities=["wifi"])


@pytest.fixture
def path(station):
    return f"/api/stations/{station.pk}/"


def patch(client, path, body, **headers):
    return client.patch(path, json.dumps(body), content_type="application/json", headers=headers)


def again(client, path, tag):
    return client.get(path, headers={"If-None-Match": tag})


@pytest.mark.parametrize("question", ["/api/stations/", "/api/stations/?q=before&datum=gcj02"])
def test_a_list_is_sent_again_only_when_it_differs(client, station, question):
    tag = client.get(question).headers["ETag"]
    same = again(client, question, tag)
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    Station.objects.update(address="another")
    assert again(client, question, tag).status_code == 200


def test_one_station_is_sent_again_only_when_it_differs(client, path, station):
    tag = client.get(path).headers["ETag"]
    assert again(client, path, f'"other", {tag}').status_code == 304
    station.facilities.update(condition="broken", broken_since="2026-03-01")
    assert again(client, path, tag).status_code == 200


def test_the_tag_speaks_of_datum_and_of_being_open(client, path):
    open_at = [f"{path}?open_at=2026-03-03T{hour}:00:00Z" for hour in ("02", "03", "20")]
    tags = [client.get(one).headers["ETag"] for one in (*open_at, f"{open_at[0]}&datum=gcj02")]
    assert tags[0] == tags[1]
    assert len(set(tags)) == 3


def test_answers_are_for_their_reader_and_asked_about_anew(client, path):
    headers = client.get(path).headers
    assert headers["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie", "Accept-Language"} <= set(headers["Vary"].split(", "))


def test_a_write_that_does_not_say_what_it_saw_is_a_428(signed_in, alice, path):
    answer = patch(signed_in(alice), path, {"name": "after"})
    assert answer.status_code == 428
    assert "If-Match" in answer.json()["detail"]
    assert Station.objects.get().name == "before"


def test_a_write_with_the_tag_that_was_read_passes_whatever_the_datum_and_moment(signed_in, alice, path):
    officer = signed_in(alice)
    tag = officer.get(f"{path}?datum=bd09&open_at=2026-03-03T02:00:00Z").headers["ETag"]
    answer = patch(officer, path, {"name": "after"}, **{"If-Match": tag})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != tag
    assert (
        patch(officer, path, {"name": "once more"}, **{"If-Match": answer.headers["ETag"]}).status_code == 200
    )


@pytest.mark.parametrize("form", ['"{}"', 'W/"{}-abc"', '"99", W/"{}-abc"', "*"])
def test_the_ways_to_say_it(signed_in, alice, path, station, form):
    assert (
        patch(
            signed_in(alice), path, {"name": "after"}, **{"If-Match": form.format(station.version)}
        ).status_code
        == 200
    )


@pytest.mark.parametrize(
    "header", ['"1"', '""', "1", "nonsense", '"*"', 'W/"', "\x00", '"999999999999999999999"']
)
def test_another_version_is_a_412_that_names_the_present_one(signed_in, alice, path, header):
    Station.objects.update(address="meanwhile")
    answer = patch(signed_in(alice), path, {"name": "after"}, **{"If-Match": header})
    assert answer.status_code == 412
    assert answer.json()["version"] == Station.objects.get().version
    assert Station.objects.get().name == "before"


def test_two_writers_of_the_same_version_the_second_is_told(signed_in, alice, path):
    first, second = signed_in(alice), signed_in(alice)
    tag = first.get(path).headers["ETag"]
    assert patch(first, path, {"name": "first"}, **{"If-Match": tag}).status_code == 200
    assert patch(second, path, {"name": "second"}, **{"If-Match": tag}).status_code == 412
    assert Station.objects.get().name == "first"


def test_a_version_in_the_body_does_as_well_and_its_mismatch_is_a_409(signed_in, alice, path, station):
    officer = signed_in(alice)
    assert patch(officer, path, {"name": "after", "version": station.version}).status_code == 200
    answer = patch(officer, path, {"name": "again", "version": station.version})
    assert (answer.status_code, list(answer.json())) == (409, ["version"])
    present = {"If-Match": officer.get(path).headers["ETag"]}
    assert patch(officer, path, {"name": "again", "version": station.version}, **present).status_code == 409


def test_who_may_not_write_learns_nothing_from_versions(signed_in, charlie, client, path):
    for headers in ({}, {"If-Match": '"1"'}):
        assert patch(signed_in(charlie), path, {"name": "mine"}, **headers).status_code == 403
        assert patch(client, path, {"name": "mine"}, **headers).status_code == 401


def test_a_wrong_parameter_stops_a_write_before_it_happens(signed_in, alice, path):
    officer = signed_in(alice)
    answer = patch(officer, f"{path}?datum=gcj02", {"name": "after"}, **{"If-Match": "*"})
    assert answer.status_code == 400
    assert Station.objects.get().name == "before"
