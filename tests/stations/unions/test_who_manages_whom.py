"""Whom an officer sees, and whose accounts are below them."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from stations.registry.models import StationManager
from stations.unions.models import Appointment, Role, User
from tests.conftest import manages, person


@pytest.fixture
def cast(alice, bob, ivy, paul, mona, charlie, make_station, west_union, east_union):
    """Besides: bea is bob's fellow; eve an officer of East's; mona manages West's station, ned East's, both have one of each."""
    person("bea", Role.UNION_OFFICER, union=west_union)
    person("eve", Role.UNION_OFFICER, union=east_union)
    person("ned")
    both = person("both")
    west_station = make_station("西站", union=west_union)
    east_station = make_station("东站", 121.7, union=east_union)
    manages(mona, west_station)
    manages(User.objects.get(username="ned"), east_station)
    manages(both, make_station("西二站", union=west_union))
    manages(both, make_station("东二站", 121.7, union=east_union))
    User.objects.create_superuser("root")
    return {one.username: one for one in User.objects.all()}


def seen(user):
    return set(User.objects.visible_to(user).values_list("username", flat=True))


def below(user):
    return set(User.objects.below(user).values_list("username", flat=True))


def test_nobody_sees_anybody_without_signing_in(cast):
    assert seen(AnonymousUser()) == below(AnonymousUser()) == set()


def test_a_centre_officer_sees_everybody_and_manages_all_but_superusers_and_the_own_account(cast, alice):
    assert seen(alice) == set(cast)
    person("other_centre", Role.CENTRE_OFFICER)
    assert below(alice) == {*cast, "other_centre"} - {"alice", "root"}


def test_a_union_officer_sees_fellows_and_the_managers_of_the_unions_stations(cast, bob):
    assert seen(bob) == {"bob", "bea", "mona", "both"}


def test_below_a_union_officer_are_managers_of_no_other_unions_station_and_never_a_fellow(cast, bob):
    assert below(bob) == {"mona"}
    assert below(cast["eve"]) == {"ned"}


def test_who_has_an_appointment_is_for_the_centre(cast, bob, mona):
    Appointment.objects.create(user=mona, role=Role.PLANNER)
    assert below(bob) == set()


def test_an_account_that_the_union_made_stays_below_its_officers_while_it_has_nothing_elsewhere(cast, bob):
    made = person("made")
    made.created_by = cast["bea"]
    made.save()
    assert "made" in seen(bob)
    assert "made" in below(bob)
    assert "made" not in below(cast["eve"])
    task = StationManager.objects.get(user=cast["ned"])
    task.until = timezone.now()
    task.save()
    manages(made, task.station)
    assert "made" not in below(bob)
    assert "made" not in seen(bob)


def test_a_former_manager_who_manages_nothing_stays_below_the_union(cast, bob, mona):
    StationManager.objects.filter(user=mona).update(until=timezone.now())
    assert "mona" in below(bob)


@pytest.mark.parametrize("name", ["ivy", "paul", "mona", "charlie"])
def test_the_others_see_themselves_and_manage_nobody(cast, name):
    assert seen(cast[name]) == {name}
    assert below(cast[name]) == set()


def test_a_deactivated_officer_sees_nobody(cast, alice, bob):
    for officer in (alice, bob):
        officer.is_active = False
        assert seen(officer) == below(officer) == set()
