"""Activity points -> demand by H3 cell and hour of the week (methods.md, "Ground" and 1).

Demand is counted in **worker-hours**: distinct worker x cell x hour, never pings. Hours of the week run from
0 (Monday 0:00-1:00) to 167 (Sunday 23:00-24:00), local time.
"""

from collections.abc import Sequence
from typing import Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.cells import cells
from geo.crs import require_crs

OCCUPATIONS = ("sanitation", "courier", "warden", "rider", "taxi", "trucker", "traffic_police", "unknown")
"""Regulation chapter 1: 环卫工、快递员、协管员、送餐员、出租车司机、物流驾驶员、交警辅警."""

_DAYTIME = [0, 0, 0, 0, 0, 0, 1, 2, 4, 4, 4, 4, 3, 4, 4, 4, 4, 4, 2, 1, 0, 0, 0, 0]
_INTENSITY = {
    #  from 0:00   0           3           6           9          12          15          18          21
    "sanitation": [0, 0, 0, 0, 2, 4, 4, 3, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0],
    "courier": [0, 0, 0, 0, 0, 0, 2, 3, 4, 4, 4, 4, 3, 3, 4, 4, 4, 4, 3, 3, 2, 1, 0, 0],
    "rider": [1, 1, 0, 0, 0, 0, 1, 2, 2, 2, 4, 8, 8, 5, 2, 2, 3, 7, 8, 6, 4, 3, 2, 1],
    "taxi": [2, 1, 1, 1, 1, 2, 4, 8, 8, 5, 4, 4, 4, 4, 4, 4, 5, 8, 8, 5, 4, 4, 3, 2],
}

Untimed = Literal["profile", "flat", "drop"]
Weekdays = Literal["as_observed", "every_day"]


def daily_profile(occupation: str) -> npt.NDArray[np.float64]:
    """Share of a day's work in each of the 24 hours, (24,), summing to 1; the same on every day of the week.

    Assumptions, for want of counts. The patterns are from the press (domain.md, "When workers need them");
    the relative heights are ours:

    - sanitation: first sweep 4:30-7:30 (hours 4 and 7 in part), some work in the morning, second shift 12-20;
    - rider (food delivery): peaks at noon and from 17 to 20, slack 14-17, a thin night;
    - courier: from 6:00 through the day, into the evening;
    - taxi, ride-hailing: peaks 7-9 and 17-19, never quite still;
    - everyone else: daytime 8-18 with an hour or two on either side. No source; merely a fallback.

    Raises ValueError for an occupation that is not in OCCUPATIONS.
    """
    if occupation not in OCCUPATIONS:
        raise ValueError(f"Unknown occupation {occupation!r}; give one of {', '.join(OCCUPATIONS)}.")
    intensity = np.array(_INTENSITY.get(occupation, _DAYTIME), float)
    return intensity / intensity.sum()


def by_cell_and_hour(
    points: pd.DataFrame,
    *,
    resolution: int = 9,
    untimed: Untimed = "profile",
    spread_weekdays: Weekdays = "as_observed",
    by: Sequence[str] = (),
) -> pd.DataFrame:
    """Worker-hours of a typical week: `cell`, `hour_of_week` (int64), the columns `by`, `worker_hours`.

    `points`: a frame with `lon` and `lat` in degrees WGS-84, or a GeoDataFrame of points in EPSG:4326; and,
    each optional,

    - `hour_of_week`: 0..167, missing where the time is not known (a delivery address);
    - `worker`: a pseudonym. A worker has **one vote a cell, hour and date**, however many points there are,
      and the weight does not count. Seen in three cells within an hour he votes in all three: that is what
      each cell should be ready for, so a sum over cells is not a number of people;
    - `weight`: worker-hours that a point without a worker stands for (default 1). For an untimed point: those
      of a day;
    - `occupation`: one of OCCUPATIONS (default "unknown"); `by=["occupation"]` keeps it;
    - `date`: on no point or on every point with a time. Its weekday must be that of `hour_of_week`.

    **Typical week.** With dates, the votes of a weekday are divided by the number of distinct dates of that
    weekday among the points: three Wednesdays give a mean Wednesday. A date without a single point is not
    seen, so it does not lower the mean. Without dates the points are taken for one week.
    `spread_weekdays="as_observed"` (default) leaves weekdays that were never observed empty: unknown, not
    idle. "every_day" gives all seven days the mean of the observed days, which assumes that weekends are like
    the rest.

    **Untimed points**: "profile" spreads a day's weight over the hours by `daily_profile` of the occupation,
    "flat" evenly over 24 hours, "drop" leaves them out. Untimed points without a date count on all seven
    days, those with a date on its weekday.

    `attrs["parameters"]` of the result names the choices, the days observed from Monday to Sunday, and how
    many points had no time. Raises ValueError for unusable input and CrsError for a frame that is not in
    EPSG:4326.
    """
    if untimed not in ("profile", "flat", "drop"):
        raise ValueError(f"untimed is {untimed!r}; give 'profile', 'flat' or 'drop'.")
    if spread_weekdays not in ("as_observed", "every_day"):
        raise ValueError(f"spread_weekdays is {spread_weekdays!r}; give 'as_observed' or 'every_day'.")
    tidy = _tidy(points, resolution, by)
    without_time = tidy["hour"].isna()
    kept = tidy[~without_time] if untimed == "drop" else tidy
    votes = _votes(kept, ["cell", *dict.fromkeys(["occupation", *by]), "weekday", "hour"])
    votes = _typical_week(votes, _days_observed(tidy), every_day=spread_weekdays == "every_day")
    spread = _every_weekday(_every_hour(votes, flat=untimed == "flat"))
    spread["hour_of_week"] = (spread["weekday"] * 24 + spread["hour"]).astype("int64")
    result = spread.groupby(["cell", "hour_of_week", *by], as_index=False)["worker_hours"].sum()
    result = result[result["worker_hours"] > 0].reset_index(drop=True)
    result.attrs["parameters"] = {
        "resolution": resolution,
        "untimed": untimed,
        "spread_weekdays": spread_weekdays,
        "days_observed_from_monday": [int(days) for days in _days_observed(tidy)],
        "points": len(tidy),
        "points_without_time": int(without_time.sum()),
    }
    return result


def _tidy(points: pd.DataFrame, resolution: int, by: Sequence[str]) -> pd.DataFrame:
    """The points with every column there and checked; weekday and hour are NaN where not known."""
    absent = [column for column in by if column not in points.columns and column != "occupation"]
    if absent:
        raise ValueError(f"The points have no column {', '.join(absent)} to group by.")
    lon, lat = _lon_lat(points)
    tidy = points[[column for column in by if column != "occupation"]].reset_index(drop=True)
    tidy["cell"] = cells(lon, lat, resolution)
    nothing = pd.Series(np.nan, index=points.index)
    hour_of_week = points.get("hour_of_week", nothing).astype(float).to_numpy()
    _refuse(
        ~(np.isnan(hour_of_week) | np.isin(hour_of_week, np.arange(168))),
        "hour_of_week is not a whole number 0 to 167",
    )
    tidy["date"] = _dates(points)
    tidy["hour"] = hour_of_week % 24
    tidy["weekday"] = np.where(
        np.isnan(hour_of_week), tidy["date"].dt.day_of_week.astype(float), hour_of_week // 24
    )
    if tidy["date"].notna().any():
        _refuse(
            (tidy["hour"].notna() & tidy["date"].isna()).to_numpy(),
            "there is a time but no date, as other points have",
        )
        other_day = tidy["date"].notna() & (tidy["date"].dt.day_of_week != tidy["weekday"])
        _refuse(other_day.to_numpy(), "the date is not on the weekday of hour_of_week")
    tidy["weight"] = points.get("weight", pd.Series(1.0, index=points.index)).to_numpy(float)
    _refuse(
        ~(np.isfinite(tidy["weight"]) & (tidy["weight"] >= 0)).to_numpy(),
        "the weight is not a number from 0 up",
    )
    tidy["occupation"] = points.get("occupation", nothing).astype(object).fillna("unknown").to_numpy()
    _refuse(
        ~tidy["occupation"].isin(OCCUPATIONS).to_numpy(),
        f"the occupation is not one of {', '.join(OCCUPATIONS)}",
    )
    tidy["worker"] = points.get("worker", nothing).astype(object).replace("", None).to_numpy()
    return tidy


def _lon_lat(points: pd.DataFrame) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    if isinstance(points, gpd.GeoDataFrame):
        require_crs(points, 4326)
        _refuse((points.geom_type != "Point").to_numpy(), "the geometry is not a point")
        lon, lat = points.geometry.x.to_numpy(), points.geometry.y.to_numpy()
    elif {"lon", "lat"} <= set(points.columns):
        lon, lat = points["lon"].to_numpy(float), points["lat"].to_numpy(float)
    else:
        raise ValueError("The points have no columns lon and lat.")
    _refuse(
        ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90)), "longitude or latitude is missing or off the globe"
    )
    return lon, lat


def _dates(points: pd.DataFrame) -> npt.NDArray[np.datetime64]:
    if "date" not in points.columns:
        return np.full(len(points), np.datetime64("NaT", "s"))
    return pd.to_datetime(points["date"]).dt.tz_localize(None).dt.normalize().to_numpy()


def _refuse(bad: npt.NDArray[np.bool_], what: str) -> None:
    if bad.any():
        raise ValueError(
            f"Activity points: {what}, in {bad.sum()} row(s), the first in row {int(np.argmax(bad))}."
        )


def _days_observed(tidy: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Number of distinct dates of each weekday, (7,); without dates 1 for each weekday that occurs."""
    seen = tidy.loc[tidy["weekday"].notna(), ["weekday", "date"]].drop_duplicates()
    return np.bincount(seen["weekday"].astype(int), minlength=7).astype(float)


def _votes(tidy: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Worker-hours by `keys`: one for each worker, cell, hour and date; else the weights."""
    known = tidy["worker"].notna()
    once = tidy[known].drop_duplicates(["worker", "cell", "weekday", "hour", "date"]).assign(weight=1.0)
    together = pd.concat([once, tidy[~known]]).rename(columns={"weight": "worker_hours"})
    return together.groupby(keys, dropna=False, as_index=False)[["worker_hours"]].sum()


def _typical_week(votes: pd.DataFrame, days: npt.NDArray[np.float64], *, every_day: bool) -> pd.DataFrame:
    """Mean over the observed days of a weekday, or over all of them (which makes the weekday NaN: any)."""
    on_a_day = votes["weekday"].notna()
    weekday = votes.loc[on_a_day, "weekday"].astype(int)
    votes.loc[on_a_day, "worker_hours"] /= days.sum() if every_day else days[weekday]
    if every_day:
        votes["weekday"] = np.nan
    return votes


def _every_hour(votes: pd.DataFrame, *, flat: bool) -> pd.DataFrame:
    """Spread what has no hour over the 24 hours of the day."""
    timed, untimed = votes[votes["hour"].notna()], votes[votes["hour"].isna()]
    share = pd.concat(
        pd.DataFrame(
            {
                "occupation": name,
                "hour": np.arange(24.0),
                "share": np.full(24, 1 / 24) if flat else daily_profile(name),
            }
        )
        for name in OCCUPATIONS
    )
    spread = untimed.drop(columns="hour").merge(share, on="occupation")
    spread["worker_hours"] *= spread.pop("share")
    return pd.concat([timed, spread], ignore_index=True)


def _every_weekday(votes: pd.DataFrame) -> pd.DataFrame:
    """Repeat what has no weekday on each of the seven."""
    dated, typical = votes[votes["weekday"].notna()], votes[votes["weekday"].isna()]
    week = typical.drop(columns="weekday").merge(pd.DataFrame({"weekday": np.arange(7.0)}), how="cross")
    return pd.concat([dated, week], ignore_index=True)
