"""From the open minutes of a week to the hours in which a station counts as open."""

import numpy as np
import pytest

from analysis.coverage import open_hours
from geo.hours import parse


def test_open_minutes_become_hours():
    half_past_eight_to_half_past_five = [(8 * 60 + 30, 17 * 60 + 30)]
    known, strict, unknown = (
        open_hours([half_past_eight_to_half_past_five])[0],
        open_hours([half_past_eight_to_half_past_five], at_least_min=60)[0],
        open_hours([None])[0],
    )
    assert np.flatnonzero(known).tolist() == list(range(8, 18))
    assert np.flatnonzero(strict).tolist() == list(range(9, 17))
    assert (unknown == -1).all()


def test_a_lunch_break_and_a_night_over_sunday_midnight():
    week = [(0, 120), (9 * 60, 12 * 60), (13 * 60, 17 * 60), (167 * 60, 168 * 60)]
    assert np.flatnonzero(open_hours([week])[0]).tolist() == [0, 1, 9, 10, 11, 13, 14, 15, 16, 167]


def test_minutes_outside_the_week_are_refused():
    with pytest.raises(ValueError, match="Station 1: minutes 10000 to 10100"):
        open_hours([[(0, 60)], [(10_000, 10_100)]])


@pytest.mark.parametrize(
    ("text", "min_minutes", "open_on_monday"),
    [
        ("Mo 09:00-17:00", 30, range(9, 17)),
        ("Mo 09:30-17:00", 30, range(9, 17)),
        ("Mo 09:31-17:00", 30, range(10, 17)),
        ("Mo 09:31-17:00", 1, range(9, 17)),
        ("Mo 09:00-17:30", 60, range(9, 17)),
    ],
)
def test_an_hour_counts_as_open_from_the_minutes_asked_for(text, min_minutes, open_on_monday):
    hours = open_hours([parse(text).minutes_of_week()], at_least_min=min_minutes)
    assert hours.shape == (1, 168)
    assert np.flatnonzero(hours[0]).tolist() == list(open_on_monday)
