"""Who may read which station."""

import pytest
from django.contrib.auth.models import AnonymousUser

from stations.registry.models import Station
from tests.conftest import manages


@pytest.fixture
def names(make_station, west, east, east_union, bank_union, west_union):
    """Public stations, and hidden ones of West's union, of the bank's in each district."""
    make_station("public", 121.1, 31.1)
    make_station("west union's, in East", 121.6, 31.1, status="planned", union=west_union)
    make_station("bank's, in West", 121.2, 31.1, status="suspended", union=bank_union)
    make_station("bank's, in East", 121.7, 31.1, status="withdrawn", union=bank_union)

    def seen_by(user):
        return set(Station.objects.visible_to(user).values_list("name", flat=True))

    return seen_by


def test_anybody_sees_active_stations_only(names, charlie):
    assert names(AnonymousUser()) == {"public"}
    assert names(charlie) == {"public"}


def test_a_centre_officer_sees_every_station(names, alice):
    assert len(names(alice)) == 4


def test_a_union_officer_sees_the_stations_of_the_own_union_wherever_they_stand(names, bob):
    assert names(bob) == {"public", "west union's, in East"}


def test_an_inspector_sees_the_stations_of_the_territory_whichever_union_owns_them(names, ivy):
    assert names(ivy) == {"public", "bank's, in West"}


def test_a_planner_sees_public_stations_only(names, paul):
    assert names(paul) == {"public"}


def test_a_manager_sees_the_own_station_until_the_task_ends(names, mona):
    station = Station.objects.get(name="bank's, in East")
    manager = manages(mona, station)
    assert names(mona) == {"public", "bank's, in East"}
    assert set(Station.objects.managed_by(mona)) == {station}
    manager.until = manager.since
    manager.save()
    assert names(mona) == {"public"}


def test_a_deactivated_account_sees_what_anybody_sees(names, alice):
    alice.is_active = False
    assert names(alice) == {"public"}
