"""A file in another datum than said is stopped as a whole, and the likely datum is named."""

import pytest
from django.core.management import CommandError

from geo.datum import convert
from stations.registry.models import Station
from tests.stations.exchange.cases import GOOD, problems, run

pytestmark = pytest.mark.usefixtures("ground")


@pytest.fixture
def many():
    """40 stations along the border of the districts, 100 m on either side, in WGS-84."""
    return [
        (121.5 + side * 0.001, 31.05 + 0.01 * n, "西区" if side < 0 else "东区")
        for n in range(20)
        for side in (-1, 1)
    ]


def rows_of(places):
    return [
        {**GOOD, "名称": f"站{n}", "经度": repr(float(lon)), "纬度": repr(float(lat)), "区": district}
        for n, (lon, lat, district) in enumerate(places)
    ]


@pytest.mark.parametrize("true_datum", ["gcj02", "bd09"])
def test_positions_in_another_datum_than_said_stop_the_import_and_it_is_named(
    write, many, true_datum, tmp_path
):
    moved = [(*convert(lon, lat, source="wgs84", target=true_datum), district) for lon, lat, district in many]
    path = write(*rows_of(moved))
    with pytest.raises(CommandError, match=f"likely in {true_datum.upper()}"):
        run(path, "--commit", "--rejects", str(tmp_path / "rejects.csv"))
    assert not Station.objects.exists()
    run(path, "--commit", datum=true_datum)
    assert Station.objects.count() == 40


def test_the_right_datum_is_not_stopped(write, many):
    assert problems(write(*rows_of(many))) == []


def test_four_misplaced_rows_are_only_row_errors(write, many):
    wrong = [(lon, lat, "东区" if district == "西区" else "西区") for lon, lat, district in many[:4]]
    assert [code for *_, code in problems(write(*rows_of(wrong + many[4:])))] == ["other_district"] * 4


def test_a_file_that_lies_elsewhere_in_every_datum_is_stopped(write):
    rows = rows_of([(116.4 + 0.01 * n, 39.9, "西区") for n in range(10)])
    with pytest.raises(CommandError, match="whichever datum"):
        run(write(*rows))
