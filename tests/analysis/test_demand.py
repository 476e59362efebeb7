import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pytest

from analysis.demand import OCCUPATIONS, by_cell_and_hour, daily_profile
from geo.crs import CrsError

HERE, THERE = (121.4737, 31.2304), (121.5, 31.25)
WEDNESDAY_10 = 2 * 24 + 10
WEDNESDAYS = ["2024-01-03", "2024-01-10", "2024-01-17"]


def points(*, places=(HERE,), **columns):
    """A frame of points: `columns` of values, all at HERE unless `places` says otherwise."""
    count = len(next(iter(columns.values())))
    lon, lat = zip(*(places if len(places) == count else [places[0]] * count), strict=True)
    return pd.DataFrame({"lon": lon, "lat": lat, **columns})


def cell(place, resolution=9):
    return h3.str_to_int(h3.latlng_to_cell(place[1], place[0], resolution))


def hours(result):
    return dict(zip(result["hour_of_week"], result["worker_hours"], strict=True))


class TestVotes:
    def test_a_worker_has_one_vote_a_cell_and_hour_however_many_points(self):
        result = by_cell_and_hour(points(hour_of_week=[58] * 5, worker=list("aaabb"), weight=[9.0] * 5))
        assert result.to_dict("records") == [{"cell": cell(HERE), "hour_of_week": 58, "worker_hours": 2}]
        assert result["cell"].dtype == "int64"

    def test_a_worker_votes_in_every_cell_and_hour_he_is_seen_in(self):
        result = by_cell_and_hour(
            points(hour_of_week=[58, 58, 59], worker=list("aaa"), places=[HERE, THERE, HERE])
        )
        assert sorted(zip(result["cell"], result["hour_of_week"], strict=True)) == sorted(
            [(cell(HERE), 58), (cell(HERE), 59), (cell(THERE), 58)]
        )

    @pytest.mark.parametrize("nobody", [None, np.nan, ""])
    def test_points_without_a_worker_count_by_weight(self, nobody):
        result = by_cell_and_hour(
            points(hour_of_week=[58] * 3, worker=["a", nobody, nobody], weight=[5, 2, 0.5])
        )
        assert hours(result) == {58: 3.5}

    def test_without_weights_a_point_weighs_one(self):
        assert hours(by_cell_and_hour(points(hour_of_week=[58] * 3))) == {58: 3}

    def test_the_order_of_points_does_not_matter(self):
        random = np.random.default_rng(1)
        frame = points(
            hour_of_week=random.integers(0, 168, 300),
            worker=random.choice(list("abcdef"), 300),
            occupation=random.choice(OCCUPATIONS, 300),
            places=[HERE, THERE] * 150,
        )
        shuffled = frame.sample(frac=1, random_state=2)
        pd.testing.assert_frame_equal(by_cell_and_hour(frame), by_cell_and_hour(shuffled))

    def test_occupations_are_kept_apart_when_asked(self):
        frame = points(hour_of_week=[58] * 3, occupation=["rider", "rider", None])
        result = by_cell_and_hour(frame, by=["occupation"])
        assert dict(zip(result["occupation"], result["worker_hours"], strict=True)) == {
            "rider": 2,
            "unknown": 1,
        }


class TestTypicalWeek:
    def test_three_wednesdays_give_a_mean_wednesday(self):
        frame = points(
            hour_of_week=[WEDNESDAY_10] * 4, worker=list("aabc"), date=[*WEDNESDAYS, WEDNESDAYS[0]]
        )
        assert hours(by_cell_and_hour(frame)) == {WEDNESDAY_10: pytest.approx(4 / 3)}

    def test_one_vote_a_date_not_one_for_all_dates(self):
        frame = points(hour_of_week=[WEDNESDAY_10] * 3, worker=list("aaa"), date=WEDNESDAYS)
        assert hours(by_cell_and_hour(frame)) == {WEDNESDAY_10: 1}

    def test_each_weekday_is_divided_by_its_own_dates(self):
        frame = points(
            hour_of_week=[WEDNESDAY_10, WEDNESDAY_10, WEDNESDAY_10 + 24], date=[*WEDNESDAYS[:2], "2024-01-04"]
        )
        result = by_cell_and_hour(frame)
        assert hours(result) == {WEDNESDAY_10: 1, WEDNESDAY_10 + 24: 1}
        assert result.attrs["parameters"]["days_observed_from_monday"] == [0, 0, 2, 1, 0, 0, 0]

    def test_weekdays_never_observed_stay_empty_unless_spread(self):
        frame = points(hour_of_week=[WEDNESDAY_10] * 3, date=WEDNESDAYS)
        assert set(hours(by_cell_and_hour(frame))) == {WEDNESDAY_10}
        spread = by_cell_and_hour(frame, spread_weekdays="every_day")
        assert hours(spread) == {day * 24 + 10: 1 for day in range(7)}
        assert spread.attrs["parameters"]["spread_weekdays"] == "every_day"

    def test_spreading_takes_the_mean_over_all_days_observed(self):
        frame = points(hour_of_week=[WEDNESDAY_10, WEDNESDAY_10, WEDNESDAY_10 + 24], weight=[1.0, 2.0, 3.0])
        assert hours(by_cell_and_hour(frame, spread_weekdays="every_day"))[10] == 3  # 6 over two days

    def test_points_without_dates_are_one_week(self):
        assert hours(by_cell_and_hour(points(hour_of_week=[WEDNESDAY_10] * 4))) == {WEDNESDAY_10: 4}

    def test_a_date_on_another_weekday_than_its_hour_is_refused(self):
        with pytest.raises(ValueError, match=r"weekday of hour_of_week, in 1 row.*row 1"):
            by_cell_and_hour(points(hour_of_week=[WEDNESDAY_10] * 2, date=["2024-01-03", "2024-01-04"]))

    def test_dates_on_some_timed_points_only_are_refused(self):
        with pytest.raises(ValueError, match="time but no date"):
            by_cell_and_hour(points(hour_of_week=[WEDNESDAY_10] * 2, date=["2024-01-03", None]))


class TestUntimed:
    def test_a_day_is_spread_over_the_hours_of_the_occupation_every_day(self):
        result = by_cell_and_hour(points(hour_of_week=[np.nan], weight=[10.0], occupation=["rider"]))
        week = np.zeros(168)
        week[result["hour_of_week"]] = result["worker_hours"]
        assert week == pytest.approx(np.tile(10 * daily_profile("rider"), 7))

    def test_flat_is_even_and_drop_is_nothing(self):
        frame = points(hour_of_week=[None, 5], weight=[24.0, 3.0], occupation=["rider"] * 2)
        flat = hours(by_cell_and_hour(frame, untimed="flat"))
        assert len(flat) == 168
        assert flat[0] == pytest.approx(1)
        assert flat[5] == pytest.approx(4)
        dropped = by_cell_and_hour(frame, untimed="drop")
        assert hours(dropped) == {5: 3}
        assert dropped.attrs["parameters"]["points_without_time"] == 1

    def test_no_time_column_means_that_no_time_is_known(self):
        result = by_cell_and_hour(points(weight=[1.0]), untimed="flat")
        assert len(result) == 168

    def test_a_date_puts_an_untimed_point_on_its_weekday(self):
        frame = points(date=WEDNESDAYS[:2], occupation=["courier"] * 2, weight=[1.0, 3.0])
        result = by_cell_and_hour(frame)
        assert set(result["hour_of_week"] // 24) == {2}
        assert result["worker_hours"].sum() == pytest.approx(2)

    def test_a_worker_seen_twice_at_no_known_time_votes_once(self):
        result = by_cell_and_hour(points(worker=["a", "a", "b"]), untimed="flat")
        assert result["worker_hours"].sum() == pytest.approx(2 * 7)


class TestProfiles:
    @pytest.mark.parametrize("occupation", OCCUPATIONS)
    def test_a_day_sums_to_one(self, occupation):
        profile = daily_profile(occupation)
        assert profile.shape == (24,)
        assert profile.min() >= 0
        assert profile.sum() == pytest.approx(1)

    def test_they_show_the_reported_pattern(self):
        sanitation, rider, taxi = daily_profile("sanitation"), daily_profile("rider"), daily_profile("taxi")
        assert sanitation[4:8].sum() > 0.25
        assert sanitation[:4].sum() == 0
        assert min(rider[11:13].min(), rider[17:19].min()) > 2 * rider[14:16].max()
        assert set(np.argsort(taxi)[-4:]) == {7, 8, 17, 18}
        assert daily_profile("courier")[:6].sum() == 0

    def test_an_unknown_occupation_is_refused_with_the_choices(self):
        with pytest.raises(ValueError, match="'astronaut'; give one of sanitation"):
            daily_profile("astronaut")


class TestInput:
    def test_a_geodataframe_gives_the_same_as_columns(self):
        frame = points(hour_of_week=[1, 2], places=[HERE, THERE])
        geo = gpd.GeoDataFrame(
            frame[["hour_of_week"]], geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs="EPSG:4326"
        )
        pd.testing.assert_frame_equal(by_cell_and_hour(geo), by_cell_and_hour(frame))

    def test_another_crs_is_refused(self):
        geo = gpd.GeoDataFrame({"hour_of_week": [1]}, geometry=gpd.points_from_xy([1], [1]), crs="EPSG:3857")
        with pytest.raises(CrsError):
            by_cell_and_hour(geo)

    def test_coarser_cells_gather_more(self):
        frame = points(hour_of_week=[1, 1], places=[HERE, (121.4777, 31.2304)])
        assert len(by_cell_and_hour(frame, resolution=9)) == 2
        result = by_cell_and_hour(frame, resolution=7)
        assert result["cell"].tolist() == [cell(HERE, 7)]
        assert result.attrs["parameters"]["resolution"] == 7

    def test_no_points_are_no_demand(self):
        result = by_cell_and_hour(points(hour_of_week=[1]).iloc[:0])
        assert list(result.columns) == ["cell", "hour_of_week", "worker_hours"]
        assert result.empty

    @pytest.mark.parametrize(
        ("column", "value", "says"),
        [
            ("lon", np.nan, "missing or off the globe"),
            ("lat", 121.0, "off the globe"),
            ("hour_of_week", 168, "0 to 167"),
            ("hour_of_week", 1.5, "0 to 167"),
            ("weight", -1.0, "from 0 up"),
            ("weight", np.nan, "from 0 up"),
            ("occupation", "astronaut", "not one of sanitation"),
        ],
    )
    def test_unusable_points_are_refused_with_their_row(self, column, value, says):
        frame = points(hour_of_week=[1.0, 2.0], weight=[1.0, 1.0], occupation=["rider", "rider"])
        frame.loc[1, column] = value
        with pytest.raises(ValueError, match=rf"{says}.*in 1 row\(s\), the first in row 1"):
            by_cell_and_hour(frame)

    def test_a_wrong_choice_is_refused(self):
        with pytest.raises(ValueError, match="untimed is 'guess'"):
            by_cell_and_hour(points(hour_of_week=[1]), untimed="guess")
        with pytest.raises(ValueError, match="spread_weekdays is 'all'"):
            by_cell_and_hour(points(hour_of_week=[1]), spread_weekdays="all")
        with pytest.raises(ValueError, match="no column street"):
            by_cell_and_hour(points(hour_of_week=[1]), by=["street"])
        with pytest.raises(ValueError, match="no columns lon and lat"):
            by_cell_and_hour(pd.DataFrame({"x": [1]}))
