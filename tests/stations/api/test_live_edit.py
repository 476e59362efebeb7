"""A station changed over the API is live at once, and filed by the same action."""

import pytest

from stations.filing.models import FieldChange, Filing
from stations.registry.models import Station, StationContact
from tests.conftest import manages


@pytest.fixture
def station(make_station, west_union, mona):
    station = make_station("before", 121.25, 31.25, union=west_union)
    manages(mona, station)
    return station


@pytest.fixture
def edit(signed_in, station, send):
    """`edit(mona, name="after")` is her PATCH of the station, from its present version."""

    def sending(user, **changes):
        return send(signed_in(user), "patch", f"/api/stations/{station.pk}/", changes, if_match="*")

    return sending


def test_a_manager_s_edit_is_seen_by_all_and_waits_for_the_union(edit, mona, client, station):
    answer = edit(mona, name="after")
    assert answer.status_code == 200
    assert client.get(f"/api/stations/{station.pk}/").json()["properties"]["name"] == "after"
    filing = Filing.objects.get()
    assert answer.json()["filing"] == {"id": filing.pk, "state": "submitted"}
    assert [(one.field, one.before, one.after) for one in FieldChange.objects.all()] == [
        ("name", "before", "after")
    ]


def test_an_officer_s_edit_is_filed_and_decided(edit, bob):
    assert edit(bob, public_phone="12351").json()["filing"] is None
    assert edit(bob, hours_text="24/7").json()["filing"]["state"] == "decided"


def test_what_changes_nothing_is_no_filing(edit, mona):
    assert edit(mona, name="before").json()["filing"] is None
    assert edit(mona).json()["filing"] is None
    assert not Filing.objects.exists()


def test_a_far_move_is_looked_at_twice(edit, mona, station):
    there = {"lon": 121.2540, "lat": 31.25, "datum": "wgs84"}
    answer = edit(mona, position=there)
    assert answer.status_code == 409
    assert answer.json()["doubts"] == ["far"]
    assert "381" in answer.json()["detail"]
    assert edit(mona, position={**there, "lon": 121.7}).json()["doubts"] == ["far", "other_district"]
    near = {**there, "lon": 121.2501}
    assert edit(mona, position=near, accuracy_m=500).json()["doubts"] == ["inaccurate"]
    assert Station.objects.get().point.x == 121.25
    assert edit(mona, position=there, confirmed=True).status_code == 200
    assert Station.objects.get().point.x == pytest.approx(121.2540)


@pytest.mark.parametrize(
    "field",
    [
        {"status": "withdrawn"},
        {"kind": "sanitation"},
        {"nameplate_no": "P-9"},
        {"mobile": "13900000009"},
        {"manager_name": "某某"},
        {"planned_completion": "2027-01-01"},
    ],
    ids=str,
)
def test_what_is_the_centre_s_to_change_is_refused_to_others_and_nothing_of_it_is_done(
    edit, mona, bob, station, field
):
    for user in (mona, bob):
        assert edit(user, name="after", **field).status_code == 403
        assert edit(user, **field).status_code == 403
    assert Station.objects.get().version == station.version
    assert not Filing.objects.exists()


def test_a_manager_cannot_give_the_station_to_another_union(edit, mona, east_union):
    assert edit(mona, union=east_union.pk).status_code == 403


def test_the_centre_administers_without_a_filing(edit, alice):
    answer = edit(alice, status="suspended", mobile="13900000009")
    assert (answer.status_code, answer.json()["filing"]) == (200, None)
    assert StationContact.objects.get().mobile == "13900000009"
    assert "13900000009" not in answer.content.decode()


def test_a_planned_station_is_changed_in_its_filing(edit, bob, station):
    Station.objects.update(status="planned")
    answer = edit(bob, name="after")
    assert (answer.status_code, list(answer.json())) == (409, ["detail"])
    assert Station.objects.get().name == "before"


def test_a_faulty_field_among_good_ones_writes_nothing(edit, mona):
    answer = edit(mona, name="after", hours_text="9:00-25:00")
    assert (answer.status_code, list(answer.json())) == (400, ["hours_text"])
    assert Station.objects.get().name == "before"
    assert not Filing.objects.exists()


def test_when_the_care_ends_so_does_the_right_to_edit(edit, mona):
    manager = mona.managed.get()
    manager.until = manager.since
    manager.save()
    assert edit(mona, name="after").status_code == 403


@pytest.mark.parametrize("accuracy", [-1, "NaN", "5", True, 1e9, None])
def test_an_accuracy_that_is_none_is_a_400(edit, mona, accuracy):
    assert edit(mona, name="after", accuracy_m=accuracy).status_code == 400
