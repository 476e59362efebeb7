"""Filings over the API: the whole way of Annex 2, and what each step refuses."""

import re

import pytest
from django.utils.translation import gettext

from stations.filing import rules
from stations.filing.models import FieldChange, Filing, FilingItem
from stations.registry.models import Have, Station
from tests.conftest import manages

HEAD = {"contact_name": "乙某", "contact_email": "b@example.org", "contact_phone": "13900000002"}


@pytest.fixture
def row():
    return {
        "name": "银行站",
        "address": "测试路1号",
        "position": {"lon": 121.25, "lat": 31.25, "datum": "wgs84"},
        "district": "310101",
        "hours_text": "周一至周五 9:00-17:00",
        "area_m2": "3",
        "services": ["water", "rest"],
        "manager_name": "甲某",
        "mobile": "13900000001",
    }


@pytest.fixture
def write(send, signed_in):
    """`write(bob, "post", path, {...})`: from the present version of the filing; gives the answer as JSON."""

    def writing(user, method, path, body=None, status=200):
        client = signed_in(user)
        filing = re.match(r"/api/filings/\d+/", path)
        tag = client.get(filing[0]).headers["ETag"] if filing else None
        answer = send(client, method, path, body, if_match=tag)
        assert answer.status_code == status, answer.content
        return answer.json() if answer.content else None

    return writing


@pytest.fixture
def draft(write, bob, west_union):
    return write(bob, "post", "/api/filings/", {"kind": "new", "union": west_union.pk, **HEAD}, 201)


@pytest.fixture
def path(draft):
    return f"/api/filings/{draft['id']}/"


def accept_everything(send, client, station):
    for have in Have.objects.filter(in_force=True):
        body = {"have": have.pk, "accepted": True}
        assert send(client, "post", f"/api/stations/{station}/acceptances/", body).status_code == 200


def test_from_a_draft_to_a_nameplate(write, send, signed_in, bob, alice, client, path, draft, row):
    assert (draft["state"], draft["steps_due"], draft["contact"]) == ("draft", ["submit"], HEAD)
    [item] = write(bob, "post", f"{path}stations/", row)["items"]
    station = item["station"]
    assert client.get(f"/api/stations/{station}/").status_code == 404
    assert write(bob, "post", f"{path}steps/", {"step": "submit"})["state"] == "submitted"
    accept_everything(send, signed_in(bob), station)
    assert write(bob, "post", f"{path}steps/", {"step": "review"})["state"] == "reviewed"
    recommended = write(bob, "post", f"{path}steps/", {"step": "recommend", "comment": "同意"})
    assert recommended["steps_due"] == []
    approved = write(alice, "post", f"{path}steps/", {"step": "approve"})
    assert approved["state"] == "approved"
    assert approved["items"][0]["nameplate_no"] == "310101-0001"
    assert approved["items"][0]["filed"]["name"] == "银行站"
    assert [one["to_state"] for one in approved["steps"]] == [
        "submitted",
        "reviewed",
        "recommended",
        "approved",
    ]
    assert (approved["steps"][2]["by"], approved["steps"][2]["comment"]) == ("bob", "同意")
    seen = client.get(f"/api/stations/{station}/").json()["properties"]
    assert (seen["nameplate_no"], seen["status"]) == ("310101-0001", "active")


def test_a_filing_is_returned_with_a_reason_and_submitted_again(write, bob, path, row):
    write(bob, "post", f"{path}stations/", row)
    write(bob, "post", f"{path}steps/", {"step": "submit"})
    assert list(write(bob, "post", f"{path}steps/", {"step": "return"}, 400)) == ["comment"]
    returned = write(bob, "post", f"{path}steps/", {"step": "return", "comment": "面积不对"})
    item = returned["items"][0]["id"]
    assert write(bob, "patch", f"{path}items/{item}/", {"area_m2": "4"})["state"] == "returned"
    again = write(bob, "post", f"{path}steps/", {"step": "submit"})
    assert again["items"][0]["filed"]["area_m2"] == "4.0"


def test_a_step_that_is_not_due_is_a_409_that_says_what_is(write, bob, alice, path):
    for user, step in ((bob, "review"), (bob, "recommend"), (bob, "take_back")):
        assert list(write(user, "post", f"{path}steps/", {"step": step}, 409)) == ["detail"]
    empty = write(bob, "post", f"{path}steps/", {"step": "submit"}, 409)
    assert empty["detail"] == gettext(rules.MESSAGES["no_stations"])


def test_who_may_take_which_step(write, bob, alice, path, row):
    write(bob, "post", f"{path}stations/", row)
    write(bob, "post", f"{path}steps/", {"step": "approve"}, 403)
    write(alice, "post", f"{path}steps/", {"step": "submit"}, 403)
    write(alice, "post", f"{path}stations/", row, 403)
    write(alice, "patch", path, {"note": "x"}, 403)
    write(alice, "delete", path, None, 403)


def test_nobody_else_sees_the_filing(signed_in, client, path, mona, ivy, paul, charlie, draft, send):
    for user in (mona, ivy, paul, charlie):
        asking = signed_in(user)
        assert asking.get(path).status_code == 404
        assert asking.get("/api/filings/").json()["count"] == 0
        for part in ("steps/", "decisions/", "stations/", "items/"):
            assert send(asking, "post", path + part, {}, if_match="*").status_code == 404
        assert send(asking, "delete", path, if_match="*").status_code == 404
    assert (client.get(path).status_code, client.get("/api/filings/").status_code) == (401, 401)


def test_an_officer_of_another_union_neither_sees_nor_files(send, signed_in, bob, east_union, path, draft):
    Filing.objects.update(union=east_union)
    assert signed_in(bob).get(path).status_code == 404
    body = {"kind": "new", "union": east_union.pk}
    assert send(signed_in(bob), "post", "/api/filings/", body).status_code == 403
    assert Filing.objects.count() == 1


@pytest.mark.parametrize("who", ["alice", "mona", "ivy", "paul", "charlie"])
def test_only_officers_begin_a_filing(send, signed_in, request, who, west_union):
    asking = signed_in(request.getfixturevalue(who))
    for body in ({"kind": "new", "union": west_union.pk}, {"nonsense": 1}):
        assert send(asking, "post", "/api/filings/", body).status_code == 403
    assert not Filing.objects.exists()


def test_a_write_needs_the_version_that_was_seen(send, signed_in, bob, path, draft, row):
    officer = signed_in(bob)
    writes = [
        ("patch", path, {"note": "x"}),
        ("delete", path, None),
        ("post", f"{path}steps/", {"step": "submit"}),
        ("post", f"{path}stations/", row),
        ("post", f"{path}items/", {"stations": [1]}),
    ]
    for method, where, body in writes:
        assert send(officer, method, where, body).status_code == 428
        stale = send(officer, method, where, body, if_match='"999"')
        assert (stale.status_code, stale.json()["version"]) == (412, draft["version"])
    tag = officer.get(path).headers["ETag"]
    assert officer.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert send(officer, "patch", path, {"note": "one"}, if_match=tag).status_code == 200
    assert send(officer, "patch", path, {"note": "two"}, if_match=tag).status_code == 412
    assert Filing.objects.get().note == "one"


def test_a_row_with_a_fault_writes_nothing(write, bob, path, row, east):
    faults = {
        "position": {"lon": 130.0, "lat": 31.25, "datum": "wgs84"},
        "district": "310102",
        "hours_text": "9:00-25:00",
        "mobile": "123",
        "area_m2": 0,
    }
    for field, value in faults.items():
        assert list(write(bob, "post", f"{path}stations/", {**row, field: value}, 400)) == [field]
    assert list(write(bob, "post", f"{path}stations/", {**row, "district": "999999"}, 400)) == ["district"]
    assert not Station.objects.exists()
    assert Filing.objects.get().version == 2


def test_what_the_form_does_not_ask_for_cannot_be_written(write, bob, path, row, east_union):
    for field, value in {
        "union": east_union.pk,
        "status": "active",
        "nameplate_no": "P-1",
        "version": 1,
        "id": 5,
    }.items():
        assert list(write(bob, "post", f"{path}stations/", {**row, field: value}, 400)) == [field]


def test_stations_of_the_registry_are_chosen_to_be_withdrawn(
    write, bob, west_union, make_station, east_union
):
    station, other = make_station("旧站"), make_station("别家", 121.3, union=east_union)
    draft = write(bob, "post", "/api/filings/", {"kind": "withdrawal", "union": west_union.pk}, 201)
    path = f"/api/filings/{draft['id']}/"
    assert list(write(bob, "post", f"{path}items/", {"stations": [other.pk]}, 409)) == ["detail"]
    assert list(write(bob, "post", f"{path}items/", {"stations": [10**9]}, 400)) == ["stations"]
    [item] = write(bob, "post", f"{path}items/", {"stations": [station.pk], "reason": "迁址"})["items"]
    assert (item["station"], item["reason"]) == (station.pk, "迁址")
    item_path = f"{path}items/{item['id']}/"
    assert write(bob, "patch", item_path, {"reason": "歇业"})["items"][0]["reason"] == "歇业"
    assert list(write(bob, "patch", item_path, {"reason": "x" * 201}, 400)) == ["reason"]
    assert write(bob, "delete", item_path)["items"] == []
    write(bob, "delete", path, None, 204)
    assert Station.objects.filter(pk=station.pk).exists()
    assert not Filing.objects.exists()


def test_an_item_of_another_filing_is_not_there(write, send, signed_in, bob, path, row, west_union):
    item = write(bob, "post", f"{path}stations/", row)["items"][0]["id"]
    other = write(bob, "post", "/api/filings/", {"kind": "new", "union": west_union.pk}, 201)["id"]
    for method in ("patch", "delete"):
        answer = send(signed_in(bob), method, f"/api/filings/{other}/items/{item}/", {}, if_match="*")
        assert answer.status_code == 404
    assert FilingItem.objects.exists()


def test_a_live_change_is_confirmed_or_restored_field_by_field(
    write, send, signed_in, bob, mona, make_station
):
    station = make_station("before", address="旧路1号")
    manages(mona, station)
    answer = send(
        signed_in(mona),
        "patch",
        f"/api/stations/{station.pk}/",
        {"name": "after", "address": "新路2号"},
        if_match="*",
    )
    path = f"/api/filings/{answer.json()['filing']['id']}/"
    filing = signed_in(mona).get(path).json()
    changes = {one["field"]: one["id"] for one in filing["items"][0]["changes"]}
    decision = {"changes": [changes["name"]], "decision": "restored", "comment": "仍用原名"}
    assert send(signed_in(mona), "post", f"{path}decisions/", decision, if_match="*").status_code == 403
    assert write(bob, "post", f"{path}decisions/", decision)["state"] == "submitted"
    assert list(write(bob, "post", f"{path}decisions/", decision, 409)) == ["detail"]
    rest = {"changes": [changes["address"]], "decision": "confirmed"}
    done = write(bob, "post", f"{path}decisions/", rest)
    assert done["state"] == "decided"
    assert {one["field"]: one["decision"] for one in done["items"][0]["changes"]} == {
        "name": "restored",
        "address": "confirmed",
    }
    station.refresh_from_db()
    assert (station.name, station.address) == ("before", "新路2号")


def test_a_change_of_another_filing_cannot_be_decided_through_this_one(
    write, send, signed_in, bob, path, mona, make_station, east_union
):
    station = make_station("before", union=east_union)
    manages(mona, station)
    send(signed_in(mona), "patch", f"/api/stations/{station.pk}/", {"name": "after"}, if_match="*")
    foreign = FieldChange.objects.get()
    body = {"changes": [foreign.pk], "decision": "restored"}
    assert list(write(bob, "post", f"{path}decisions/", body, 400)) == ["changes"]
    foreign.refresh_from_db()
    assert foreign.decision == "pending"


def test_private_contacts_are_for_those_who_need_them(
    write, signed_in, bob, alice, mona, path, row, make_station, send
):
    write(bob, "post", f"{path}stations/", row)
    write(bob, "post", f"{path}steps/", {"step": "submit"})
    for user in (bob, alice):
        [item] = signed_in(user).get(path).json()["items"]
        assert item["contact"] == {"manager_name": "甲某", "mobile": "13900000001"}
        assert {"mobile", "manager_name"}.isdisjoint(item["filed"])
    assert "1390000000" not in signed_in(bob).get("/api/filings/").content.decode()
    station = make_station("别站", 121.4)
    manages(mona, station)
    answer = send(signed_in(mona), "patch", f"/api/stations/{station.pk}/", {"name": "after"}, if_match="*")
    Filing.objects.filter(pk=answer.json()["filing"]["id"]).update(contact_phone="13900000009")
    seen = signed_in(mona).get(f"/api/filings/{answer.json()['filing']['id']}/")
    assert seen.json()["contact"] is None
    assert "13900000009" not in seen.content.decode()


def test_the_list_is_filtered_and_paged(write, signed_in, bob, alice, path, row, west_union, east_union):
    station = write(bob, "post", f"{path}stations/", row)["items"][0]["station"]
    write(bob, "post", f"{path}steps/", {"step": "submit"})
    write(bob, "post", "/api/filings/", {"kind": "withdrawal", "union": west_union.pk}, 201)
    client = signed_in(alice)

    def count(**question):
        answer = client.get("/api/filings/", question)
        assert answer.status_code == 200, answer.content
        return answer.json()["count"]

    assert (count(), count(kind="withdrawal"), count(state="submitted")) == (2, 1, 1)
    assert (count(union=west_union.pk), count(union=east_union.pk), count(station=station)) == (2, 0, 1)
    assert (count(since="2020-01-01T00:00:00+08:00"), count(since="2099-01-01T00:00:00Z")) == (2, 0)
    page = client.get("/api/filings/?limit=1").json()
    assert [one["kind"] for one in page["results"]] == ["withdrawal"]
    rest = client.get(page["next"]).json()
    assert [(one["state"], one["stations"]) for one in rest["results"]] == [("submitted", 1)]


@pytest.mark.parametrize(
    "question",
    [
        "kind=gift", "state=lost", "union=west", "union=1.5", "union=0", "union=99999999999999999999", "station=-1",
        "since=yesterday", "since=2026-01-01", "since=0001-01-01T00:00:00%2B14:00", "contact_phone=1", "union__name=x",
        "contact_phone__startswith=1", "created_by__password__startswith=p", "limit=0", "offset=-1", "ordering=id",
        "kind=new&kind=new",         "kind=%00", "q=x",
    ],
)  # fmt: skip
def test_a_question_that_is_not_on_the_list_is_a_400(signed_in, alice, question):
    answer = signed_in(alice).get(f"/api/filings/?{question}")
    assert answer.status_code == 400
    assert list(answer.json()) == [question.split("=")[0]]


def test_the_number_of_queries_does_not_grow_with_the_stations(
    write, signed_in, bob, path, row, django_assert_max_num_queries
):
    officer = signed_in(bob)
    for number in range(8):
        write(
            bob,
            "post",
            f"{path}stations/",
            {**row, "name": f"站{number}", "position": {**row["position"], "lon": 121.1 + number / 100}},
        )
    with django_assert_max_num_queries(12):
        officer.get(path)
    with django_assert_max_num_queries(8):
        officer.get("/api/filings/")
