"""Two editors in the same moment, each with a connection of their own: one is served, the other is told."""

import pytest

from stations.filing.changes import NotWaitingError, decide, edit_live
from stations.filing.models import FieldChange, Filing
from stations.registry.actions import StaleStationError
from stations.registry.closures import close_until, next_morning
from stations.registry.models import Station, TemporaryClosure
from tests.at_once import at_once
from tests.conftest import manages

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def station(make_station, mona):
    station = make_station("接力站")
    manages(mona, station)
    return station


def test_of_two_saves_on_one_version_one_is_refused(station, mona, bob):
    def save(user, name):
        return lambda: edit_live(station=station, by=user, version=station.version, name=name)

    found = at_once(
        save(mona, "站长的名"), save(bob, "工会的名"), save(mona, "另一个名"), errors=(StaleStationError,)
    )
    assert sum(isinstance(one, StaleStationError) for one in found) == 2
    assert Filing.objects.count() == 1
    assert FieldChange.objects.get().after == Station.objects.get().name


def test_a_field_is_decided_once_however_often_it_is_pressed(station, mona, bob, alice):
    edit_live(station=station, by=mona, name="新名")
    change = FieldChange.objects.get()
    found = at_once(
        lambda: decide(changes=[change], by=bob, confirm=True),
        lambda: decide(changes=[change], by=alice, confirm=False),
        errors=(NotWaitingError,),
    )
    assert sum(isinstance(one, NotWaitingError) for one in found) == 1
    kept = {"confirmed": "新名", "restored": "接力站"}[FieldChange.objects.get().decision]
    assert Station.objects.get().name == kept


def test_an_edit_and_a_decision_in_the_same_moment_do_not_lock_each_other_out(station, mona, bob):
    edit_live(station=station, by=mona, name="新名")
    change = FieldChange.objects.get()
    at_once(
        lambda: decide(changes=[change], by=bob, confirm=True),
        lambda: edit_live(station=station, by=mona, name="更新名"),
        errors=(NotWaitingError,),
    )
    assert Station.objects.get().name == "更新名"


def test_two_taps_on_closed_are_one_closure(station, mona):
    now = station.updated_at
    at_once(*[lambda: close_until(station=station, by=mona, until=next_morning(now), now=now)] * 3)
    assert TemporaryClosure.objects.count() == 1
