"""Lists of stations as files, as a union's officer would make them."""

import csv
import io

import openpyxl

from stations.filing.annex2.export import template
from stations.filing.annex2.sheet import FIRST_ROW, HEADINGS_ROW

GOOD = {
    "推荐站点名称": "第一站", "地址": "测试路1号", "站点负责人": "某人", "负责人手机": "13900000009", "开放时间": "9:00-17:00",
    "站点区域面积（m²）": "3.5", "服务项目（结合站点实际填写）": "饮水供给、手机充电", "经度": "121.25", "纬度": "31.25",
}  # fmt: skip


def table(*rows: dict) -> bytes:
    """A CSV of rows whose headings are those of all of them."""
    text = io.StringIO()
    lines = csv.DictWriter(text, list(dict.fromkeys(heading for row in rows for heading in row)))
    lines.writeheader()
    lines.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def form(*rows: dict, head: dict | None = None) -> bytes:
    """Our form, downloaded and filled in below its example; `head` by the cell, such as {"C2": "西区总工会"}."""
    book = openpyxl.load_workbook(io.BytesIO(template()))
    sheet = book["备案表"]
    headings = {cell.value: cell.column for cell in sheet[HEADINGS_ROW]}
    for number, row in enumerate(rows, FIRST_ROW + 1):
        for heading, value in row.items():
            sheet.cell(number, headings[heading]).value = value
    for place, text in (head or {}).items():
        sheet[place] = text
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def corrected(content: bytes, changes: dict[str, dict]) -> bytes:
    """A file of rows to correct, with what an officer writes into it, by the name of the station."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    headings = next(row for row in sheet.iter_rows() if "推荐站点名称" in [cell.value for cell in row])
    columns = {cell.value: cell.column for cell in headings}
    for number in range(headings[0].row + 1, sheet.max_row + 1):
        name = sheet.cell(number, columns["推荐站点名称"]).value
        for heading, value in changes.get(name, {}).items():
            sheet.cell(number, columns[heading]).value = value
    done = io.BytesIO()
    book.save(done)
    return done.getvalue()
