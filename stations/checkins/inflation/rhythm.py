"""A script's rhythm: visits that follow the one before at one and the same gap."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binom

from stations.checkins.inflation.signals import seconds_of

WINDOW, AROUND = 2.0, 15.0  # minutes
GAPS = (5.0, 240.0)  # minutes: shorter ones are people who come together, longer ones another day or shift


def gaps(visits: pd.DataFrame, *, of_phone: bool) -> pd.DataFrame:
    """By station: the `gap` in minutes that most visits follow the one before by, `hits` of `of`, and `p`, that it is chance.

    Between all visits of the station, or between those of each phone: other visitors hide a script's rhythm from the first. (The
    variation coefficient of all gaps, or their autocorrelation, drowns a script in honest visits.)
    """
    same = ["station", "pseudonym"] if of_phone else ["station"]
    rows = visits[visits["set_aside"] == ""].sort_values([*same, "at"], kind="stable")
    moments = seconds_of(rows["at"])
    between = np.diff(moments, prepend=moments[:1]) / 60
    follows = np.logical_and.reduce([rows[one].eq(rows[one].shift()).to_numpy() for one in same])
    usable = follows & (between >= GAPS[0]) & (between <= GAPS[1])
    lengths = pd.Series(between[usable], index=rows["station"].to_numpy()[usable])
    lowest = GAPS[0] if of_phone else GAPS[0] + AROUND
    found = {
        station: (*_rhythm(np.sort(own.to_numpy()), lowest), len(own))
        for station, own in lengths.groupby(level=0)
    }
    return pd.DataFrame.from_dict(found, orient="index", columns=["p", "gap", "hits", "of"])


def _rhythm(lengths: npt.NDArray[np.float64], lowest: float) -> tuple[float, float, int]:
    """The window of WINDOW minutes with the most surprising number of gaps, against the gaps around it.

    A smooth spread of gaps, whatever its shape, is nearly even within AROUND to each side. Times may be whole minutes, so that a
    window holds three of them. Corrected for the number of windows that could have been chosen. None begins before `lowest`: at a
    busy station the shortest gaps are the most, which is no rhythm.
    """
    ends = np.searchsorted(lengths, lengths + WINDOW, side="right")
    hits = ends - np.arange(len(lengths))
    low = np.maximum(lengths - AROUND, lengths[0])
    high = np.minimum(lengths + WINDOW + AROUND, lengths[-1])
    around = np.searchsorted(lengths, high, side="right") - np.searchsorted(lengths, low, side="left")
    chance = np.minimum((WINDOW + 1) / (np.maximum(high - low, AROUND) + 1), 1.0)
    p = np.where(lengths >= lowest, binom.sf(hits - 1, around, chance), 1.0)
    best = int(np.argmin(p))
    windows = (GAPS[1] - GAPS[0]) / WINDOW
    middle = float(np.median(lengths[best : ends[best]]))
    return min(float(p[best]) * windows, 1.0), middle, int(hits[best])
