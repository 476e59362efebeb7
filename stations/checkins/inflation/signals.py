"""The questions that are asked of a station's month: for each, so many of so many visits.

`visits`: a row a check-in, counted or set aside, with `station`, `at` (aware), `pseudonym` (anything that can be compared),
`grade` (`screen`, `near`, `code`) and `set_aside` ("" where counted).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.hours import ZONE, Calendar, Interval, Timetable

MIN_VISITS = 20  # counted in the month; with fewer nothing is said of a station
FEW = 4
OFTEN, MANY = 2, 4  # from a phone's second, and from its fourth visit of a day at a station
CLOSED_MARGIN = timedelta(minutes=30)  # people wait at the door, and the manager comes early
SECONDS_APART = 60
NIGHT_ENDS = 5  # o'clock, from midnight
LAST_DAYS = 3
CAPS = {"device", "address"}  # who scans twice within the cooling time forgot, or was not sure

SIGNALS = {
    "rhythm": "visits of a phone that follow its one before at one and the same gap",
    "few_phones": f"visits by the next {FEW} phones, of those not by the phone that came most",
    "often": "visits that were a phone's second or later of the day, the phone aside that did so most",
    "many": "visits that were a phone's fourth or later of the day",
    "no_position": "phones that gave no position near the station",
    "fresh": "of the phones seen once in the whole city, those that gave no position, against those that came again",
    "gaps": "visits that follow the one before at one and the same gap, whoever came",
    "closed": "visits while closed by the posted hours, half an hour aside, without a position near the station",
    "seconds": "visits within a minute of the one before, by phones that had come that day already or never came again",
    "month_end": f"visits in the last {LAST_DAYS} days of the month",
    "set_aside": "check-ins beyond what is counted of a phone or of a network address in a day",
    "growth": "visits, against the station's usual month",
}

Shares = dict[str, tuple[pd.Series, pd.Series]]  # signal -> hits and of, by station


def shares(
    visits: pd.DataFrame,
    timetables: Mapping[int, Timetable],
    *,
    start: datetime,
    end: datetime,
    calendar: Calendar,
) -> Shares:
    """The questions whose answer is a share of visits that is compared with the city's."""
    counted = visits[visits["set_aside"] == ""].sort_values(["station", "at"], kind="stable")
    n = counted.groupby("station").size()
    seen = visits.groupby("pseudonym").size()
    code = (counted["grade"] == "code").to_numpy()
    once = (counted["pseudonym"].map(seen) == 1).to_numpy()
    number = _number_of_day(counted).to_numpy()
    again = number >= OFTEN
    closed = while_closed(counted, timetables, start=start, end=end, calendar=calendar)
    at_night = (counted["at"].dt.tz_convert(ZONE).dt.hour < NIGHT_ENDS).to_numpy()
    apart = counted["at"].diff().dt.total_seconds().where(counted["station"] == counted["station"].shift())
    close = (apart <= SECONDS_APART).to_numpy()
    asked: Shares = {
        "few_phones": _next_phones(counted),
        "often": (_by_all_but_one(counted[again]), n),
        "night": (_of_station(counted, (closed == 1) & code & at_night), n),  # told with `closed`
        "many": (_of_station(counted, number >= MANY), n),
        "closed": (_of_station(counted, (closed == 1) & code), _of_station(counted, ~np.isnan(closed))),
        "seconds": (_of_station(counted, close & (again | once)), n),
        "month_end": (_of_station(counted, counted["at"] >= end - timedelta(days=LAST_DAYS)), n),
        "set_aside": (
            _of_station(visits, visits["set_aside"].isin(CAPS)),
            visits.groupby("station").size(),
        ),
    }
    return asked


def top_phone(visits: pd.DataFrame) -> pd.Series:
    """Visits of the phone that came most, by station."""
    return phone_shares(visits[visits["set_aside"] == ""]).groupby("station").first()


def phones(visits: pd.DataFrame) -> pd.DataFrame:
    """By station: phones seen `once` in the city and phones that came `again`, and how many of each gave no position near.

    Each phone counts once at a station, by its first visit: so one faithful visitor with a bad phone weighs little, and who comes
    often has no more chances.
    """
    counted = visits[visits["set_aside"] == ""].sort_values(["station", "at"], kind="stable")
    first = counted.drop_duplicates(["station", "pseudonym"])
    once = first["pseudonym"].map(visits.groupby("pseudonym").size()) == 1
    code = first["grade"] == "code"
    asked = {"once": once, "once_code": once & code, "again": ~once, "again_code": ~once & code}
    return pd.DataFrame({name: _of_station(first, which) for name, which in asked.items()})


def _next_phones(counted: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    by_phone = phone_shares(counted)
    top = by_phone.groupby("station").first()
    few = by_phone.groupby("station").head(FEW + 1).groupby("station").sum()
    return few - top, by_phone.groupby("station").sum() - top


def _by_all_but_one(visits: pd.DataFrame) -> pd.Series:
    """Somebody has their base at many a station and comes all day: that phone proves nothing."""
    by_phone = phone_shares(visits)
    return by_phone.groupby("station").sum() - by_phone.groupby("station").first()


def phone_shares(counted: pd.DataFrame) -> pd.Series:
    """Visits by station and phone, a station's busiest phone first."""
    by_phone = counted.groupby(["station", "pseudonym"]).size()
    order = np.lexsort((-by_phone.to_numpy(), by_phone.index.get_level_values("station")))
    return by_phone.iloc[order]


def _of_station(visits: pd.DataFrame, which: pd.Series | npt.NDArray[np.bool_]) -> pd.Series:
    return (
        pd.Series(np.asarray(which, dtype=float), index=visits["station"].to_numpy()).groupby(level=0).sum()
    )


def _number_of_day(counted: pd.DataFrame) -> pd.Series:
    """Which visit of its phone, station and local day each is, from 1."""
    day = counted["at"].dt.tz_convert(ZONE).dt.date
    return counted.groupby([counted["station"], counted["pseudonym"], day]).cumcount() + 1


def while_closed(
    visits: pd.DataFrame,
    timetables: Mapping[int, Timetable],
    *,
    start: datetime,
    end: datetime,
    calendar: Calendar,
) -> npt.NDArray[np.float64]:
    """1 where the station was closed by its posted hours, half an hour aside; 0 where open; NaN where its hours are unknown."""
    found = np.full(len(visits), np.nan)
    moments = seconds_of(visits["at"])
    known: dict[Timetable, tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]] = {}
    rows_of = visits.groupby("station").indices
    for station, rows in rows_of.items():
        times = timetables.get(cast(int, station))
        if times is None:
            continue
        if times not in known:
            opens, unknown = times.between(start, end, calendar=calendar)
            known[times] = _spans(opens, CLOSED_MARGIN), _spans(unknown, timedelta())
        opens_at, unknown_at = known[times]
        closed = (~_within(moments[rows], opens_at)).astype(float)
        found[rows] = np.where(_within(moments[rows], unknown_at), np.nan, closed)
    return found


def _spans(intervals: list[Interval], margin: timedelta) -> npt.NDArray[np.float64]:
    spans = [((start - margin).timestamp(), (end + margin).timestamp()) for start, end in intervals]
    return np.array(spans).reshape(-1, 2)


def _within(moments: npt.NDArray[np.float64], spans: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Whether a moment lies in one of the sorted spans; they may overlap by their margins, so the two before it are asked."""
    at = np.searchsorted(spans[:, 0], moments, side="right") - 1
    found = np.zeros(len(moments), bool)
    for back in (0, 1):
        near = at - back
        valid = near >= 0
        found[valid] |= moments[valid] < spans[near[valid], 1]
    return found


def seconds_of(at: pd.Series) -> npt.NDArray[np.float64]:
    return at.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[ns]").astype(np.int64) / 1e9
