"""A week of visits as it may be told: from the whole week down to single hours, and by occupation; and the rates made of it.

The 168 hours stand in a tree: the week; 16 blocks of three hours, of Monday to Friday or of the weekend; the same hours of those
days; each hour of the week. `analysis.disclosure` says which counts of it may be told. For an hour whose own count is hidden,
the rate of the shortest span round it that is told stands in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from analysis.coverage import HOURS
from analysis.disclosure import HIDDEN, Parts, told

BLOCK_HOURS = 3
BLOCKS = 2 * 24 // BLOCK_HOURS
DAYS = (range(5), range(5, 7))
SPANS = ("week", "block", "day_kind_hour", "hour")
OCCUPATIONS_BY_BLOCK_FROM = (
    500  # visits told of a cell; below, occupations are told of the whole week, else most were hidden
)
MIDDLE_OF_TEN, MIDDLE_OF_HIDDEN = 4.5, 5.0

CLOSED_THEN, UNKNOWN_THEN = -2, -3  # beside HIDDEN, where there is no span

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Number = TypeVar("Number", np.int64, np.float64)

_HOUR = np.arange(HOURS)
_KIND, _HOUR_OF_DAY = (_HOUR >= 5 * 24).astype(int), _HOUR % 24
_KIND_HOUR = _KIND * 24 + _HOUR_OF_DAY
TILES = (
    np.zeros(HOURS, int),
    _KIND_HOUR // BLOCK_HOURS,
    _KIND_HOUR,
    _KIND_HOUR * 5 + _HOUR // 24 - 5 * _KIND,
)
"""For each span, which of its tiles an hour of the week lies in; the hours' tiles leave three of the weekend's days empty."""
TILE_COUNTS = (1, BLOCKS, 48, 240)


@dataclass(frozen=True, kw_only=True)
class ToldWeeks:
    """`spans`: told counts (n, tiles) for each of SPANS; `of_week` (n, occupations), `of_block` (n, 16, occupations)."""

    spans: tuple[Counts, ...]
    of_week: Counts
    of_block: Counts


@dataclass(frozen=True, kw_only=True)
class HourlyRates:
    """`rate` (n, 168): check-ins per open station-hour, or NaN; `span` (n, 168): index in SPANS, or why there is none."""

    rate: Floats
    span: npt.NDArray[np.int8]


def tell(counts: Counts) -> ToldWeeks:
    """What may be told of visits (occupations, n, 168)."""
    occupations, rows, _ = counts.shape
    hours = by_tile(counts.sum(axis=0), 3).reshape(rows, 48, 5)
    same_hours = hours.sum(axis=2).reshape(rows, BLOCKS, BLOCK_HOURS)
    blocks = same_hours.sum(axis=2)
    by_block = np.stack([by_tile(one, 1) for one in counts], axis=2).reshape(rows, BLOCKS, occupations)
    week = blocks.sum(axis=1)
    many = (week >= OCCUPATIONS_BY_BLOCK_FROM)[:, None]
    found = told(
        [
            Parts(week[:, None, None]),
            Parts(blocks[:, None, :], of=0),
            Parts(same_hours, of=1),
            Parts(hours, of=2),
            Parts(by_block.sum(axis=1)[:, None, :], of=0, asked=~many),
            Parts(by_block, of=1, asked=np.broadcast_to(many, blocks.shape)),
        ]
    )
    spans = tuple(level.reshape(rows, -1) for level in found[:4])
    return ToldWeeks(spans=spans, of_week=found[4][:, 0], of_block=found[5])


def rates(
    weeks: ToldWeeks, open_hours: Floats, may_be_open: npt.NDArray[np.bool_], *, occupation: int | None = None
) -> HourlyRates:
    """Rates by hour. `open_hours` (n, 168): open station-hours over all weeks; `may_be_open`: of stations of unknown hours.

    A told count of ten to nineteen counts as 14.5, a hidden one as 5, but the hour is marked HIDDEN.
    """
    levels = (
        weeks.spans
        if occupation is None
        else (weeks.of_week[:, [occupation]], weeks.of_block[:, :, occupation])
    )
    rate = np.full(open_hours.shape, np.nan)
    span = np.full(open_hours.shape, HIDDEN, np.int8)
    for level, value in enumerate(levels):
        hours = by_tile(open_hours, level)[:, TILES[level]]
        count = value[:, TILES[level]]
        with np.errstate(divide="ignore", invalid="ignore"):
            told_rate = np.where(count > 0, count + MIDDLE_OF_TEN, 0) / hours
            hidden_rate = MIDDLE_OF_HIDDEN / hours
        nothing_better = (count == HIDDEN) & (span == HIDDEN)
        rate = np.where(count >= 0, told_rate, np.where(nothing_better, hidden_rate, rate))
        span[count >= 0] = level
    is_open = open_hours > 0
    span[~is_open] = np.where(may_be_open, UNKNOWN_THEN, CLOSED_THEN)[~is_open]
    return HourlyRates(rate=np.where(is_open, rate, np.nan), span=span)


def together(
    parts: HourlyRates,
    open_hours: Floats,
    may_be_open: npt.NDArray[np.bool_],
    row: npt.NDArray[np.intp],
    rows: int,
) -> HourlyRates:
    """The rates of larger cells, out of those of their `parts` and of nothing else; `row` says to which each belongs.

    An hour has the longest span of its parts, and is HIDDEN where no part has a told rate above zero but some are hidden.
    """
    known = np.isfinite(parts.rate)
    count, hours = np.zeros((rows, HOURS)), np.zeros((rows, HOURS))
    np.add.at(count, row, np.where(known, np.nan_to_num(parts.rate) * open_hours, 0))
    np.add.at(hours, row, np.where(known, open_hours, 0))

    def any_of(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        found = np.zeros((rows, HOURS), bool)
        np.logical_or.at(found, row, flags)
        return found

    span = np.full((rows, HOURS), len(SPANS), np.int8)
    np.minimum.at(span, row, np.where(parts.span >= 0, parts.span, len(SPANS)))
    hidden = any_of(parts.span == HIDDEN) & ~any_of((parts.span >= 0) & (np.nan_to_num(parts.rate) > 0))
    closed = ~any_of(open_hours > 0)
    span[hidden | (span == len(SPANS))] = HIDDEN
    span[closed] = np.where(any_of(may_be_open), UNKNOWN_THEN, CLOSED_THEN)[closed]
    with np.errstate(invalid="ignore"):
        rate = np.where(hours > 0, count / hours, np.nan)
    return HourlyRates(rate=rate, span=span)


def by_tile(values: npt.NDArray[Number], level: int) -> npt.NDArray[Number]:
    """(n, tiles) of (n, 168)."""
    lies_in = TILES[level][:, None] == np.arange(TILE_COUNTS[level])
    return values @ lies_in.astype(values.dtype)


def tile_words(level: int, tile: int) -> tuple[str, int, int]:
    """Which days ("Mon-Sun", "Mon-Fri", "Sat-Sun" or one), and from which hour to which, a tile is."""
    if level == 0:
        return "Mon-Sun", 0, 24
    if level == 3:
        kind_hour, day = divmod(tile, 5)
        names: Sequence[str] = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
        return names[day + 5 * (kind_hour // 24)], kind_hour % 24, kind_hour % 24 + 1
    size = BLOCK_HOURS if level == 1 else 1
    kind, start = divmod(tile * size, 24)
    return ("Mon-Fri", "Sat-Sun")[kind], start, start + size
