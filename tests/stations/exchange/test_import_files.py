"""Files that are no table, too large, or hold several: one clear error."""

import openpyxl
import pytest

from stations.registry.exchange.reading import read_table
from stations.registry.exchange.table import FileError
from stations.registry.models import Station
from tests.stations.exchange.cases import GOOD, run

pytestmark = pytest.mark.usefixtures("ground")


def test_a_sheet_must_be_named_when_several_hold_tables(tmp_path):
    book = openpyxl.Workbook()
    for title, name in (("一", "第一站"), ("二", "第二站")):
        sheet = book.create_sheet(title)
        sheet.append(list(GOOD))
        sheet.append([name, *list(GOOD.values())[1:]])
    path = tmp_path / "two.xlsx"
    book.save(path)
    with pytest.raises(FileError, match="一、二"):
        read_table(path)
    with pytest.raises(FileError, match="no sheet"):
        read_table(path, sheet="三")
    run(path, "--commit", "--sheet", "二")
    assert Station.objects.get().name == "第二站"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no_headings"),
        (b"hello\nworld\n", "no_headings"),
        ("名称,地址,经度,纬度\n".encode(), "no_rows"),
        ("名称,地址,经度\na,b,c\n".encode(), "missing_columns"),
        ("名称,name,地址,经度,纬度\na,b,c,1,2\n".encode(), "column_twice"),
        (b"\xff\xfe\x00\x01\x02", "encoding"),
        ("名称,地址,经度,纬度\n".encode("utf-16"), "encoding"),
        ("名称,地址,经度,纬度\n".encode() + b"\0\0\0", "encoding"),
        (b"," * 300, "too_many_columns"),
    ],
)
def test_a_csv_that_is_no_table_is_one_clear_error(tmp_path, content, code):
    path = tmp_path / "odd.csv"
    path.write_bytes(content)
    with pytest.raises(FileError) as refused:
        read_table(path)
    assert refused.value.code == code


def test_a_missing_file_and_a_strange_kind(tmp_path):
    for name, code in (("none.csv", "missing_file"), ("stations.pdf", "kind")):
        with pytest.raises(FileError) as refused:
            read_table(tmp_path / name)
        assert refused.value.code == code


def test_too_many_rows_and_too_many_bytes(tmp_path):
    path = tmp_path / "big.csv"
    path.write_text("名称,地址,经度,纬度\n" + "a,b,121.25,31.25\n" * 20_001)
    with pytest.raises(FileError, match="more than 20000 rows"):
        read_table(path)
    path.write_bytes(b"a" * (20 * 1024 * 1024 + 1))
    with pytest.raises(FileError, match="split it"):
        read_table(path)
