"""H3 cells as the 64-bit numbers that the database keeps.

Resolution 9 (0.08 km2 at Shanghai, centres about 300 m apart) for analysis, 8 (0.56 km2, about 800 m) for publishing.
"""

from collections.abc import Iterable

import h3.api.numpy_int as h3
import numpy as np
import numpy.typing as npt

ANALYSIS_RESOLUTION = 9
PUBLISH_RESOLUTION = 8

Cells = npt.NDArray[np.int64]  # an H3 index has its highest bit clear, so it fits a signed bigint
Floats = npt.NDArray[np.float64]
Ring = list[tuple[float, float]]


def cells(lon: npt.ArrayLike, lat: npt.ArrayLike, resolution: int = ANALYSIS_RESOLUTION) -> Cells:
    """The cell of each WGS-84 point, int64 (n,). ValueError for a point that is not finite, naming the first."""
    x, y = np.atleast_1d(np.asarray(lon, dtype=float)), np.atleast_1d(np.asarray(lat, dtype=float))
    if x.shape != y.shape:
        raise ValueError(f"lon and lat differ in length: {x.shape} and {y.shape}")
    _check_resolution(resolution)
    bad = ~((np.abs(x) <= 180) & (np.abs(y) <= 90))
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise ValueError(f"point {first} is not in degrees: lon {x[first]}, lat {y[first]}")
    to_cell = h3.latlng_to_cell
    points = zip(y.tolist(), x.tolist(), strict=True)
    return np.fromiter((to_cell(*point, resolution) for point in points), dtype=np.int64, count=x.size)


def centres(cells: npt.ArrayLike) -> tuple[Floats, Floats]:
    """(lon, lat) of the cells' centres."""
    points = np.array([h3.cell_to_latlng(cell) for cell in _numbers(cells)], dtype=float).reshape(-1, 2)
    return points[:, 1].copy(), points[:, 0].copy()


def boundary(cell: int) -> Ring:
    """The cell's corners as (lon, lat), anticlockwise, the first not repeated."""
    return [(lon, lat) for lat, lon in h3.cell_to_boundary(_numbers(cell)[0])]


def boundaries(cells: npt.ArrayLike) -> list[Ring]:
    return [[(lon, lat) for lat, lon in h3.cell_to_boundary(cell)] for cell in _numbers(cells)]


def parents(cells: npt.ArrayLike, resolution: int = PUBLISH_RESOLUTION) -> Cells:
    """The cell of the coarser `resolution` that each cell belongs to; ValueError when it is finer."""
    _check_resolution(resolution)
    numbers = _numbers(cells)
    for number in numbers:
        if h3.get_resolution(number) < resolution:
            raise ValueError(
                f"cell {number:x} is of resolution {h3.get_resolution(number)}, coarser than {resolution}"
            )
    return np.array([h3.cell_to_parent(number, resolution) for number in numbers], dtype=np.int64)


def area_km2(cells: npt.ArrayLike) -> Floats:
    """Each cell's area on the sphere."""
    return np.array([h3.cell_area(cell, unit="km^2") for cell in _numbers(cells)], dtype=float)


def to_hex(cells: npt.ArrayLike) -> list[str]:
    """The usual hexadecimal spelling, such as 89309954b97ffff."""
    return [h3.int_to_str(cell) for cell in _numbers(cells)]


def from_hex(names: Iterable[str]) -> Cells:
    """ValueError for a name that is no H3 cell."""
    return np.array(_numbers([int(name, 16) for name in names]), dtype=np.int64)


def _numbers(cells: npt.ArrayLike) -> list[int]:
    """As Python ints; ValueError for a number that is no H3 cell."""
    numbers: list[int] = np.atleast_1d(np.asarray(cells, dtype=np.int64)).tolist()
    for number in numbers:
        if not h3.is_valid_cell(number):
            raise ValueError(f"{number:#x} is not an H3 cell")
    return numbers


def _check_resolution(resolution: int) -> None:
    if resolution not in range(16):
        raise ValueError(f"an H3 resolution is 0 to 15, not {resolution}")
