"""From the answers to a list: a machine's rhythm, or several oddities that come together more often than chance lets them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.hours import NO_HOLIDAYS, Calendar, Timetable
from stations.checkins.inflation.baseline import (
    coincidence,
    contrast_tails,
    discoveries,
    growth_tails,
    points,
    share_tails,
    size_groups,
)
from stations.checkins.inflation.rhythm import gaps
from stations.checkins.inflation.signals import MIN_VISITS, SIGNALS, phones, shares, top_phone

MIN_STATIONS = 20  # with enough visits; a smaller city teaches no baseline
FALSE_DISCOVERIES = 0.1
MACHINE = 1e-6  # so unlikely by chance, a phone's rhythm needs no second signal
PASSES = 2  # what the first finds is not usual, and leaves the second's baseline
TOLD = 0.02  # an answer is named as evidence when so few stations answer likewise


@dataclass(frozen=True)
class Report:
    """`stations`, by id, the most striking first: `visits`, `usual`, `points`, `p`, `listed`, and for each signal
    `<signal>_hits`, `<signal>_of`, `<signal>_p` and `<signal>_usual` (what the city's share would be). No phone is named in it.

    `too_few`: stations with visits, but fewer than MIN_VISITS. Where fewer than MIN_STATIONS could be judged, none is listed.
    """

    stations: pd.DataFrame
    too_few: list[int]
    growth: float

    @property
    def is_large_enough(self) -> bool:
        return len(self.stations) >= MIN_STATIONS

    @property
    def listed(self) -> pd.DataFrame:
        return self.stations[self.stations["listed"]]

    def signals_of(self, station: int) -> list[str]:
        """What stands out at the station, the strongest first."""
        row = self.stations.loc[station].to_dict()
        tails = {one: float(row[f"{one}_p"]) for one in SIGNALS}
        return sorted((one for one, p in tails.items() if p <= TOLD), key=tails.__getitem__)


def judge(
    visits: pd.DataFrame,
    *,
    usual: pd.Series,
    timetables: Mapping[int, Timetable],
    start: datetime,
    end: datetime,
    calendar: Calendar = NO_HOLIDAYS,
) -> Report:
    """The report of the calendar month from `start` to `end`, or of what there is of it so far.

    `visits` as in `signals`; `usual`: counted visits in as long a usual time, by station, missing where unknown. For each station
    and signal a p-value, that an honest station of this city answers so strongly; for each station one, that its signals come
    together by chance; listed where of those listed FALSE_DISCOVERIES are expected to be honest (Benjamini and Hochberg).
    """
    n = visits[visits["set_aside"] == ""].groupby("station").size()
    judged = n.index[n >= MIN_VISITS]
    table = pd.DataFrame({"visits": n[judged], "usual": usual.reindex(judged)})
    if len(table):
        groups = size_groups(table["visits"].to_numpy(float))
        for name, (hits, of) in shares(visits, timetables, start=start, end=end, calendar=calendar).items():
            _add_share(table, name, hits, of, groups)
        table["top_hits"] = top_phone(visits).reindex(table.index)
        _add_phones(table, phones(visits), groups)
        _add_gaps(table, visits)
    table["growth_p"], growth = growth_tails(table["visits"].to_numpy(float), table["usual"].to_numpy(float))
    return Report(_listed(table), sorted(int(one) for one in n.index[n < MIN_VISITS]), growth)


def _add_share(
    table: pd.DataFrame, name: str, hits: pd.Series, of: pd.Series, groups: npt.NDArray[np.int64]
) -> None:
    for column, answers in (("hits", hits), ("of", of)):
        table[f"{name}_{column}"] = answers.reindex(table.index, fill_value=0)
    here = table[f"{name}_hits"].to_numpy(float), table[f"{name}_of"].to_numpy(float)
    table[f"{name}_p"], table[f"{name}_usual"] = share_tails(*here, groups)


def _add_phones(table: pd.DataFrame, found: pd.DataFrame, groups: npt.NDArray[np.int64]) -> None:
    found = found.reindex(table.index, fill_value=0)
    positionless = found["once_code"] + found["again_code"]
    _add_share(table, "no_position", positionless, found["once"] + found["again"], groups)
    asked = [found[name].to_numpy(float) for name in ("once_code", "once", "again_code", "again")]
    table["fresh_p"], table["fresh_usual"] = contrast_tails(*asked)
    table["fresh_hits"], table["fresh_of"] = found["once_code"], found["once"]
    table["again_hits"], table["again_of"] = found["again_code"], found["again"]


def _add_gaps(table: pd.DataFrame, visits: pd.DataFrame) -> None:
    for name in ("rhythm", "gaps"):
        found = gaps(visits, of_phone=name == "rhythm").reindex(table.index)
        table[f"{name}_p"] = found.pop("p").fillna(1.0)
        for column in found:
            table[f"{name}_{column}"] = found[column].fillna(0)


def _listed(table: pd.DataFrame) -> pd.DataFrame:
    if len(table) < MIN_STATIONS:
        return table.assign(points=0.0, p=1.0, listed=False)
    scores = points(table[[f"{name}_p" for name in SIGNALS]].to_numpy(float))
    rhythm = table["rhythm_p"].to_numpy(float)
    listed = rhythm <= MACHINE
    for _ in range(PASSES):
        p = np.where(rhythm <= MACHINE, rhythm, coincidence(scores, usual=~listed))
        listed = discoveries(p, rate=FALSE_DISCOVERIES)
    found = table.assign(points=scores.sum(axis=1), p=p, listed=listed)
    return found.sort_values(["p", "points"], ascending=[True, False], kind="stable")
