import h3
import numpy as np
import pandas as pd
import pytest

from analysis.heat import REACHES_M, surface, usage_by_cell

SQUARE, FAR, FARTHER = (121.4737, 31.2304), (121.6, 31.2304), (121.7, 31.3)
DAYTIME = np.tile(np.r_[np.zeros(9), np.ones(8), np.zeros(7)], 7).astype(np.int8)
ALWAYS, UNKNOWN = np.ones(168, np.int8), np.full(168, -1, np.int8)


def stations(*places):
    lon, lat = zip(*places, strict=True)
    return pd.DataFrame({"station": [f"J{n}" for n in range(len(places))], "lon": lon, "lat": lat})


def checkins(n, *rows):
    """Counts (n, 168) from rows (station, hour of the week, count)."""
    counts = np.zeros((n, 168))
    for station, hour, count in rows:
        counts[station, hour] += count
    return counts


def at(result, place, hour):
    cell = h3.str_to_int(h3.latlng_to_cell(place[1], place[0], 8))
    (row,) = result[(result["cell"] == cell) & (result["hour_of_week"] == hour)].to_dict("records")
    return row


def test_the_rate_is_check_ins_per_open_station_hour():
    result = usage_by_cell(
        stations(SQUARE, SQUARE), checkins(2, (0, 10, 30), (1, 10, 10)), [DAYTIME, ALWAYS], weeks=10
    )
    row = at(result, SQUARE, 10)
    assert row["stations"] == 2
    assert row["check_ins"] == 40
    assert row["open_station_hours"] == 20
    assert row["check_ins_per_open_hour"] == 2
    assert at(result, SQUARE, 3)["open_station_hours"] == 10  # only J1 is open at night


def test_open_without_check_ins_is_zero_closed_is_missing_and_no_station_is_no_row():
    result = usage_by_cell(stations(SQUARE, FAR), checkins(2), [DAYTIME, UNKNOWN], weeks=1)
    assert len(result) == 2 * 168
    assert (at(result, SQUARE, 10)["state"], at(result, SQUARE, 10)["check_ins_per_open_hour"]) == ("open", 0)
    assert at(result, SQUARE, 3)["state"] == "closed"
    assert np.isnan(at(result, SQUARE, 3)["check_ins_per_open_hour"])
    assert at(result, FAR, 10)["state"] == "unknown"
    assert np.isnan(at(result, FAR, 10)["check_ins_per_open_hour"])


def test_check_ins_off_hours_and_at_unknown_hours_stand_apart_and_none_is_lost():
    counts = checkins(3, (0, 3, 5), (1, 3, 7), (2, 3, 11), (0, 10, 1), (0, 10, 1))
    result = usage_by_cell(stations(SQUARE, SQUARE, SQUARE), counts, [DAYTIME, UNKNOWN, ALWAYS], weeks=1)
    row = at(result, SQUARE, 3)
    assert (row["check_ins"], row["check_ins_off_hours"], row["check_ins_unknown_hours"]) == (11, 5, 7)
    assert row["check_ins_per_open_hour"] == 11
    every = ["check_ins", "check_ins_off_hours", "check_ins_unknown_hours"]
    assert result[every].to_numpy().sum() == counts.sum()


def test_no_stations_are_an_empty_frame():
    empty = pd.DataFrame({"station": [], "lon": [], "lat": []})
    assert usage_by_cell(empty, checkins(0), [], weeks=1).empty


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        (checkins(2), "2 rows; give one for each of the 1"),
        (checkins(1, (0, 1, -1)), "not negative"),
        (checkins(1, (0, 1, np.nan)), "finite"),
    ],
)
def test_unusable_check_ins_are_refused(counts, says):
    with pytest.raises(ValueError, match=says):
        usage_by_cell(stations(SQUARE), counts, [ALWAYS], weeks=1)


def test_a_station_given_twice_and_no_weeks_are_refused():
    twice = stations(SQUARE, FAR).assign(station="J0")
    with pytest.raises(ValueError, match="J0 is given twice"):
        usage_by_cell(twice, checkins(2), [ALWAYS, ALWAYS], weeks=1)
    with pytest.raises(ValueError, match="weeks is 0"):
        usage_by_cell(stations(SQUARE), checkins(1), [ALWAYS], weeks=0)


@pytest.fixture
def crowd():
    """Sixty stations within a few kilometres, hours of every state, counts also while closed."""
    rng = np.random.default_rng(3)
    places = stations(*rng.normal(SQUARE, 0.02, (60, 2)))
    return places, rng.poisson(2, (60, 168)), rng.integers(-1, 2, (60, 168))


@pytest.mark.parametrize("resolution", [8, 9])
def test_cells_are_a_group_by_of_pandas(crowd, resolution):
    places, counts, hours = crowd
    usage = usage_by_cell(places, counts, hours, weeks=2, resolution=resolution).set_index(
        ["cell", "hour_of_week"]
    )
    rows = pd.DataFrame(
        {"station": np.repeat(np.arange(60), 168), "hour_of_week": np.tile(np.arange(168), 60)}
    )
    names = [
        h3.latlng_to_cell(lat, lon, resolution) for lon, lat in zip(places["lon"], places["lat"], strict=True)
    ]
    rows["cell"] = rows["station"].map(dict(enumerate(map(h3.str_to_int, names))))
    rows["count"], rows["open"] = counts.ravel(), hours.ravel() == 1
    grouped = rows[rows["open"]].groupby(["cell", "hour_of_week"])
    expected = grouped["count"].sum() / (2 * grouped.size())
    rate = usage["check_ins_per_open_hour"]
    pd.testing.assert_series_equal(rate.dropna(), expected, check_names=False)


def test_what_cells_have_is_what_stations_have(crowd):
    places, counts, hours = crowd
    usage = usage_by_cell(places, counts, hours, weeks=1)
    assert usage["check_ins"].sum() == counts[hours == 1].sum()
    assert usage["check_ins_off_hours"].sum() == counts[hours == 0].sum()
    assert usage["open_station_hours"].sum() == (hours == 1).sum()


def test_the_order_of_stations_does_not_matter(crowd):
    places, counts, hours = crowd
    order = np.random.default_rng(4).permutation(60)
    shuffled = usage_by_cell(places.iloc[order], counts[order], hours[order], weeks=1)
    pd.testing.assert_frame_equal(usage_by_cell(places, counts, hours, weeks=1), shuffled)


def by_hand(xy_m, rate, is_open, point, reach_m):
    counts = open_hours = 0.0
    for (x, y), own_rate, own_open in zip(xy_m, rate, is_open, strict=True):
        distance = ((x - point[0]) ** 2 + (y - point[1]) ** 2) ** 0.5
        if distance < reach_m and own_open and not np.isnan(own_rate):
            weight = (1 - (distance / reach_m) ** 2) ** 2
            counts += weight * own_rate
            open_hours += weight
    return counts / open_hours if open_hours else np.nan


@pytest.mark.parametrize("reach_m", REACHES_M)
def test_the_surface_is_the_kernel_sum_of_counts_over_that_of_open_hours(reach_m):
    rng = np.random.default_rng(5)
    xy_m, rate = rng.uniform(0, 3000, (40, 2)), rng.gamma(1, 2, (40, 3))
    rate[rng.random((40, 3)) < 0.2] = np.nan
    is_open = rng.random((40, 3)) < 0.7
    found = surface(xy_m, reach_m=reach_m)
    values = found.rates(rate, is_open)
    expected = [
        [by_hand(xy_m, rate[:, hour], is_open[:, hour], point, reach_m) for hour in range(3)]
        for point in found.xy_m
    ]
    np.testing.assert_allclose(values, expected, rtol=1e-9)
    assert np.isnan(values).any()


def test_the_surface_has_every_point_within_reach_and_none_beyond():
    found = surface([(130.0, 70.0)], reach_m=400)
    step = np.arange(-1000, 1001, 100)
    grid = np.array([(x, y) for x in step for y in step])
    near = grid[np.hypot(grid[:, 0] - 130, grid[:, 1] - 70) < 400]
    assert {tuple(point) for point in found.xy_m.tolist()} == {
        tuple(point) for point in near.astype(float).tolist()
    }


def test_a_lone_station_has_its_own_rate_everywhere_and_none_where_it_is_closed():
    found = surface([(0.0, 0.0)], reach_m=400)
    np.testing.assert_allclose(found.rates([[3.0]], [[True]]), 3.0)
    assert np.isnan(found.rates([[3.0]], [[False]])).all()
    assert len(surface(np.empty((0, 2))).xy_m) == 0


def test_the_surface_does_not_depend_on_the_order_of_stations():
    rng = np.random.default_rng(6)
    xy_m, rate, order = rng.uniform(0, 2000, (30, 2)), rng.gamma(1, 1, (30, 1)), rng.permutation(30)
    always = np.ones((30, 1), bool)
    one, other = surface(xy_m), surface(xy_m[order])
    np.testing.assert_array_equal(one.xy_m, other.xy_m)
    np.testing.assert_allclose(one.rates(rate, always), other.rates(rate[order], always))


@pytest.mark.parametrize("reach_m", [0, -1, 5001, np.nan])
def test_a_reach_that_makes_no_sense_is_refused(reach_m):
    with pytest.raises(ValueError, match="reach_m"):
        surface([(0, 0)], reach_m=reach_m)
