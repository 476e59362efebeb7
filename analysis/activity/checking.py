"""Rows of text -> points with numbers and times, and the rows that are refused, each with its reason."""

from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.activity.times import read_times
from geo.cells import cells
from geo.datum import convert

MISSING = "missing coordinate"
NOT_A_NUMBER = "not a number"
NOT_FINITE = "not finite"
OUTSIDE_AREA = "outside the service area"
OUTSIDE_DISTRICTS = "outside every district"
BAD_TIME = "unreadable time"
BAD_WEIGHT = "bad weight"
BAD_FIELDS = "wrong number of columns"

_NOTHING = ("", "null", "none", "na", "n/a", "\\n")
_INFINITE = ("nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity")

Bools = npt.NDArray[np.bool_]


class Sieve:
    """Keeps, for every row, the first reason to refuse it."""

    def __init__(self, raw: pd.DataFrame) -> None:
        self.raw = raw
        self.refusals = pd.DataFrame({"row": raw["row"], "column": "", "reason": "", "value": ""})

    def refuse(self, column: str, bad: pd.Series | Bools, reason: str) -> None:
        new = np.asarray(bad) & self.kept()
        values = self.raw[column] if column in self.raw else pd.Series("", index=self.raw.index)
        self.refusals.loc[new, ["column", "reason"]] = [column, reason]
        self.refusals.loc[new, "value"] = values[new]

    def kept(self) -> Bools:
        return (self.refusals["reason"] == "").to_numpy()

    def refused(self) -> pd.DataFrame:
        return self.refusals[~self.kept()]


def check(
    raw: pd.DataFrame, *, fields: int, datum: str, year: int | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Points and refusals of one chunk of `ActivityFile.chunks`.

    Points: `row`, `lon`, `lat` (WGS-84 degrees), `cell` (H3 resolution 9), `at` (UTC), `hour_of_week`,
    `hour_of_day`, `worker` (as in the file), `weight`. Refusals: `row`, `column`, `reason`, `value`. What only the
    database knows, the service area and the districts, is checked there (`analysis.activity.loading`).
    """
    sieve = Sieve(raw)
    sieve.refuse("", raw["fields_found"] != fields, BAD_FIELDS)
    numbers = {name: _coordinate(sieve, name, limit) for name, limit in (("lon", 180), ("lat", 90))}
    nothing = pd.Series("", index=raw.index)
    weight = _weight(sieve, raw.get("weight", nothing))
    times = read_times(raw.get("time", nothing), raw.get("date"), year=year)
    sieve.refuse("time", ~times["readable"], BAD_TIME)
    kept = sieve.kept()
    lon, lat = convert(numbers["lon"][kept], numbers["lat"][kept], source=datum, target="wgs84")
    points = pd.DataFrame({"row": raw["row"][kept], "lon": lon, "lat": lat})
    points["cell"] = cells(cast(npt.ArrayLike, lon), cast(npt.ArrayLike, lat))
    points[["at", "hour_of_week", "hour_of_day"]] = times.loc[kept, ["at", "hour_of_week", "hour_of_day"]]
    points["worker"] = raw.get("worker", nothing)[kept]
    points["weight"] = weight[kept]
    return points, sieve.refused()


def _coordinate(sieve: Sieve, name: str, limit: float) -> npt.NDArray[np.float64]:
    text = sieve.raw[name].str.lower()
    number = pd.to_numeric(text, errors="coerce").to_numpy(float)
    sieve.refuse(name, text.isin(_NOTHING), MISSING)
    sieve.refuse(name, text.isin(_INFINITE) | np.isinf(number), NOT_FINITE)
    sieve.refuse(name, np.isnan(number), NOT_A_NUMBER)
    sieve.refuse(name, ~(np.abs(number) <= limit), OUTSIDE_AREA)
    return number


def _weight(sieve: Sieve, text: pd.Series) -> npt.NDArray[np.float64]:
    """Worker-hours that a row stands for; 1 where nothing is written."""
    weight = pd.to_numeric(text.where(text != "", "1"), errors="coerce").to_numpy(float)
    sieve.refuse("weight", ~(np.isfinite(weight) & (weight > 0)), BAD_WEIGHT)
    return weight
