"""A heat run as files for other programs: every told number, with its parameters. They hold what the page holds, and no more."""

import codecs
import tempfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely

from analysis import heat_weeks
from analysis.disclosure import HIDDEN, WITHHELD
from analysis.heat import REACH_M
from analysis.heat_runs import OCCUPATIONS, HeatResult, heat_result
from analysis.models import AnalysisRun
from analysis.outputs import as_text
from geo.cells import boundaries, centres, to_hex
from geo.crs import STORAGE, from_metric, metric_srid

CELLS_AT_ONCE = 200


def csv(run: AnalysisRun) -> Iterator[bytes]:
    """A row for each cell, span and occupation that is told or hidden; UTF-8 with a BOM."""
    result = heat_result(run.pk)
    yield codecs.BOM_UTF8
    for start in range(0, max(len(result.cells), 1), CELLS_AT_ONCE):
        table = told_table(result, slice(start, start + CELLS_AT_ONCE))
        for name in ("first_day", "last_day"):
            table[name] = run.parameters[name]
        table["run"] = run.pk
        yield table.to_csv(index=False, header=start == 0, lineterminator="\r\n").encode()


def geopackage(run: AnalysisRun) -> bytes:
    """Layers in EPSG:4326: cells (whole week), surface (mean of the week's open hours, 400 m); tables told and about."""
    result = heat_result(run.pk)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "heat.gpkg"
        _cells(result).to_file(path, layer="cells", driver="GPKG", engine="pyogrio")
        _surface(result).to_file(path, layer="surface", driver="GPKG", engine="pyogrio")
        for name, table in (("told", told_table(result)), ("about", _about(run))):
            pyogrio.write_dataframe(table, path, layer=name, driver="GPKG")
        return path.read_bytes()


def told_table(result: HeatResult, rows: slice = slice(None)) -> pd.DataFrame:
    """Columns: cell, lon_wgs84, lat_wgs84, occupation (empty: all), days, from_hour, to_hour, check_ins_at_least,
    check_ins_at_most, open_station_hours, check_ins_per_open_hour.

    A hidden count has 1 and 9 and no rate. Times in which no station of the cell is known to be open have no row.
    """
    open_hours = result.open_hours()[rows]
    weeks = result.weeks
    parts = [_rows(weeks.spans[level][rows], open_hours, level, "") for level in range(len(heat_weeks.SPANS))]
    for column, code in enumerate(OCCUPATIONS):
        parts.append(_rows(weeks.of_week[rows][:, [column]], open_hours, 0, code))
        parts.append(_rows(weeks.of_block[rows][:, :, column], open_hours, 1, code))
    table = pd.concat(parts, ignore_index=True).sort_values("row", kind="stable", ignore_index=True)
    row = table.pop("row").to_numpy(int)
    cells = result.cells[rows]
    lon, lat = centres(cells)
    for place, (name, values) in enumerate(
        {
            "cell": np.array(to_hex(cells), object),
            "lon_wgs84": lon.round(6),
            "lat_wgs84": lat.round(6),
        }.items()
    ):
        table.insert(place, name, values[row])
    return table


def _rows(
    values: npt.NDArray[np.int64], open_hours: npt.NDArray[np.float64], level: int, occupation: str
) -> pd.DataFrame:
    hours = heat_weeks.by_tile(open_hours, level)
    row, tile = np.nonzero((values != WITHHELD) & (hours > 0))
    count, of = values[row, tile], hours[row, tile]
    different, which = np.unique(tile, return_inverse=True)
    words = pd.DataFrame(
        [heat_weeks.tile_words(level, one) for one in different.tolist()],
        columns=["days", "from_hour", "to_hour"],
    ).iloc[which]
    middle = np.where(count > 0, count + heat_weeks.MIDDLE_OF_TEN, 0.0)
    return pd.DataFrame(
        {
            "row": row,
            "occupation": occupation,
            **{name: words[name].to_numpy() for name in words},
            "check_ins_at_least": np.where(count == HIDDEN, 1, count),
            "check_ins_at_most": np.where(count > 0, count + 9, np.where(count == HIDDEN, 9, 0)),
            "open_station_hours": of,
            "check_ins_per_open_hour": np.where(count == HIDDEN, np.nan, (middle / of).round(4)),
        }
    )


def _cells(result: HeatResult) -> gpd.GeoDataFrame:
    week = told_table(result)
    whole = week[(week["days"] == "Mon-Sun") & (week["occupation"] == "")]
    table = pd.DataFrame(
        {
            "cell": to_hex(result.cells),
            "stations": np.bincount(result.stations["row"], minlength=len(result.cells)),
        }
    ).merge(whole[["cell", *whole.columns[-4:]]], on="cell", how="left")
    return gpd.GeoDataFrame(
        table, geometry=[shapely.Polygon(ring) for ring in boundaries(result.cells)], crs=STORAGE
    )


def _surface(result: HeatResult) -> gpd.GeoDataFrame:
    """Points with the mean rate of the hours in which a station in reach is open."""
    grid = result.surface(REACH_M)
    rate = result.rates().rate[result.stations["row"]]
    by_hour = grid.rates(rate, result.state == 1)
    open_hours = np.isfinite(by_hour).sum(axis=1)
    with np.errstate(invalid="ignore"):
        mean = np.nansum(by_hour, axis=1) / np.where(open_hours > 0, open_hours, np.nan)
    lon, lat = np.empty(0), np.empty(0)
    if len(grid.xy_m):
        x, y = grid.xy_m.T
        lon, lat = from_metric(x, y, metric_srid(result.stations["lon"], result.stations["lat"]))
    table = pd.DataFrame({"check_ins_per_open_hour": mean.round(4), "open_hours_a_week": open_hours})
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(lon, lat), crs=STORAGE)


def _about(run: AnalysisRun) -> pd.DataFrame:
    facts = {
        "run": run.pk,
        "finished_at": run.finished_at.isoformat(),
        **{f"parameter {name}": value for name, value in run.parameters.items()},
        "parameter surface_reach_m": REACH_M,
        **{f"input {name}": value for name, value in run.inputs.items()},
        **{f"total {name}": value for name, value in run.summary.items()},
    }
    return pd.DataFrame(
        {"name": list(facts), "value": [as_text(one) for one in facts.values()]}, dtype=object
    )
