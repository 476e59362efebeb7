"""Creating and changing stations: who may, what is refused, what is kept."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from geo.datum import convert
from geo.hours import parse
from stations.registry.actions import StaleStationError, StationError, change_station, create_station
from stations.registry.models import Facility, Station, StationContact
from tests.conftest import manages


@pytest.fixture
def particulars(west_union, east):
    return {
        "name": "第一站",
        "address": "测试路1号",
        "union": west_union,
        "position": {"lon": 121.25, "lat": 31.25, "datum": "wgs84"},
    }


def test_a_centre_officer_adds_a_station_with_everything(alice, particulars):
    station = create_station(
        by=alice,
        **particulars,
        nameplate_no="P-1",
        hours_text="9:00-17:00",
        area_m2=Decimal("3.25"),
        services=["rest", "water"],
        facilities={"wifi": "working", "fridge": "broken"},
        manager_name="某人",
        mobile="139 0000 0000",
    )
    assert station.district.name == "西区"
    assert station.open_slots
    assert station.area_m2 == Decimal("3.3")
    assert station.services == ["water", "rest"]
    assert {(one.type_id, one.condition) for one in station.facilities.all()} == {
        ("wifi", "working"),
        ("fridge", "broken"),
    }
    assert station.contact.mobile == "139 0000 0000"


def test_a_superuser_may_too(charlie, particulars):
    charlie.is_superuser = True
    assert create_station(by=charlie, **particulars).pk


@pytest.mark.parametrize("who", ["bob", "ivy", "paul", "mona", "charlie"])
def test_nobody_else_may(request, who, particulars, make_station, east_union):
    user, station = request.getfixturevalue(who), make_station(union=east_union)
    with pytest.raises(PermissionDenied):
        create_station(by=user, **particulars)
    with pytest.raises(PermissionDenied):
        change_station(by=user, station=station, name="mine")
    assert Station.objects.get().name == station.name


@pytest.mark.parametrize("who", ["bob", "mona"])
@pytest.mark.parametrize(
    "beyond",
    [{"status": "suspended"}, {"kind": "sanitation"}, {"nameplate_no": "P-1"}, {"mobile": "13900000001"}],
)
def test_a_manager_and_an_officer_change_what_stands_on_the_map_and_no_more(
    request, who, beyond, make_station
):
    user, station = request.getfixturevalue(who), make_station("before")
    if who == "mona":
        manages(user, station)
    assert change_station(by=user, station=station, name="after").name == "after"
    with pytest.raises(PermissionDenied):
        change_station(by=user, station=station, name="third", **beyond)
    assert Station.objects.get().name == "after"


def test_nor_an_anonymous_or_a_deactivated_person(alice, particulars):
    alice.is_active = False
    for user in (AnonymousUser(), alice):
        with pytest.raises(PermissionDenied):
            create_station(by=user, **particulars)


def test_the_declared_position_is_kept_and_wgs84_stored(alice, particulars):
    particulars["position"] = {"lon": 121.25, "lat": 31.25, "datum": "bd09"}
    station = create_station(by=alice, **particulars)
    assert (station.declared_lon, station.declared_lat, station.declared_datum) == (121.25, 31.25, "bd09")
    assert station.point.coords == pytest.approx(
        convert(121.25, 31.25, source="bd09", target="wgs84"), abs=1e-9
    )


@pytest.mark.parametrize("missing", ["name", "address", "position", "union"])
def test_what_a_station_needs(alice, particulars, missing):
    del particulars[missing]
    with pytest.raises(StationError) as refused:
        create_station(by=alice, **particulars)
    assert refused.value.field == missing


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "  ", "required"),
        ("name", "x" * 81, "too_long"),
        ("name", "a\0b", "control"),
        ("address", "", "required"),
        ("hours_text", "9:00-25:00", "hours.past_midnight"),
        ("area_m2", Decimal("0"), "area"),
        ("kind", "palace", "unknown_word"),
        ("kind", "", "required"),
        ("status", "open", "unknown_word"),
        ("services", ["beer"], "unknown_word"),
        ("facilities", {"pool": "working"}, "unknown_word"),
        ("facilities", {"wifi": "shiny"}, "unknown_word"),
        ("public_phone", "call me", "phone"),
        ("mobile", "12", "phone"),
        ("position", {"lon": 31.25, "lat": 121.25, "datum": "wgs84"}, "swapped"),
        ("position", {"lon": 31.25, "lat": 31.25, "datum": "wgs84"}, "outside_area"),
        ("position", {"lon": 121.25, "lat": 31.75, "datum": "wgs84"}, "outside_districts"),
        ("position", {"lon": float("nan"), "lat": 31.75, "datum": "wgs84"}, "not_on_earth"),
        ("position", {"lon": float("inf"), "lat": 31.75, "datum": "gcj02"}, "not_on_earth"),
    ],
)
def test_an_illegal_value_is_named_and_nothing_is_written(
    alice, particulars, make_station, field, value, code
):
    station = make_station("before", facilities=["wifi"])
    with pytest.raises(StationError) as refused:
        change_station(by=alice, station=station, **{"host_name": "elsewhere", field: value})
    assert (refused.value.field, refused.value.error.code) == (field, code)
    assert Station.objects.get().version == station.version
    with pytest.raises(StationError):
        create_station(by=alice, **{**particulars, field: value})
    assert Station.objects.count() == 1


def test_a_change_changes_what_is_named_and_nothing_else(alice, make_station):
    station = make_station("before", hours_text="9:00-17:00", facilities=["wifi"])
    changed = change_station(by=alice, station=station, name="after")
    assert (changed.name, changed.hours_text, changed.version) == ("after", "9:00-17:00", station.version + 1)
    assert changed.facilities.count() == 1


def test_moving_a_station_to_the_other_district(alice, make_station):
    station = make_station(lon=121.25)
    moved = change_station(
        by=alice, station=station, position={"lon": 121.75, "lat": 31.25, "datum": "wgs84"}
    )
    assert (moved.district.name, moved.point.x, moved.declared_lon) == ("东区", 121.75, 121.75)


def test_changed_hours_are_compiled_anew(alice, make_station):
    station = make_station(hours_text="9:00-17:00")
    assert change_station(by=alice, station=station, hours_text="24/7").open_slots == parse("24/7").slots()


def test_facilities_are_replaced_and_a_fault_keeps_its_day(alice, make_station):
    station = make_station(facilities={"wifi": "broken", "fridge": "working"})
    change_station(by=alice, station=station, facilities={"wifi": "broken", "seating": "working"})
    assert set(Facility.objects.values_list("type", "condition", "broken_since__year")) == {
        ("wifi", "broken", 2026),
        ("seating", "working", None),
    }
    assert str(Facility.objects.get(type="wifi").broken_since) == "2026-03-01"


def test_a_nameplate_number_is_never_used_twice(alice, make_station):
    make_station("holder", 121.1, nameplate_no="P-1")
    station = make_station("other", 121.2)
    with pytest.raises(StationError, match="holder"):
        change_station(by=alice, station=station, nameplate_no="P-1")
    assert change_station(by=alice, station=station, nameplate_no="P-2").nameplate_no == "P-2"


def test_a_change_on_an_old_version_is_refused(alice, make_station):
    station = make_station()
    change_station(by=alice, station=station, name="first", version=station.version)
    with pytest.raises(StaleStationError):
        change_station(by=alice, station=station, name="second", version=station.version)
    assert Station.objects.get().name == "first"


def test_contacts_are_changed_one_by_one(alice, make_station):
    station = make_station()
    change_station(by=alice, station=station, manager_name="某人", mobile="13900000000")
    change_station(by=alice, station=station, mobile="")
    assert StationContact.objects.values_list("manager_name", "mobile").get() == ("某人", "")
