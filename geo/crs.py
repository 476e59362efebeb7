"""Coordinate reference systems by role, metric work, and the checks at the door.

Stored is WGS-84 (EPSG:4326). Metric work is done in the local UTM zone, or without any projection on chords of the
WGS-84 ellipsoid; never in degrees and never in EPSG:3857, which inflates lengths by 1.168 at Shanghai.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Geod, Transformer

STORAGE = 4326  # WGS-84 degrees: the database, and every frame that says nothing else
WEB = 3857  # tiles only: not for measuring

GEOD = Geod(ellps="WGS84")
MAX_LIMIT_M = 20_000.0  # up to here a chord tells a geodesic's length within 1 cm

_NOISE_M = 1e-6  # far above what rounding adds to a chord
_UTM_SOUTH, _UTM_NORTH = -80.0, 84.0
_LEAST_RADIUS_M = GEOD.b**2 / GEOD.a  # of curvature: along the meridian at the equator

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class CrsError(ValueError):
    """A frame without a CRS, or in another one than the work needs."""


class HasCrs(Protocol):
    """A GeoDataFrame or GeoSeries."""

    @property
    def crs(self) -> CRS | None: ...


@dataclass(frozen=True)
class Bounds:
    """A service area in WGS-84 degrees, edges included."""

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        if not (-180 <= self.west < self.east <= 180 and -90 <= self.south < self.north <= 90):
            raise ValueError(f"bounds must be west < east and south < north in degrees: {self}")

    def contain(self, lon: Floats, lat: Floats) -> Bools:
        inside: Bools = (lon >= self.west) & (lon <= self.east) & (lat >= self.south) & (lat <= self.north)
        return inside

    def __str__(self) -> str:
        return f"{self.west:g}..{self.east:g} E, {self.south:g}..{self.north:g} N"


def check_lonlat(lon: npt.ArrayLike, lat: npt.ArrayLike, bounds: Bounds | None = None) -> None:
    """Check WGS-84 degrees, scalars or arrays. ValueError names the first bad point and what is wrong with it."""
    x, y = _pair(lon, lat)
    with np.errstate(invalid="ignore"):
        checks = [
            ("is not finite", ~(np.isfinite(x) & np.isfinite(y))),
            ("has longitude and latitude swapped", _swapped(x, y, bounds)),
            ("has a longitude outside -180..180", np.abs(x) > 180),
            ("has a latitude outside -90..90", np.abs(y) > 90),
        ]
        if bounds is not None:
            checks.append((f"is outside the service area {bounds}", ~bounds.contain(x, y)))
    for reason, bad in checks:
        if bad.any():
            at = int(np.flatnonzero(bad)[0])
            name = "the point" if np.ndim(lon) == 0 else f"point {at}"
            raise ValueError(f"{name} {reason}: lon {x[at]}, lat {y[at]}")


def require_crs(frame: HasCrs, srid: int) -> None:
    """CrsError unless the frame says that it is in EPSG:`srid`."""
    if frame.crs is None:
        raise CrsError(
            f"the frame has no CRS; EPSG:{srid} is needed: set_crs({srid}) if that is what it is in"
        )
    crs = CRS.from_user_input(frame.crs)
    if crs.to_epsg() != srid:
        raise CrsError(f"the frame is in {crs.name}; EPSG:{srid} is needed: to_crs({srid})")


def utm_srid(lon: float, lat: float) -> int:
    """EPSG code of the WGS-84 UTM zone of a point. ValueError beyond 80 S and 84 N, where UTM ends."""
    check_lonlat(lon, lat)
    if not _UTM_SOUTH <= lat <= _UTM_NORTH:
        raise ValueError(f"UTM covers {_UTM_SOUTH:g}..{_UTM_NORTH:g} degrees of latitude, not {lat}")
    zone = min(int((lon + 180) // 6) + 1, 60)
    return (32600 if lat >= 0 else 32700) + zone


def metric_srid(lon: npt.ArrayLike, lat: npt.ArrayLike) -> int:
    """EPSG code of the UTM zone at the middle of the points; good to 0.1 % within some 300 km of it."""
    x, y = _pair(lon, lat)
    if not x.size:
        raise ValueError("no points: a metric CRS needs a place")
    check_lonlat(x, y)
    return utm_srid(float(x.min() + x.max()) / 2, float(y.min() + y.max()) / 2)


def to_metric(lon: npt.ArrayLike, lat: npt.ArrayLike, srid: int | None = None) -> tuple[Floats, Floats]:
    """(x_m, y_m) of WGS-84 points in EPSG:`srid`, by default that of `metric_srid`; arrays of shape (n,)."""
    x, y = _pair(lon, lat)
    check_lonlat(x, y)
    if srid == WEB:
        raise CrsError("EPSG:3857 does not measure: give a UTM zone")
    if srid is None and not x.size:
        return x, y
    east, north = _transformer(srid or metric_srid(x, y)).transform(x, y)
    return np.asarray(east), np.asarray(north)


def from_metric(x_m: npt.ArrayLike, y_m: npt.ArrayLike, srid: int) -> tuple[Floats, Floats]:
    """(lon, lat) in WGS-84 degrees of points in EPSG:`srid`: back from `to_metric`."""
    lon, lat = _transformer(srid).transform(x_m, y_m, direction="INVERSE")
    return np.asarray(lon), np.asarray(lat)


def to_ecef(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Floats:
    """(n, 3) metres from the earth's centre, of WGS-84 points on the ellipsoid; for a k-d tree with `chord_band`."""
    x, y = _pair(lon, lat)
    check_lonlat(x, y)
    longitude, latitude = np.radians(x), np.radians(y)
    vertical = GEOD.a / np.sqrt(1.0 - GEOD.es * np.sin(latitude) ** 2)
    return np.column_stack(
        (
            vertical * np.cos(latitude) * np.cos(longitude),
            vertical * np.cos(latitude) * np.sin(longitude),
            vertical * (1.0 - GEOD.es) * np.sin(latitude),
        )
    )


def chord_band(limit_m: float) -> tuple[float, float]:
    """Chord lengths (surely, possibly) for a geodesic limit: up to `surely` within it, beyond `possibly` outside.

    A chord is at most the geodesic s, and at least s - s^3 / (24 R^2) with R the least radius of curvature. Search
    a k-d tree of `to_ecef` points with `possibly`; pairs in between, a tenth of a millimetre at 5 km, need
    `geodesic_m`. Limits are inclusive. ValueError beyond MAX_LIMIT_M.
    """
    if not 0 < limit_m <= MAX_LIMIT_M:
        raise ValueError(f"a distance limit is more than 0 and at most {MAX_LIMIT_M:g} m, not {limit_m}")
    sagging = 1.01 * limit_m**3 / (24.0 * _LEAST_RADIUS_M**2)
    return limit_m - sagging - _NOISE_M, limit_m + _NOISE_M


def geodesic_m(
    lon: npt.ArrayLike, lat: npt.ArrayLike, other_lon: npt.ArrayLike, other_lat: npt.ArrayLike
) -> Floats:
    """Length of the shortest way on the WGS-84 ellipsoid (Karney 2013), metres; broadcasts."""
    ends = [np.asarray(values, dtype=float) for values in (lon, lat, other_lon, other_lat)]
    x, y, other_x, other_y = (values.copy() for values in np.broadcast_arrays(*ends))
    return np.asarray(GEOD.inv(x, y, other_x, other_y)[2])


def _pair(lon: npt.ArrayLike, lat: npt.ArrayLike) -> tuple[Floats, Floats]:
    x, y = np.atleast_1d(np.asarray(lon, dtype=float)), np.atleast_1d(np.asarray(lat, dtype=float))
    if x.shape != y.shape or x.ndim != 1:
        raise ValueError(f"lon and lat must be of one length: their shapes are {x.shape} and {y.shape}")
    return x, y


def _swapped(x: Floats, y: Floats, bounds: Bounds | None) -> Bools:
    if bounds is not None:
        return ~bounds.contain(x, y) & bounds.contain(y, x)
    return (np.abs(y) > 90) & (np.abs(y) <= 180) & (np.abs(x) <= 90)


@lru_cache(maxsize=64)
def _transformer(srid: int) -> Transformer:
    return Transformer.from_crs(STORAGE, srid, always_xy=True)
