"""The faults of rows: each told by its row and column, all of them at once, and what to do."""

import openpyxl
import pytest

from stations.registry.exchange.importing import plan_import
from stations.registry.exchange.reading import read_table
from tests.stations.exchange.cases import GOOD, TODAY, problems, run

pytestmark = pytest.mark.usefixtures("ground")


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"名称": ""}, "name", "required"),
        ({"名称": "站" * 81}, "name", "too_long"),
        ({"名称": "a\x07b"}, "name", "control"),
        ({"地址": " "}, "address", "required"),
        ({"经度": ""}, "lon", "required"),
        ({"纬度": "north"}, "lat", "coordinate"),
        ({"经度": "NaN"}, "lon", "coordinate"),
        ({"经度": "Infinity"}, "lon", "coordinate"),
        ({"经度": "1e400"}, "lon", "coordinate"),
        ({"经度": "31.25", "纬度": "121.25"}, "lon", "swapped"),
        ({"经度": "31.25", "纬度": "31.25"}, "lon", "outside_area"),
        ({"经度": "500"}, "lon", "not_on_earth"),
        ({"纬度": "31.75"}, "lon", "outside_districts"),
        ({"区": "东区"}, "district", "other_district"),
        ({"区": "北区"}, "district", "district"),
        ({"推荐单位": "无此工会"}, "union", "union"),
        ({"推荐单位": ""}, "union", "no_union"),
        ({"开放时间": "9:00-25:00"}, "hours", "hours.past_midnight"),
        ({"开放时间": "有空就开"}, "hours", "hours.not_understood"),
        ({"面积": "0"}, "area_m2", "area"),
        ({"面积": "大"}, "area_m2", "number"),
        ({"手机": "139"}, "mobile", "phone"),
        ({"公开电话": "x"}, "public_phone", "phone"),
        ({"服务项目": "饮水、按摩"}, "services", "unknown_word"),
        ({"创设载体": "宫殿"}, "host_kind", "unknown_word"),
        ({"类型": "车站"}, "kind", "unknown_word"),
        ({"状态": "好"}, "status", "unknown_word"),
        ({"设施": "泳池"}, "facilities", "unknown_word"),
        ({"设施": "空调、空调"}, "facilities", "twice"),
        ({"计划完成时间": "soon"}, "planned_completion", "date"),
        ({"铭牌编号": "P" * 41}, "nameplate_no", "too_long"),
    ],
)
def test_each_fault_is_told_by_its_row_and_column(write, change, column, code):
    path = write({**GOOD, **change}, {**GOOD, "名称": "好的"})
    assert problems(path) == [(2, column, code)]


def test_all_faults_of_a_row_are_told_at_once(write):
    path = write({**GOOD, "名称": "", "面积": "0", "手机": "1", "经度": "x"})
    assert {column for _, column, _ in problems(path)} == {"name", "area_m2", "mobile", "lon"}


def test_the_message_names_row_column_and_what_to_do(write, capsys):
    run(write(GOOD, {**GOOD, "名称": "第二站", "面积": "-1"}))
    told = capsys.readouterr()
    assert "row 3, 站点区域面积 (area_m2):" in told.err
    assert "Dry run: 1 rows are good, 1 faulty" in told.out


def test_a_district_declared_wrongly_names_both(write):
    plan = plan_import(read_table(write({**GOOD, "区": "东"})), datum="wgs84", today=TODAY)
    assert "西区" in str(plan.rejected[0].problems[0].error)
    assert "东区" in str(plan.rejected[0].problems[0].error)


def test_swapped_within_the_area_of_degrees_is_recognised_by_the_service_area(write):
    """31.2 E, 121.4 N cannot be; but a file in another order can hold degrees that are both on earth."""
    assert problems(write({**GOOD, "经度": "31.25", "纬度": "89"})) == [(2, "lon", "outside_area")]


def test_formulas_and_error_cells_are_faults(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["名称", "地址", "经度", "纬度", "推荐单位", "面积"])
    book.active.append(["第一站", "测试路1号", "=121+0.25", 31.25, "西区总工会", "#DIV/0!"])
    book.save(tmp_path / "formulas.xlsx")
    assert problems(tmp_path / "formulas.xlsx") == [(2, "lon", "formula"), (2, "area_m2", "cell_error")]
