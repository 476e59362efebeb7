"""Which counts of a tree may be told, so that what is told gives no count under ten away (stations/checkins/usage/publishing.py).

A tree: a place's visits, split by block of the week, each block by hour, and also by occupation. Each number is told as
`published` would: nothing of 1 to 9, the tens below from 10 on. Then somebody who subtracts knows of each number a range. In a
tree the narrowest ranges that all told numbers together allow are found by going up once (what the parts say of their total)
and down once (what the total leaves to each part). Where a
range would hold fewer than `LEAST_RANGE` values, the parts are not told.

Two ways of splitting one total (hours, occupations) do not tell on each other: any hours go with any occupations that have the
same sum. A third set that overlaps both would break this, so whatever else is shown has to be computed from what is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stations.checkins.usage.publishing import MINIMUM, published

LEAST_RANGE = 5
HIDDEN, WITHHELD = -1, -2  # told: from 1 to 9; not told at all

_ANY = 10**9  # more than any count

Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Parts:
    """One way to split the numbers of another level: `counts` (n, totals, parts), whose sums over the parts are those numbers.

    `of`: the index of that level, which comes earlier; the first one has none. `asked` (n, totals): False keeps parts to us.
    """

    counts: Counts
    of: int = 0
    asked: Flags | None = None


def told(tree: Sequence[Parts]) -> list[Counts]:
    """For each level (n, totals, parts): 0, HIDDEN, the tens below, or WITHHELD. Rows are told independently of each other."""
    shown = _asked(tree)
    while True:
        low, high = ranges(tree, shown)
        narrow = [
            ((level.counts > 0) & (top - bottom + 1 < LEAST_RANGE)).any(axis=2) & split
            for level, bottom, top, split in zip(tree, low, high, shown, strict=True)
        ]
        narrow[0][:] = False
        if not any(found.any() for found in narrow):
            return [
                np.where(split[:, :, None], _published(level.counts), WITHHELD)
                for level, split in zip(tree, shown, strict=True)
            ]
        shown = _without(tree, [split & ~found for split, found in zip(shown, narrow, strict=True)])


def ranges(tree: Sequence[Parts], shown: Sequence[Flags]) -> tuple[list[Counts], list[Counts]]:
    """The least and the greatest that each number can be, for somebody who sees what is shown (`shown`: (n, totals) a level)."""
    low, high = [], []
    for level, split in zip(tree, shown, strict=True):
        value = np.where(split[:, :, None], _published(level.counts), WITHHELD)
        low.append(np.select([value == HIDDEN, value == WITHHELD], [1, 0], value))
        high.append(np.select([value == HIDDEN, value == WITHHELD], [MINIMUM - 1, _ANY], value + MINIMUM - 1))
        high[-1][value == 0] = 0
    for index in range(len(tree) - 1, 0, -1):
        above, split = tree[index].of, shown[index]
        shape = low[above].shape
        lowest = np.where(split, low[index].sum(axis=2), 0).reshape(shape)
        highest = np.where(split, high[index].sum(axis=2), _ANY).reshape(shape)
        low[above], high[above] = np.maximum(low[above], lowest), np.minimum(high[above], highest)
    for index in range(1, len(tree)):
        above = tree[index].of
        least, most = (side[above].reshape(shown[index].shape)[:, :, None] for side in (low, high))
        others_low = low[index].sum(axis=2, keepdims=True) - low[index]
        others_high = high[index].sum(axis=2, keepdims=True) - high[index]
        low[index], high[index] = (
            np.maximum(low[index], least - others_high),
            np.minimum(high[index], most - others_low),
        )
    return low, high


def _asked(tree: Sequence[Parts]) -> list[Flags]:
    """Parts are told only of numbers that are told, and not hidden. Of nothing there are no parts to hide."""
    asked = []
    for level in tree:
        total = level.counts.sum(axis=2)
        wanted = np.ones(total.shape, bool) if level.asked is None else level.asked
        asked.append(wanted & ((total == 0) | (total >= MINIMUM)))
    asked[0][:] = True
    return _without(tree, asked)


def _without(tree: Sequence[Parts], shown: Sequence[Flags]) -> list[Flags]:
    """Without the parts of numbers that are not told themselves."""
    result = [shown[0]]
    for level, split in zip(tree[1:], shown[1:], strict=True):
        above = result[level.of]
        parts = tree[level.of].counts.shape[2]
        result.append(split & np.repeat(above, parts, axis=1))
    return result


def _published(counts: Counts) -> Counts:
    """`published` for arrays, HIDDEN for its None."""
    different, where = np.unique(counts, return_inverse=True)
    values = [published(int(count)) for count in different]
    table = np.array([HIDDEN if value is None else value for value in values], np.int64)
    return table[where].reshape(counts.shape)
