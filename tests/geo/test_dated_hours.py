"""Other hours on certain days: the Python rule, at a moment and as spans of time."""

from datetime import timedelta

import pytest

from geo.hours import Dated, Timetable, parse
from tests.geo.hours_cases import DATED_CASES, calendar, days_of, moment

IDS = [case[0] for case in DATED_CASES]


def timetable(weekly, dated):
    return Timetable(parse(weekly), tuple(Dated(*days_of(days), parse(text)) for days, text in dated.items()))


@pytest.mark.parametrize(
    ("weekly", "dated", "at", "special_days", "expected"), [c[1:] for c in DATED_CASES], ids=IDS
)
def test_the_rule_answers_the_table_of_cases(weekly, dated, at, special_days, expected):
    assert timetable(weekly, dated).is_open(moment(at), calendar=calendar(special_days)) is expected


@pytest.mark.parametrize(
    ("weekly", "dated", "at", "special_days", "expected"), [c[1:] for c in DATED_CASES], ids=IDS
)
def test_spans_say_the_same(weekly, dated, at, special_days, expected):
    now = moment(at)
    opens, unknown = timetable(weekly, dated).between(
        now - timedelta(hours=30), now + timedelta(days=3), calendar=calendar(special_days)
    )
    is_open = any(start <= now < end for start, end in opens)
    is_unknown = any(start <= now < end for start, end in unknown)
    assert (True if is_open else None if is_unknown else False) is expected


def test_without_other_hours_it_is_the_week():
    week = parse("Mo-Fr 09:00-17:00")
    start = moment("2026-03-02 00:00")
    end = start + timedelta(days=9)
    assert Timetable(week).between(start, end) == (week.spans_between(start, end), [])
