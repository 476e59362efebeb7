"""How stations are used: check-ins per open station-hour, by H3 cell and hour of the week (methods.md 4).

Check-ins are seen only where stations are and only while they are open. So a cell without a station has no
row at all (no data, which a map hatches), and a cell whose stations are closed in an hour has a row without a
rate: neither is a zero.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.coverage import CLOSED, HOURS, OPEN, UNKNOWN, station_hours
from geo.cells import cells

MINIMUM_PUBLISHED = 10


def usage_by_cell(
    stations: pd.DataFrame, checkins: pd.DataFrame, hours: npt.ArrayLike, *, weeks: float, resolution: int = 8
) -> pd.DataFrame:
    """Use of the stations of every cell in every hour of the week: 168 rows for each cell that has a station.

    `stations`: `station` (id), `lon`, `lat` (degrees WGS-84). `hours`: (n_station, 168) in the order of
    `stations`, with the values of `analysis.coverage` (1 open, 0 closed, -1 unknown). `checkins`: `station`,
    `hour_of_week`, `count` over all `weeks` observed; counts of one station and hour add up. Columns:

        cell, hour_of_week, stations
        state                   "open" if any station is, else "unknown" if any may be, else "closed"
        check_ins               made at stations in an hour in which they are open, over all weeks
        open_station_hours      over all weeks
        check_ins_per_open_hour their ratio; missing when no station is known to be open
        check_ins_off_hours     made while closed by the posted hours: wrong hours or wrong scans, not use
        check_ins_unknown_hours made at stations whose hours are not known: they have no rate

    Raises ValueError for a station given twice, a check-in at a station that is not there, and unusable
    numbers.
    """
    if not weeks > 0:
        raise ValueError(f"weeks is {weeks}; give the number of weeks over which check-ins were counted.")
    state = station_hours(hours, len(stations))
    count = _count_matrix(stations, checkins)
    lon, lat = stations["lon"].to_numpy(float), stations["lat"].to_numpy(float)
    cell, row = np.unique(cells(lon, lat, resolution), return_inverse=True)

    def per_cell(values: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
        total = np.zeros((len(cell), HOURS))
        np.add.at(total, row, values)
        return total.ravel()

    is_open, may_be_open = per_cell(state == OPEN), per_cell(state == UNKNOWN)
    result = pd.DataFrame(
        {
            "cell": np.repeat(cell, HOURS),
            "hour_of_week": np.tile(np.arange(HOURS), len(cell)),
            "stations": np.repeat(np.bincount(row, minlength=len(cell)), HOURS),
            "state": np.where(is_open > 0, "open", np.where(may_be_open > 0, "unknown", "closed")),
            "check_ins": per_cell(np.where(state == OPEN, count, 0)),
            "open_station_hours": is_open * weeks,
        }
    )
    open_hours = result["open_station_hours"]
    result["check_ins_per_open_hour"] = result["check_ins"] / open_hours.where(open_hours > 0)
    result["check_ins_off_hours"] = per_cell(np.where(state == CLOSED, count, 0))
    result["check_ins_unknown_hours"] = per_cell(np.where(state == UNKNOWN, count, 0))
    result.attrs["parameters"] = {"resolution": resolution, "weeks": weeks}
    return result


def suppress(usage: pd.DataFrame, *, minimum: int = MINIMUM_PUBLISHED) -> pd.DataFrame:
    """For publishing: counts from 1 to `minimum` - 1, and rates of them, go missing, flagged in `suppressed`.

    Primary suppression only. Zeros stay. A suppressed count can be recovered from a total that is published
    beside it, so publish none from the same numbers. Planners, inside, see the unsuppressed frame; always
    compute on that one.
    """
    result = usage.copy()
    counts = ["check_ins", "check_ins_off_hours", "check_ins_unknown_hours"]
    small = (usage[counts] > 0) & (usage[counts] < minimum)
    result[counts] = usage[counts].mask(small)
    result["check_ins_per_open_hour"] = usage["check_ins_per_open_hour"].mask(small["check_ins"])
    result["suppressed"] = small.any(axis=1)
    result.attrs["parameters"] = {**usage.attrs.get("parameters", {}), "published_from": minimum}
    return result


def _count_matrix(stations: pd.DataFrame, checkins: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Check-ins by station (in the order of `stations`) and hour of the week."""
    ids = pd.Index(stations["station"])
    if ids.has_duplicates:
        raise ValueError(f"Station {ids[ids.duplicated()][0]} is given twice.")
    row, hour = ids.get_indexer(checkins["station"]), checkins["hour_of_week"].to_numpy()
    count = checkins["count"].to_numpy(float)
    if (row < 0).any():
        raise ValueError(
            f"Check-ins at station {checkins['station'].iloc[int(np.argmax(row < 0))]}, which is not there."
        )
    if not np.isin(hour, np.arange(HOURS)).all():
        raise ValueError("hour_of_week must be whole numbers from 0 (Monday 0:00-1:00) to 167.")
    if not (np.isfinite(count) & (count >= 0)).all():
        raise ValueError("count must be finite and not negative.")
    matrix = np.zeros((len(ids), HOURS))
    np.add.at(matrix, (row, hour.astype(int)), count)
    return matrix
