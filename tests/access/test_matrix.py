"""Every address x every reader x own and other objects x every method. See `tests.access` for how to add a row."""

from collections import defaultdict

import pytest

from tests.access.matrix import routes
from tests.access.rows import all_rows

pytestmark = pytest.mark.django_db
ROWS = all_rows()
FAULTS_TOLD = 40


def test_every_address_has_a_row_and_every_row_an_address():
    named = {one.route for one in ROWS}
    known = set(routes())
    assert known - named == set(), "These addresses have no row: see tests/access/__init__.py."
    assert named - known == set(), "These rows have no address."


def test_no_row_stands_twice():
    assert len({str(one) for one in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_reader_gets_what_is_theirs(matrix, row):
    declared = defaultdict(set)
    for one in ROWS:
        declared[one.route] |= set(one.deeds)
    faults = list(matrix.faults(row, declared[row.route]))
    if faults:
        pytest.fail(f"{len(faults)} faults\n" + "\n".join(faults[:FAULTS_TOLD]), pytrace=False)
