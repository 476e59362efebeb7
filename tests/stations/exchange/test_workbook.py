"""XLSX is read as a stream: the same cells as openpyxl reads, and bounded whatever the file pretends."""

import io
import zipfile
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest

from stations.registry.exchange import workbook
from stations.registry.exchange.table import FileError
from stations.registry.exchange.workbook import MAX_COLUMNS, Workbook, cell_text
from tests.stations.exchange.test_import_hostile import repacked

SHEET = """<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}
</sheetData></worksheet>"""


def saved(book: openpyxl.Workbook) -> bytes:
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def with_shared_strings(strings: str, xml: str) -> bytes:
    """A workbook as spreadsheet programs write it, its texts in a part of their own."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    one = '<Relationship Id="{}" Type="' + office + '/{}" Target="{}"/>'
    parts = {
        "_rels/.rels": relations.format(one.format("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns:r="{office}"><sheets><sheet name="Sheet" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations.format(
            one.format("rId1", "worksheet", "/xl/worksheets/sheet1.xml")
            + one.format("rId2", "sharedStrings", "sharedStrings.xml")
        ),
        "xl/worksheets/sheet1.xml": SHEET.format(xml),
        "xl/sharedStrings.xml": strings,
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return packed.getvalue()


def sheet_of(xml: str) -> Workbook:
    return Workbook(repacked(saved(openpyxl.Workbook()), **{"sheet1.xml": SHEET.format(xml).encode()}))


def rows_of(xml: str) -> list:
    return list(sheet_of(xml).rows("Sheet"))


def test_every_kind_of_cell_reads_as_openpyxl_reads_it():
    values = [
        "text", "  两边有空格 ", "多\n行", "<&>\"'", "😀", 0, -3, 3.5, 1e300, 13900000001, True, False, date(2026, 3, 31),
        datetime.fromisoformat("2026-03-31 08:30"), time(9, 0), timedelta(hours=2), None, "end",
    ]  # fmt: skip
    for epoch in (openpyxl.utils.datetime.WINDOWS_EPOCH, openpyxl.utils.datetime.MAC_EPOCH):
        book = openpyxl.Workbook()
        book.epoch = epoch
        book.active.append(values)
        [read] = (next(openpyxl.load_workbook(io.BytesIO(saved(book)), read_only=True).active.iter_rows()),)
        [row] = Workbook(saved(book)).rows("Sheet")
        assert row.cells == tuple(cell_text(cell.value) for cell in read)


def test_rows_and_columns_keep_their_numbers():
    [first, second] = rows_of(
        '<row r="3"><c r="C3"><v>1</v></c></row><row r="900000"><c r="A900000"><v>2</v></c></row>'
    )
    assert (first.number, first.cells, second.number, second.cells) == (3, ("", "", "1"), 900_000, ("2",))


def test_a_row_far_below_costs_nothing():
    """Readers that walk through the rows between would never end."""
    [row] = rows_of('<row r="2147483647"><c r="A1"><v>2</v></c></row>')
    assert row.cells == ("2",)


def test_cells_and_rows_without_numbers_follow_each_other():
    rows = rows_of("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>")
    assert [(row.number, row.cells) for row in rows] == [(1, ("1", "2")), (2, ("3",))]


def test_how_a_text_is_spoken_is_no_part_of_it_and_rich_text_is_one():
    inline = '<row><c t="inlineStr"><is><r><t>静安</t></r><r><t>区</t></r><rPh sb="0" eb="1"><t>JA</t></rPh></is></c></row>'
    assert rows_of(inline)[0].cells == ("静安区",)


def test_texts_in_a_part_of_their_own():
    strings = (
        "<sst><si><t>名称</t></si><si><r><t>静</t></r><r><t>安</t></r><rPh><t>JA</t></rPh></si><si/></sst>"
    )
    cells = "".join(f'<c t="s"><v>{number}</v></c>' for number in (1, 0, 2, 1))
    [row] = Workbook(with_shared_strings(strings, f"<row>{cells}</row>")).rows("Sheet")
    assert row.cells == ("静安", "名称", "", "静安")


def test_what_xml_cannot_hold_is_unescaped():
    text = '<row><c t="inlineStr"><is><t>a_x000D_b_x005F_x0041_</t></is></c></row>'
    assert rows_of(text)[0].cells == ("a\rb_x0041_",)


def test_elements_with_a_prefix_are_the_same():
    xml = SHEET.format("<row><c><v>7</v></c></row>")
    xml = (
        xml.replace("<row", "<x:row")
        .replace("</row", "</x:row")
        .replace("<c>", "<x:c>")
        .replace("</c>", "</x:c>")
    )
    xml = xml.replace("<v>", "<x:v>").replace("</v>", "</x:v>").replace("xmlns=", "xmlns:x=")
    xml = (
        xml.replace("worksheet", "x:worksheet", 1)
        .replace("</worksheet", "</x:worksheet")
        .replace("sheetData", "x:sheetData")
    )
    book = Workbook(repacked(saved(openpyxl.Workbook()), **{"sheet1.xml": xml.encode()}))
    assert [row.cells for row in book.rows("Sheet")] == [("7",)]


def test_columns_far_to_the_right_are_not_read():
    [row] = rows_of('<row><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c><c r="ZZZZZZZZ1"><v>3</v></c></row>')
    assert row.cells == ("1",)
    assert len(row.cells) < MAX_COLUMNS


@pytest.mark.parametrize(
    ("cell", "text", "code"),
    [
        ("<c><f>1+1</f><v>2</v></c>", "=1+1", "formula"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A", "cell_error"),
        ("<c><v>" + "9" * 5000 + "</v></c>", "9" * 5000, "cell_error"),
    ],
)
def test_what_is_no_value_is_a_fault_of_its_cell(cell, text, code):
    [row] = rows_of(f"<row>{cell}</row>")
    assert row.cells == (text,)
    assert [(position, fault.code) for position, fault in row.faults] == [(0, code)]


def refused(make, reason: str) -> None:
    with pytest.raises(FileError) as error:
        list(make())
    assert error.value.code == reason


def test_a_tag_that_never_ends_is_refused():
    refused(lambda: rows_of(f'<row><c note="{"ab" * 900_000}"><v>1</v></c></row>'), "zip_bomb")
    refused(lambda: rows_of(f"<!--{'ab' * 900_000}-->"), "zip_bomb")


def test_a_text_longer_than_a_cell_is_refused():
    refused(lambda: rows_of(f'<row><c t="str"><v>{"ab" * 900_000}</v></c></row>'), "zip_bomb")


def test_one_sheet_named_a_thousand_times_is_counted_a_thousand_times(monkeypatch):
    monkeypatch.setattr(workbook, "MAX_TAGS", 50_000)
    book = openpyxl.Workbook()
    for _ in range(300):
        book.active.append([1])
    content = saved(book)
    xml = zipfile.ZipFile(io.BytesIO(content)).read("xl/workbook.xml").decode()
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1000))
    xml = xml[: xml.index("<sheets>") + 8] + sheets + xml[xml.index("</sheets>") :]
    read = Workbook(repacked(content, **{"workbook.xml": xml.encode()}))

    def all_rows():
        for name in read.sheets:
            yield from read.rows(name)

    refused(all_rows, "zip_bomb")
