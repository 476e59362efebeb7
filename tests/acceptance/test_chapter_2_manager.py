"""Chapter 2, 2 (3): 各站点应明确一名站长……实行站长负责制. From one manager to the next, through the pages as people use them."""

import re

import pytest
from django.db import IntegrityError, transaction

from stations.registry.models import Station, StationContact, StationManager
from stations.unions.models import User

PHONE = "13900000002"


def hand_over(client, station, **typed):
    return client.post(f"/desk/stations/{station.pk}/hand-over/", typed, follow=True)


def one_time_password(answer):
    [password] = re.findall(r'class="secret">([^<]+)<', answer.content.decode())
    return password


@pytest.fixture
def station(make_station):
    return make_station("银行站")


def test_each_station_has_one_manager(station, mona, charlie):
    """各站点应明确一名站长"""
    StationManager.objects.create(station=station, user=mona)
    with pytest.raises(IntegrityError), transaction.atomic():
        StationManager.objects.create(station=station, user=charlie)


def test_one_person_may_be_the_manager_of_several(make_station, station, alice, mona, signed_in):
    """可由所在单位的负责人或管理人员兼任"""
    for one in (station, make_station("药房站")):
        hand_over(signed_in(alice), one, to=mona.pk)
    assert Station.objects.managed_by(mona).count() == 2


def test_hand_over(station, bob, client, signed_in):
    """The officer appoints the first manager, then the next; the station, its contact and the right to edit go along."""
    officer = signed_in(bob)
    hand_over(officer, station, name="站长甲", username="jia")
    answer = hand_over(officer, station, name="站长乙", phone=PHONE)

    # The new manager signs in by mobile with the password given once, and must choose an own one.
    given = one_time_password(answer)
    answer = client.post("/accounts/login/", {"username": "139 0000 0002", "password": given}, follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/password/"
    own = "wo-zi-ji-de-mi-ma"
    client.post("/accounts/password/", {"old_password": given, "new_password1": own, "new_password2": own})
    assert "银行站" in client.get("/accounts/me/").content.decode()

    # 明确职责: one is responsible now, and who was before stays known with the days.
    first, second = station.managers.order_by("since", "pk")
    assert (first.user.username, second.user.phone, second.until) == ("jia", PHONE, None)
    assert first.until <= second.since
    page = officer.get(f"/desk/stations/{station.pk}/hand-over/").content.decode()
    so_far = page[page.index("历任站长") :]
    assert so_far.index("站长乙") < so_far.index("站长甲")
    contact = StationContact.objects.get(station=station)
    assert (contact.manager_name, contact.mobile) == ("站长乙", PHONE)
    assert PHONE not in officer.get(f"/stations/{station.pk}/").content.decode()

    # The station is the second one's to keep, not the first one's any more.
    former, present = User.objects.get(username="jia"), User.objects.get(phone=PHONE)
    assert (former.manages(station.pk), present.manages(station.pk)) == (False, True)
    assert second.events.get().pgh_context.metadata["user"] == bob.pk


def test_a_union_hands_over_its_own_stations_only(make_station, east_union, bob, mona, signed_in):
    station = make_station("东区站", 121.7, union=east_union)
    assert hand_over(signed_in(bob), station, to=mona.pk).status_code == 403
    assert not station.managers.exists()
