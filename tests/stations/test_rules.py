"""How the particulars of a station are read from what people write."""

from datetime import date
from decimal import Decimal

import pytest

from stations.registry import rules, words
from stations.registry.choices import Condition, HostKind, Service, StationKind, StationStatus
from stations.registry.rules import FacilityState, RuleError

TODAY = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("推荐站点名称", "name"),
        ("name", "name"),
        (" 站点\n负责人 ", "manager_name"),
        ("负责人手 机", "mobile"),
        ("站点 区域 面积 (m²)", "area_m2"),
        ("站点区域面积（㎡）", "area_m2"),
        ("Area m2", "area_m2"),
        ("服务项目 (结合站点实际填写)", "services"),
        ("计划完成时 间", "planned_completion"),
        ("ＬＯＮ", "lon"),
        ("经度（°）", "lon"),
        ("Nameplate No.", "nameplate_no"),
        ("序号", None),
        ("", None),
        ("(m²)", None),
    ],
)
def test_headings_are_known_with_spaces_full_width_units_and_remarks(heading, column):
    assert words.column_of(heading) == column


def test_no_heading_means_two_columns():
    spellings = [words.key(word) for column, names in words.COLUMNS.items() for word in (column, *names)]
    assert len(spellings) == len(set(spellings))


def test_the_words_cover_the_closed_lists():
    assert list(words.KINDS) == StationKind.values
    assert list(words.STATUSES) == StationStatus.values
    assert list(words.HOST_KINDS) == HostKind.values
    assert list(words.SERVICES) == Service.values
    assert list(words.CONDITIONS) == Condition.values


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("3", "3.0"),
        ("3.25", "3.3"),
        ("约3平方米", "3.0"),
        ("12㎡", "12.0"),
        ("12 m²", "12.0"),
        ("３", "3.0"),
        ("3平方米左右", "3.0"),
    ],
)
def test_areas(text, area):
    assert rules.read_area(text) == Decimal(area)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0", "area"),
        ("-3", "area"),
        ("0.04", "area"),
        ("1e9", "area"),
        ("NaN", "number"),
        ("inf", "number"),
        ("三", "number"),
    ],
)
def test_areas_that_are_none(text, code):
    with pytest.raises(RuleError) as refused:
        rules.read_area(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "text",
    ["13900000000", "139 0000 0000", "+86 139-0000-0000", "021-62345678", "(021)62345678", "62345678", "12351", "4008000000",
     "021-62345678转801", "１３９００００００００"],
)  # fmt: skip
def test_phones(text):
    assert rules.read_phone(text)


@pytest.mark.parametrize(
    "text", ["1390000000", "139000000001", "12345678901", "one", "021-6234", "139,00000000", "0", "110110"]
)
def test_phones_that_are_none(text):
    with pytest.raises(RuleError, match="not a phone number"):
        rules.read_phone(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-31", date(2026, 3, 31)),
        ("2026/3/1", date(2026, 3, 1)),
        ("2026.3.1", date(2026, 3, 1)),
        ("2026年3月1日", date(2026, 3, 1)),
        ("2026年2月", date(2026, 2, 28)),
        ("2026-03-01 00:00:00", date(2026, 3, 1)),
        ("", None),
    ],
)
def test_dates(text, day):
    assert rules.read_date(text) == day


@pytest.mark.parametrize(
    "text", ["31.3.2026", "2026-02-30", "2026-13", "soon", "45000", "0001-01-01", "9999-12-31", "2026"]
)
def test_dates_that_are_none(text):
    with pytest.raises(RuleError, match="not a date"):
        rules.read_date(text)


def test_services_by_label_and_code_in_the_order_of_annex_2():
    assert rules.read_services("手机充电、饮水供给，meal;  休息如厕") == ("water", "meal", "charging", "rest")
    assert rules.read_services("饮水供给 避暑取暖") == ("water", "climate")
    assert rules.read_services("") == ()


FACILITIES = {"空调": "aircon", "aircon": "aircon", "饮水机(茶桶)": "water", "wifi": "wifi", "冰箱": "fridge"}


def test_facilities_with_their_condition():
    assert rules.read_facilities(
        "空调、冰箱（损坏 2026-03-01）、饮水机（茶桶）（损坏），WiFi（撤除）", FACILITIES, today=TODAY
    ) == (
        FacilityState(code="aircon", condition="working"),
        FacilityState(code="fridge", condition="broken", broken_since=date(2026, 3, 1)),
        FacilityState(code="water", condition="broken", broken_since=TODAY),
        FacilityState(code="wifi", condition="removed"),
    )


@pytest.mark.parametrize("text", ["泳池", "空调（漂亮）", "空调（损坏 yesterday）", "空调（", "（损坏）"])
def test_facilities_that_are_unknown(text):
    with pytest.raises(RuleError, match="not known here"):
        rules.read_facilities(text, FACILITIES, today=TODAY)


def test_a_facility_named_twice_is_a_fault():
    with pytest.raises(RuleError, match="named twice"):
        rules.read_facilities("空调、aircon", FACILITIES, today=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nan",
        "NaN",
        "inf",
        "-Infinity",
        "1e400",
        "121°28'",
        "121,47",
        "one",
        "0x79",
        "1_21.4",
        "--1",
        "121.4 31.2",
    ],
)
def test_coordinates_that_are_none(text):
    with pytest.raises(RuleError):
        rules.read_coordinate(text, example="121.4737")


@pytest.mark.parametrize(
    ("text", "number"), [("121.4737", 121.4737), ("１２１．５", 121.5), ("121", 121.0), ("1.214e2", 121.4)]
)
def test_coordinates(text, number):
    assert rules.read_coordinate(text, example="121.4737") == number


@pytest.mark.parametrize("text", ["a\0b", "a\x1bb", "a\u202eb", "a\ud800b", "a\x7fb"])
def test_text_that_cannot_be_shown_is_refused(text):
    with pytest.raises(RuleError, match="cannot be shown"):
        rules.read_text(text, limit=80)


def test_spaces_are_made_single():
    assert rules.read_text("  a\u3000 b\r\nc\t", limit=80) == "a b c"


def test_every_message_can_be_filled_in():
    for text in rules.MESSAGES.values():
        assert text.count("{") == text.count("}")
