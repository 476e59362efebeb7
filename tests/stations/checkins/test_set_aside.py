"""What is kept and not counted, with one reason each, at the edges of each rule (chapter 4, 1 (2))."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings

from stations.checkins.intake.actions import Arrival, check_in
from stations.checkins.intake.rules import Position
from stations.checkins.models import Allowance, CheckIn, Usage
from stations.checkins.qr import codes
from stations.checkins.qr import rules as code_rules

NOON = datetime(2026, 3, 20, 4, tzinfo=UTC)  # in Shanghai
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def arrival(code, at, *, sent_at=None, **fields) -> Arrival:
    return Arrival(id=uuid.uuid4(), code=code, made_at=at, sent_at=sent_at or at, **fields)


def taken(*arrivals, device="a phone", address="192.0.2.1", now=None):
    """The verdicts, each sent when it was made unless `now` says when all were."""
    if now is not None:
        return [one.set_aside for one in check_in(arrivals, device=device, address=address, now=now)]
    found = []
    for one in arrivals:
        found += check_in([one], device=device, address=address, now=one.sent_at)
    assert {one.status for one in found} == {201}
    return [one.set_aside for one in found]


def queued(code, at, now):
    return arrival(code, at, sent_at=now)


def test_again_at_the_same_station_is_counted_after_the_cooling_down_time(make_station, poster):
    code = poster(make_station())
    again = [arrival(code, NOON + after) for after in (0 * MINUTE, 30 * MINUTE - MINUTE / 60, 30 * MINUTE)]
    assert taken(*again) == ["", "cooling", ""]
    assert taken(arrival(code, NOON + MINUTE), device="another phone") == [""]
    assert CheckIn.objects.count() == 4
    assert sum(Usage.objects.values_list("count", flat=True)) == 3


def test_a_late_one_cools_down_against_what_came_after_it(make_station, poster):
    code = poster(make_station())
    assert taken(arrival(code, NOON)) == [""]
    now = NOON + HOUR
    late = [queued(code, NOON - 29 * MINUTE, now), queued(code, NOON - 30 * MINUTE, now)]
    assert taken(*late, now=now) == ["cooling", ""]


def test_a_queue_cools_down_in_the_order_of_its_visits_however_it_is_sent(make_station, poster):
    code = poster(make_station())
    visits = [queued(code, NOON + minutes * MINUTE, NOON + 3 * HOUR) for minutes in (80, 20, 0, 40)]
    assert taken(*visits, now=NOON + 3 * HOUR) == ["", "cooling", "", ""]


def test_a_phone_is_counted_for_the_cap_of_a_local_day(make_station, poster, settings):
    settings.JIELI_CHECKIN_DEVICE_CAP = 3
    station_codes = [poster(make_station(f"{n}", lon=121.25 + n / 1000)) for n in range(5)]
    midnight = datetime(2026, 3, 20, 16, tzinfo=UTC)
    visits = [arrival(code, midnight - MINUTE) for code in station_codes]
    assert taken(*visits) == ["", "", "", "device", "device"]
    assert taken(arrival(station_codes[4], midnight)) == [""]
    assert sorted(Allowance.objects.filter(station_id=0).values_list("count", flat=True)) == [1, 3]


def test_the_cap_holds_within_one_queue_and_across_days(make_station, poster, settings):
    settings.JIELI_CHECKIN_DEVICE_CAP = 2
    code = poster(make_station())
    now = NOON + 2 * DAY
    visits = [queued(code, NOON + day * DAY + n * HOUR, now) for day in (1, 0) for n in range(3)]
    assert taken(*visits, now=now) == ["", "", "device"] * 2


def test_one_address_is_counted_for_its_cap_at_each_station(make_station, poster, settings):
    settings.JIELI_CHECKIN_ADDRESS_CAP = 2
    code, other = poster(make_station()), poster(make_station("other"))

    def of_phone(device, code, at=NOON, **fields):
        return taken(arrival(code, at, **fields), device=device)[0]

    assert [of_phone(device, code) for device in "abc"] == ["", "", "address"]
    assert of_phone("d", other) == ""
    assert of_phone("e", code, NOON + DAY) == ""
    assert taken(arrival(code, NOON), device="f", address="192.0.2.2") == [""]


def test_what_the_stations_screen_proves_has_a_cap_of_its_own(make_station, poster, settings):
    settings.JIELI_CHECKIN_ADDRESS_CAP = settings.JIELI_CHECKIN_SCREEN_CAP = 1
    station = make_station()
    code = poster(station)
    assert taken(arrival(code, NOON), device="a") == [""]
    assert taken(arrival(code, NOON), device="b") == ["address"]
    key = django_settings.JIELI_CODE_KEYS[0]
    ticket = code_rules.ticket(station.pk, device="c", now=NOON, key=key)
    [answer] = check_in(
        [arrival(code, NOON + MINUTE, ticket=ticket)], device="c", address="192.0.2.1", now=NOON + MINUTE
    )
    assert (answer.grade, answer.set_aside) == ("screen", "")
    ticket_of_next = code_rules.ticket(station.pk, device="e", now=NOON, key=key)
    [next_one] = check_in(
        [arrival(code, NOON + MINUTE, ticket=ticket_of_next)],
        device="e",
        address="192.0.2.1",
        now=NOON + MINUTE,
    )
    assert (next_one.grade, next_one.set_aside) == ("screen", "address")
    [stolen] = check_in(
        [arrival(code, NOON + MINUTE, ticket=ticket)], device="d", address="", now=NOON + MINUTE
    )
    assert stolen.grade == "code"


def test_a_screens_code_is_screen_while_it_shows_and_a_posters_afterwards(make_station, poster):
    station = make_station()
    poster(station)
    fresh = codes.screen_text_of(station.codes.get(), NOON)
    [now] = check_in([arrival(fresh, NOON)], device="a", address="", now=NOON)
    later = NOON + 10 * MINUTE
    [old] = check_in([queued(fresh, NOON, later)], device="b", address="", now=later)
    assert (now.grade, old.grade) == ("screen", "code")


def test_one_id_twice_in_a_queue_is_one_row_by_whichever_code_of_the_station(make_station, poster):
    station = make_station()
    one = arrival(poster(station), NOON)
    screen = replace(one, code=codes.screen_text_of(station.codes.get(), NOON))
    other = replace(one, code=poster(make_station("other")))
    answers = check_in([one, screen, other], device="a", address="", now=NOON)
    assert [each.status for each in answers] == [201, 200, 409]


def test_grades_are_the_best_that_is_proved(make_station, poster):
    station = make_station()
    code = poster(station)
    near = Position(lon=121.2505, lat=31.25, accuracy_m=10.0)
    far = Position(lon=121.27, lat=31.25, accuracy_m=1e9)
    ticket = code_rules.ticket(station.pk, device="x", now=NOON, key=django_settings.JIELI_CODE_KEYS[0])
    for device, fields, expected in [
        ("x", {"position": far, "ticket": ticket}, ("screen", "far")),
        ("y", {"position": near}, ("near", "100")),
        ("z", {"position": far}, ("code", "far")),
        ("w", {}, ("code", "")),
    ]:
        one = arrival(code, NOON, **fields)
        check_in([one], device=device, address="", now=NOON)
        row = CheckIn.objects.get(id=one.id)
        assert (row.grade, row.band) == expected


def test_two_stations_that_nobody_gets_between_in_time_are_not_one_persons(make_station, poster):
    here, there = poster(make_station()), poster(make_station("far", lon=121.75))  # 47.7 km: 23 min 50 s
    assert taken(arrival(here, NOON), arrival(there, NOON + 23 * MINUTE)) == ["", "speed"]
    assert taken(arrival(there, NOON + 25 * MINUTE)) == [""]
    assert taken(queued(here, NOON + 26 * MINUTE, NOON + HOUR), now=NOON + HOUR) == ["speed"]
    assert taken(queued(here, NOON - 31 * MINUTE, NOON + HOUR), now=NOON + HOUR) == [""]
    assert taken(arrival(there, NOON), device="another phone") == [""]


def test_stations_within_a_kilometre_are_never_too_far_apart(make_station, poster):
    here, beside = poster(make_station()), poster(make_station("beside", lon=121.26))  # 953 m
    assert taken(arrival(here, NOON), arrival(beside, NOON)) == ["", ""]


def test_what_was_set_aside_says_nothing_against_the_next(make_station, poster):
    here, there = poster(make_station()), poster(make_station("far", lon=121.75))
    visits = [arrival(here, NOON), arrival(there, NOON + MINUTE), arrival(here, NOON + 31 * MINUTE)]
    assert taken(*visits) == ["", "speed", ""]


def test_twenty_hours_of_twenty_four_are_nobodys_day(make_station, poster):
    code = poster(make_station())
    midnight = datetime(2026, 3, 19, 16, tzinfo=UTC)
    verdicts = taken(*[arrival(code, midnight + n * HOUR) for n in range(21)])
    assert verdicts[:8] == [""] * 8
    assert verdicts[8:19] == ["device"] * 11
    assert verdicts[19:] == ["round", "round"]


def test_nineteen_hours_of_twenty_four_are_somebodys(make_station, poster, settings):
    settings.JIELI_CHECKIN_DEVICE_CAP = 30
    code = poster(make_station())
    now = NOON + DAY
    hours = [n for n in range(24) if n not in (1, 5, 9, 13, 17)]
    visits = [queued(code, NOON + n * HOUR, now) for n in hours]
    assert taken(*visits, now=now) == [""] * 19
    assert taken(queued(code, NOON + HOUR, now), now=now) == ["round"]


def test_a_clock_that_is_wrong_by_more_than_a_day_is_kept_with_both_times_and_not_counted(
    make_station, poster
):
    code = poster(make_station())
    for device, skew, expected in [
        ("a", DAY, ""),
        ("b", DAY + MINUTE, "clock"),
        ("c", -DAY - MINUTE, "clock"),
    ]:
        one = arrival(code, NOON + skew - HOUR, sent_at=NOON + skew)
        assert taken(one, device=device, now=NOON) == [expected]
        row = CheckIn.objects.get(id=one.id)
        assert (row.at, row.made_at, row.received_at) == (NOON - HOUR, NOON + skew - HOUR, NOON)


def test_of_several_reasons_the_first_is_said(make_station, poster, settings):
    settings.JIELI_CHECKIN_DEVICE_CAP = 1
    here, there = poster(make_station()), poster(make_station("far", lon=121.75))
    assert taken(arrival(here, NOON)) == [""]
    assert taken(arrival(here, NOON + MINUTE)) == ["cooling"]
    assert taken(arrival(there, NOON + MINUTE)) == ["speed"]
    assert taken(arrival(here, NOON + 2 * DAY, sent_at=NOON + 2 * DAY), now=NOON) == ["clock"]


def test_a_replay_is_told_what_was_decided_first(make_station, poster):
    code = poster(make_station())
    taken(arrival(code, NOON))
    one = arrival(code, NOON + MINUTE)
    first = check_in([one], device="a phone", address="", now=NOON + MINUTE)[0]
    again = check_in([one], device="another", address="other", now=NOON + DAY)[0]
    assert (first.status, again.status) == (201, 200)
    assert (again.grade, again.set_aside, again.detail) == (first.grade, "cooling", first.detail)


@pytest.mark.parametrize("months", [0, 1])
def test_a_replay_across_months_is_one_row(make_station, poster, months):
    """`at` moves with the receipt where the phone does not say when it sent."""
    code = poster(make_station())
    one = Arrival(id=uuid.uuid4(), code=code, made_at=datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC))
    march, april = one.made_at, one.made_at + timedelta(seconds=2) + months * timedelta(days=30)
    answers = [check_in([one], device="a", address="", now=now)[0].status for now in (march, april, march)]
    assert answers == [201, 200, 200]
    assert CheckIn.objects.get().at == march
