"""Hostile text in every text of every row: every page, file and answer of the matrix shows it as text."""

import csv
import io
import zipfile

import openpyxl
import pytest

from tests.access.poison import poison
from tests.access.rows import Row, all_rows
from tests.access.who import NEW, READERS, WORLDS
from tests.hostile import FORMULA, Page

pytestmark = pytest.mark.django_db
READ = [row for row in all_rows() if "get" in row.deeds]


@pytest.fixture(scope="module")
def poisoned(matrix):
    """The matrix, and which fields were poisoned."""
    return matrix, poison()


def test_the_texts_of_stations_people_filings_and_lists_are_attacks(poisoned):
    _, fields = poisoned
    assert len(fields) > 30
    for one in ("Station.name", "User.name", "Filing.note", "FieldChange.after", "FilingItem.filed", "CareDrive.name",
                "Photo.caption", "TradeUnion.name", "FacilityType.name_zh", "TemporaryClosure.reason"):  # fmt: skip
        assert one in fields


@pytest.mark.parametrize("row", READ, ids=str)
def test_they_are_text_wherever_a_row_is_read(poisoned, row: Row):
    matrix, _ = poisoned
    for reader, world in allowed(row):
        answer = matrix.clients[reader].get(matrix.path(row, world))
        assert answer.status_code < 500, (reader, world)
        assert faults_of(answer) == [], (reader, world)


def test_the_same_pages_without_escaping_are_seen_to_run(poisoned, monkeypatch):
    matrix, _ = poisoned
    monkeypatch.setattr("django.template.base.conditional_escape", str)
    for path in ("/stations/", "/desk/stations/", "/desk/people/"):
        assert faults_of(matrix.clients["alice"].get(path)), path


def test_the_same_files_without_neutralising_are_seen_to_hold_formulas(poisoned, monkeypatch):
    matrix, _ = poisoned
    monkeypatch.setattr("stations.spreadsheets.neutralised", str)
    for kind in ("csv", "xlsx"):
        assert faults_of(matrix.clients["alice"].get("/desk/stations/", {"export": kind})), kind


def allowed(row: Row) -> list[tuple[str, str]]:
    """For each world the mightiest readers, and the least of those who may."""
    names = [name for name in READERS if name != NEW]
    who = row.deeds["get"].who
    found = []
    for world in WORLDS:
        may = [name for name in names if (name, world) in who]
        found += [(name, world) for name in dict.fromkeys([*may[:1], *may[-2:]])]
    return found


def faults_of(answer) -> list[str]:
    """What would run, by the kind of the answer."""
    kind = answer.get("Content-Type", "")
    body = b"".join(answer) if answer.streaming else answer.content
    heads = [name for name in answer.headers if name.lower().startswith("x-injected")]
    if kind.startswith("text/html"):
        return heads + Page(body.decode()).faults
    if kind.startswith("text/csv"):
        rows = csv.reader(io.StringIO(body.decode("utf-8-sig")))
        return heads + [cell for row in rows for cell in row if cell.startswith(FORMULA)]
    if "spreadsheetml" in kind:
        return heads + formulas(body)
    if "application/pdf" in kind:
        return heads + ([] if body.startswith(b"%PDF-") else ["no PDF"])
    return heads


def formulas(body: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        odd = [one for one in archive.namelist() if "external" in one.lower() or "macro" in one.lower()]
    book = openpyxl.load_workbook(io.BytesIO(body))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    return odd + [
        f"{cell.coordinate}: {cell.value}"
        for cell in cells
        if cell.data_type == "f" or (isinstance(cell.value, str) and cell.value.startswith(FORMULA))
    ]
