"""Whom the stations miss, and when (methods.md 3, first version).

Three states run through the whole module, for a station's hour as for a place's hour::

    OPEN = 1      the station is open / an open station is in reach
    CLOSED = 0    it is closed / none is in reach, or all in reach are closed
    UNKNOWN = -1  its hours are not known / only stations of unknown hours are in reach

Unknown hours are neither closed nor open, so the gap is only what is certain and the unknown part stands
beside it: the true gap lies between ``gap`` and ``gap + unknown``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.distance import ROUND_DIGITS, Floats, covered, nearest, places, reach
from geo.cells import centres

__all__ = [
    "ACCESS_STEPS",
    "CAUSES",
    "CLOSED",
    "HOURS",
    "OPEN",
    "UNKNOWN",
    "WALK_LIMIT_M",
    "Access",
    "access",
    "coverage_by_hour",
    "covered",
    "gap",
    "nearest",
    "nearest_open_by_hour",
    "open_hours",
    "reach",
    "station_hours",
    "summary",
]

OPEN, CLOSED, UNKNOWN = 1, 0, -1
HOURS = 168
WALK_LIMIT_M = 500.0
ACCESS_STEPS = ((300.0, 1.0), (500.0, 0.68), (1000.0, 0.22))
"""What a station is worth up to a distance (m, share): methods.md 3; an assumption, not a measurement."""
CAUSES = ("covered", "distance", "closed", "unknown")

_PAIRS_AT_ONCE = 1_000_000
_BIT_OF_BYTE = np.array([128, 64, 32, 16, 8, 4, 2, 1], np.uint8)

Steps = Sequence[tuple[float, float]]
Bits = npt.NDArray[np.uint8]


def nearest_open_by_hour(
    demand_lonlat: npt.ArrayLike, station_lonlat: npt.ArrayLike, hours: npt.ArrayLike
) -> npt.NDArray[np.float32]:
    """Distance in m to the nearest station known to be open, (n_demand, 168); NaN in hours without any."""
    demand, stations = places(demand_lonlat, "demand"), places(station_lonlat, "station")
    is_open = station_hours(hours, len(stations)) == OPEN
    if not len(stations):
        return np.full((len(demand), HOURS), np.nan, np.float32)
    schedules, schedule_of_hour = np.unique(is_open, axis=1, return_inverse=True)
    by_schedule = [nearest(demand, stations[schedule])[1].astype(np.float32) for schedule in schedules.T]
    return np.stack(by_schedule, axis=1)[:, schedule_of_hour]


def open_hours(
    weeks: Sequence[Sequence[tuple[int, int]] | None], *, at_least_min: int = 30
) -> npt.NDArray[np.int8]:
    """Station hours (n, 168) from the open minutes of the week, `Hours.minutes_of_week()`; None is unknown.

    An hour counts as open when at least `at_least_min` of its 60 minutes are: 8:30-17:30 is open from 8 to 18
    by the default and from 9 to 17 with 60.
    """
    if not 1 <= at_least_min <= 60:
        raise ValueError(f"at_least_min is {at_least_min}; give 1 to 60 minutes.")
    result = np.full((len(weeks), HOURS), UNKNOWN, np.int8)
    for row, week in enumerate(weeks):
        if week is None:
            continue
        minutes = np.zeros(HOURS * 60, bool)
        for start, end in week:
            if not 0 <= start < end <= HOURS * 60:
                raise ValueError(
                    f"Station {row}: minutes {start} to {end} do not lie in order in the week 0 to 10080."
                )
            minutes[start:end] = True
        result[row] = minutes.reshape(HOURS, 60).sum(axis=1) >= at_least_min
    return result


@dataclass(frozen=True, kw_only=True)
class Access:
    """What the stations in reach are worth to each demand point, hour by hour: 1 is full access, 0 none.

    Kept as one bit per step, demand point and hour of the week, so that 100,000 points take 2 MB a step.
    """

    steps: Steps
    in_reach: tuple[Bits, ...]
    maybe_open: tuple[Bits, ...]
    known_open: tuple[Bits, ...]

    def ignoring_hours(self, demand: npt.ArrayLike) -> Floats:
        return self._at(self.in_reach, demand, 0)

    def at_most(self, demand: npt.ArrayLike, hour: npt.ArrayLike) -> Floats:
        """Access if every station of unknown hours were open."""
        return self._at(self.maybe_open, demand, hour)

    def known(self, demand: npt.ArrayLike, hour: npt.ArrayLike) -> Floats:
        """Access through the stations known to be open."""
        return self._at(self.known_open, demand, hour)

    def _at(self, bits_by_step: Sequence[Bits], demand: npt.ArrayLike, hour: npt.ArrayLike) -> Floats:
        row, hour = np.asarray(demand), np.asarray(hour)
        result = np.zeros(np.broadcast_shapes(row.shape, hour.shape))
        for (_, worth), bits in zip(self.steps[::-1], bits_by_step[::-1], strict=True):  # the nearest wins
            result[(bits[row, hour >> 3] & _BIT_OF_BYTE[hour & 7]).astype(bool)] = worth
        return result


def access(
    demand_lonlat: npt.ArrayLike,
    station_lonlat: npt.ArrayLike,
    hours: npt.ArrayLike,
    *,
    limit_m: float = WALK_LIMIT_M,
    decay: Steps | None = None,
) -> Access:
    """Best access over the stations in reach, with and without their hours; pairs are found only once.

    `hours`: (n_station, 168) by hour of the week from Monday 0:00, values OPEN, CLOSED, UNKNOWN (or bool, or
    floats with NaN for unknown). `decay`: steps (m, worth) such as ACCESS_STEPS; a station beyond `limit_m`
    is worth nothing whatever the steps say. Without it a station is worth 1 up to `limit_m`.
    """
    steps = _steps(limit_m, decay)
    demand, stations = places(demand_lonlat, "demand"), places(station_lonlat, "station")
    state = station_hours(hours, len(stations))
    pairs = reach(demand, stations, limit_m=limit_m)
    by_step = [pairs[pairs["distance_m"] <= round(step_m, ROUND_DIGITS)] for step_m, _ in steps]

    def bits(flags: npt.NDArray[np.bool_]) -> tuple[Bits, ...]:
        return tuple(_any_in_reach(near, flags, len(demand)) for near in by_step)

    return Access(
        steps=steps,
        in_reach=bits(np.ones((len(stations), 1), bool)),
        maybe_open=bits(state != CLOSED),
        known_open=bits(state == OPEN),
    )


def coverage_by_hour(
    demand_lonlat: npt.ArrayLike,
    station_lonlat: npt.ArrayLike,
    hours: npt.ArrayLike,
    *,
    limit_m: float = WALK_LIMIT_M,
    decay: Steps | None = None,
) -> npt.NDArray[np.int8] | npt.NDArray[np.float32]:
    """Coverage (n_demand, 168) by hour of the week; arguments as in `access`.

    Without `decay` int8: OPEN where a station known to be open is within the limit, UNKNOWN where only
    stations of unknown hours might be, CLOSED elsewhere. With `decay` float32: the best access 0..1, NaN
    where a station of unknown hours could make it better than the stations known to be open do.
    """
    offer = access(demand_lonlat, station_lonlat, hours, limit_m=limit_m, decay=decay)
    if decay is None:
        (known,), (maybe,) = offer.known_open, offer.maybe_open
        return _unpack(known).astype(np.int8) - _unpack(maybe & ~known).astype(np.int8)
    result = _best_of_week(offer.known_open, offer.steps)
    result[_best_of_week(offer.maybe_open, offer.steps) > result] = np.nan
    return result


def gap(
    demand: pd.DataFrame,
    station_lonlat: npt.ArrayLike,
    hours: npt.ArrayLike,
    *,
    limit_m: float = WALK_LIMIT_M,
    decay: Steps | None = None,
    distances: bool = False,
) -> pd.DataFrame:
    """Split the worker-hours of every cell and hour into served, missed (and why) and unknown.

    `demand` has `cell` (H3), `hour_of_week` (0..167) and `worker_hours`, as
    `analysis.demand.by_cell_and_hour` gives; further columns stay. Distances count from the cell's centre.
    With a(d) = 1 up to the limit, or `decay`, the columns added are, each in worker-hours,

        reach_worker_hours         w * max a over all stations: access if hours did not count
        open_worker_hours          w * max a over the stations known to be open
        unknown_worker_hours       what stations of unknown hours might add to that
        gap_closed_worker_hours    what longer hours of the stations there are would add
        gap_distance_worker_hours  what no station there is can add, whatever its hours
        gap_worker_hours           closed + distance: gap(i, t) of methods.md, unknown hours left out

    open + unknown + gap = worker_hours. `cause` names the largest of the three missing parts, or "covered".
    With `distances`: `nearest_station_m`, `nearest_open_m` (NaN when none is open).
    """
    _require_demand(demand)
    cells, cell = np.unique(demand["cell"].to_numpy(np.int64), return_inverse=True)
    hour = demand["hour_of_week"].to_numpy(np.int64)
    centre = np.column_stack(centres(cells)) if len(cells) else np.empty((0, 2))
    offer = access(centre, station_lonlat, hours, limit_m=limit_m, decay=decay)
    ignoring, at_most, known = offer.ignoring_hours(cell), offer.at_most(cell, hour), offer.known(cell, hour)
    missing = np.stack([1 - ignoring, ignoring - at_most, at_most - known])
    worker_hours = demand["worker_hours"].to_numpy(float)
    result = demand.assign(
        reach_worker_hours=worker_hours * ignoring,
        open_worker_hours=worker_hours * known,
        unknown_worker_hours=worker_hours * missing[2],
        gap_closed_worker_hours=worker_hours * missing[1],
        gap_distance_worker_hours=worker_hours * missing[0],
        gap_worker_hours=worker_hours * (1 - at_most),
        cause=pd.Categorical.from_codes(np.where(known < 1, 1 + missing.argmax(axis=0), 0), pd.Index(CAUSES)),
    )
    if distances:
        result["nearest_station_m"] = nearest(centre, station_lonlat)[1][cell]
        result["nearest_open_m"] = nearest_open_by_hour(centre, station_lonlat, hours)[cell, hour]
    result.attrs["parameters"] = {
        **demand.attrs.get("parameters", {}),
        "limit_m": float(limit_m),
        "decay_m_and_worth": None if decay is None else [list(step) for step in decay],
        "distance": "straight line (geodesic, WGS-84)",
    }
    return result


def summary(gaps: pd.DataFrame, *, by: str | None = None) -> pd.DataFrame:
    """Worker-hours and shares of a `gap` frame: a row for each value of column `by`, then the row "total".

    Rows whose `by` is missing (a cell in no district) are kept as a group of their own. Shares of nothing are
    NaN.
    """
    measures = [column for column in gaps.columns if column.endswith("worker_hours")]
    total = gaps[measures].sum().to_frame().T
    if by is None:
        result = total
    else:
        groups = gaps.groupby(by, dropna=False, observed=True, sort=True)[measures].sum().reset_index()
        result = pd.concat([groups.astype({by: object}), total.assign(**{by: "total"})], ignore_index=True)
    something = result["worker_hours"].where(result["worker_hours"] > 0)
    for part in ("reach", "open", "unknown", "gap"):
        result[f"{part}_share"] = result[f"{part}_worker_hours"] / something
    result.attrs["parameters"] = gaps.attrs.get("parameters", {})
    return result


def station_hours(hours: npt.ArrayLike, stations: int) -> npt.NDArray[np.int8]:
    """`hours` as a checked int8 array (stations, 168) of OPEN, CLOSED, UNKNOWN."""
    values = np.asarray(hours)
    if not stations:
        return np.empty((0, HOURS), np.int8)
    if values.shape != (stations, HOURS):
        raise ValueError(
            f"hours has shape {values.shape}; give ({stations}, {HOURS}): a row for each station."
        )
    if np.issubdtype(values.dtype, np.floating):
        values = np.where(np.isnan(values), UNKNOWN, values)
    if not np.isin(values, (OPEN, CLOSED, UNKNOWN)).all():
        raise ValueError("hours holds values other than 1 (open), 0 (closed) and -1 (unknown).")
    return values.astype(np.int8)


def _steps(limit_m: float, decay: Steps | None) -> Steps:
    if decay is None:
        return ((limit_m, 1.0),)
    metres, worth = zip(*decay, strict=True)
    if list(metres) != sorted(set(metres)) or list(worth) != sorted(set(worth), reverse=True):
        raise ValueError(f"decay is {decay}; distances must rise and worth must fall from step to step.")
    if not (metres[0] >= 0 and worth[0] <= 1 and worth[-1] > 0):
        raise ValueError(
            f"decay is {decay}; distances start at 0 m or more and worth lies above 0 and up to 1."
        )
    steps: list[tuple[float, float]] = []
    for step_m, step_worth in decay:
        steps.append((min(step_m, limit_m), step_worth))
        if step_m >= limit_m:
            break
    return tuple(steps)


def _require_demand(demand: pd.DataFrame) -> None:
    missing = {"cell", "hour_of_week", "worker_hours"} - set(demand.columns)
    if missing:
        raise ValueError(f"The demand frame lacks {', '.join(sorted(missing))}.")
    if not demand["hour_of_week"].isin(range(HOURS)).all():
        raise ValueError("hour_of_week must be whole numbers from 0 (Monday 0:00-1:00) to 167.")
    worker_hours = demand["worker_hours"].to_numpy(float)
    if not (np.isfinite(worker_hours) & (worker_hours >= 0)).all():
        raise ValueError("worker_hours must be finite and not negative.")


def _any_in_reach(pairs: pd.DataFrame, flags: npt.NDArray[np.bool_], demand: int) -> Bits:
    """Per demand point the OR of its stations' `flags`, eight to a byte; `pairs` is sorted by demand."""
    packed = np.packbits(flags, axis=1)
    result = np.zeros((demand, packed.shape[1]), np.uint8)
    row, station = pairs["demand"].to_numpy(), pairs["station"].to_numpy()
    for start in range(0, len(row), _PAIRS_AT_ONCE):
        some = row[start : start + _PAIRS_AT_ONCE]
        first = np.flatnonzero(np.diff(some, prepend=-1))
        near = packed[station[start : start + _PAIRS_AT_ONCE]]
        result[some[first]] |= np.bitwise_or.reduceat(near, first, axis=0)
    return result


def _unpack(bits: Bits) -> Bits:
    return np.unpackbits(bits, axis=1)


def _best_of_week(bits_by_step: Sequence[Bits], steps: Steps) -> npt.NDArray[np.float32]:
    result = np.zeros((len(bits_by_step[0]), HOURS), np.float32)
    for (_, worth), bits in zip(steps[::-1], bits_by_step[::-1], strict=True):  # the nearest wins
        result[_unpack(bits).astype(bool)] = worth
    return result
