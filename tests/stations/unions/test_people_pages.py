"""The desk's pages of people: found, made, closed; and what a forged POST gets."""

import re

import pytest

from stations.registry.models import StationManager
from stations.unions.models import Appointment, User
from tests.conftest import manages, person


@pytest.fixture
def station(make_station, mona):
    station = make_station("银行站")
    mona.name = "站长甲"
    mona.phone = "13900000001"
    mona.save()
    manages(mona, station)
    return station


def text(answer):
    return answer.content.decode()


def test_the_list_shows_who_may_be_seen_with_role_and_stations(station, alice, bob, charlie, signed_in):
    page = text(signed_in(bob).get("/desk/people/"))
    assert "站长甲" in page
    assert "银行站" in page
    assert "charlie" not in page
    assert "13900000001" not in page
    assert "charlie" in text(signed_in(alice).get("/desk/people/"))


def test_a_hidden_station_of_another_union_is_not_named(
    station, bob, mona, make_station, east_union, signed_in
):
    manages(mona, make_station("藏站", 121.7, union=east_union, status="planned"))
    for address in ("/desk/people/", f"/desk/people/{mona.pk}/", "/desk/people/?export=csv"):
        answer = signed_in(bob).get(address)
        content = b"".join(answer).decode()
        assert "银行站" in content
        assert "藏站" not in content


def test_a_person_is_found_by_name_whole_mobile_role_union_and_state(
    station, alice, mona, west_union, signed_in
):
    def found(query):
        return "站长甲" in text(signed_in(alice).get(f"/desk/people/?{query}"))

    for query in (
        "q=站长",
        "q=mona",
        "q=139-0000-0001",
        "role=manager",
        f"union={west_union.pk}",
        "state=active",
    ):
        assert found(query), query
    for query in ("q=1390000", "q=阿", "role=planner", "state=off", "q=站长+bob"):
        assert not found(query), query


def test_the_number_of_queries_does_not_grow_with_the_people(
    station, alice, make_station, west_union, signed_in, django_assert_max_num_queries
):
    client = signed_in(alice)
    for number in range(8):
        manages(person(f"p{number}"), make_station(f"站{number}"))
    with django_assert_max_num_queries(14):
        client.get("/desk/people/")


def test_a_persons_page_shows_the_mobile_to_who_manages_the_account(
    station, bob, mona, west_union, signed_in
):
    page = text(signed_in(bob).get(f"/desk/people/{mona.pk}/"))
    assert "13900000001" in page
    assert "停用" in page
    fellow = person("bea", "union_officer", union=west_union)
    fellow.phone = "13900000005"
    fellow.save()
    page = text(signed_in(bob).get(f"/desk/people/{fellow.pk}/"))
    assert "13900000005" not in page
    assert "停用" not in page
    assert signed_in(bob).get(f"/desk/people/{bob.pk}/")["Location"] == "/accounts/me/"


def test_an_officer_makes_a_manager_with_stations(station, bob, make_station, signed_in, caplog):
    client = signed_in(bob)
    assert client.get("/desk/people/add/")["Location"] == "/desk/people/add/manager/"
    assert "银行站 · 现任：站长甲" in text(client.get("/desk/people/add/manager/"))
    data = {"name": "站长乙", "phone": "13900000002", "stations": [station.pk]}
    answer = client.post("/desk/people/add/manager/", data)
    [password] = re.findall(r'class="secret">([^<]+)<', text(answer))
    assert "no-store" in answer["Cache-Control"]
    made = User.objects.get(phone="13900000002")
    assert made.check_password(password)
    assert made.manages(station.pk)
    assert password not in text(client.get(f"/desk/people/{made.pk}/")) + caplog.text
    assert "13900000002" in text(answer)  # what to type at sign-in, since no user name was given


def test_the_centre_chooses_the_union_whose_stations_it_gives(
    station, alice, east_union, west_union, signed_in
):
    client = signed_in(alice)
    assert "银行站" not in text(client.get("/desk/people/add/manager/"))
    assert "银行站" not in text(client.get(f"/desk/people/add/manager/?union={east_union.pk}"))
    assert "银行站" in text(client.get(f"/desk/people/add/manager/?union={west_union.pk}"))


@pytest.mark.parametrize(
    ("role", "place"),
    [("union_officer", "union"), ("inspector", "district"), ("centre_officer", None), ("planner", None)],
)
def test_the_centre_makes_an_account_for_each_role(role, place, alice, west, west_union, signed_in):
    client = signed_in(alice)
    address = f"/desk/people/add/{role}/"
    assert client.get(address).status_code == 200
    places = {"union": west_union.pk, "district": west.pk}
    data = {"name": "干部甲", "username": "new", **({place: places[place]} if place else {})}
    if place:
        assert client.post(address, {"name": "干部甲", "username": "new"}).status_code == 200
        assert not User.objects.filter(username="new").exists()
    assert 'class="secret"' in text(client.post(address, data))
    assert User.objects.get(username="new").appointments.get().role == role


def test_a_role_is_given_and_ended(alice, paul, west, signed_in):
    client = signed_in(alice)
    client.post(f"/desk/people/{paul.pk}/appoint/", {"role": "inspector", "district": west.pk})
    one = paul.appointments.get(role="inspector")
    answer = client.post(f"/desk/people/{paul.pk}/appoint/", {"role": "inspector", "district": west.pk})
    assert "已有这个角色" in text(answer)
    client.post(f"/desk/people/{paul.pk}/appointments/{one.pk}/end/")
    assert not paul.appointments.filter(role="inspector").exists()


def test_an_appointment_is_ended_under_its_own_person_only(alice, paul, ivy, signed_in):
    one = ivy.appointments.get()
    assert signed_in(alice).post(f"/desk/people/{paul.pk}/appointments/{one.pk}/end/").status_code == 404
    assert ivy.appointments.exists()


def test_an_account_is_closed_and_opened_again(station, bob, mona, signed_in):
    client = signed_in(bob)
    page = text(client.post(f"/desk/people/{mona.pk}/deactivate/", follow=True))
    assert "请先移交" in page  # the station still has the closed account for its manager
    assert 'class="secret"' in text(client.post(f"/desk/people/{mona.pk}/reactivate/"))
    mona.refresh_from_db()
    assert mona.is_active


def test_forged_posts_of_an_officer_change_nothing(
    station, bob, alice, charlie, mona, make_station, west, west_union, east_union, signed_in
):
    client = signed_in(bob)
    other = make_station("东站", 121.7, union=east_union)
    before = [*User.objects.order_by("pk").values()], [*Appointment.objects.order_by("pk").values()]
    for verb in ("deactivate", "reactivate", "password"):
        assert client.post(f"/desk/people/{charlie.pk}/{verb}/").status_code == 404
        assert client.post(f"/desk/people/{alice.pk}/{verb}/").status_code == 404
        assert client.post(f"/desk/people/{bob.pk}/{verb}/").status_code == 403
    data = {
        "name": "甲",
        "username": "new",
        "role": "centre_officer",
        "union": west_union.pk,
        "district": west.pk,
    }
    for role in ("union_officer", "inspector", "centre_officer", "planner"):
        assert client.post(f"/desk/people/add/{role}/", data).status_code == 403
        assert client.post(f"/desk/people/{mona.pk}/appoint/", {**data, "role": role}).status_code == 403
    assert client.post("/desk/people/add/superuser/", data).status_code == 404
    answer = client.post(f"/desk/people/add/manager/?union={east_union.pk}", {**data, "stations": [other.pk]})
    assert answer.status_code == 200
    assert before == ([*User.objects.order_by("pk").values()], [*Appointment.objects.order_by("pk").values()])
    extra = {
        "is_superuser": "on",
        "is_staff": "on",
        "must_change_password": "",
        "created_by": alice.pk,
        "pk": alice.pk,
    }
    client.post("/desk/people/add/manager/", {**data, **extra, "stations": [station.pk]})
    made = User.objects.get(username="new")
    assert (made.is_superuser, made.is_staff, made.must_change_password, made.created_by) == (
        False,
        False,
        True,
        bob,
    )
    assert not made.appointments.exists()
    assert set(StationManager.objects.filter(user=made).values_list("station", flat=True)) == {station.pk}


def test_everybody_has_a_page_of_the_own_account(station, mona, bob, signed_in):
    client = signed_in(mona)
    page = text(client.get("/accounts/me/"))
    assert "银行站" in page
    assert "13900000001" in page
    assert "西区总工会" in text(signed_in(bob).get("/accounts/me/"))
    client.post("/accounts/me/", {"name": "站长新", "phone": "139 0000 0009", "is_superuser": "on"})
    mona.refresh_from_db()
    assert (mona.name, mona.phone, mona.is_superuser) == ("站长新", "13900000009", False)
    assert "不是手机号" in text(client.post("/accounts/me/", {"name": "站长新", "phone": "12"}))


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "${alert(1)}", "=1+1"]
)
def test_a_hostile_name_is_only_a_text(name, station, alice, mona, west_union, signed_in):
    mona.name = name
    mona.save()
    client = signed_in(alice)
    for address in (
        "/desk/people/",
        f"/desk/people/{mona.pk}/",
        f"/desk/stations/{station.pk}/hand-over/",
        f"/desk/people/add/manager/?union={west_union.pk}",
    ):
        page = text(client.get(address))
        assert "<script>alert" not in page, address
        assert "<img src=x" not in page, address
    assert b"\n=1+1" not in b"".join(client.get("/desk/people/?export=csv"))
    assert "<script>alert" not in text(signed_in(mona).get("/accounts/me/"))


def test_two_people_without_a_mobile_are_no_clash_in_the_administration(alice, bob, charlie, signed_in):
    alice.is_staff = alice.is_superuser = True
    alice.save()
    client = signed_in(alice)
    for one in (bob, charlie):
        data = {
            "username": one.username, "name": "甲", "phone": "", "date_joined_0": "2026-01-01",
            "date_joined_1": "08:00", "is_active": "on", "appointments-TOTAL_FORMS": 0, "appointments-INITIAL_FORMS": 0,
        }  # fmt: skip
        assert client.post(f"/admin/unions/user/{one.pk}/change/", data).status_code == 302
        one.refresh_from_db()
        assert one.phone is None


def test_what_a_superuser_gives_in_the_administration_must_be_changed_too(alice, charlie, signed_in):
    alice.is_staff = alice.is_superuser = True
    alice.save()
    client = signed_in(alice)
    given = {"password1": "a-given-secret", "password2": "a-given-secret", "usable_password": "true"}
    client.post(f"/admin/unions/user/{charlie.pk}/password/", given)
    charlie.refresh_from_db()
    assert charlie.check_password("a-given-secret")
    assert charlie.must_change_password
    none = {"appointments-TOTAL_FORMS": 0, "appointments-INITIAL_FORMS": 0}
    client.post("/admin/unions/user/add/", {"username": "neu", **given, **none})
    assert User.objects.get(username="neu").must_change_password
