"""What works, when it is shut, and who may say so or read it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from stations.registry.models import Acceptance, DatedHours, Have, Photo, StationContact, TemporaryClosure
from tests.conftest import manages


@pytest.fixture
def station(make_station, west_union, mona):
    station = make_station(
        "站", union=west_union, hours_text="24/7", facilities={"wifi": "working", "fridge": "removed"}
    )
    manages(mona, station)
    return station


@pytest.fixture
def part(station):
    return lambda name: f"/api/stations/{station.pk}/{name}/"


def results(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_a_manager_reports_a_fault_and_the_public_sees_it(send, signed_in, mona, client, part):
    answer = send(signed_in(mona), "post", part("conditions"), {"facility": "wifi", "condition": "broken"})
    assert answer.status_code == 200
    today = timezone.localdate().isoformat()
    fault = {"facility": "wifi", "condition": "broken", "broken_since": today}
    assert answer.json() == fault
    assert results(client, part("conditions")) == [fault]
    send(signed_in(mona), "post", part("conditions"), {"facility": "wifi", "condition": "working"})
    assert results(client, part("conditions"))[0]["condition"] == "working"


@pytest.mark.parametrize("facility", ["fridge", "pool", "", "wifi\x00", "x" * 21])
def test_a_facility_that_does_not_stand_there_is_named(send, signed_in, mona, part, facility):
    answer = send(signed_in(mona), "post", part("conditions"), {"facility": facility, "condition": "broken"})
    assert (answer.status_code, list(answer.json())) == (400, ["facility"])


def test_a_manager_closes_until_tomorrow_and_opens_again(send, signed_in, mona, client, part, station):
    until = timezone.now() + timedelta(hours=12)
    body = {"until": until.isoformat(), "reason": "停电"}
    answer = send(signed_in(mona), "post", part("closures"), body)
    assert answer.status_code == 201
    [closure] = results(client, part("closures"))
    assert closure == answer.json()
    assert closure["reason"] == "停电"
    assert client.get(f"/api/stations/{station.pk}/").json()["properties"]["open"] is False
    assert send(signed_in(mona), "delete", part("closures")).status_code == 204
    assert results(client, part("closures")) == []
    assert client.get(f"/api/stations/{station.pk}/").json()["properties"]["open"] is True


def test_closures_without_an_end_and_to_come_are_listed_and_past_ones_are_not(client, part, station):
    now = timezone.now()
    for since, until in [(-9, -8), (-1, 1), (2, 3), (4, None)]:
        during = (now + timedelta(days=since), now + timedelta(days=until) if until else None)
        TemporaryClosure.objects.create(station=station, during=during)
    assert [one["until"] is None for one in results(client, part("closures"))] == [False, False, True]


@pytest.mark.parametrize(
    "until", ["", "tomorrow", "2020-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", 5, None]
)  # fmt: skip
def test_a_time_that_cannot_be_is_named(send, signed_in, mona, part, until):
    answer = send(signed_in(mona), "post", part("closures"), {"until": until})
    assert (answer.status_code, list(answer.json())) == (400, ["until"])
    assert not TemporaryClosure.objects.exists()


def test_only_those_in_whose_care_it_is_report(send, signed_in, charlie, ivy, paul, client, part):
    bodies = [
        ("post", "conditions", {"facility": "wifi", "condition": "broken"}),
        ("post", "closures", {"until": "2099-01-01T00:00:00Z"}),
        ("delete", "closures", None),
    ]
    for method, name, body in bodies:
        for user in (charlie, ivy, paul):
            assert send(signed_in(user), method, part(name), body).status_code == 403
        assert send(client, method, part(name), body).status_code == 401
    assert not TemporaryClosure.objects.exists()


def test_nobody_reports_on_what_they_cannot_see(send, signed_in, charlie, client, part, station):
    type(station).objects.update(status="planned")
    for asking in (client, signed_in(charlie)):
        for name in ("conditions", "closures", "photos", "dated-hours", "acceptances", "contact"):
            assert asking.get(part(name)).status_code == 404
        assert send(asking, "post", part("closures"), {"until": "2099-01-01T00:00:00Z"}).status_code == 404


def test_a_report_needs_no_version_but_one_that_is_given_holds(send, signed_in, mona, part, station):
    body = {"facility": "wifi", "condition": "broken"}
    assert send(signed_in(mona), "post", part("conditions"), body, if_match='"99"').status_code == 412
    assert (
        send(signed_in(mona), "post", part("conditions"), body, if_match=f'"{station.version}"').status_code
        == 200
    )


def test_photos_and_dated_hours_are_for_everybody(client, part, station, mona):
    Photo.objects.create(station=station, file="photos/x.jpg", caption="门口", by=mona)
    DatedHours.objects.create(station=station, days=("2027-02-05", "2027-02-13"), hours_text="10:00-15:00")
    [photo] = results(client, part("photos"))
    assert (photo["caption"], set(photo)) == ("门口", {"id", "url", "caption", "at"})
    [days] = results(client, part("dated-hours"))
    assert (days["first_day"], days["last_day"], days["hours_text"]) == (
        "2027-02-05",
        "2027-02-12",
        "10:00-15:00",
    )
    assert photo["url"] == f"/stations/{station.pk}/photos/{photo['id']}.jpg"


HEAT = {
    "first_day": "2099-07-01",
    "last_day": "2099-07-09",
    "hours_text": "周一至周日 8:00-20:00",
    "reason": "高温",
}


def test_a_manager_gives_other_hours_for_certain_days_and_takes_them_back(
    send, signed_in, mona, part, client
):
    made = send(signed_in(mona), "post", part("dated-hours"), HEAT)
    assert made.status_code == 201, made.content
    assert results(client, part("dated-hours")) == [made.json()]
    assert made.json()["last_day"] == "2099-07-09"
    gone = send(signed_in(mona), "delete", f"{part('dated-hours')}{made.json()['id']}/")
    assert gone.status_code == 204
    assert not DatedHours.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_day", "soon"),
        ("last_day", "2099-06-30"),
        ("last_day", "2199-07-09"),
        ("hours_text", "9:00-25:00"),
        ("hours_text", "x" * 9000),
        ("reason", "x" * 121),
    ],
)
def test_days_and_hours_that_cannot_be_are_named(send, signed_in, mona, part, field, value):
    answer = send(signed_in(mona), "post", part("dated-hours"), {**HEAT, field: value})
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert not DatedHours.objects.exists()


def test_other_hours_of_another_station_are_not_there(send, signed_in, mona, part, make_station):
    other = DatedHours.objects.create(station=make_station("别站", 121.4), days=("2099-01-01", "2099-01-02"))
    assert send(signed_in(mona), "delete", f"{part('dated-hours')}{other.pk}/").status_code == 404
    assert DatedHours.objects.exists()


def test_the_six_haves_are_for_those_in_whose_care_it_is(client, part, station, bob, ivy, charlie, signed_in):
    have = Have.objects.first()
    Acceptance.objects.create(
        station=station, have=have, accepted=False, note="没有牌", by=bob, at=timezone.now()
    )
    for user in (bob, ivy):
        [finding] = results(signed_in(user), part("acceptances"))
        assert (finding["have"], finding["accepted"], finding["note"]) == (have.pk, False, "没有牌")
    assert signed_in(charlie).get(part("acceptances")).status_code == 403
    assert client.get(part("acceptances")).status_code == 401


def test_the_private_contact_is_for_those_who_need_it(client, part, station, signed_in, request):
    StationContact.objects.create(station=station, manager_name="某某", mobile="13900000001")
    for name, status in {
        "alice": 200,
        "bob": 200,
        "mona": 200,
        "ivy": 403,
        "paul": 403,
        "charlie": 403,
    }.items():
        answer = signed_in(request.getfixturevalue(name)).get(part("contact"))
        assert answer.status_code == status
        assert ("13900000001" in answer.content.decode()) == (status == 200)
    assert client.get(part("contact")).status_code == 401


def test_the_contact_of_another_union_s_station_is_not_for_its_officer(
    part, station, bob, signed_in, east_union
):
    type(station).objects.update(union=east_union)
    assert signed_in(bob).get(part("contact")).status_code == 403


@pytest.mark.parametrize(
    "name", ["conditions", "closures", "photos", "dated-hours", "acceptances", "contact"]
)
@pytest.mark.parametrize(
    "question", ["station__contact__mobile__startswith=1", "limit=0", "ordering=id", "limit=1&limit=2"]
)
def test_only_listed_parameters(signed_in, alice, part, name, question):
    assert signed_in(alice).get(f"{part(name)}?{question}").status_code == 400


def test_a_part_is_sent_again_only_when_it_differs(client, part, station):
    tag = client.get(part("conditions")).headers["ETag"]
    assert client.get(part("conditions"), headers={"If-None-Match": tag}).status_code == 304
