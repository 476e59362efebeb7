"""The questions that the inflation report asks of a station's month, one at a time, on visits that can be counted by hand."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from geo.hours import NO_HOLIDAYS, ZONE, Timetable, parse
from stations.checkins.inflation import MIN_STATIONS, MIN_VISITS, SIGNALS, judge
from stations.checkins.inflation.baseline import coincidence, discoveries, points, share_tails, size_groups
from stations.checkins.inflation.rhythm import gaps
from stations.checkins.inflation.signals import phone_shares, phones, shares, while_closed
from tests.stations.checkins.city_of_visits import MONTH, city, month_span

START, END = month_span()


def frame(*rows):
    """Rows of (station, day, hour:minute:second, phone, grade, set aside)."""
    found = []
    for station, day, clock, phone, *more in rows:
        at = datetime.fromisoformat(f"{MONTH:%Y-%m}-{day:02d}T{clock}").replace(tzinfo=ZONE)
        grade, set_aside = (*more, *("near", "")[len(more) :])
        found.append((station, at, phone, grade, set_aside))
    return pd.DataFrame(found, columns=["station", "at", "pseudonym", "grade", "set_aside"])


def asked(visits, name, hours="Mo-Su 09:00-17:00"):
    """Hits and of at station 1."""
    hits, of = shares(visits, {1: Timetable(parse(hours))}, start=START, end=END, calendar=NO_HOLIDAYS)[name]
    return int(hits.get(1, 0)), int(of.get(1, 0))


def test_the_phones_that_came_most():
    visits = frame(*((1, day, "10:00", f"phone {day % 7}") for day in range(1, 29)), (2, 1, "10:00", "x"))
    assert asked(visits, "few_phones") == (16, 24)  # seven phones with four visits each, the first one aside
    assert list(phone_shares(visits).loc[1]) == [4] * 7


def test_second_visits_of_a_day_are_counted_but_for_the_phone_that_makes_most_of_them():
    base = [(1, day, clock, "base") for day in (1, 2) for clock in ("09:00", "10:00", "11:00")]
    others = [(1, 1, clock, phone) for phone in "ab" for clock in ("12:00", "13:00")]
    assert asked(frame(*base), "often") == (0, 6)
    assert asked(frame(*base, *others), "often") == (2, 10)


def test_a_phone_counts_by_its_first_visit():
    visits = frame(
        (1, 1, "10:00", "again", "code"),
        (1, 2, "10:00", "again", "near"),
        (1, 3, "10:00", "elsewhere too", "near"),
        (2, 3, "12:00", "elsewhere too", "code"),
        (1, 4, "10:00", "once", "code"),
        (1, 5, "10:00", "once and near", "near"),
        (1, 5, "11:00", "set aside", "code", "device"),
    )
    assert phones(visits).loc[1].astype(int).to_dict() == {
        "once": 2,
        "once_code": 1,
        "again": 2,
        "again_code": 1,
    }


def test_visits_while_closed_leave_half_an_hour_at_the_door_and_those_really_there():
    clocks = ("08:29", "08:30", "17:29", "17:30", "03:00")
    visits = frame(*((1, 2, clock, clock, "code") for clock in clocks), (1, 2, "04:00", "there", "near"))
    assert asked(visits, "closed") == (3, 6)
    assert asked(visits, "closed", hours="24/7") == (0, 6)
    assert asked(visits, "closed", hours="") == (0, 0)


def test_a_night_that_spills_into_the_next_day_is_open():
    visits = frame((1, 3, "01:59", "a"), (1, 3, "02:40", "b"), (1, 4, "12:00", "c"))
    found = while_closed(
        visits,
        {1: Timetable(parse("Mo 22:00-02:00; Tu 10:00-12:00"))},
        start=START,
        end=END,
        calendar=NO_HOLIDAYS,
    )
    assert list(found) == [0, 1, 1]  # 2026-03-03 is a Tuesday


def test_a_crew_that_scans_one_after_another_is_no_burst_and_fresh_phones_are():
    crew = [(1, day, f"05:00:{second:02d}", f"c{second}") for day in (1, 2) for second in (0, 20, 40)]
    burst = [(1, 3, f"10:00:{second:02d}", f"fresh {second}") for second in (0, 10, 20)]
    assert asked(frame(*crew), "seconds") == (0, 6)
    assert asked(frame(*crew, *burst), "seconds") == (2, 9)


def test_the_last_three_days_and_what_was_set_aside():
    visits = frame(
        (1, 28, "23:59", "a"), (1, 29, "00:00", "b"), (1, 31, "12:00", "c"), (1, 31, "12:01", "c", "near", "device"),
        (1, 31, "12:02", "d", "near", "clock"),
    )  # fmt: skip
    assert asked(visits, "month_end") == (2, 3)
    assert asked(visits, "set_aside") == (1, 5)


@pytest.mark.parametrize("of_phone", [True, False])
def test_a_constant_gap_is_found_among_honest_visits(of_phone):
    rng = np.random.default_rng(1)
    honest = [(1, int(day), f"{9 + int(hour)}:{int(minute):02d}:00".zfill(8), f"h{n}")
              for n, (day, hour, minute) in enumerate(rng.integers((1, 0, 0), (29, 8, 60), (80, 3)))]  # fmt: skip
    script = [(1, day, f"{minute // 60:02d}:{minute % 60:02d}:00", "script")
              for day in (1, 2, 3, 4) for minute in range(0, 8 * 31, 31)]  # fmt: skip
    alone = gaps(frame(*honest), of_phone=of_phone)
    both = gaps(frame(*honest, *script), of_phone=of_phone)
    assert both.loc[1, "gap"] == pytest.approx(31)
    assert both.loc[1, "hits"] >= 28
    assert both.loc[1, "p"] < 1e-9
    assert alone.empty or alone.loc[1, "p"] > 0.01


def test_gaps_spread_evenly_are_no_rhythm():
    rng = np.random.default_rng(2)
    found = []
    for _ in range(200):
        at = [START + timedelta(minutes=float(one)) for one in np.cumsum(rng.exponential(40, 150))]
        visits = pd.DataFrame(
            {"station": 1, "at": at, "pseudonym": range(150), "grade": "near", "set_aside": ""}
        )
        found.append(gaps(visits, of_phone=False).loc[1, "p"])
    assert np.mean(np.array(found) <= 0.05) <= 0.05


def test_a_share_is_judged_by_the_city_and_by_how_much_was_seen():
    hits, of = np.full(100, 10.0), np.full(100, 100.0)
    hits += np.tile([-4, -2, 0, 2, 4], 20)
    hits[0], hits[1], of[1] = 60, 3, 5  # the same share, of a hundred and of five
    tails, usual = share_tails(hits, of, size_groups(of))
    assert tails[0] < 1e-6
    assert tails[1] > 0.001
    assert usual[50] == pytest.approx(0.1, abs=0.02)
    assert (tails[2:] > 0.01).all()


def test_what_comes_together_weighs_more_than_what_is_common():
    scores = points(np.full((1000, 3), 0.5))
    scores[:50, 0] = 3  # one station in twenty: wrong hours, say
    scores[50:60, 1] = 3
    scores[60, :2] = 3
    p = coincidence(scores, usual=np.ones(1000, bool))
    assert p[0] == pytest.approx(0.0615, abs=0.01)
    assert p[60] == pytest.approx(0.051 * 0.011, rel=0.05)
    assert discoveries(p, rate=0.1).sum() == 0  # one such coincidence in a thousand stations may be chance
    scores[60, 2] = 3
    assert discoveries(coincidence(scores, usual=np.arange(1000) != 60), rate=0.1).sum() == 1


def small_city(stations):
    made = city(3, stations=stations, cheats_a_kind=0)
    return made, judge(made.visits, usual=made.usual, timetables=made.timetables, start=START, end=END)


def test_a_station_with_too_few_visits_is_named_and_not_judged():
    made, report = small_city(60)
    counted = made.visits[made.visits["set_aside"] == ""].groupby("station").size()
    assert report.too_few == sorted(counted.index[counted < MIN_VISITS])
    assert set(report.stations.index) == set(counted.index[counted >= MIN_VISITS])


def test_a_city_too_small_to_learn_from_judges_nobody():
    report = small_city(20)[1]
    assert len(report.stations) < MIN_STATIONS
    assert not report.is_large_enough
    assert report.listed.empty


def test_a_month_without_visits_is_no_error():
    empty = frame((1, 1, "10:00", "a")).iloc[:0]
    report = judge(empty, usual=pd.Series(dtype=float), timetables={}, start=START, end=END)
    assert report.stations.empty
    assert report.listed.empty
    assert report.too_few == []


def test_neither_the_order_of_rows_nor_the_names_of_phones_matter():
    made = city(4, stations=120, cheats_a_kind=1)
    first = judge(made.visits, usual=made.usual, timetables=made.timetables, start=START, end=END)
    other = made.visits.sample(frac=1, random_state=1)
    other["pseudonym"] = other["pseudonym"].map(lambda name: name[::-1].encode())
    second = judge(other, usual=made.usual, timetables=made.timetables, start=START, end=END)
    pd.testing.assert_frame_equal(
        first.stations.sort_index(), second.stations.sort_index(), check_dtype=False
    )


def test_a_report_holds_no_phone():
    made = city(4, stations=60, cheats_a_kind=1)
    report = judge(made.visits, usual=made.usual, timetables=made.timetables, start=START, end=END)
    assert "phone " not in report.stations.to_csv()


def test_the_evidence_is_what_stands_out_the_strongest_first():
    made = city(0, cheats_a_kind=2)
    report = judge(made.visits, usual=made.usual, timetables=made.timetables, start=START, end=END)
    bot = next(one for one in report.listed.index if made.kind[one] == "night_bot")
    found = report.signals_of(bot)
    assert set(found[:2]) == {"rhythm", "gaps"}
    assert set(found) <= set(SIGNALS)
