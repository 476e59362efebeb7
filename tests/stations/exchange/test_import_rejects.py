"""The good rows without the bad: what is rejected comes back in a file, and nothing is half-written."""

import pytest
from django.core.management import CommandError
from django.db import IntegrityError, connection, transaction

from stations.registry.exchange.reading import read_table
from stations.registry.management.commands import import_stations
from stations.registry.models import FacilityType, Station
from tests.stations.exchange.cases import GOOD, run

pytestmark = pytest.mark.usefixtures("ground")


def test_commit_with_faults_needs_a_place_for_the_rejected_rows(write):
    path = write(GOOD, {**GOOD, "名称": ""})
    with pytest.raises(CommandError, match="--rejects"):
        run(path, "--commit")
    assert not Station.objects.exists()


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_rejected_rows_can_be_corrected_and_imported_again(write, tmp_path, suffix):
    path = write(
        GOOD,
        {**GOOD, "名称": "第二站", "面积": "-1", "备注": "=1+1"},
        {**GOOD, "名称": "第三站", "经度": "121.2501"},
    )
    rejects = tmp_path / f"rejects{suffix}"
    run(path, "--commit", "--rejects", str(rejects))
    assert set(Station.objects.values_list("name", flat=True)) == {"第一站", "第三站"}
    table = read_table(rejects)
    assert table.headings == ("名称", "地址", "经度", "纬度", "推荐单位", "面积", "备注", "问题")
    [row] = table.rows
    assert row.cells[:7] == ("第二站", "测试路1号", "121.25", "31.25", "西区总工会", "-1", "=1+1")
    assert "more than 0" in row.cells[7]
    corrected = write(
        dict(zip(table.headings, [*row.cells[:5], "3", *row.cells[6:]], strict=True)), name="corrected.csv"
    )
    run(corrected, "--commit")
    assert Station.objects.filter(name="第二站").exists()


def test_the_reject_file_is_never_the_file_itself(write):
    path = write({**GOOD, "名称": ""})
    before = path.read_bytes()
    with pytest.raises(CommandError, match="itself"):
        run(path, "--rejects", str(path))
    assert path.read_bytes() == before


def test_an_unwritable_reject_file_imports_nothing(write, tmp_path):
    with pytest.raises(CommandError, match="Nothing was imported"):
        run(write(GOOD, {**GOOD, "名称": ""}), "--commit", "--rejects", str(tmp_path / "no" / "rejects.csv"))
    assert not Station.objects.exists()


@transaction.atomic
def run_and_check(path):
    run(path, "--commit")
    connection.check_constraints()


def test_a_failure_in_the_middle_writes_nothing(write, monkeypatch):
    """The facility's type vanishes between plan and write: the stations written before it go too."""
    path = write({**GOOD, "设施": "空调"}, {**GOOD, "名称": "第二站"})
    real = import_stations.write_stations

    def write_after_losing_a_type(plan):
        FacilityType.objects.filter(code="aircon").delete()
        return real(plan)

    monkeypatch.setattr(import_stations, "write_stations", write_after_losing_a_type)
    with pytest.raises(IntegrityError):
        run_and_check(path)
    assert not Station.objects.exists()


def test_a_number_taken_between_reading_and_writing_is_told_and_nothing_is_written(
    write, monkeypatch, make_station
):
    path = write({**GOOD, "铭牌编号": "P-1"}, {**GOOD, "名称": "第二站"})
    real = import_stations.write_stations

    def write_after_somebody_else(plan):
        make_station("faster", 121.1, nameplate_no="P-1")
        return real(plan)

    monkeypatch.setattr(import_stations, "write_stations", write_after_somebody_else)
    with pytest.raises(CommandError, match="run it again"):
        run(path, "--commit")
    assert not Station.objects.exists()
