"""The paper tally: self-reported, corrected by replacing, and told in the history."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from stations.checkins import timeline
from stations.checkins.models import Tally
from stations.checkins.usage.tallies import TallyError, tally
from stations.timeline import moments
from tests.conftest import manages

TODAY = date(2026, 3, 11)
DAY = date(2026, 3, 9)


@pytest.fixture
def station(make_station, mona):
    station = make_station("我的站")
    manages(mona, station)
    return station


def entered(station, day=DAY):
    return dict(Tally.objects.filter(station=station, day=day).values_list("occupation", "count"))


def enter(station, by, counts, *, day=DAY):
    tally(station=station, by=by, day=day, counts=counts, today=TODAY)


def test_a_correction_replaces_and_stays_in_the_history(station, mona, bob):
    enter(station, mona, {"rider": 12, "courier": 3})
    enter(station, bob, {"rider": 10, "taxi": 1, "courier": 0})
    assert entered(station) == {"rider": 10, "taxi": 1}
    with translation.override("en"):
        told = [line for moment in moments(timeline.of_station(station.pk))[0] for line in moment.lines]
    rider = "Self-reported on paper, 2026-03-09, Delivery rider"
    changed = {line.what: (line.before, line.after) for line in told}
    assert changed[rider] == ("", "10")  # one transaction of the test: from nothing to what it is
    assert Tally.pgh_event_model.objects.filter(occupation="rider").order_by("pgh_id").values_list(
        "count"
    ).first() == (12,)
    assert Tally.pgh_event_model.objects.filter(pgh_label="delete", occupation="courier", count=3).exists()


def test_what_stays_as_it_was_stays_whose_it_was(station, mona, bob):
    enter(station, mona, {"rider": 12, "courier": 3})
    enter(station, bob, {"rider": 12, "courier": 4})
    assert dict(Tally.objects.values_list("occupation", "by")) == {"rider": mona.pk, "courier": bob.pk}


def test_all_zero_takes_the_day_back_and_leaves_others(station, mona):
    enter(station, mona, {"rider": 12})
    enter(station, mona, {"rider": 5}, day=TODAY)
    enter(station, mona, {})
    assert entered(station) == {}
    assert entered(station, TODAY) == {"rider": 5}


@pytest.mark.parametrize(("day", "allowed"), [(0, True), (-30, True), (-31, False), (1, False)])
def test_only_today_and_the_thirty_days_before(station, mona, day, allowed):
    when = TODAY + timedelta(days=day)
    if allowed:
        enter(station, mona, {"rider": 1}, day=when)
        return
    with pytest.raises(TallyError) as error:
        enter(station, mona, {"rider": 1}, day=when)
    assert error.value.field == "day"
    assert not Tally.objects.exists()


@pytest.mark.parametrize("count", [-1, 5001])
def test_a_count_that_cannot_be_writes_nothing(station, mona, count):
    with pytest.raises(TallyError) as error:
        enter(station, mona, {"courier": 3, "rider": count})
    assert error.value.field == "rider"
    assert not Tally.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Tally.objects.create(station=station, day=DAY, count=count, by=mona)


def test_only_the_manager_and_the_unions_officer_may(
    station, alice, bob, ivy, charlie, make_station, bank_union
):
    enter(station, bob, {"rider": 1})
    for other in (alice, ivy, charlie):
        with pytest.raises(PermissionDenied):
            enter(station, other, {"rider": 9})
    with pytest.raises(PermissionDenied):
        enter(make_station(union=bank_union), bob, {"rider": 9})
    assert entered(station) == {"rider": 1}


def test_the_page_enters_a_day_and_shows_it_for_a_correction(station, mona, signed_in):
    client = signed_in(mona)
    address = f"/desk/stations/{station.pk}/tally/"
    day = timezone.localdate() - timedelta(days=1)
    answer = client.post(address, {"day": day.isoformat(), "rider": "12", "courier": ""})
    assert answer["Location"] == f"{address}?day={day}"
    assert entered(station, day) == {"rider": 12}
    page = client.get(answer["Location"]).content.decode()
    assert 'name="rider" value="12"' in page
    assert "自报" in page


@pytest.mark.parametrize(
    "sent",
    [
        {"day": "2099-01-01", "rider": "1"},
        {"day": "gestern", "rider": "1"},
        {"day": "", "rider": "1"},
        {"rider": "1"},
        {"day": "today", "rider": "-1"},
        {"day": "today", "rider": "1e3"},
        {"day": "today", "rider": "9" * 40},
        {"day": "today", "rider": "\0"},
    ],
)
def test_what_cannot_be_is_said_on_the_page_and_nothing_is_written(station, mona, signed_in, sent):
    sent = {**sent, "day": str(timezone.localdate())} if sent.get("day") == "today" else sent
    answer = signed_in(mona).post(f"/desk/stations/{station.pk}/tally/", sent)
    assert answer.status_code == 200
    assert "error-text" in answer.content.decode()
    assert not Tally.objects.exists()


@pytest.mark.parametrize("day", ["2099-01-01", "x", "2026-02-30", "\0", ""])
def test_a_day_that_is_none_opens_today(station, mona, signed_in, day):
    page = signed_in(mona).get(f"/desk/stations/{station.pk}/tally/", {"day": day}).content.decode()
    assert f'value="{timezone.localdate()}"' in page
