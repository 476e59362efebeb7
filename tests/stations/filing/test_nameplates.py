"""Nameplate numbers: issued once, never again, and every gap has its explanation."""

import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import DatabaseError, transaction

from stations.filing import checks
from stations.registry import nameplates
from stations.registry.models import Nameplate, NameplateCounter, Station
from stations.registry.nameplates import NameplateError
from stations.registry.numbering import PatternError, read_pattern
from stations.registry.rules import RuleError


def test_numbers_run_on_by_district(alice, make_station):
    numbers = [
        nameplates.issue(station=make_station(str(lon), lon), by=alice) for lon in (121.1, 121.2, 121.6)
    ]
    assert numbers == ["310101-0001", "310101-0002", "310102-0001"]
    plate = Nameplate.objects.get(number="310101-0002")
    assert (plate.station.name, plate.issued_by, plate.withdrawn_at) == ("121.2", alice, None)


def test_the_pattern_is_a_setting_and_its_count_starts_anew_for_each_text_before_it(
    alice, make_station, settings
):
    settings.JIELI_NAMEPLATE_PATTERN = "沪{kind}-{number}"
    relay, other = make_station("一", 121.1), make_station("二", 121.2, kind="sanitation")
    assert nameplates.issue(station=relay, by=alice) == "沪J-1"
    assert nameplates.issue(station=other, by=alice) == "沪H-1"


def test_numbers_that_an_import_brought_are_passed_over(alice, make_station):
    for number in range(1, 151):
        make_station(f"旧{number}", 121.1 + number / 1000, nameplate_no=f"310101-{number:04d}")
    assert nameplates.issue(station=make_station("新", 121.4), by=alice) == "310101-0151"
    assert nameplates.unexplained() == []


def test_a_withdrawn_number_stays_in_the_register_and_is_not_given_again(alice, make_station):
    station = make_station()
    number = nameplates.issue(station=station, by=alice)
    assert nameplates.withdraw(station=station, by=alice, reason="单位搬迁") == number
    plate = Nameplate.objects.get()
    assert (plate.withdrawn_by, plate.reason, plate.station) == (alice, "单位搬迁", station)
    assert plate.withdrawn_at is not None
    assert Station.objects.get().nameplate_no is None
    assert nameplates.issue(station=station, by=alice) == "310101-0002"
    with pytest.raises(DatabaseError), transaction.atomic():
        Station.objects.update(nameplate_no=number)


def test_a_voided_number_is_passed_over_and_the_gap_explained(alice, make_station):
    nameplates.issue(station=make_station("一", 121.1), by=alice)
    plate = nameplates.void(number="310101-0002", by=alice, reason="铭牌制作损坏")
    assert (plate.station, plate.withdrawn_by, plate.reason) == (None, alice, "铭牌制作损坏")
    assert nameplates.issue(station=make_station("二", 121.2), by=alice) == "310101-0003"
    assert nameplates.unexplained() == []


def test_a_gap_that_nobody_explained_is_named(alice, make_station):
    nameplates.issue(station=make_station("一", 121.1), by=alice)
    NameplateCounter.objects.update(last=3)
    assert nameplates.unexplained() == ["310101-0002", "310101-0003"]


def test_another_width_of_the_number_leaves_no_gap(alice, make_station, settings):
    nameplates.issue(station=make_station("一", 121.1), by=alice)
    settings.JIELI_NAMEPLATE_PATTERN = "{district}-{number:06d}"
    assert nameplates.issue(station=make_station("二", 121.2), by=alice) == "310101-000002"
    assert nameplates.unexplained() == []


def test_a_used_number_is_not_voided(alice, make_station):
    number = nameplates.issue(station=make_station(), by=alice)
    with pytest.raises(NameplateError, match="never used twice"):
        nameplates.void(number=number, by=alice, reason="损坏")


@pytest.mark.parametrize("reason", ["", "  ", "a\0b", "x" * 201])
def test_without_a_proper_reason_nothing_is_withdrawn_or_voided(alice, make_station, reason):
    station = make_station()
    nameplates.issue(station=station, by=alice)
    with pytest.raises(RuleError):
        nameplates.withdraw(station=station, by=alice, reason=reason)
    with pytest.raises(RuleError):
        nameplates.void(number="310101-0009", by=alice, reason=reason)
    assert Nameplate.objects.filter(withdrawn_at=None).count() == 1


def test_there_is_nothing_to_withdraw_from_a_station_without_a_plate(alice, make_station):
    with pytest.raises(NameplateError, match="no nameplate"):
        nameplates.withdraw(station=make_station(), by=alice, reason="搬迁")


@pytest.mark.parametrize("who", ["bob", "ivy", "mona", "charlie", "paul"])
def test_plates_are_the_centres(who, request, make_station, alice):
    reader, station = request.getfixturevalue(who), make_station()
    with pytest.raises(PermissionDenied):
        nameplates.issue(station=station, by=reader)
    with pytest.raises(PermissionDenied):
        nameplates.void(number="X-1", by=reader, reason="损坏")
    nameplates.issue(station=station, by=alice)
    with pytest.raises(PermissionDenied):
        nameplates.withdraw(station=station, by=reader, reason="搬迁")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("", "end with"),
        ("310101", "end with"),
        ("{number}-{district}", "end with"),
        ("{number}{number}", "end with"),
        ("{district}-{number:04x}", "04d"),
        ("{district}-{number:99999d}", "04d"),
        ("{district}-{number:40d}", "04d"),
        ("{district}-{number:040d}", "longer than 40"),
        ("{city}-{number}", "city"),
        ("{0}-{number}", "0"),
        ("{district.__class__}-{number}", "known are"),
        ("{district!r}-{number}", "format"),
        ("{district:>50}-{number}", "format"),
        ("{district-{number}", "braces"),
        ("x" * 40 + "{number}", "longer than 40"),
    ],
)
def test_a_pattern_that_cannot_make_numbers_stops_the_start(pattern, said, settings):
    with pytest.raises(PatternError, match=said):
        read_pattern(pattern)
    settings.JIELI_NAMEPLATE_PATTERN = pattern
    with pytest.raises(ImproperlyConfigured, match="JIELI_NAMEPLATE_PATTERN"):
        checks.nameplate_pattern()


def test_a_pattern_with_every_field():
    pattern = read_pattern("沪{district}/{year}{kind}{number:05d}")
    before = pattern.text_before(district="310101", year=2026, kind="sanitation")
    assert pattern.number(before, 7) == "沪310101/2026H00007"
