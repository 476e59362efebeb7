"""Where the made-up city is busy: hubs in every district, denser towards the middle."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo import frames
from geo.crs import geodesic_m
from geo.models import District

Floats = npt.NDArray[np.float64]
CENTRE = (121.4737, 31.2304)  # People's Square, WGS-84
HUBS = 260
METRES_PER_DEGREE_NORTH = 110_900.0
METRES_PER_DEGREE_EAST = 95_300.0  # at 31.23 N; good enough for scattering made-up points


@dataclass(frozen=True)
class City:
    """`districts` in EPSG:4326 with `id` and `name`; `hubs` (n, 2) WGS-84 degrees and how busy each is (sums to 1)."""

    districts: gpd.GeoDataFrame
    hubs: Floats
    busy: Floats

    def scatter(
        self, rng: np.random.Generator, hubs: npt.NDArray[np.int64], sigma_m: Floats | float
    ) -> Floats:
        """One point round each hub given by index, normally scattered by `sigma_m`: (n, 2) degrees."""
        offset = rng.normal(size=(len(hubs), 2)) * np.reshape(sigma_m, (-1, 1) if np.ndim(sigma_m) else ())
        return self.hubs[hubs] + offset / (METRES_PER_DEGREE_EAST, METRES_PER_DEGREE_NORTH)

    def district_rows(self, lonlat: Floats) -> npt.NDArray[np.int64]:
        """Row of `districts` that covers each point, -1 outside all."""
        rows = np.full(len(lonlat), -1, np.int64)
        points = shapely.points(lonlat)
        for row, outline in enumerate(self.districts.geometry):
            shapely.prepare(outline)
            rows[shapely.covers(outline, points)] = row
        return rows


def lay_out(rng: np.random.Generator) -> City:
    """Scatter as many hubs over each district that is loaded; the nearer to the centre, the busier."""
    districts = frames.from_queryset(District.objects.order_by("code"), "id", "name", geometry="outline")
    candidates = _inside(rng, districts)
    hubs = np.vstack(
        [_hubs(rng, candidates[rows], HUBS // len(districts)) for rows in _by_district(candidates, districts)]
    )
    busy = rng.gamma(2.0, size=len(hubs)) * (np.exp(-_km_from_centre(hubs) / 20) + 0.15)
    return City(districts, hubs, busy / busy.sum())


def _inside(rng: np.random.Generator, districts: gpd.GeoDataFrame) -> Floats:
    west, south, east, north = districts.total_bounds
    candidates = np.column_stack([rng.uniform(west, east, 60_000), rng.uniform(south, north, 60_000)])
    return candidates[shapely.contains_xy(districts.union_all(), candidates[:, 0], candidates[:, 1])]


def _by_district(points: Floats, districts: gpd.GeoDataFrame) -> list[npt.NDArray[np.bool_]]:
    return [shapely.contains_xy(outline, points[:, 0], points[:, 1]) for outline in districts.geometry]


def _hubs(rng: np.random.Generator, candidates: Floats, count: int) -> Floats:
    """Some of a district's places, rather those towards the centre of the city."""
    pull = np.exp(-_km_from_centre(candidates) / 8)
    return candidates[
        rng.choice(len(candidates), min(count, len(candidates)), replace=False, p=pull / pull.sum())
    ]


def _km_from_centre(lonlat: Floats) -> Floats:
    return geodesic_m(lonlat[:, 0], lonlat[:, 1], *CENTRE) / 1000
