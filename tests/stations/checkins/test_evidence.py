"""What a position proves, and what of it is kept (chapter 4, 1 (1))."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from geo.datum import convert
from stations.checkins.intake import rules
from stations.checkins.intake.rules import Position

PLACE = (121.25, 31.25)
METRES_A_DEGREE = 95_320  # of longitude at 31.25 N


def metres(east: float, **fields) -> float:
    position = Position(lon=PLACE[0] + east / METRES_A_DEGREE, lat=PLACE[1], **fields)
    return float(rules.distances_m([position], [PLACE])[0])


@pytest.mark.parametrize(
    ("distance", "accuracy", "near"),
    [
        (0, None, True),
        (100, None, True),
        (100.1, None, False),
        (100, 0, True),
        (100, 5, True),
        (300, 300, True),
        (301, 300, False),
        (500, 1e9, True),
        (501, 1e9, False),
        (501, 2000, False),
        (math.inf, 1e9, False),
    ],
)
def test_near_is_within_100_m_or_what_the_phone_may_be_wrong_by_up_to_500(distance, accuracy, near):
    assert rules.is_near(distance, accuracy) == near


@pytest.mark.parametrize(
    ("distance", "band"),
    [
        (0, "100"),
        (100, "100"),
        (100.1, "300"),
        (300, "300"),
        (1000, "1000"),
        (1001, "far"),
        (math.inf, "far"),
    ],
)
def test_of_a_distance_a_band_is_kept(distance, band):
    assert rules.band(distance) == band


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
def test_a_position_is_compared_in_wgs84_whatever_datum_it_came_in(datum):
    lon, lat = convert(PLACE[0], PLACE[1] + 0.0005, source="wgs84", target=datum)
    [distance] = rules.distances_m([Position(lon=lon, lat=lat, datum=datum)], [PLACE])
    assert distance == pytest.approx(55.4, abs=0.1)
    wrong = next(one for one in ("wgs84", "gcj02") if one != datum)
    [apart] = rules.distances_m([Position(lon=lon, lat=lat, datum=wrong)], [PLACE])
    assert apart > 300


def test_a_hundred_positions_of_three_datums_are_measured_as_each_alone():
    positions = [
        Position(lon=121 + n / 300, lat=31 + n / 300, datum=("wgs84", "gcj02", "bd09")[n % 3])
        for n in range(100)
    ]
    together = rules.distances_m(positions, [PLACE] * 100)
    alone = [float(rules.distances_m([one], [PLACE])[0]) for one in positions]
    assert together.tolist() == pytest.approx(alone)
    assert metres(80) == pytest.approx(80, abs=0.5)


@pytest.mark.parametrize(
    "fields",
    [
        {"lon": math.nan, "lat": 31.0},
        {"lon": 121.0, "lat": math.inf},
        {"lon": 121.0, "lat": 121.0},
        {"lon": 200.0, "lat": 31.0},
        {"lon": 121.0, "lat": 31.0, "accuracy_m": -1.0},
        {"lon": 121.0, "lat": 31.0, "accuracy_m": math.nan},
        {"lon": 121.0, "lat": 31.0, "accuracy_m": math.inf},
        {"lon": 121.0, "lat": 31.0, "datum": "WGS84"},
    ],
)
def test_what_is_no_position_is_none(fields):
    with pytest.raises(ValueError, match=r"position|accuracy|datum"):
        Position(**fields)


NOW = datetime(2026, 3, 20, 4, tzinfo=UTC)


def moment(made_before_sent: timedelta, skew: timedelta = timedelta(0)) -> datetime:
    sent_at = NOW + skew
    return rules.counted_moment(
        made_at=sent_at - made_before_sent, sent_at=sent_at, received_at=NOW, late=timedelta(days=7)
    )


@pytest.mark.parametrize("skew", [timedelta(0), timedelta(hours=-5), timedelta(days=400)])
def test_a_visit_is_counted_for_its_age_before_receipt_however_the_phones_clock_stands(skew):
    assert moment(timedelta(hours=3), skew) == NOW - timedelta(hours=3)
    assert moment(timedelta(days=7), skew) == NOW - timedelta(days=7)
    assert moment(timedelta(minutes=-1), skew) == NOW


def test_without_the_moment_of_sending_it_is_counted_at_receipt():
    made_at = NOW - timedelta(days=300)
    late = timedelta(days=7)
    assert rules.counted_moment(made_at=made_at, sent_at=None, received_at=NOW, late=late) == NOW


def test_too_late_and_from_the_future_are_refused():
    with pytest.raises(rules.TooLateError):
        moment(timedelta(days=7, microseconds=1))
    with pytest.raises(rules.FutureError):
        moment(timedelta(minutes=-1, microseconds=-1))


@pytest.mark.parametrize("year", [1, 1999, 2101, 9999])
def test_a_year_of_another_century_is_none(year):
    made_at = datetime(year, 6, 1, tzinfo=UTC)
    with pytest.raises(rules.NoTimeError):
        rules.counted_moment(made_at=made_at, sent_at=None, received_at=NOW, late=timedelta(days=7))


@pytest.mark.parametrize(
    ("skew", "wrong"),
    [(timedelta(days=1), False), (timedelta(days=-1), False), (timedelta(days=1, seconds=1), True)],
)
def test_a_clock_is_wrong_beyond_a_day(skew, wrong):
    assert rules.clock_is_wrong(made_at=NOW, sent_at=NOW + skew, received_at=NOW) == wrong
    assert rules.clock_is_wrong(made_at=NOW + skew, sent_at=None, received_at=NOW) == wrong
