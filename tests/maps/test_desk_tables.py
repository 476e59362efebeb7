"""The desk's tables: filtered, sorted and leafed through by allow-listed parameters, and taken away as safe files."""

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest

from stations.registry.models import StationContact
from tests.conftest import manages


@pytest.fixture
def desk(alice, signed_in):
    """`desk("?q=...")`: the centre's list of stations."""
    client = signed_in(alice)

    def ask(query=""):
        return client.get(f"/desk/stations/{query}")

    return ask


def names(answer):
    return [row.record.name for row in answer.context["table"].paginated_rows]


def csv_rows(answer):
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def test_a_word_finds_name_address_host_and_nameplate(desk, make_station):
    make_station("甲站", address="南京路1号")
    make_station("乙站", nameplate_no="沪-9")
    make_station("丙站", host_name="某银行")
    assert names(desk("?q=南京")) == ["甲站"]
    assert names(desk("?q=沪-9")) == ["乙站"]
    assert names(desk("?q=银行 丙")) == ["丙站"]
    assert names(desk("?q=没有")) == []


def test_filters_narrow_the_list(desk, make_station, mona, bank_union):
    kept = make_station("甲站", kind="sanitation", host_kind="bank", hours_text="24/7", union=bank_union)
    other = make_station(
        "乙站", 121.75, status="suspended", facilities={"wifi": "broken"}, hours_text="closed"
    )
    manages(mona, kept)
    for query, wanted in {
        "district=310102": [other],
        f"union={bank_union.pk}": [kept],
        "kind=sanitation": [kept],
        "status=suspended": [other],
        "host_kind=bank": [kept],
        "open=on": [kept],
        "broken=on": [other],
        "unmanaged=on": [other],
    }.items():
        assert names(desk("?" + query)) == [one.name for one in wanted], query


def test_a_column_sorts_both_ways_and_ties_keep_one_order(desk, make_station):
    for name, area in (("甲", 5), ("乙", 9), ("丙", 7)):
        make_station(name, area_m2=area, nameplate_no=f"沪-{area}")
    assert names(desk("?sort=nameplate_no")) == ["甲", "丙", "乙"]
    assert names(desk("?sort=-nameplate_no")) == ["乙", "丙", "甲"]
    assert names(desk("?sort=status")) == ["甲", "乙", "丙"]  # alike: in the order of entry


@pytest.mark.parametrize(
    "query",
    [
        "sort=password", "sort=-union__appointments__user__password", "sort=%00", "sort=,,,", "sort=-", "page=0",
        "page=-5", "page=9999999999999999999999", "page=x", "district=%00", "q=%00", "q=" + "長" * 500,
        "union=99999999999999999999999", "union=-1", "status=stolen", "broken=maybe", "nonsense=1",
        "export=exe", "care=1;drop", "open=%F0%9F%98%80", "q='%22%3E%3Cscript%3E", "district=310101&district=310102",
    ],
)  # fmt: skip
def test_hostile_parameters_are_told_or_ignored(desk, make_station, query):
    make_station("甲站")
    answer = desk("?" + query)
    assert answer.status_code == 200
    assert b"<script>" not in answer.content.replace(b"<script src", b"")


def test_a_filter_that_is_not_understood_is_left_out_and_says_so(desk, make_station):
    make_station("甲站")
    answer = desk("?status=stolen")
    assert names(answer) == ["甲站"]
    assert "该筛选条件未生效" in answer.content.decode()


def test_pages_hold_fifty_rows_and_none_is_lost(desk, make_station):
    for number in range(51):
        make_station(f"站{number:02d}")
    first, second = names(desk()), names(desk("?page=2"))
    assert (len(first), len(second)) == (50, 1)
    assert len({*first, *second}) == 51


def test_files_hold_all_rows_that_fit_in_the_same_order(desk, make_station):
    for number in range(60):
        make_station(f"站{number:02d}", area_m2=3, services=["water"], facilities={"wifi": "broken"})
    make_station("别的")
    query = "?q=站&district=310101&sort=-name&export="
    rows = csv_rows(desk(query + "csv"))
    assert [row["名称"] for row in rows][:2] == ["站59", "站58"]
    assert len(rows) == 60
    assert rows[0]["服务项目"] == "饮水"
    assert rows[0]["损坏"] == "免费 Wi-Fi 2026-03-01"
    sheet = openpyxl.load_workbook(BytesIO(desk(query + "xlsx").content)).active
    assert sheet.max_row == 61
    headings = [cell.value for cell in sheet[1]]
    assert sheet[2][headings.index("面积（m²）")].value == 3


def test_no_cell_of_a_file_starts_like_a_formula(desk, make_station):
    make_station('=HYPERLINK("http://bad")', address="@SUM(1)", host_name="+1", hours_text="")
    [row] = csv_rows(desk("?export=csv"))
    assert row["名称"] == '\'=HYPERLINK("http://bad")'
    assert row["地址"] == "'@SUM(1)"
    sheet = openpyxl.load_workbook(BytesIO(desk("?export=xlsx").content)).active
    assert "f" not in {cell.data_type for cell in sheet[2]}
    assert sheet["A2"].value.startswith("'=")


def test_a_file_tells_no_private_number(desk, make_station):
    StationContact.objects.create(station=make_station(), manager_name="甲某", mobile="13900000001")
    body = b"".join(desk("?export=csv")).decode()
    assert "13900000001" not in body
    assert "甲某" not in body
