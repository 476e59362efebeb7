"""The ground of imports, and files written for them."""

import csv

import pytest
from django.utils import translation


@pytest.fixture
def ground(west, east, west_union, east_union):
    """Two districts and their unions; messages in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def write(tmp_path):
    """`write({...}, {...})`: a CSV of rows whose headings are those of all of them."""

    def write_rows(*rows, name="stations.csv", encoding="utf-8-sig"):
        path = tmp_path / name
        headings = list(dict.fromkeys(heading for row in rows for heading in row))
        with path.open("w", encoding=encoding, newline="") as file:
            lines = csv.DictWriter(file, headings)
            lines.writeheader()
            lines.writerows(rows)
        return path

    return write_rows
