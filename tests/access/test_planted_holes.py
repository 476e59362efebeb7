"""The matrix sees what it is for: each hole of `holes.py` is planted in the running code, and has to be caught.

python -m pytest tests/access/test_planted_holes.py -q        says how many were planted and how many caught
"""

from collections import defaultdict

import pytest

from tests.access.holes import HOLES
from tests.access.matrix import Matrix
from tests.access.rows import Row, all_rows

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LEAST = 25


def first_fault(matrix: Matrix, rows: list[Row]) -> str | None:
    """The first thing that is not as the rows say."""
    declared = defaultdict(set)
    for one in all_rows():
        declared[one.route] |= set(one.deeds)
    return next((fault for row in rows for fault in matrix.faults(row, declared[row.route])), None)


def test_every_planted_hole_is_caught(matrix, capsys):
    caught: dict[str, str] = {}
    for hole in HOLES:
        rows = [row for row in all_rows() if f"{row} ".startswith(hole.where)]
        assert rows, f"{hole.name}: no row begins like this"
        with hole.planted():
            fault = first_fault(matrix, rows)
        if fault:
            caught[hole.name] = fault
    with capsys.disabled():
        print(f"\n{len(HOLES)} planted holes, {len(caught)} caught")  # noqa: T201
    assert [hole.name for hole in HOLES if hole.name not in caught] == [], caught
    assert len(HOLES) >= LEAST
