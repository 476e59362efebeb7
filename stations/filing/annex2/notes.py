"""The second sheet of the workbook: how every column is filled in."""

from collections.abc import Sequence

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from stations.filing.annex2.form import Column

BEFORE = (
    "1. 每个站点一行，从示例行的下一行开始填。示例行不会导入，可以删掉，也可以留着。",
    "2. 坐标系一定要选对。GCJ-02 与 WGS-84 在上海相差约 480 米，BD-09 相差约 1.1 公里，选错了整张表的站点都会偏。",
    "    高德、腾讯地图和手机导航上取的点：GCJ-02；百度地图：BD-09；GPS 设备、天地图：WGS-84。一张表只用一种。",
    "3. 上传后先试读，不写入任何数据：哪一张表、哪一行、哪一栏有什么问题、怎样改，一次全部列出。",
    "4. 没有问题的行可以先导入；有问题的行另存为一个文件交还，改好后再上传，不必重填其他行。",
    "5. 列的顺序可以变，也可以加自己的列（不会导入）；标题文字请不要改。",
)
HEADINGS = ("栏目", "是否必填", "怎样填", "例子")
WIDTHS = (30, 12, 78, 34)


def write_notes(sheet: Worksheet, columns: Sequence[Column]) -> None:
    number = 1
    for line in BEFORE:
        sheet.cell(number, 1, line).alignment = Alignment(vertical="top")
        number += 1
    number += 1
    for position, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True), 1):
        cell = sheet.cell(number, position, heading)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EFEA")
        sheet.column_dimensions[cell.column_letter].width = width
    for one in columns:
        number += 1
        for position, text in enumerate((one.heading, one.required, one.how, one.example), 1):
            cell = sheet.cell(number, position, text)
            cell.number_format, cell.alignment = "@", Alignment(vertical="top", wrap_text=True)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
