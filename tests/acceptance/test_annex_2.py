"""Annex 2 (附件 2), the filing form, by spreadsheet.

“各区、局（产业）工会汇总验收结果、统一推荐，填写《户外职工爱心接力站备案表》。该表格一式三份……”
A union's officer fills in the form's spreadsheet with 40 stations, 7 of them wrong, each in its own way.
"""

import io
import re
import zlib

import openpyxl
import pytest
from django.urls import reverse

from geo.datum import convert
from stations.filing.actions import edit_head, submit
from stations.filing.models import Filing, FilingItem, Upload
from stations.registry.models import Station
from tests.stations.filing.files import corrected, form

HEAD = {"C2": "西区总工会", "H2": "乙某", "C3": "b@example.org", "H3": "021-62345678", "C4": "WGS-84"}
HOURS = ("9:00-17:00", "周一至周五 上午9:00-下午5:00", "8:30-11:00,13:30-17:00", "24小时")


def row(number):
    return {
        "推荐站点名称": f"第{number}站", "地址": f"测试路{number}号", "站点负责人": "某人",
        "负责人手机": f"139000000{number:02d}",
        "开放时间": HOURS[number % len(HOURS)], "站点区域面积（m²）": "3.5", "服务项目（结合站点实际填写）": "饮水供给、手机充电",
        "计划完成时间": "2026年6月", "区": "西区", "经度": f"{121.42 + number / 500:.3f}", "纬度": "31.25",
        "设施": "空调、微波炉、饮水机", "创设载体": "银行", "载体名称": "某某银行",
    }  # fmt: skip


# number of the row: (what is wrong in it, the column that is named, words of what to do, and what puts it right)
WRONG = {
    3: ({"地址": ""}, "地址", "必填", {"地址": "测试路3号"}),
    8: ({"开放时间": "有空就开"}, "开放时间", "看不懂", {"开放时间": "9:00-17:00"}),
    13: ({"开放时间": "夏季8:00-18:00"}, "开放时间", "部分时间有效", {"开放时间": "8:00-18:00"}),
    18: ({"站点区域面积（m²）": "0"}, "站点区域面积", "必须大于 0", {"站点区域面积（m²）": "4"}),
    23: ({"经度": "121.7"}, "区", "该位置在东区", {"经度": "121.466"}),
    28: ({"推荐站点名称": "老站", "经度": "121.1", "纬度": "31.1001"}, "推荐站点名称", "是否就是", {"推荐站点名称": "新站"}),
    33: ({"负责人手机": "1390000"}, "负责人手机", "不是电话号码", {"负责人手机": "13900000033"}),
}  # fmt: skip


@pytest.fixture
def officer(bob, signed_in):
    return signed_in(bob)


@pytest.fixture
def draft(officer, west, east, east_union, make_station):
    """A filing that the officer of West's union began on the web; 老站 stands in the registry already."""
    make_station("老站", 121.1, 31.1)
    officer.post(reverse("filing:new"), {"kind": "new"})
    return Filing.objects.get()


def forty():
    return [{**row(number), **WRONG.get(number, ({},))[0]} for number in range(1, 41)]


def upload(officer, draft, content, datum="wgs84"):
    file = io.BytesIO(content)
    file.name = "备案表.xlsx"
    return officer.post(
        reverse("filing:upload", args=[draft.pk]), {"file": file, "datum": datum}, follow=True
    )


def test_forty_stations_by_spreadsheet_of_which_seven_are_wrong(officer, draft, bob):
    before = Station.objects.count()

    # the file is looked through: every fault with its row, its column and what to do; nothing is written
    page = upload(officer, draft, form(*forty(), head=HEAD))
    assert page.status_code == 200
    assert (page.context["good"], page.context["rejected"]) == (33, 7)
    told = {(fault["row"], fault["column"]): fault["told"] for fault in page.context["faults"]}
    assert len(told) == 7
    for number, (_, column, words, _) in WRONG.items():
        assert words in told[number + 7, column]
        assert words in page.content.decode()
    assert Station.objects.count() == before

    # the good rows go in without the bad
    kept = Upload.objects.get()
    page = officer.post(reverse("filing:upload-check", args=[draft.pk, kept.pk]), follow=True)
    assert FilingItem.objects.filter(filing=draft, station__status="planned").count() == 33
    assert page.context["rejected"] == 7

    # the bad ones come back as a file, are corrected and uploaded again
    answer = officer.get(reverse("filing:rejects", args=[draft.pk, kept.pk]))
    changes = {WRONG[n][0].get("推荐站点名称", f"第{n}站"): WRONG[n][3] for n in WRONG}
    page = upload(officer, draft, corrected(answer.content, changes))
    assert (page.context["good"], page.context["rejected"]) == (7, 0)
    officer.post(reverse("filing:upload-check", args=[draft.pk, Upload.objects.get().pk]))
    assert draft.items.count() == 40
    assert not Upload.objects.exists()
    assert set(
        Station.objects.filter(filing_items__filing=draft).values_list("district__name", "union__name")
    ) == {("西区", "西区总工会")}

    # complete, it is submitted, and is printed three times over as it was filed
    edit_head(filing=draft, by=bob, contact_name="乙某", contact_email="b@example.org", contact_phone="12351")
    submit(filing=draft, by=bob)
    pdf = officer.get(reverse("filing:pdf", args=[draft.pk]))
    assert pdf["Content-Type"] == "application/pdf"
    assert pages(pdf.content) % 3 == 0
    sheet = openpyxl.load_workbook(io.BytesIO(officer.get(reverse("filing:xlsx", args=[draft.pk])).content))[
        "备案表"
    ]
    assert sum(str(cell.value).isdigit() for cell in sheet["A"]) == 40


def test_a_file_in_another_datum_than_said_is_stopped_as_a_whole(officer, draft):
    """The positions are GCJ-02, 480 m off, and the officer says WGS-84: near the border of the districts it shows."""
    rows = []
    for number in range(1, 41):
        lon, lat = 121.499 if number % 2 else 121.501, 31.05 + number / 100
        lon, lat = convert(lon, lat, source="wgs84", target="gcj02")
        rows.append(
            {
                **row(number),
                "区": "西区" if number % 2 else "东区",
                "经度": repr(float(lon)),
                "纬度": repr(float(lat)),
            }
        )
    content = form(*rows, head={"C2": "西区总工会"})
    page = upload(officer, draft, content)
    assert page.status_code == 422
    assert "GCJ-02" in page.content.decode().replace("GCJ02", "GCJ-02")
    assert not Upload.objects.exists()
    assert not draft.items.exists()
    assert upload(officer, draft, content, "gcj02").context["good"] == 40


def test_the_form_is_offered_and_names_nobody(officer):
    book = openpyxl.load_workbook(io.BytesIO(officer.get(reverse("filing:template")).content))
    sheet = book["备案表"]
    headings = [re.sub(r"（.*", "", cell.value) for cell in sheet[6]]
    assert headings[:9] == [
        "序号", "推荐站点名称", "地址", "站点负责人", "负责人手机", "开放时间", "站点区域面积", "服务项目", "计划完成时间",
    ]  # fmt: skip
    assert {"经度", "纬度", "区", "设施", "创设载体", "载体名称", "类型"} <= set(headings)
    texts = str([[cell.value for cell in line] for line in sheet.iter_rows()])
    assert "bob" not in texts
    assert "西区总工会" not in texts
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize), sheet.freeze_panes) == (
        "landscape",
        9,
        "C7",
    )
    assert "13900000000" in [cell.value for cell in sheet["E"]]
    assert {cell.number_format for cell in sheet["E"][6:60]} == {"@"}
    chosen = {str(rule.sqref) for rule in sheet.data_validations.dataValidation}
    assert {"C4"} < chosen
    assert "填写说明" in book.sheetnames


def pages(pdf: bytes) -> int:
    """How many pages, from the page tree."""
    streams = [pdf]
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            streams.append(zlib.decompress(match[1]))
        except zlib.error:
            continue
    return max(int(count) for part in streams for count in re.findall(rb"/Count (\d+)", part))
