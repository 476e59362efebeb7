"""Unions, districts, people, kinds of facilities, six haves, care drives, nameplates."""

from datetime import date

import pytest

from stations.registry.models import CareDrive, CareStation
from tests.conftest import manages


def results(client, path, **question):
    answer = client.get(f"/api/{path}/", question)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_unions_and_districts_are_for_everybody(client, west_union, bank_union, west, east):
    assert results(client, "unions", district="310101") == [
        {"id": west_union.pk, "name": "西区总工会", "level": "district", "district": "310101"}
    ]
    assert [one["district"] for one in results(client, "unions", level="bureau")] == [None]
    assert results(client, "districts", limit=1) == [{"code": "310101", "name": "西区", "name_en": "West"}]


def test_kinds_of_facilities_and_haves_are_for_everybody(client, db):
    assert len(results(client, "facility-types", is_basic="true")) == 6
    assert len(results(client, "haves", in_force="true")) == 6
    assert results(client, "haves", in_force="false") == []


def test_care_drives_of_a_station(client, signed_in, charlie, make_station):
    station = make_station()
    days = (date(2026, 7, 1), date(2026, 8, 1))
    drive = CareDrive.objects.create(name="送清凉", season="summer", days=days)
    assert results(signed_in(charlie), "care-drives", station=station.pk) == []
    CareStation.objects.create(drive=drive, station=station)
    [found] = results(signed_in(charlie), "care-drives", station=station.pk, season="summer")
    assert (found["first_day"], found["day_after"]) == ("2026-07-01", "2026-08-01")
    assert client.get("/api/care-drives/").status_code == 401


def test_the_register_of_nameplates_is_for_the_centre(client, signed_in, alice, bob, make_station):
    station = make_station(nameplate_no="P-1")
    station.nameplate_no = "P-2"
    station.save()
    centre = signed_in(alice)
    assert [one["number"] for one in results(centre, "nameplates", station=station.pk)] == ["P-1", "P-2"]
    assert [one["number"] for one in results(centre, "nameplates", withdrawn="true")] == ["P-1"]
    assert [one["number"] for one in results(centre, "nameplates", withdrawn="false")] == ["P-2"]
    assert [one["number"] for one in results(centre, "nameplates", number="P-2")] == ["P-2"]
    assert results(centre, "nameplates", since="2099-01-01T00:00:00Z") == []
    assert signed_in(bob).get("/api/nameplates/").status_code == 403
    assert client.get("/api/nameplates/").status_code == 401


def test_of_people_no_more_is_told_than_id_and_name_and_only_within_reach(
    client, signed_in, alice, bob, mona, charlie, make_station, west_union
):
    manages(mona, make_station(union=west_union))
    mona.phone, mona.name = "13900000001", "莫娜"
    mona.save()
    assert results(signed_in(charlie), "people") == [{"id": charlie.pk, "name": "charlie"}]
    assert {one["name"] for one in results(signed_in(bob), "people")} == {"bob", "莫娜"}
    assert results(signed_in(alice), "people", name="莫") == [{"id": mona.pk, "name": "莫娜"}]
    assert "13900000001" not in signed_in(alice).get("/api/people/").content.decode()
    assert client.get("/api/people/").status_code == 401


@pytest.mark.parametrize(
    "path", ["unions", "districts", "people", "facility-types", "haves", "care-drives", "nameplates"]
)
@pytest.mark.parametrize(
    "question",
    ["id__gt=0", "name__startswith=x", "phone=1", "user__password__startswith=p", "ordering=id", "limit=0", "offset=x",
     "limit=1&limit=1"],
)  # fmt: skip
def test_only_listed_parameters(signed_in, alice, path, question):
    answer = signed_in(alice).get(f"/api/{path}/?{question}")
    assert (answer.status_code, list(answer.json())) == (400, [question.split("=")[0]])


@pytest.mark.parametrize("path", ["unions", "people", "nameplates"])
def test_a_list_is_sent_again_only_when_it_differs(signed_in, alice, west_union, path):
    client = signed_in(alice)
    tag = client.get(f"/api/{path}/").headers["ETag"]
    assert client.get(f"/api/{path}/", headers={"If-None-Match": tag}).status_code == 304
