import h3
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from analysis.coverage import (
    ACCESS_STEPS,
    access,
    coverage_by_hour,
    covered,
    gap,
    nearest,
    nearest_open_by_hour,
    reach,
    summary,
)

GEOD = Geod(ellps="WGS84")
PEOPLES_SQUARE = (121.4737, 31.2304)
ALWAYS, NEVER, UNKNOWN = np.ones(168, np.int8), np.zeros(168, np.int8), np.full(168, -1, np.int8)


def at(*metres, bearing=90.0, start=PEOPLES_SQUARE):
    """Places on a line from `start`, at the given distances along the ellipsoid."""
    lon, lat, _ = GEOD.fwd(
        [start[0]] * len(metres), [start[1]] * len(metres), [bearing] * len(metres), list(metres)
    )
    return np.column_stack([lon, lat])


def cell_at(*metres, bearing=90.0):
    return np.array(
        [h3.str_to_int(h3.latlng_to_cell(lat, lon, 9)) for lon, lat in at(*metres, bearing=bearing)]
    )


def centre(cell):
    lat, lon = h3.cell_to_latlng(h3.int_to_str(int(cell)))
    return lon, lat


def beside(cell, metres, bearing=90.0):
    return at(metres, bearing=bearing, start=centre(cell))[0]


def daytime(first, last):
    week = np.zeros((7, 24), np.int8)
    week[:, first:last] = 1
    return week.ravel()


class TestWithinTheLimit:
    def test_counts_up_to_the_limit_and_not_beyond(self):
        demand = at(0, 499, 501, 999, 1001)
        assert covered(demand, at(0), limit_m=500).tolist() == [True, True, False, False, False]
        assert covered(demand, at(0), limit_m=1000).tolist() == [True, True, True, True, False]

    @pytest.mark.parametrize("limit_m", [1, 300, 500, 800, 1000, 20_000])
    @pytest.mark.parametrize(
        "start", [PEOPLES_SQUARE, (0, 0), (179.9999, -45), (30, 89.99), (10, -79.7), (177.7, 60)]
    )
    def test_a_place_at_exactly_the_limit_is_covered_whatever_the_bearing(self, limit_m, start):
        start = (float(start[0]), float(start[1]))
        bearings = np.arange(0, 360, 1.0)
        lon, lat, _ = GEOD.fwd(
            np.full(360, start[0]), np.full(360, start[1]), bearings, np.full(360, float(limit_m))
        )
        assert covered(np.column_stack([lon, lat]), [start], limit_m=limit_m).all()

    @pytest.mark.parametrize("limit_m", [1, 500, 1000, 20_000])
    def test_a_micrometre_beyond_the_limit_is_not_covered(self, limit_m):
        beyond = np.concatenate([at(limit_m + 1e-6, bearing=bearing) for bearing in range(0, 360, 5)])
        assert not covered(beyond, [PEOPLES_SQUARE], limit_m=limit_m).any()

    def test_a_station_covers_the_place_where_it_stands(self):
        assert covered(at(0, 1), at(0), limit_m=0.001).tolist() == [True, False]

    def test_across_the_date_line(self):
        assert covered([(-179.9995, 0)], [(179.9995, 0)], limit_m=112).tolist() == [True]

    def test_agrees_with_reach_where_many_stations_are_near_the_limit(self):
        demand = np.concatenate([at(500 + offset) for offset in (-2e-7, -1e-8, 0, 1e-8, 2e-7)])
        stations = np.concatenate([at(0), at(1000), at(5000)])
        pairs = reach(demand, stations, limit_m=500)
        assert np.flatnonzero(covered(demand, stations, limit_m=500)).tolist() == sorted(set(pairs["demand"]))

    def test_no_stations_cover_nothing_and_no_demand_is_no_answer(self):
        assert covered(at(0, 1), [], limit_m=500).tolist() == [False, False]
        assert covered([], at(0), limit_m=500).shape == (0,)
        assert covered([], [], limit_m=500).shape == (0,)

    def test_reach_gives_each_pair_once_with_its_distance(self):
        pairs = reach(at(0, 400), at(100, 400, 5000), limit_m=400)
        assert pairs[["demand", "station"]].to_numpy().tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
        assert pairs["distance_m"].tolist() == pytest.approx([100, 400, 300, 0], abs=1e-7)

    def test_reach_of_nothing_is_an_empty_frame(self):
        for pairs in (
            reach([], at(0), limit_m=500),
            reach(at(0), [], limit_m=500),
            reach([], [], limit_m=500),
        ):
            assert list(pairs.columns) == ["demand", "station", "distance_m"]
            assert pairs.empty

    def test_nearest_names_the_station_and_the_metres(self):
        station, distance_m = nearest(at(0, 900), at(-200, 1000))
        assert station.tolist() == [0, 1]
        assert distance_m.tolist() == pytest.approx([200, 100], abs=1e-7)
        station, distance_m = nearest(at(0), [])
        assert station.tolist() == [-1]
        assert np.isnan(distance_m).all()

    @pytest.mark.parametrize(
        "bad",
        [(np.nan, 31.0), (121.0, np.inf), (31.23, 121.47), (181.0, 0.0)],
        ids=["NaN", "inf", "swapped", "181"],
    )
    def test_a_place_off_the_globe_is_refused_by_name_and_row(self, bad):
        with pytest.raises(ValueError, match="demand_lonlat: point 1"):
            covered([(121.0, 31.0), bad], at(0), limit_m=500)
        with pytest.raises(ValueError, match="station_lonlat: point 0"):
            reach(at(0), [bad], limit_m=500)

    @pytest.mark.parametrize("limit_m", [-1, 0, np.nan, np.inf, 2_000_000])
    def test_a_limit_that_makes_no_sense_is_refused(self, limit_m):
        with pytest.raises(ValueError, match="distance limit"):
            covered(at(0), at(0), limit_m=limit_m)

    def test_an_array_of_another_shape_is_refused(self):
        with pytest.raises(ValueError, match="longitude, latitude"):
            covered([121.0, 31.0], at(0), limit_m=500)


class TestHours:
    def test_closed_is_not_covered_and_unknown_is_neither(self):
        demand, stations = at(0, 3000, 6000, 9000), at(0, 3000, 6000)
        result = coverage_by_hour(demand, stations, [ALWAYS, NEVER, UNKNOWN])
        assert result.shape == (4, 168)
        assert [set(row) for row in result.tolist()] == [{1}, {0}, {-1}, {0}]

    def test_a_station_known_to_be_open_settles_what_one_of_unknown_hours_leaves_open(self):
        result = coverage_by_hour(at(0), at(100, 200), [UNKNOWN, daytime(9, 17)])[0].reshape(7, 24)
        assert (result[:, 9:17] == 1).all()
        assert (result[:, :9] == -1).all()
        assert (result[:, 17:] == -1).all()

    def test_each_hour_of_the_week_is_its_own(self):
        every_third = (np.arange(168) % 3 == 0).astype(np.int8)
        every_fifth = (np.arange(168) % 5 == 0).astype(np.int8)
        result = coverage_by_hour(at(0), at(10, 20), [every_third, every_fifth])
        assert result[0].tolist() == (every_third | every_fifth).tolist()

    def test_bool_and_nan_are_read_as_hours_too(self):
        as_float = np.where(UNKNOWN == -1, np.nan, 0.0)
        assert (coverage_by_hour(at(0), at(0), [as_float]) == -1).all()
        assert (coverage_by_hour(at(0), at(0), np.ones((1, 168), bool)) == 1).all()

    def test_hours_of_another_shape_or_value_are_refused(self):
        with pytest.raises(ValueError, match=r"hours has shape \(1, 24\)"):
            coverage_by_hour(at(0), at(0), np.ones((1, 24)))
        with pytest.raises(ValueError, match="values other than"):
            coverage_by_hour(at(0), at(0), np.full((1, 168), 2))

    def test_many_pairs_are_taken_in_portions_with_the_same_answer(self, monkeypatch):
        demand, stations = at(*range(0, 500, 10)), at(*range(0, 500, 20))
        hours = np.random.default_rng(1).integers(-1, 2, (25, 168))
        whole = coverage_by_hour(demand, stations, hours, limit_m=100)
        monkeypatch.setattr("analysis.coverage._PAIRS_AT_ONCE", 7)
        assert (coverage_by_hour(demand, stations, hours, limit_m=100) == whole).all()

    def test_no_stations_and_no_demand(self):
        assert (coverage_by_hour(at(0), [], []) == 0).all()
        assert coverage_by_hour([], at(0), [ALWAYS]).shape == (0, 168)

    def test_nearest_open_changes_with_the_hour(self):
        stations, hours = at(100, 2000), [daytime(9, 17), daytime(6, 22)]
        monday = nearest_open_by_hour(at(0), stations, hours)[0, :24]
        assert monday[[9, 16]] == pytest.approx([100, 100])
        assert monday[[6, 8, 17, 21]] == pytest.approx([2000] * 4)
        assert np.isnan(monday[[0, 5, 22, 23]]).all()
        assert np.isnan(nearest_open_by_hour(at(0), [], [])).all()


class TestAttenuation:
    @pytest.mark.parametrize(
        ("metres", "worth"), [(0, 1), (300, 1), (300.001, 0.68), (500, 0.68), (1000, 0.22), (1000.001, 0)]
    )
    def test_a_station_is_worth_less_with_distance_and_steps_are_inclusive(self, metres, worth):
        result = coverage_by_hour(at(metres), at(0), [ALWAYS], limit_m=1000, decay=ACCESS_STEPS)
        assert result == pytest.approx(np.full((1, 168), worth))

    def test_the_best_open_station_counts_not_the_nearest(self):
        result = coverage_by_hour(
            at(0), at(100, 400), [daytime(9, 17), ALWAYS], limit_m=1000, decay=ACCESS_STEPS
        )
        monday = result[0, :24]
        assert monday[9:17] == pytest.approx(np.full(8, 1.0))
        assert monday[17:] == pytest.approx(np.full(7, 0.68))

    def test_it_is_unknown_only_where_unknown_hours_could_improve_it(self):
        stations = at(0, 400, 10_000, 10_400)
        hours = [ALWAYS, UNKNOWN, UNKNOWN, ALWAYS]
        result = coverage_by_hour(at(0, 10_000), stations, hours, limit_m=1000, decay=ACCESS_STEPS)
        assert (result[0] == 1).all()
        assert np.isnan(result[1]).all()

    def test_the_limit_cuts_the_steps(self):
        offer = access(at(350, 450), at(0), [ALWAYS], limit_m=400, decay=ACCESS_STEPS)
        assert offer.ignoring_hours([0, 1]).tolist() == [0.68, 0]

    @pytest.mark.parametrize(
        "decay", [((500, 1), (300, 0.5)), ((300, 0.5), (500, 1)), ((300, 1.2),), ((300, 0),)]
    )
    def test_steps_that_make_no_sense_are_refused(self, decay):
        with pytest.raises(ValueError, match="decay is"):
            access(at(0), at(0), [ALWAYS], decay=decay)


class TestGap:
    @pytest.fixture
    def city(self):
        """Five cells 5 km apart, 10 worker-hours on Monday at 3 and at 10 o'clock in each; a station beside four."""
        cell = cell_at(0, 5000, 10_000, 15_000, 20_000)
        demand = pd.DataFrame(
            {
                "cell": np.repeat(cell, 2),
                "hour_of_week": [3, 10] * 5,
                "worker_hours": 10.0,
                "district": list("aabbbbccdd"),
            }
        )
        stations = [beside(one, 400) for one in cell[:4]]
        return demand, stations, [ALWAYS, daytime(9, 17), NEVER, UNKNOWN]

    def test_says_why(self, city):
        result = gap(*city)
        night, day = result[result["hour_of_week"] == 3], result[result["hour_of_week"] == 10]
        assert night["cause"].tolist() == ["covered", "closed", "closed", "unknown", "distance"]
        assert day["cause"].tolist() == ["covered", "covered", "closed", "unknown", "distance"]

    def test_counts_worker_hours(self, city):
        total = summary(gap(*city)).iloc[0]
        assert total["worker_hours"] == 100
        assert total["reach_worker_hours"] == 80
        assert total["open_worker_hours"] == 30
        assert total["gap_closed_worker_hours"] == 30
        assert total["gap_distance_worker_hours"] == 20
        assert total["unknown_worker_hours"] == 20
        assert total["gap_worker_hours"] == 50
        assert total[["reach_share", "open_share", "unknown_share", "gap_share"]].tolist() == [
            0.8,
            0.3,
            0.2,
            0.5,
        ]

    def test_counts_by_district_with_a_total(self, city):
        table = summary(gap(*city), by="district")
        assert table["district"].tolist() == ["a", "b", "c", "d", "total"]
        assert table["worker_hours"].tolist() == [20, 40, 20, 20, 100]
        assert table["gap_worker_hours"].tolist() == [0, 30, 0, 20, 50]

    def test_cells_in_no_district_are_kept(self, city):
        gaps = gap(*city)
        gaps["district"] = gaps["district"].where(gaps["district"] != "d")
        table = summary(gaps, by="district")
        assert table.loc[table["district"].isna(), "worker_hours"].tolist() == [20]
        assert table["worker_hours"].iloc[-1] == 100

    def test_attenuation_splits_a_cell_hour_between_causes(self):
        (cell,) = cell_at(0)
        demand = pd.DataFrame({"cell": [cell], "hour_of_week": [3], "worker_hours": [100.0]})
        stations = [beside(cell, 800), beside(cell, 400, bearing=0), beside(cell, 350, bearing=180)]
        row = gap(demand, stations, [ALWAYS, UNKNOWN, NEVER], limit_m=1000, decay=ACCESS_STEPS).iloc[0]
        assert row["open_worker_hours"] == pytest.approx(22)
        assert row["unknown_worker_hours"] == pytest.approx(46)
        assert row["gap_closed_worker_hours"] == pytest.approx(0)
        assert row["gap_distance_worker_hours"] == pytest.approx(32)
        assert row["cause"] == "unknown"

    def test_parts_make_the_whole(self):
        random = np.random.default_rng(2)
        cell = cell_at(*range(0, 6000, 150))
        demand = pd.DataFrame(
            {
                "cell": random.choice(cell, 500),
                "hour_of_week": random.integers(0, 168, 500),
                "worker_hours": random.uniform(0, 9, 500),
            }
        )
        stations, hours = at(*random.uniform(0, 6000, 12)), random.integers(-1, 2, (12, 168))
        for decay in (None, ACCESS_STEPS):
            result = gap(demand, stations, hours, limit_m=600, decay=decay)
            parts = result[["open_worker_hours", "unknown_worker_hours", "gap_worker_hours"]].sum(axis=1)
            assert parts.to_numpy() == pytest.approx(demand["worker_hours"].to_numpy())
            causes = result["gap_closed_worker_hours"] + result["gap_distance_worker_hours"]
            assert causes.to_numpy() == pytest.approx(result["gap_worker_hours"].to_numpy())

    def test_tells_how_far_the_next_station_and_the_next_open_one_are(self, city):
        demand, stations, hours = city
        result = gap(demand, stations, hours, distances=True)
        assert result["nearest_station_m"].iloc[:8].tolist() == pytest.approx([400] * 8, abs=1e-6)
        assert result["nearest_open_m"].iloc[2] > 4000  # closed at 3
        assert result["nearest_open_m"].iloc[3] == pytest.approx(400)

    def test_names_its_parameters(self, city):
        parameters = summary(gap(*city, limit_m=800, decay=ACCESS_STEPS), by="district").attrs["parameters"]
        assert parameters["limit_m"] == 800
        assert parameters["decay_m_and_worth"] == [[300, 1], [500, 0.68], [1000, 0.22]]

    def test_no_demand_is_an_empty_frame_and_shares_of_nothing_are_missing(self, city):
        demand, stations, hours = city
        result = gap(demand.iloc[:0], stations, hours, distances=True)
        assert result.empty
        assert summary(result)["gap_share"].isna().all()

    @pytest.mark.parametrize(
        ("column", "value", "says"),
        [
            ("hour_of_week", 168, "0 .* to 167"),
            ("worker_hours", np.nan, "finite"),
            ("worker_hours", -1.0, "negative"),
        ],
    )
    def test_unusable_demand_is_refused(self, city, column, value, says):
        demand, stations, hours = city
        with pytest.raises(ValueError, match=says):
            gap(demand.assign(**{column: value}), stations, hours)
        with pytest.raises(ValueError, match=f"lacks {column}"):
            gap(demand.drop(columns=column), stations, hours)


near_the_square = st.tuples(
    st.floats(121.45, 121.49, allow_nan=False), st.floats(31.21, 31.25, allow_nan=False)
)
some_places = st.lists(near_the_square, min_size=1, max_size=12)


class TestProperties:
    @given(
        demand=some_places, stations=some_places, limits=st.tuples(st.floats(0.1, 2000), st.floats(0.1, 2000))
    )
    @settings(max_examples=60, deadline=None)
    def test_coverage_never_falls_with_a_larger_limit(self, demand, stations, limits):
        small, large = sorted(limits)
        assert (covered(demand, stations, limit_m=small) <= covered(demand, stations, limit_m=large)).all()

    @given(
        demand=some_places,
        stations=some_places,
        seed=st.integers(0, 2**32 - 1),
        decay=st.sampled_from([None, ACCESS_STEPS]),
    )
    @settings(max_examples=40, deadline=None)
    def test_coverage_never_falls_with_longer_hours(self, demand, stations, seed, decay):
        random = np.random.default_rng(seed)
        shorter = random.integers(0, 2, (len(stations), 168))
        longer = shorter | random.integers(0, 2, shorter.shape)
        before = coverage_by_hour(demand, stations, shorter, decay=decay)
        assert (before <= coverage_by_hour(demand, stations, longer, decay=decay)).all()

    @given(demand=some_places, stations=some_places, seed=st.integers(0, 2**32 - 1))
    @settings(max_examples=40, deadline=None)
    def test_unknown_hours_lie_between_closed_and_open(self, demand, stations, seed):
        hours = np.random.default_rng(seed).integers(-1, 2, (len(stations), 168))
        least = coverage_by_hour(demand, stations, hours == 1)
        most = coverage_by_hour(demand, stations, hours != 0)
        result = coverage_by_hour(demand, stations, hours)
        assert ((result == 1) == (least == 1)).all()
        assert ((result == 0) == (most == 0)).all()

    @given(demand=some_places, stations=some_places, seed=st.integers(0, 2**32 - 1))
    @settings(max_examples=40, deadline=None)
    def test_the_order_of_stations_and_demand_does_not_matter(self, demand, stations, seed):
        random = np.random.default_rng(seed)
        demand, stations = np.array(demand), np.array(stations)
        hours = random.integers(-1, 2, (len(stations), 168))
        rows, columns = random.permutation(len(demand)), random.permutation(len(stations))
        result = coverage_by_hour(demand, stations, hours)
        assert (coverage_by_hour(demand[rows], stations[columns], hours[columns]) == result[rows]).all()

    @given(demand=some_places, stations=some_places)
    @settings(max_examples=30, deadline=None)
    def test_stations_that_never_open_cover_nothing(self, demand, stations):
        assert (coverage_by_hour(demand, stations, np.zeros((len(stations), 168), bool)) == 0).all()

    @given(demand=some_places, stations=some_places, limit_m=st.floats(0.1, 2000))
    @settings(max_examples=60, deadline=None)
    def test_covered_is_what_measuring_every_pair_says(self, demand, stations, limit_m):
        def metres(place):
            return [round(GEOD.inv(*place, *station)[2], 8) for station in stations]

        expected = [min(metres(place)) <= round(limit_m, 8) for place in demand]
        assert covered(demand, stations, limit_m=limit_m).tolist() == expected
