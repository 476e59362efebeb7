"""What is usual in the city: robust, since cheats are among those it is learnt from, and wide where stations are small."""

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit
from scipy.stats import betabinom, norm

Floats = npt.NDArray[np.float64]

LEAST_KNOWN = 5  # stations with a usual month, to tell the city's growth
GROUP = 80  # stations of like size that are compared with each other, at least
GROUPS = 4  # groups of like size, at most
KEPT = 0.95  # shares above this quantile count as if they were at it: a few cheats move the baseline little
MOST_POINTS, STEP = 3.0, 0.05
TOP_STEP = round(MOST_POINTS / STEP)
PRIOR = 2  # phones as the city's that are added to a control group: few, since a cellar is unlike the city
MOST_WEIGHT = 60  # phones of a control group; more make no prediction narrower
LEAST_MEAN, LEAST_SPREAD, MOST_SPREAD = 0.005, 0.01, 0.6


def size_groups(sizes: Floats) -> npt.NDArray[np.int64]:
    """A group for each station: equally many stations of like size in each, at least GROUP where there are so many."""
    count = int(np.clip(len(sizes) // GROUP, 1, GROUPS))
    ranks = np.argsort(np.argsort(sizes, kind="stable"), kind="stable")
    return np.asarray(ranks * count // max(len(sizes), 1), dtype=np.int64)


def share_tails(hits: Floats, of: Floats, groups: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """How likely so many hits or more are among `of`, and the usual share, for each station.

    Each group of stations of like size has a beta-binomial: a station's own share is drawn around the usual one, its hits by it.
    So a small station must show more before it stands out. 1 where there is nothing to ask of.
    """
    tails, usual = np.ones(len(hits)), np.zeros(len(hits))
    for group in np.unique(groups):
        here = (groups == group) & (of > 0)
        if here.any():
            mean, spread = _beta(hits[here], of[here])
            a, b = mean * (1 - spread) / spread, (1 - mean) * (1 - spread) / spread
            tails[here] = np.where(hits[here] > 0, betabinom.sf(hits[here] - 1, of[here], a, b), 1.0)
            usual[here] = mean
    return tails, usual


def contrast_tails(
    hits: Floats, of: Floats, control_hits: Floats, control_of: Floats
) -> tuple[Floats, Floats]:
    """How likely so many hits or more are among `of`, given those in the station's own control group; and the share expected.

    What differs between stations (a cellar without GPS) is in both groups. What differs between the groups all over the city is
    its median difference, in logits. A small control says little: the prediction is as wide as it is small (beta-binomial).
    """
    known = control_of > 0
    if not known.any():
        return np.ones(len(hits)), np.zeros(len(hits))
    city = float(control_hits.sum() / control_of.sum())
    expected = (control_hits + PRIOR * city) / (control_of + PRIOR)
    seen = (hits + PRIOR * city) / (of + PRIOR)
    shift = float(np.median((logit(seen) - logit(expected))[known & (of > 0)]))
    mean = expit(logit(expected) + shift)
    weight = np.minimum(control_of + PRIOR, MOST_WEIGHT)
    tails: Floats = np.where(hits > 0, betabinom.sf(hits - 1, of, mean * weight, (1 - mean) * weight), 1.0)
    return tails, mean


def _beta(hits: Floats, of: Floats) -> tuple[float, float]:
    """Mean of the stations' shares and their spread (intraclass correlation), by moments of the cut shares."""
    shares = hits / of
    shares = np.minimum(shares, np.quantile(shares, KEPT))
    mean = float(np.clip(shares.mean(), LEAST_MEAN, 1 - LEAST_MEAN))
    full = mean * (1 - mean)
    noise = float(np.mean(1 / of))
    spread = (float(shares.var()) / full - noise) / max(1 - noise, 1e-9)
    return mean, float(np.clip(spread, LEAST_SPREAD, MOST_SPREAD))


def growth_tails(counts: Floats, usual: Floats) -> tuple[Floats, float]:
    """How likely it is that a station grows so much against its usual count, and the city's own growth.

    On the logarithm, of which the noise of small counts is known and the rest is learnt (median absolute deviation). 1 where the
    usual count is not known.
    """
    known = ~np.isnan(usual)
    tails = np.ones(len(counts))
    if known.sum() < LEAST_KNOWN:
        return tails, 1.0
    ratio = np.log((counts[known] + 5) / (usual[known] + 5))
    growth = float(np.median(ratio))
    noise = 1 / (counts[known] + 5) + 1 / (usual[known] + 5)
    seen = float(1.4826 * np.median(np.abs(ratio - growth))) ** 2
    own = max(seen - float(np.median(noise)), 0.02)
    tails[known] = norm.sf((ratio - growth) / np.sqrt(own + noise))
    return tails, float(np.exp(growth))


def points(tails: Floats) -> Floats:
    """0 to 3 for each p-value: none down to one in ten, one at one in a hundred, three at one in ten thousand and beyond."""
    found: Floats = np.clip(-np.log10(np.maximum(tails, 1e-12)) - 1, 0, MOST_POINTS)
    return np.round(found / STEP) * STEP


def coincidence(scores: Floats, *, usual: npt.NDArray[np.bool_]) -> Floats:
    """For each row of points: how likely their sum or more is, were the signals of a station independent of each other.

    The distribution of each signal is that of the city's `usual` stations, honest oddities included; of their sum, the
    convolution. So what one signal shows often enough, for whatever reason, weighs little, and what counts is that several come
    together.
    """
    steps = np.rint(scores / STEP).astype(int)
    density = np.ones(1)
    for column in steps.T:
        density = np.convolve(density, np.bincount(column[usual], minlength=TOP_STEP + 1) / usual.sum())
    tail = np.cumsum(density[::-1])[::-1]
    found: Floats = np.minimum(tail[steps.sum(axis=1)], 1.0)
    return found


def discoveries(p: Floats, *, rate: float) -> npt.NDArray[np.bool_]:
    """Which are found when of those found a share of `rate` at most is expected to be false (Benjamini and Hochberg 1995)."""
    ordered = np.sort(p)
    passing = np.flatnonzero(ordered <= rate * np.arange(1, len(p) + 1) / max(len(p), 1))
    limit = ordered[passing[-1]] if len(passing) else -1.0
    found: npt.NDArray[np.bool_] = p <= limit
    return found
