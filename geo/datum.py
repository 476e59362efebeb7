"""WGS-84, GCJ-02 and BD-09, the three datums of Chinese maps.

GCJ-02 (Amap, Tencent, official Chinese maps) shifts WGS-84 by some hundred metres, 456-501 m in Shanghai; BD-09
(Baidu) shifts GCJ-02 again, in Shanghai to 1.08-1.17 km from WGS-84. The formulas are the published,
reverse-engineered ones that the open implementations share (eviltransform, coordtransform). The way back has no
formula and is iterated.

By convention GCJ-02 equals WGS-84 outside the box 72.004-137.8347 E, 0.8293-55.8271 N, so it jumps by the shift at
the box's edge, which lies in the sea and abroad. Going back there, a point that has a source inside the box takes
that one. BD-09's own shift has no box.
"""

from collections.abc import Callable
from typing import Literal, cast, get_args

import numpy as np
import numpy.typing as npt

Datum = Literal["wgs84", "gcj02", "bd09"]
DATUMS: tuple[Datum, ...] = get_args(Datum)

Floats = npt.NDArray[np.float64]
LonLat = tuple[Floats, Floats]

WEST, SOUTH, EAST, NORTH = 72.004, 0.8293, 137.8347, 55.8271  # the box in which GCJ-02 shifts

_SEMI_MAJOR = 6378245.0  # Krasovsky 1940
_ECCENTRICITY_2 = 0.00669342162296594323
_TOLERANCE = 1e-12
_MAX_STEPS = 30
_EDGE = 1e-11


def convert(
    lon: npt.ArrayLike, lat: npt.ArrayLike, *, source: str, target: str
) -> tuple[float, float] | LonLat:
    """Move points from one datum to another: degrees in, degrees out, scalars or arrays as given.

    The inverse directions are exact to 1e-9 degree. ValueError for an unknown datum, for lengths that differ and
    for a coordinate that is not finite or not on earth, naming the first such point.
    """
    source, target = check_datum(source), check_datum(target)
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    if x.shape != y.shape:
        raise ValueError(f"lon and lat differ in shape: {x.shape} and {y.shape}")
    _check_degrees(x, y)
    flat = x.ravel(), y.ravel()
    if source != target:
        flat = _from_wgs84(*_to_wgs84(*flat, source), target)
    if x.ndim == 0:
        return float(flat[0][0]), float(flat[1][0])
    return flat[0].reshape(x.shape).copy(), flat[1].reshape(x.shape).copy()


def check_datum(name: str) -> Datum:
    """`name` as a Datum; ValueError names the three that exist."""
    if name not in DATUMS:
        raise ValueError(f"unknown datum {name!r}: choose one of {', '.join(DATUMS)}")
    return name


def likely_datum(
    share_inside: Callable[[Floats, Floats], float],
    lon: npt.ArrayLike,
    lat: npt.ArrayLike,
    *,
    declared: str,
) -> tuple[Datum, dict[Datum, float]]:
    """Which datum the points are most likely in, and for each datum the share that then lies where it should.

    `share_inside(lon, lat)` gets WGS-84 degrees and says which share (0-1) lies inside the points' declared
    districts. The declared datum wins a tie. An import that is told another datum here stops and names it.
    """
    declared = check_datum(declared)
    shares: dict[Datum, float] = {}
    for datum in DATUMS:
        x, y = convert(np.atleast_1d(lon), np.atleast_1d(lat), source=datum, target="wgs84")
        shares[datum] = float(share_inside(cast(Floats, x), cast(Floats, y)))
    best = max(DATUMS, key=lambda datum: (shares[datum], datum == declared))
    return best, shares


def in_box(lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    """Whether WGS-84 points lie in the box in which GCJ-02 shifts."""
    inside: npt.NDArray[np.bool_] = (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)
    return inside


def _check_degrees(x: Floats, y: Floats) -> None:
    for reason, bad in (
        ("is not finite", ~(np.isfinite(x) & np.isfinite(y))),
        # a degree more than the globe, since BD-09 may lie a little beyond 180 or 90
        ("is not a place on earth (lon and lat swapped?)", (np.abs(x) > 181) | (np.abs(y) > 91)),
    ):
        if bad.any():
            first = int(np.flatnonzero(bad)[0])
            raise ValueError(f"point {first} {reason}: lon {x.ravel()[first]}, lat {y.ravel()[first]}")


def _to_wgs84(x: Floats, y: Floats, source: Datum) -> LonLat:
    if source == "bd09":
        x, y = _invert(_bd09, x, y)
    return (x, y) if source == "wgs84" else _gcj02_inverse(x, y)


def _from_wgs84(x: Floats, y: Floats, target: Datum) -> LonLat:
    if target == "wgs84":
        return x, y
    inside = in_box(x, y)
    shifted_x, shifted_y = _gcj02(x, y)
    x, y = np.where(inside, shifted_x, x), np.where(inside, shifted_y, y)
    return (x, y) if target == "gcj02" else _bd09(x, y)


def _gcj02_inverse(x: Floats, y: Floats) -> LonLat:
    """The source inside the box where there is one, else the point itself."""
    source_x, source_y = _invert(_gcj02, x, y)
    # rounding must not push a source that lies on the edge out of the box
    edge_x, edge_y = np.clip(source_x, WEST, EAST), np.clip(source_y, SOUTH, NORTH)
    inside = (np.abs(edge_x - source_x) < _EDGE) & (np.abs(edge_y - source_y) < _EDGE)
    return np.where(inside, edge_x, x), np.where(inside, edge_y, y)


def _invert(forward: Callable[[Floats, Floats], LonLat], x: Floats, y: Floats) -> LonLat:
    """Fixed-point iteration: the shift changes by under 2 % of a step, so each step gains two digits or so."""
    source_x, source_y = x, y
    for _ in range(_MAX_STEPS):
        there_x, there_y = forward(source_x, source_y)
        error_x, error_y = there_x - x, there_y - y
        source_x, source_y = source_x - error_x, source_y - error_y
        if max(np.abs(error_x).max(initial=0), np.abs(error_y).max(initial=0)) < _TOLERANCE:
            break
    return source_x, source_y


def _gcj02(lon: Floats, lat: Floats) -> LonLat:
    """GCJ-02 of WGS-84 as if the box had no end."""
    x, y = lon - 105.0, lat - 35.0
    root = 0.2 * np.sqrt(np.abs(x))
    ripple = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.5 * root
    east += (ripple + _waves(x, (20.0, 1.0), (40.0, 3.0), (150.0, 12.0), (300.0, 30.0))) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + root
    north += (ripple + _waves(y, (20.0, 1.0), (40.0, 3.0), (160.0, 12.0), (320.0, 30.0))) * 2.0 / 3.0
    latitude = np.radians(lat)
    flattening = 1.0 - _ECCENTRICITY_2 * np.sin(latitude) ** 2
    meridian = _SEMI_MAJOR * (1.0 - _ECCENTRICITY_2) / flattening**1.5
    # outside the box the parallel shrinks to nothing at the poles; those points are discarded
    parallel = np.maximum(_SEMI_MAJOR / np.sqrt(flattening) * np.cos(latitude), 1e6)
    return lon + np.degrees(east / parallel), lat + np.degrees(north / meridian)


def _waves(position: Floats, *terms: tuple[float, float]) -> Floats:
    """Sum of amplitude * sin(pi * position / length)."""
    total = np.zeros_like(position)
    for amplitude, length in terms:
        total += amplitude * np.sin(position * np.pi / length)
    return total


def _bd09(lon: Floats, lat: Floats) -> LonLat:
    """BD-09 of GCJ-02."""
    turn = np.pi * 3000.0 / 180.0
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * turn)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * turn)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006
