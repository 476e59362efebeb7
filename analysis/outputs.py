"""A coverage run as files for other programs: GeoPackage and CSV. Aggregates only; no row is a person's.

Field names are English and at most 31 characters; worker-hours end in `_wh`, metres in `_m`.
"""

import codecs
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import shapely

from analysis.models import AnalysisRun
from analysis.results import MEASURES, CoverageResult, coverage_result, shares
from analysis.runs import load_stations
from geo.cells import boundaries, centres, to_hex
from geo.crs import STORAGE
from geo.frames import from_queryset
from geo.models import District
from stations.formulas import neutralised
from stations.registry.models import Station

SHORT = {name: name.replace("_worker_hours", "_wh").replace("worker_hours", "total_wh") for name in MEASURES}
CSV_ROWS_AT_ONCE = 20_000
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def csv(run: AnalysisRun) -> Iterator[bytes]:
    """By cell, hour, district and occupation, in pieces; UTF-8 with a BOM, no cell starts like a formula.

    A run over every data set has over a million rows: as one text it would take some hundred megabytes of memory.
    """
    result = coverage_result(run.pk)
    names = dict(District.objects.values_list("code", "name"))
    cells, (lon, lat) = np.array(to_hex(result.cells)), centres(result.cells)
    yield codecs.BOM_UTF8
    for start in range(0, max(len(result.rows), 1), CSV_ROWS_AT_ONCE):
        rows = result.rows.iloc[start : start + CSV_ROWS_AT_ONCE]
        position = rows["position"].to_numpy()
        table = pd.DataFrame(
            {
                "cell": cells[position],
                "lon_wgs84": lon[position].round(6),
                "lat_wgs84": lat[position].round(6),
                "district_code": rows["district"].astype(str),
                "district": rows["district"].astype(str).map(names).fillna("").map(neutralised),
                "occupation": rows["occupation"].astype(str),
                "hour_of_week": rows["hour_of_week"],
                "weekday": np.array(WEEKDAYS)[rows["hour_of_week"] // 24],
                "hour": rows["hour_of_week"] % 24,
                **{SHORT[name]: rows[name].round(4) for name in MEASURES},
                "cause": rows["cause"].astype(str),
                "nearest_station_m": rows["nearest_station_m"].round(1),
                "nearest_open_m": rows["nearest_open_m"].round(1),
            }
        )
        yield table.to_csv(index=False, header=start == 0, lineterminator="\r\n").encode()


def geopackage(run: AnalysisRun) -> bytes:
    """Layers in EPSG:4326: gap_by_cell and usage_by_cell (whole week), districts, stations (as now), about (a table)."""
    result = coverage_result(run.pk)
    layers = {
        "gap_by_cell": _gap_by_cell(result),
        "usage_by_cell": _usage_by_cell(result),
        "districts": _districts(result),
        "stations": _stations(run),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.gpkg"
        for name, layer in layers.items():
            layer.to_file(path, layer=name, driver="GPKG", engine="pyogrio")
        _write_about(path, run)
        return path.read_bytes()


def district_table(result: CoverageResult, *, hour: int | None = None, occupation: str = "") -> pd.DataFrame:
    """`code`, `name`, `name_en`, the measures and `reach_share`, `open_share`, `unknown_share`, `gap_share`."""
    names = pd.DataFrame(
        list(District.objects.values_list("code", "name", "name_en")), columns=["code", "name", "name_en"]
    )
    measures = result.by_district(hour=hour, occupation=occupation).rename(columns={"district": "code"})
    table = names.merge(measures.astype({"code": object}), on="code")
    rows = [shares({name: row[name] for name in MEASURES}) for _, row in table.iterrows()]
    return table.join(pd.DataFrame(rows, index=table.index, dtype=float))


def _gap_by_cell(result: CoverageResult) -> gpd.GeoDataFrame:
    week = result.by_cell()
    gap = result.rows["gap_closed_worker_hours"] + result.rows["gap_distance_worker_hours"]
    by_hour = gap.groupby([result.rows["position"], result.rows["hour_of_week"]]).sum()
    worst = by_hour[by_hour > 0].groupby(level=0).idxmax().map(lambda one: one[1])
    week["gap_wh"] = week["gap_closed_worker_hours"] + week["gap_distance_worker_hours"]
    week["worst_hour_of_week"] = worst.reindex(week["position"]).astype("Int64").to_numpy()
    week["nearest_open_best_hour_m"] = week.pop("nearest_open_m")
    return _polygons(result.cells, week.rename(columns=SHORT))


def _usage_by_cell(result: CoverageResult) -> gpd.GeoDataFrame:
    return _polygons(result.usage_cells, result.usage_by_cell())


def _polygons(cells: npt.NDArray[np.int64], table: pd.DataFrame) -> gpd.GeoDataFrame:
    chosen = cells[table.pop("position")]
    table.insert(0, "cell", to_hex(chosen))
    return gpd.GeoDataFrame(
        table, geometry=[shapely.Polygon(ring) for ring in boundaries(chosen)], crs=STORAGE
    )


def _districts(result: CoverageResult) -> gpd.GeoDataFrame:
    outlines = from_queryset(District.objects.all(), "code", geometry="outline")
    joined = outlines.merge(district_table(result), on="code")
    return gpd.GeoDataFrame(joined.rename(columns=SHORT), geometry="geometry", crs=STORAGE)


def _stations(run: AnalysisRun) -> gpd.GeoDataFrame:
    """Public stations as they are now; open hours by the run's rule."""
    stations = load_stations(min_open_minutes=run.parameters["min_open_minutes"])
    named = from_queryset(
        Station.objects.public().order_by("pk"), "pk", "name", "hours_text", geometry="point"
    )
    known = pd.Series(stations.hours.min(axis=1, initial=1) >= 0, index=stations.table["station"])
    count = pd.Series((stations.hours == 1).sum(axis=1), index=stations.table["station"])
    named["open_hours_a_week"] = count.where(known).reindex(named["pk"]).astype("Int64").to_numpy()
    return named.rename(columns={"pk": "station"})


def _write_about(path: Path, run: AnalysisRun) -> None:
    """A table without geometry: what was asked, of what, when."""
    facts: dict[str, Any] = {
        "run": run.pk,
        "finished_at": run.finished_at.isoformat(),
        **{f"parameter {name}": value for name, value in run.parameters.items()},
        **{f"input {name}": value for name, value in run.inputs.items()},
        **{f"total {name}": value for name, value in run.summary["total"].items()},
    }
    about = pd.DataFrame(
        {"name": list(facts), "value": [as_text(value) for value in facts.values()]}, dtype=object
    )
    pyogrio.write_dataframe(about, path, layer="about", driver="GPKG")


def as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
