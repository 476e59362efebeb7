"""How far a station is moved, and when the mover is asked again."""

import pytest

from stations.registry.models import Station
from stations.registry.moves import Move, doubts, metres_between
from stations.registry.places import move_to
from stations.registry.rules import RuleError


def move(**change):
    return Move(**{"metres": 10.0, "from_district": 1, "to_district": 1, **change})


def test_a_short_move_within_a_district_is_just_done():
    assert doubts(move()) == ()


def test_the_limit_of_200_m_is_inclusive():
    assert doubts(move(metres=200.0)) == ()
    assert doubts(move(metres=200.01)) == ("far",)


def test_a_province_sets_its_own_limit():
    assert doubts(move(metres=60.0), confirm_beyond_m=50.0) == ("far",)


def test_another_district_and_an_unsure_phone_are_asked_about():
    assert doubts(move(to_district=2, accuracy_m=100.1)) == ("other_district", "inaccurate")
    assert doubts(move(accuracy_m=100.0)) == ()


def test_metres_are_those_that_the_database_measures(make_station):
    make_station(lon=121.25)
    [there] = Station.objects.near(121.26, 31.27)
    assert metres_between((121.25, 31.25), (121.26, 31.27)) == pytest.approx(there.distance, abs=0.001)


def test_a_move_is_measured_in_wgs84_whatever_datum_was_declared(make_station):
    station = make_station(lon=121.25)
    assert move_to(station, 121.25, 31.25, "wgs84").metres == 0
    assert 400 < move_to(station, 121.25, 31.25, "gcj02").metres < 600


def test_a_move_over_the_border_names_both_districts(make_station, west, east):
    found = move_to(make_station(lon=121.499), 121.501, 31.25, "wgs84", accuracy_m=5)
    assert (found.from_district, found.to_district, found.accuracy_m) == (west.pk, east.pk, 5)
    assert found.to_other_district


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [(116.4, 39.9, "outside_area"), (31.25, 121.25, "swapped"), (121.25, 31.75, "outside_districts")],
)
def test_a_place_that_is_not_served_is_refused(make_station, lon, lat, code):
    with pytest.raises(RuleError) as refused:
        move_to(make_station(), lon, lat, "wgs84")
    assert refused.value.code == code
