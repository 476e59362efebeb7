"""What is told of counts gives none under ten away: by exact bounds, by linear programming and by trying every world."""

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.disclosure import HIDDEN, LEAST_RANGE, WITHHELD, Parts, ranges, told


def tree_of(atoms):
    """Atoms (n, blocks, hours, occupations): a place, its blocks, the blocks' hours and the blocks' occupations."""
    blocks = atoms.sum(axis=(2, 3))
    return [
        Parts(blocks.sum(axis=1)[:, None, None]),
        Parts(blocks[:, None, :], of=0),
        Parts(atoms.sum(axis=3), of=1),
        Parts(atoms.sum(axis=2), of=1),
    ]


def sparse(rng, *shape):
    """Skewed as visits are: many zeros, some counts on either side of ten."""
    return rng.poisson(rng.gamma(0.5, 12, shape)) * (rng.random(shape) < 0.8)


def test_small_counts_are_hidden_tens_are_rounded_and_zeros_stay():
    atoms = np.zeros((1, 1, 3, 1), np.int64)
    atoms[0, 0, :, 0] = [0, 27, 4]
    place, blocks, hours, occupations = told(tree_of(atoms))
    assert (place.ravel().tolist(), blocks.ravel().tolist()) == ([30], [30])
    assert hours.ravel().tolist() == [0, 20, HIDDEN]
    assert occupations.ravel().tolist() == [30]


def test_parts_of_a_hidden_number_are_not_told():
    atoms = np.full((1, 2, 2, 1), 2, np.int64)
    place, blocks, hours, _ = told(tree_of(atoms))
    assert place.ravel().tolist() == [HIDDEN]
    assert (blocks == WITHHELD).all()
    assert (hours == WITHHELD).all()


def test_ten_nines_under_ninety_would_be_given_away_so_they_are_not_told():
    """The trap of publishing.py: ten hidden parts that together are at least ninety are nine each."""
    place, blocks = told([Parts(np.full((1, 1, 1), 90)), Parts(np.full((1, 1, 10), 9))])
    assert place.item() == 90
    assert (blocks == WITHHELD).all()
    _, blocks = told([Parts(np.full((1, 1, 1), 50)), Parts(np.full((1, 1, 10), 5))])
    assert (blocks == HIDDEN).all()


def test_two_ways_of_splitting_one_total_are_checked_together():
    """Hours say at most 38, so four occupations of ten to nineteen and a hidden one would be nearly known."""
    hours = np.array([[[19, 19]]])
    occupations = np.array([[[10, 10, 10, 8]]])
    tree = [Parts(hours.sum(axis=2)[:, None]), Parts(hours), Parts(occupations)]
    low, high = ranges(tree, [np.ones((1, 1), bool)] * 3)
    assert (low[0].item(), high[0].item()) == (31, 38)
    assert (low[2].ravel()[-1], high[2].ravel()[-1]) == (1, 8)


def test_each_row_is_told_as_if_it_were_alone():
    rng = np.random.default_rng(1)
    atoms = sparse(rng, 40, 3, 3, 3)
    order = rng.permutation(40)
    together, shuffled = told(tree_of(atoms)), told(tree_of(atoms[order]))
    alone = told(tree_of(atoms[7:8]))
    for all_rows, others, one in zip(together, shuffled, alone, strict=True):
        assert np.array_equal(all_rows[order], others)
        assert np.array_equal(all_rows[7:8], one)


def constraints(atoms, answer):
    """What an attacker knows of the atoms: a window for each told sum, as rows of a matrix."""
    shape = atoms.shape[1:]
    blocks, hours, occupations = shape
    regions = [np.ones(shape, bool)]
    regions += [np.arange(blocks)[:, None, None] == block for block in range(blocks)]
    regions += [
        (np.arange(blocks)[:, None, None] == block) & (np.arange(hours)[:, None] == hour)
        for block in range(blocks)
        for hour in range(hours)
    ]
    regions += [
        (np.arange(blocks)[:, None, None] == block) & (np.arange(occupations) == occupation)
        for block in range(blocks)
        for occupation in range(occupations)
    ]
    values = np.concatenate([level.ravel() for level in answer])
    rows = np.array([np.broadcast_to(region, shape).ravel() for region in regions], float)
    known = values != WITHHELD
    low = np.where(values == HIDDEN, 1, values)[known]
    high = np.where(values == HIDDEN, 9, np.where(values == 0, 0, values + 9))[known]
    return rows, known, low, high


@pytest.mark.parametrize("seed", range(40))
def test_an_attacker_with_integer_programming_finds_a_range_for_every_hidden_number(seed):
    """Every told or withheld number of 1 to 9, and every atom of 1 to 9 below them, keeps LEAST_RANGE values or more."""
    atoms = sparse(np.random.default_rng(seed), 1, 2, 3, 3)
    answer = told(tree_of(atoms))
    rows, known, low, high = constraints(atoms, answer)
    sums = rows @ atoms.ravel()
    assert (sums[known] >= low).all()
    assert (sums[known] <= high).all()
    wanted = np.concatenate(
        [rows[(sums > 0) & (sums < 10)], np.eye(atoms.size)[(atoms.ravel() > 0) & (atoms.ravel() < 10)]]
    )
    for row in wanted:
        least, most = (
            milp(
                sign * row,
                constraints=LinearConstraint(rows[known], low, high),
                bounds=Bounds(0, 10_000),
                integrality=np.ones(atoms.size),
            ).x
            @ row
            for sign in (1, -1)
        )
        assert most - least + 1 >= LEAST_RANGE, (row, atoms.tolist())


@pytest.mark.parametrize("seed", range(10))
def test_the_ranges_are_those_of_integer_programming(seed):
    atoms = sparse(np.random.default_rng(seed), 1, 2, 3, 3)
    answer = told(tree_of(atoms))
    shown = [(level != WITHHELD).any(axis=2) for level in answer]
    bottom, top = (
        np.concatenate([level.ravel() for level in side]) for side in ranges(tree_of(atoms), shown)
    )
    rows, known, low, high = constraints(atoms, answer)
    for index in np.flatnonzero(known):
        limits = [
            milp(
                sign * rows[index],
                constraints=LinearConstraint(rows[known], low, high),
                bounds=Bounds(0, 10_000),
                integrality=np.ones(atoms.size),
            ).x
            @ rows[index]
            for sign in (1, -1)
        ]
        assert [bottom[index], top[index]] == [round(one) for one in limits]


def every_world(parts, most):
    return np.stack(np.meshgrid(*[np.arange(most + 1)] * parts, indexing="ij"), axis=-1).reshape(-1, parts)


@pytest.mark.parametrize(
    ("blocks", "hours", "occupations", "most"), [(1, 4, 1, 19), (1, 2, 2, 19), (2, 2, 1, 19)]
)
def test_trying_every_world_shows_none_that_gives_itself_away(blocks, hours, occupations, most):
    """The attacker knows the program too: all worlds with the same answers are told apart by nothing. Counts up to `most`."""
    worlds = every_world(blocks * hours * occupations, most)
    atoms = worlds.reshape(-1, blocks, hours, occupations)
    tree = tree_of(atoms)
    answers = np.concatenate([level.reshape(len(worlds), -1) for level in told(tree)], axis=1)
    _, same = np.unique(answers, axis=0, return_inverse=True)
    small = (worlds < most // 2).all(axis=1)  # worlds whose neighbours are among those tried
    for values in [worlds.T, *(level.counts.reshape(len(worlds), -1).T for level in tree)]:
        for value in values:
            pairs = np.unique(np.column_stack([same.ravel(), value]), axis=0)
            different = np.bincount(pairs[:, 0])
            secret = (value > 0) & (value < 10) & small
            assert (different[same.ravel()][secret] >= LEAST_RANGE).all()
