"""A screen's code is fresh for a minute at most, and a ticket keeps for one phone that it scanned it (chapter 4, 1)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.checkins.qr import rules as code_rules
from stations.checkins.qr.rules import BadCodeError, Scanned

KEY, OTHER = "a key", "an older key"
NOW = datetime(2026, 3, 2, 4, 10, 7, tzinfo=UTC)
STEP = code_rules.step_at(NOW)
MADE = NOW + timedelta(minutes=5)


def seconds(number):
    return timedelta(seconds=number)


def test_a_screens_code_names_the_step_and_is_a_posters_with_something_behind():
    text = code_rules.screen_text(12, 3, STEP, key=KEY)
    assert text.startswith(code_rules.code_text(12, 3, key=KEY) + "-")
    assert code_rules.read_code(text, keys=[KEY]) == Scanned(12, 3, STEP)


@pytest.mark.parametrize(
    "proof",
    [
        "aaaaaaaaaa",
        code_rules.code_text(12, 3, key=KEY)[-10:],
        code_rules.screen_text(12, 3, STEP - 1, key=KEY)[-10:],
        code_rules.screen_text(12, 4, STEP, key=KEY)[-10:],
        code_rules.screen_text(13, 3, STEP, key=KEY)[-10:],
        code_rules.screen_text(12, 3, STEP, key=OTHER)[-10:],
    ],
)
def test_a_proof_that_does_not_hold_leaves_a_posters_code(proof):
    text = f"{code_rules.code_text(12, 3, key=KEY)}-{STEP}-{proof}"
    assert code_rules.read_code(text, keys=[KEY, OTHER]) == Scanned(12, 3, None)


def test_after_a_change_of_keys_the_earlier_one_reads_posters_and_proves_no_screen():
    text = code_rules.screen_text(12, 3, STEP, key=OTHER)
    assert code_rules.read_code(text, keys=[OTHER]).screen_step == STEP
    assert code_rules.read_code(text, keys=[KEY, OTHER]) == Scanned(12, 3, None)


@pytest.mark.parametrize(
    "tail", ["-", "-5", "-5-", "-5-AAAAAAAAAA", "-x-aaaaaaaaaa", "-5-aaaaaaaaaa-", "-5-aaaaaaaaa"]
)
def test_anything_else_behind_a_code_is_no_code(tail):
    with pytest.raises(BadCodeError):
        code_rules.read_code(code_rules.code_text(12, 3, key=KEY) + tail, keys=[KEY])


@given(st.floats(1_770_000_000, 1_900_000_000).map(lambda at: datetime.fromtimestamp(at, UTC)))
def test_a_step_is_fresh_while_shown_and_one_step_longer(shown_at):
    step = code_rules.step_at(shown_at)
    ends = shown_at + seconds(code_rules.step_ends_in_s(shown_at))
    assert code_rules.is_fresh(step, shown_at)
    assert code_rules.is_fresh(step, shown_at + seconds(code_rules.STEP_S))
    assert code_rules.is_fresh(step, ends + seconds(code_rules.STEP_S - 0.01))
    assert not code_rules.is_fresh(step, ends + seconds(code_rules.STEP_S + 0.01))
    assert not code_rules.is_fresh(step, shown_at - seconds(code_rules.STEP_S + 2))
    assert code_rules.step_at(ends + seconds(0.01)) == step + 1


def test_another_servers_clock_may_be_two_seconds_ahead():
    turns = datetime(2026, 3, 2, 4, 10, 30, tzinfo=UTC)
    assert code_rules.is_fresh(code_rules.step_at(turns), turns - seconds(2))
    assert not code_rules.is_fresh(code_rules.step_at(turns), turns - seconds(3))


def holds(text, **other):
    asked = {"station_id": 12, "device": "a phone", "made_at": MADE, "key": KEY, **other}
    return code_rules.ticket_holds(text, asked.pop("station_id"), **asked)


def test_a_ticket_holds_for_its_phone_station_and_quarter_of_an_hour():
    text = code_rules.ticket(12, device="a phone", now=NOW, key=KEY)
    assert holds(text)
    assert holds(text, made_at=NOW.replace(microsecond=1))
    assert holds(text, made_at=NOW + timedelta(minutes=15))
    assert not holds(text, made_at=NOW + timedelta(minutes=15, seconds=1))
    assert not holds(text, made_at=NOW - seconds(3))
    assert not holds(text, station_id=13)
    assert not holds(text, device="another phone")
    assert not holds(text, key=OTHER)


def test_a_ticket_does_not_tell_the_phone():
    assert "phone" not in code_rules.ticket(12, device="phone", now=NOW, key=KEY)


@pytest.mark.parametrize(
    "text", ["", "x", "1-", "1772424607-aaaaaaaaaaaaaaaaaaaaaaaaaa", "９" * 11 + "-a", "9" * 99]
)
def test_any_other_text_is_no_ticket(text):
    assert not holds(text)


def test_a_tickets_time_cannot_be_moved():
    issued, signature = code_rules.ticket(12, device="a phone", now=NOW, key=KEY).split("-")
    assert not holds(f"{int(issued) + 60}-{signature}")


def test_a_screens_address_is_no_code_and_a_code_no_screens_address():
    address = code_rules.screen_key(12, 3, key=KEY)
    assert code_rules.read_screen_key(address, key=KEY) == Scanned(12, 3)
    with pytest.raises(BadCodeError):
        code_rules.read_code(address, keys=[KEY])
    for text in (
        code_rules.code_text(12, 3, key=KEY),
        code_rules.screen_text(12, 3, STEP, key=KEY),
        code_rules.screen_key(12, 3, key=OTHER),
        address.replace("12-3", "12-4"),
        "",
    ):
        with pytest.raises(BadCodeError):
            code_rules.read_screen_key(text, key=KEY)
