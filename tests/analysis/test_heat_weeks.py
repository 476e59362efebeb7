"""From counts to rates: the shortest told span of an hour, marked where the hour itself is hidden."""

import numpy as np
import pytest

from analysis.disclosure import HIDDEN
from analysis.heat_weeks import (
    CLOSED_THEN,
    SPANS,
    TILE_COUNTS,
    TILES,
    UNKNOWN_THEN,
    rates,
    tell,
    tile_words,
    together,
)

MON_NOON, TUE_NOON, SAT_NOON = 12, 36, 5 * 24 + 12
RIDER, SWEEPER = 0, 1
NEVER = np.zeros((1, 168), bool)


def visits(*rows, cells=1, occupations=2):
    counts = np.zeros((occupations, cells, 168), np.int64)
    for occupation, hour, count, *cell in rows:
        counts[occupation, cell[0] if cell else 0, hour] += count
    return counts


def opened(*hours, weeks=13, cells=1):
    found = np.zeros((cells, 168))
    found[:, list(hours) or slice(None)] = weeks
    return found


def test_every_hour_lies_in_one_tile_of_each_span():
    for count, tiles in zip(TILE_COUNTS, TILES, strict=True):
        assert set(tiles) <= set(range(count))
    assert len(set(TILES[3])) == 168
    for finer, coarser in ((3, 2), (2, 1), (1, 0)):
        pairs = set(zip(TILES[finer], TILES[coarser], strict=True))
        assert len(pairs) == len(set(TILES[finer]))


@pytest.mark.parametrize(
    ("level", "hour", "words"),
    [
        (0, 0, ("Mon-Sun", 0, 24)),
        (1, MON_NOON, ("Mon-Fri", 12, 15)),
        (1, SAT_NOON + 2, ("Sat-Sun", 12, 15)),
        (2, TUE_NOON + 1, ("Mon-Fri", 13, 14)),
        (3, TUE_NOON, ("Tue", 12, 13)),
        (3, 167, ("Sun", 23, 24)),
    ],
)
def test_a_tile_is_said_in_words(level, hour, words):
    assert tile_words(level, TILES[level][hour]) == words


def test_an_hour_that_is_told_has_its_own_rate():
    found = rates(tell(visits((RIDER, MON_NOON, 40), (RIDER, TUE_NOON, 20))), opened(), NEVER)
    assert SPANS[found.span[0, MON_NOON]] == "hour"
    assert found.rate[0, MON_NOON] == pytest.approx(44.5 / 13)
    assert (found.rate[0, MON_NOON + 1], found.span[0, MON_NOON + 1]) == (0, 3)


def test_a_hidden_hour_has_the_rate_of_the_shortest_told_span_round_it():
    weeks = tell(visits((RIDER, MON_NOON, 6), (RIDER, TUE_NOON, 7)))
    found = rates(weeks, opened(), NEVER)
    assert SPANS[found.span[0, MON_NOON]] == "day_kind_hour"
    assert found.rate[0, MON_NOON] == pytest.approx(14.5 / (5 * 13))
    assert found.rate[0, MON_NOON] == found.rate[0, TUE_NOON]


def test_a_cell_of_fewer_than_ten_is_hidden_in_every_open_hour():
    found = rates(tell(visits((RIDER, MON_NOON, 9))), opened(MON_NOON, TUE_NOON), NEVER)
    assert found.span[0, [MON_NOON, TUE_NOON]].tolist() == [HIDDEN, HIDDEN]
    assert found.span[0, 3] == CLOSED_THEN


def test_a_closed_or_unknown_hour_has_no_rate():
    maybe = np.zeros((1, 168), bool)
    maybe[0, 5] = True
    found = rates(tell(visits((RIDER, MON_NOON, 50))), opened(MON_NOON), maybe)
    assert (found.span[0, 4], found.span[0, 5]) == (CLOSED_THEN, UNKNOWN_THEN)
    assert np.isnan(found.rate[0, [4, 5]]).all()


def test_occupations_are_told_of_the_week_or_where_many_come_of_its_blocks():
    few = rates(
        tell(visits((RIDER, MON_NOON, 40), (SWEEPER, SAT_NOON, 20))), opened(), NEVER, occupation=RIDER
    )
    assert set(few.span[0]) == {SPANS.index("week")}
    many = tell(visits((RIDER, MON_NOON, 400), (SWEEPER, SAT_NOON, 200)))
    rider = rates(many, opened(), NEVER, occupation=RIDER)
    assert SPANS[rider.span[0, MON_NOON]] == "block"
    assert (rider.rate[0, SAT_NOON], rider.rate[0, TUE_NOON]) == (0, pytest.approx(404.5 / (15 * 13)))


def test_larger_cells_are_made_of_what_is_told_of_the_smaller():
    weeks = tell(visits((RIDER, MON_NOON, 40), (RIDER, MON_NOON, 5, 1), cells=3))
    hours, maybe = opened(cells=3), np.repeat(NEVER, 3, axis=0)
    row = np.array([0, 0, 1])
    fine = rates(weeks, hours, maybe)
    found = together(fine, hours, maybe, row, 2)
    assert found.rate[0, MON_NOON] == pytest.approx((44.5 / 13 + 5 / (168 * 13)) / 2)
    assert found.span[0, MON_NOON] == 3
    assert found.span[0, TUE_NOON] == HIDDEN  # of one none, of the other fewer than ten
    assert (found.rate[1] == 0).all()
    turned = rates(tell(visits((RIDER, MON_NOON, 40, 2), (RIDER, MON_NOON, 5, 1), cells=3)), hours, maybe)
    again = together(turned, hours, maybe, row[[2, 1, 0]], 2)
    np.testing.assert_array_equal(again.span, found.span)
    np.testing.assert_allclose(again.rate, found.rate)


def test_what_is_told_adds_up_to_no_more_than_there_was():
    counts = np.random.default_rng(2).poisson(3, (2, 20, 168))
    weeks = tell(counts)
    for values in (*weeks.spans, weeks.of_week):
        assert (np.where(values > 0, values, 0).sum(axis=1) <= counts.sum(axis=(0, 2))).all()
