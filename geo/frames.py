"""Querysets -> GeoDataFrames that know their CRS."""

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.db.models import QuerySet

from geo.crs import STORAGE


def from_queryset(rows: QuerySet[Any], *columns: str, geometry: str) -> gpd.GeoDataFrame:
    """Read `columns` and the geometry (or geography) column of a queryset.

    Returns a GeoDataFrame in EPSG:4326 with one row per row of the queryset, the geometry column named `geometry`.
    """
    records = rows.annotate(_wkb=AsWKB(geometry)).values_list(*columns, "_wkb")
    table = pd.DataFrame.from_records(list(records), columns=[*columns, "_wkb"])
    shapes = shapely.from_wkb([bytes(wkb) for wkb in table.pop("_wkb")])
    return gpd.GeoDataFrame(table, geometry=shapes, crs=STORAGE)


def lonlat(frame: gpd.GeoDataFrame) -> npt.NDArray[np.float64]:
    """The points of a frame in EPSG:4326 as an array of shape (n, 2), degrees."""
    return shapely.get_coordinates(frame.geometry.values)
