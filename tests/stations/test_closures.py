"""Shut for a while, open again, and what is broken: live at once, by whom it may."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import override

from stations.filing.models import Filing
from stations.registry.closures import ClosureError, close_until, next_morning, open_again, reason_text
from stations.registry.conditions import NotThereError, report_broken, report_working
from stations.registry.models import Facility, TemporaryClosure
from tests.conftest import manages

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # Monday noon in Shanghai
HOUR = timedelta(hours=1)


@pytest.fixture
def station(make_station, mona):
    station = make_station(facilities={"microwave": "working", "fridge": "broken", "wifi": "removed"})
    manages(mona, station)
    return station


def closures(station):
    return [
        ((one.during.lower - NOW) / HOUR, one.during.upper and (one.during.upper - NOW) / HOUR, one.reason)
        for one in TemporaryClosure.objects.filter(station=station).order_by("during")
    ]


def shut(station, start, end, reason="old"):
    until = None if end is None else NOW + end * HOUR
    return TemporaryClosure.objects.create(station=station, during=(NOW + start * HOUR, until), reason=reason)


def test_a_manager_shuts_the_station_from_now_with_a_reason(station, mona):
    close_until(station=station, by=mona, until=NOW + 20 * HOUR, now=NOW, reason=" 停水 ")
    assert closures(station) == [(0, 20, "停水")]
    assert not Filing.objects.exists()


@pytest.mark.parametrize("end", [2, 40, None])
def test_what_is_said_last_holds_and_the_beginning_stays(station, mona, end):
    shut(station, -5, end)
    close_until(station=station, by=mona, until=NOW + 20 * HOUR, now=NOW, reason="new")
    assert closures(station) == [(-5, 20, "new")]


def test_closures_planned_for_later_give_way_as_far_as_they_overlap(station, mona):
    shut(station, 1, 3)
    shut(station, 10, 30, "holiday")
    shut(station, 50, 60, "far off")
    close_until(station=station, by=mona, until=NOW + 20 * HOUR, now=NOW, reason="new")
    assert closures(station) == [(0, 20, "new"), (20, 30, "holiday"), (50, 60, "far off")]


def test_closed_twice_in_one_moment_is_closed_once(station, mona):
    for _ in range(2):
        close_until(station=station, by=mona, until=NOW + HOUR, now=NOW)
    assert closures(station) == [(0, 1, "")]


@pytest.mark.parametrize(
    ("until", "reason", "field"),
    [
        (NOW, "", "until"),
        (NOW - HOUR, "", "until"),
        (NOW + timedelta(days=367), "", "until"),
        (NOW + HOUR, "x" * 121, "reason"),
        (NOW + HOUR, "a\0b", "reason"),
    ],
)
def test_a_time_that_is_past_and_a_reason_too_long_are_refused(station, mona, until, reason, field):
    shut(station, -1, 5)
    with pytest.raises(ClosureError) as refused:
        close_until(station=station, by=mona, until=until, now=NOW, reason=reason)
    assert refused.value.field == field
    assert closures(station) == [(-1, 5, "old")]


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (
            datetime(2026, 3, 2, 15, 59, tzinfo=UTC),
            datetime(2026, 3, 3, 0, 0, tzinfo=UTC),
        ),  # 23:59 on Monday there
        (
            datetime(2026, 3, 2, 16, 0, tzinfo=UTC),
            datetime(2026, 3, 4, 0, 0, tzinfo=UTC),
        ),  # midnight, so Tuesday
        (datetime(2026, 12, 31, 4, 0, tzinfo=UTC), datetime(2027, 1, 1, 0, 0, tzinfo=UTC)),
    ],
)
def test_tomorrow_morning_is_8_00_of_the_next_day_in_shanghai(now, morning):
    assert next_morning(now) == morning


def test_a_reason_of_the_list_is_told_in_the_public_language():
    with override("en"):
        assert reason_text("power") == "停水停电"
    assert reason_text("") == reason_text("nonsense") == ""


def test_open_again_ends_the_closure_that_holds_and_no_other(station, mona):
    shut(station, -5, 20)
    shut(station, 30, 40, "holiday")
    open_again(station=station, by=mona, now=NOW)
    assert closures(station) == [(-5, 0, "old"), (30, 40, "holiday")]
    open_again(station=station, by=mona, now=NOW)


def test_a_closure_taken_back_in_the_same_moment_never_was(station, mona):
    close_until(station=station, by=mona, until=NOW + HOUR, now=NOW)
    open_again(station=station, by=mona, now=NOW)
    assert closures(station) == []


def test_broken_and_working_again_are_reports_that_file_nothing(station, mona):
    assert report_broken(station=station, by=mona, facility="microwave").broken_since
    assert report_working(station=station, by=mona, facility="microwave").broken_since is None
    assert not Filing.objects.exists()


def test_a_fault_that_is_reported_twice_keeps_its_day(station, mona):
    report_broken(station=station, by=mona, facility="fridge")
    assert str(Facility.objects.get(type="fridge").broken_since) == "2026-03-01"


@pytest.mark.parametrize("code", ["wifi", "seating", "nonsense"])
def test_what_does_not_stand_there_is_not_broken(station, mona, code):
    with pytest.raises(NotThereError):
        report_broken(station=station, by=mona, facility=code)


def test_only_who_may_edit_the_station_may_report_and_close(station, bob, ivy, paul, charlie):
    report_broken(station=station, by=bob, facility="microwave")
    for user in (ivy, paul, charlie, AnonymousUser()):
        for act, given in (
            (report_broken, {"facility": "microwave"}),
            (report_working, {"facility": "microwave"}),
            (close_until, {"until": NOW + HOUR, "now": NOW}),
            (open_again, {"now": NOW}),
        ):
            with pytest.raises(PermissionDenied):
                act(station=station, by=user, **given)
    assert Facility.objects.get(type="microwave").condition == "broken"
    assert closures(station) == []
