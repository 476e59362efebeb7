"""Tables of stations into CSV, XLSX and GeoJSON files; the same headings and words that `reading` reads."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import openpyxl

from geo.datum import convert
from stations.registry import words
from stations.registry.exchange.importing import Plan
from stations.registry.exchange.table import FileError
from stations.registry.models import Facility, Station, StationQuerySet
from stations.registry.rules import Problem
from stations.registry.wording import told
from stations.spreadsheets import cell_text, text_cell

DECIMALS = 8  # of a degree: a millimetre


def export_stations(path: Path, stations: StationQuerySet, *, datum: str, contacts: bool = False) -> int:
    """Write `stations` to a .csv, .xlsx or .geojson file with positions in `datum`; the number written.

    Annex 2's person in charge and mobile number only with `contacts`.
    """
    columns = [
        column
        for column in words.COLUMNS
        if column != "errors" and (contacts or column not in words.CONTACT_COLUMNS)
    ]
    found = list(
        stations.select_related("district", "union", "contact")
        .prefetch_related("facilities__type")
        .order_by("pk")
    )
    lon, lat = convert(
        np.array([one.point.x for one in found]),
        np.array([one.point.y for one in found]),
        source="wgs84",
        target=datum,
    )
    rows = [
        station_cells(one, round(float(x), DECIMALS), round(float(y), DECIMALS))
        for one, x, y in zip(found, np.asarray(lon), np.asarray(lat), strict=True)
    ]
    if path.suffix.lower() in (".geojson", ".json"):
        _write_geojson(path, columns, rows, datum)
    else:
        headings = [words.heading_of(column) for column in columns]
        write_table(path, headings, ([row[column] for column in columns] for row in rows))
    return len(rows)


def write_rejects(path: Path, plan: Plan) -> None:
    """The rejected rows as they were, with a column of what to do: to be corrected and imported again."""
    table = plan.table
    heading = words.heading_of("errors")
    kept = [position for position, column in enumerate(table.columns) if column != "errors"]
    headings = [table.headings[position] for position in kept]
    rows = (
        [*(one.row.cells[position] for position in kept), "\n".join(map(described, one.problems))]
        for one in plan.rejected
    )
    write_table(path, [*headings, heading], rows)


def described(problem: Problem) -> str:
    """One fault as a person reads it, its column first."""
    return f"{words.heading_of(problem.column)} ({problem.column}): {told(problem.error)}"


def write_table(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A .csv (UTF-8 with BOM, as spreadsheets want it) or .xlsx of text cells; no cell starts like a formula."""
    suffix = path.suffix.lower()
    lines = ([cell_text(cell) for cell in row] for row in [headings, *rows])
    if suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(lines)
    elif suffix == ".xlsx":
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("stations")
        for line in lines:
            sheet.append([text_cell(sheet, cell) for cell in line])
        book.save(path)
    else:
        raise FileError("kind", name=path.name)


def _write_geojson(path: Path, columns: list[str], rows: list[dict[str, str]], datum: str) -> None:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [float(row["lon"]), float(row["lat"])]},
            "properties": {column: row[column] for column in columns if column not in ("lon", "lat")},
        }
        for row in rows
    ]
    collection = {"type": "FeatureCollection", "datum": datum, "features": features}
    path.write_text(json.dumps(collection, ensure_ascii=False, indent=1), encoding="utf-8")


def station_cells(station: Station, lon: float, lat: float) -> dict[str, str]:
    """The text of every column, as `rules.read_row` reads it back."""
    contact = getattr(station, "contact", None)
    return {
        "nameplate_no": station.nameplate_no or "",
        "name": station.name,
        "kind": words.KINDS[station.kind][0],
        "status": words.STATUSES[station.status][0],
        "address": station.address,
        "district": station.district.name,
        "lon": repr(lon),
        "lat": repr(lat),
        "union": station.union.name,
        "host_kind": words.HOST_KINDS[station.host_kind][0],
        "host_name": station.host_name,
        "manager_name": contact.manager_name if contact else "",
        "mobile": contact.mobile if contact else "",
        "public_phone": station.public_phone,
        "hours": station.hours_text,
        "area_m2": "" if station.area_m2 is None else str(station.area_m2),
        "services": "、".join(words.SERVICES[code][0] for code in station.services),
        "facilities": "、".join(map(_facility, station.facilities.all())),
        "planned_completion": station.planned_completion.isoformat() if station.planned_completion else "",
    }


def _facility(facility: Facility) -> str:
    """By its Chinese name, or by its code where the name holds a sign that separates names."""
    name = facility.type.name_zh
    name = facility.type_id if set(name) & set("、,，;；|") else name
    if facility.condition == "working":
        return name
    since = f" {facility.broken_since}" if facility.broken_since else ""
    return f"{name}（{words.CONDITIONS[facility.condition][0]}{since}）"
