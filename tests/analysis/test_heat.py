import h3
import numpy as np
import pandas as pd
import pytest

from analysis.heat import suppress, usage_by_cell

SQUARE, FAR, FARTHER = (121.4737, 31.2304), (121.6, 31.2304), (121.7, 31.3)
DAYTIME = np.tile(np.r_[np.zeros(9), np.ones(8), np.zeros(7)], 7).astype(np.int8)
ALWAYS, UNKNOWN = np.ones(168, np.int8), np.full(168, -1, np.int8)


def stations(*places):
    lon, lat = zip(*places, strict=True)
    return pd.DataFrame({"station": [f"J{n}" for n in range(len(places))], "lon": lon, "lat": lat})


def checkins(*rows):
    return pd.DataFrame(rows, columns=["station", "hour_of_week", "count"])


def at(result, place, hour):
    cell = h3.str_to_int(h3.latlng_to_cell(place[1], place[0], 8))
    (row,) = result[(result["cell"] == cell) & (result["hour_of_week"] == hour)].to_dict("records")
    return row


def test_the_rate_is_check_ins_per_open_station_hour():
    result = usage_by_cell(
        stations(SQUARE, SQUARE), checkins(("J0", 10, 30), ("J1", 10, 10)), [DAYTIME, ALWAYS], weeks=10
    )
    row = at(result, SQUARE, 10)
    assert row["stations"] == 2
    assert row["check_ins"] == 40
    assert row["open_station_hours"] == 20
    assert row["check_ins_per_open_hour"] == 2
    assert at(result, SQUARE, 3)["open_station_hours"] == 10  # only J1 is open at night


def test_open_without_check_ins_is_zero_closed_is_missing_and_no_station_is_no_row():
    result = usage_by_cell(stations(SQUARE, FAR), checkins(), [DAYTIME, UNKNOWN], weeks=1)
    assert len(result) == 2 * 168
    assert (at(result, SQUARE, 10)["state"], at(result, SQUARE, 10)["check_ins_per_open_hour"]) == ("open", 0)
    assert at(result, SQUARE, 3)["state"] == "closed"
    assert np.isnan(at(result, SQUARE, 3)["check_ins_per_open_hour"])
    assert at(result, FAR, 10)["state"] == "unknown"
    assert np.isnan(at(result, FAR, 10)["check_ins_per_open_hour"])


def test_check_ins_off_hours_and_at_unknown_hours_stand_apart_and_none_is_lost():
    counts = checkins(("J0", 3, 5), ("J1", 3, 7), ("J2", 3, 11), ("J0", 10, 1), ("J0", 10, 1))
    result = usage_by_cell(stations(SQUARE, SQUARE, SQUARE), counts, [DAYTIME, UNKNOWN, ALWAYS], weeks=1)
    row = at(result, SQUARE, 3)
    assert (row["check_ins"], row["check_ins_off_hours"], row["check_ins_unknown_hours"]) == (11, 5, 7)
    assert row["check_ins_per_open_hour"] == 11
    every = ["check_ins", "check_ins_off_hours", "check_ins_unknown_hours"]
    assert result[every].to_numpy().sum() == counts["count"].sum()


def test_suppression_hides_small_counts_and_their_rates_but_not_zeros():
    counts = checkins(("J0", 10, 9), ("J1", 10, 10), ("J2", 3, 2))
    usage = usage_by_cell(stations(SQUARE, FAR, FARTHER), counts, [DAYTIME] * 3, weeks=1)
    public = suppress(usage)
    small, enough, off_hours = at(public, SQUARE, 10), at(public, FAR, 10), at(public, FARTHER, 3)
    assert small["suppressed"]
    assert np.isnan(small["check_ins"])
    assert np.isnan(small["check_ins_per_open_hour"])
    assert not enough["suppressed"]
    assert enough["check_ins"] == 10
    assert off_hours["suppressed"]
    assert np.isnan(off_hours["check_ins_off_hours"])
    assert at(public, SQUARE, 11)["check_ins"] == 0
    assert public["suppressed"].sum() == 2
    assert at(usage, SQUARE, 10)["check_ins"] == 9  # the planner's frame is untouched
    assert public.attrs["parameters"] == {"resolution": 8, "weeks": 1, "published_from": 10}


def test_no_stations_are_an_empty_frame():
    empty = pd.DataFrame({"station": [], "lon": [], "lat": []})
    assert usage_by_cell(empty, checkins(), [], weeks=1).empty


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([("J9", 1, 1)], "station J9, which is not there"),
        ([("J0", 168, 1)], "0 .* to 167"),
        ([("J0", 1, -1)], "not negative"),
        ([("J0", 1, np.nan)], "finite"),
    ],
)
def test_unusable_check_ins_are_refused(rows, says):
    with pytest.raises(ValueError, match=says):
        usage_by_cell(stations(SQUARE), checkins(*rows), [ALWAYS], weeks=1)


def test_a_station_given_twice_and_no_weeks_are_refused():
    twice = stations(SQUARE, FAR).assign(station="J0")
    with pytest.raises(ValueError, match="J0 is given twice"):
        usage_by_cell(twice, checkins(), [ALWAYS, ALWAYS], weeks=1)
    with pytest.raises(ValueError, match="weeks is 0"):
        usage_by_cell(stations(SQUARE), checkins(), [ALWAYS], weeks=0)
