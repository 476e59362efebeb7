"""A station goes from one manager to the next: one action, with its history (chapter 2, 2 (3))."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from stations.registry.managers import HandOverError, create_manager, hand_over, hand_over_to_new
from stations.registry.models import Station, StationContact, StationManager
from stations.unions.models import User
from tests.conftest import manages, person


@pytest.fixture
def station(make_station, mona):
    """West's station, which mona manages."""
    station = make_station("银行站")
    manages(mona, station)
    StationContact.objects.create(station=station, manager_name="mona", mobile="13900000001")
    return station


@pytest.fixture
def next_one(bob):
    """Made by bob's union, so that he sees the account."""
    return User.objects.create_user("nora", name="站长乙", phone="13900000002", created_by=bob)


def present(station):
    return station.managers.get(until=None).user


def test_the_task_of_the_one_ends_where_that_of_the_next_begins(station, bob, mona, next_one):
    hand_over(station=station, to=next_one, by=bob)
    former, now = station.managers.order_by("since", "pk")
    assert (former.user, now.user, now.until) == (mona, next_one, None)
    assert former.until <= now.since
    assert not User.objects.get(pk=mona.pk).manages(station.pk)
    assert next_one.manages(station.pk)


def test_the_person_in_charge_and_the_mobile_follow(station, bob, next_one):
    hand_over(station=station, to=next_one, by=bob)
    contact = StationContact.objects.get(station=station)
    assert (contact.manager_name, contact.mobile) == ("站长乙", "13900000002")
    next_one.phone = None
    next_one.save()


def test_nobodys_number_stays_under_another_name(station, bob, next_one):
    next_one.phone = None
    next_one.save()
    hand_over(station=station, to=next_one, by=bob)
    assert StationContact.objects.get(station=station).mobile == ""


def test_it_is_the_first_appointment_too(make_station, bob, next_one):
    station = make_station()
    hand_over(station=station, to=next_one, by=bob)
    assert present(station) == next_one
    assert station.contact.manager_name == "站长乙"


def test_a_new_manager_gets_account_and_station_in_one_step(station, bob):
    task, given = hand_over_to_new(station=station, by=bob, name="站长丙", phone="13900000003")
    assert present(station) == given.user == task.user
    assert given.user.check_password(given.password)
    assert given.user.must_change_password


def test_where_the_account_cannot_be_the_station_stays(station, bob, mona):
    with pytest.raises(ValidationError):
        hand_over_to_new(station=station, by=bob, name="站长丙", phone="12")
    assert present(station) == mona


def test_the_same_person_and_a_deactivated_one_are_refused(station, bob, mona, next_one):
    with pytest.raises(HandOverError, match="已经是"):
        hand_over(station=station, to=mona, by=bob)
    next_one.is_active = False
    next_one.save()
    with pytest.raises(HandOverError, match="停用"):
        hand_over(station=station, to=next_one, by=bob)
    assert present(station) == mona
    assert station.managers.count() == 1


def test_a_withdrawn_station_has_no_next_manager(make_station, bob, next_one):
    with pytest.raises(HandOverError, match="撤销"):
        hand_over(station=make_station(status="withdrawn"), to=next_one, by=bob)


@pytest.mark.parametrize("name", ["mona", "ivy", "paul", "charlie"])
def test_neither_the_manager_nor_anybody_else_gives_it_away(name, station, request):
    by = request.getfixturevalue(name)
    with pytest.raises(PermissionDenied):
        hand_over(station=station, to=by, by=by)
    with pytest.raises(PermissionDenied):
        hand_over_to_new(station=station, by=by, name="甲", username="new")
    assert not User.objects.filter(username="new").exists()


def test_an_officer_hands_over_no_station_of_another_union(make_station, east_union, bob, next_one):
    station = make_station(union=east_union)
    with pytest.raises(PermissionDenied):
        hand_over(station=station, to=next_one, by=bob)
    with pytest.raises(PermissionDenied):
        create_manager(by=bob, stations=[station], name="甲", username="new")
    assert not User.objects.filter(username="new").exists()
    assert not StationManager.objects.exists()


def test_an_officer_gives_a_station_to_nobody_out_of_sight(station, bob, charlie, alice):
    for stranger in (charlie, alice):
        with pytest.raises(PermissionDenied):
            hand_over(station=station, to=stranger, by=bob)


def test_the_centre_hands_over_any_station_to_anybody(station, alice, charlie):
    hand_over(station=station, to=charlie, by=alice)
    assert present(station) == charlie


def test_history_keeps_both_tasks_and_who_did_it(station, bob, next_one, signed_in):
    signed_in(bob).post(f"/desk/stations/{station.pk}/hand-over/", {"to": next_one.pk})
    event = StationManager.objects.get(until=None).events.get()
    assert event.pgh_context.metadata["user"] == bob.pk
    assert [one.pgh_label for one in station.managers.earliest("pk").events.order_by("pgh_id")] == [
        "insert",
        "update",
    ]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_one_manager(station, alice, charlie, next_one):
    def give(to):
        try:
            hand_over(station=Station.objects.get(pk=station.pk), to=to, by=alice)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(give, [charlie, next_one]))
    assert station.managers.count() == 3
    assert present(station) in (charlie, next_one)


def test_the_page_shows_the_managers_so_far_and_offers_who_may_be_next(station, bob, next_one, signed_in):
    person("stranger")
    client = signed_in(bob)
    address = f"/desk/stations/{station.pk}/hand-over/"
    page = client.get(address).content.decode()
    assert "mona" in page
    assert f'value="{next_one.pk}"' in page
    assert "stranger" not in page
    answer = client.post(address, {"to": next_one.pk}, follow=True)
    assert "站长乙" in answer.content.decode()
    assert present(station) == next_one


def test_the_page_makes_the_account_and_shows_the_password_once(station, bob, signed_in):
    client = signed_in(bob)
    address = f"/desk/stations/{station.pk}/hand-over/"
    answer = client.post(address, {"name": "站长丙", "phone": "12", "username": "cora"})
    page = answer.content.decode()
    assert "不是手机号" in page
    assert 'value="站长丙"' in page
    answer = client.post(address, {"name": "站长丙", "phone": "", "username": "cora"})
    assert "no-store" in answer["Cache-Control"]
    assert 'class="secret"' in answer.content.decode()
    assert present(station).username == "cora"


def test_a_forged_choice_changes_nothing(
    station, bob, alice, charlie, mona, signed_in, make_station, east_union
):
    client = signed_in(bob)
    for forged in (alice.pk, charlie.pk, mona.pk, 0, 999999, "x", ""):
        assert client.post(f"/desk/stations/{station.pk}/hand-over/", {"to": forged}).status_code == 200
    assert present(station) == mona
    other = make_station("东站", 121.7, union=east_union)
    assert client.post(f"/desk/stations/{other.pk}/hand-over/", {"to": mona.pk}).status_code == 403
    hidden = make_station("藏站", 121.7, union=east_union, status="planned")
    assert client.post(f"/desk/stations/{hidden.pk}/hand-over/", {"to": mona.pk}).status_code == 404


def test_a_long_list_of_people_is_cut_and_searched(station, alice, next_one, signed_in, monkeypatch):
    monkeypatch.setattr("stations.registry.pages.managers.LISTED", 2)
    for number in range(4):
        person(f"aa{number}")
    client = signed_in(alice)
    address = f"/desk/stations/{station.pk}/hand-over/"
    option = f'value="{next_one.pk}"'
    assert option not in client.get(address).content.decode()
    assert option in client.get(f"{address}?q=站长乙").content.decode()
    assert option in client.get(f"{address}?q=139-0000-0002").content.decode()
    client.post(address, {"to": next_one.pk})  # who is not listed may still be named
    assert present(station) == next_one
