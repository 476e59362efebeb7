"""Other hours on certain days are entered on the station's page, and the public sees them at once."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from geo.hours import ZONE
from maps.emap import snapshot
from stations.registry.dated_hours import DatedHoursError, add_dated_hours, remove_dated_hours
from stations.registry.models import DatedHours
from tests.conftest import manages

TODAY = date(2026, 9, 20)


def add(station, by, first="2026-10-01", last="2026-10-07", hours="10:00-15:00", today=TODAY, **more):
    return add_dated_hours(
        station=station,
        by=by,
        first=date.fromisoformat(first),
        last=date.fromisoformat(last),
        hours_text=hours,
        today=today,
        **more,
    )


def test_the_days_have_their_own_hours_both_ends_included(make_station, alice):
    row = add(make_station(), alice, reason="国庆")
    assert (row.days.lower, row.days.upper) == (date(2026, 10, 1), date(2026, 10, 8))
    assert row.open_slots


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"first": "2026-10-07", "last": "2026-10-01"}, "last"),
        ({"first": "2026-09-01", "last": "2026-09-19"}, "last"),
        ({"last": "2027-12-31"}, "last"),
        ({"hours": ""}, "hours_text"),
        ({"hours": "不详"}, "hours_text"),
        ({"hours": "看情况"}, "hours_text"),
        ({"hours": "9:00-17:00" * 40}, "hours_text"),
        ({"reason": "长" * 121}, "reason"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(make_station, alice, given, field):
    with pytest.raises(DatedHoursError) as told:
        add(make_station(), alice, **given)
    assert told.value.field == field
    assert not DatedHours.objects.exists()


def test_days_that_are_taken_are_named(make_station, alice):
    station = make_station()
    add(station, alice)
    with pytest.raises(DatedHoursError, match="2026-10-01"):
        add(station, alice, first="2026-10-07", last="2026-10-09")
    add(station, alice, first="2026-10-08", last="2026-10-09")


def test_only_those_who_edit_the_station_may(make_station, alice, bob, mona, ivy, bank_union):
    own, other = make_station(), make_station("别的", union=bank_union)
    manages(mona, own)
    for person in (alice, bob, mona):
        remove_dated_hours(dated=add(own, person), by=person)
    for person, station in ((bob, other), (mona, other), (ivy, own)):
        with pytest.raises(PermissionDenied):
            add(station, person)
    with pytest.raises(PermissionDenied):
        remove_dated_hours(dated=add(other, alice), by=bob)


def test_a_manager_closes_tomorrow_and_the_public_sees_it(make_station, mona, signed_in, client):
    station = make_station(hours_text="24/7")
    manages(mona, station)
    tomorrow = timezone.localdate() + timedelta(days=1)
    form = {"first": tomorrow.isoformat(), "last": tomorrow.isoformat(), "closed": "on", "reason": "体检"}
    desk = signed_in(mona)
    assert desk.post(f"/desk/stations/{station.pk}/hours/", form)["Location"].endswith("#hours")
    noon = f"{tomorrow.isoformat()}T12:00:00%2B08:00"
    assert client.get(f"/api/stations/?open_at={noon}").json()["features"] == []
    page = client.get(f"/stations/{station.pk}/").content.decode()
    assert tomorrow.isoformat() in page
    assert "体检" in page
    assert "现在开放，24:00 关门" in page
    dated = DatedHours.objects.get()
    desk.post(f"/desk/stations/{station.pk}/hours/{dated.pk}/delete/")
    assert "昼夜不关" in client.get(f"/stations/{station.pk}/").content.decode()


def test_a_fault_comes_back_with_what_was_typed(make_station, alice, signed_in):
    station = make_station()
    form = {"first": "2099-10-01", "last": "2099-10-02", "hours_text": "看情况", "reason": "国庆"}
    page = signed_in(alice).post(f"/desk/stations/{station.pk}/hours/", form).content.decode()
    assert 'value="看情况"' in page
    assert 'value="2099-10-01"' in page
    assert not DatedHours.objects.exists()


@pytest.mark.parametrize(
    "day", ["0000-00-00", "2026-13-45", "明天", "\0", "9" * 400, "0001-01-01", "9999-12-31"]
)
def test_odd_days_are_told_and_nothing_is_kept(make_station, alice, signed_in, day):
    station = make_station()
    form = {"first": day, "last": day, "hours_text": "9:00-10:00"}
    answer = signed_in(alice).post(f"/desk/stations/{station.pk}/hours/", form)
    assert answer.status_code == 200
    assert not DatedHours.objects.exists()


def test_the_map_gets_the_spans_of_the_coming_days(make_station):
    """Weekly 9-17; on Wednesday the 4th 20:00-02:00; on Thursday the 5th nobody knows."""
    station = make_station(hours_text="Mo-Su 09:00-17:00")
    make_station("平常", hours_text="Mo-Su 09:00-17:00")
    DatedHours.objects.create(
        station=station, days=(date(2026, 3, 4), date(2026, 3, 5)), hours_text="20:00-02:00", reason="夜市"
    )
    DatedHours.objects.create(station=station, days=(date(2026, 3, 5), date(2026, 3, 6)), hours_text="")
    now = datetime(2026, 3, 3, 12, tzinfo=ZONE)
    built = snapshot.build("wgs84", now)
    differing, usual = (feature["properties"] for feature in built["features"])
    assert "dated" not in usual
    assert "spans" not in usual

    def at(text):
        return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp())

    assert differing["spans"][:3] == [
        (at("2026-03-03 09:00"), at("2026-03-03 17:00")),
        (at("2026-03-04 20:00"), at("2026-03-05 02:00")),
        (at("2026-03-06 09:00"), at("2026-03-06 17:00")),
    ]
    assert differing["unknown"] == [(at("2026-03-05 00:00"), at("2026-03-06 00:00"))]
    assert differing["dated"][0] == {
        "first": "2026-03-04",
        "last": "2026-03-04",
        "zh": differing["dated"][0]["zh"],
        "en": differing["dated"][0]["en"],
        "reason": "夜市",
    }
    assert "20:00" in differing["dated"][0]["zh"]
