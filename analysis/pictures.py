"""A coverage run's files as one picture: where the demand is, where the gap is, and at which hour of the week."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from geo.crs import metric_srid

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
INNER = 0.98  # of the demand is inside the frame; a stray cell in the sea would shrink the city


def coverage_picture(folder: Path, stem: str, *, title: str) -> Path:
    """Draw `stem`.gpkg and `stem`.csv (see `analysis.outputs`) of `folder` into `stem`.png."""
    cells = gpd.read_file(folder / f"{stem}.gpkg", layer="gap_by_cell")
    districts = gpd.read_file(folder / f"{stem}.gpkg", layer="districts")
    stations = gpd.read_file(folder / f"{stem}.gpkg", layer="stations")
    rows = pd.read_csv(folder / f"{stem}.csv")
    plane = metric_srid(rows["lon_wgs84"], rows["lat_wgs84"])
    cells, districts, stations = (one.to_crs(plane) for one in (cells, districts, stations))
    figure = Figure(figsize=(14, 9.5), layout="constrained")
    figure.suptitle(title)
    grid = figure.add_gridspec(2, 2, height_ratios=[3, 1])
    for column, (measure, words) in enumerate([("total_wh", "demand"), ("gap_wh", "gap (red: stations)")]):
        _map(figure.add_subplot(grid[0, column]), cells, districts, stations, measure, words)
    _hours(figure.add_subplot(grid[1, :]), rows)
    path = folder / f"{stem}.png"
    figure.savefig(path, dpi=110)
    return path


def _map(
    axes: Axes,
    cells: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame,
    stations: gpd.GeoDataFrame,
    measure: str,
    words: str,
) -> None:
    """Both maps share scale and frame, so that they can be compared; cells without any of it stay white."""
    top = float(cells["total_wh"].max())
    scale = LogNorm(min(float(cells["total_wh"].quantile(0.05)), top / 2), top)
    districts.boundary.plot(ax=axes, color="0.6", linewidth=0.6)
    shown = cells[cells[measure] > 0]
    if len(shown):
        shown.plot(measure, ax=axes, cmap="viridis_r", norm=scale, legend=True,
                   legend_kwds={"label": "worker-hours of a typical week, by H3 cell", "shrink": 0.7})  # fmt: skip
    if measure == "gap_wh":
        stations.plot(ax=axes, color="red", markersize=0.6)
    middle = cells.representative_point()
    axes.set_xlim(middle.x.quantile(1 - INNER) - 2000, middle.x.quantile(INNER) + 2000)
    axes.set_ylim(middle.y.quantile(1 - INNER) - 2000, middle.y.quantile(INNER) + 2000)
    axes.set_title(f"{words}: {cells[measure].sum():,.0f} worker-hours")
    axes.set_axis_off()


def _hours(axes: Axes, rows: pd.DataFrame) -> None:
    parts = ["open_wh", "unknown_wh", "gap_closed_wh", "gap_distance_wh"]
    week = rows.groupby("hour_of_week")[parts].sum().reindex(range(168), fill_value=0.0)
    axes.stackplot(
        week.index,
        week.to_numpy().T,
        labels=["open station near", "only unknown hours near", "gap: near ones closed", "gap: none near"],
        colors=["tab:green", "0.75", "tab:orange", "tab:red"],
        step="post",
    )
    axes.set_xlim(0, 168)
    axes.set_xticks(range(0, 168, 24), DAYS)
    axes.set_ylabel("worker-hours")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize="small", frameon=False, ncols=4)
