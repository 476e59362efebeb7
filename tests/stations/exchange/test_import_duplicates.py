"""A station is imported once: nameplate numbers, and names within 30 m, in the registry and in the file."""

import pytest

from tests.stations.exchange.cases import GOOD, problems

pytestmark = pytest.mark.usefixtures("ground")


def test_a_nameplate_number_taken_in_the_file_or_the_registry(write, make_station):
    make_station("holder", 121.1, nameplate_no="P-1")
    rows = [
        {**GOOD, "名称": f"第{n}站", "经度": f"121.2{n}", "铭牌编号": plate}
        for n, plate in enumerate(["P-1", "P-2", "P-2", "P-3"])
    ]
    assert problems(write(*rows)) == [
        (2, "nameplate_no", "nameplate_taken"),
        (4, "nameplate_no", "nameplate_in_file"),
    ]


def test_the_same_name_within_30_metres_is_the_same_station(write, make_station):
    make_station("第一站", 121.25, 31.2502)  # 22 m north
    assert problems(write(GOOD)) == [(2, "name", "near_same_name")]
    assert problems(write({**GOOD, "纬度": "31.2505"})) == []  # 33 m north of it
    assert problems(write({**GOOD, "名称": "另一站"})) == []


def test_the_same_name_within_30_metres_in_the_file(write):
    rows = [{**GOOD, "纬度": "31.2499"}, {**GOOD, "纬度": "31.2501"}, {**GOOD, "纬度": "31.2510"}]
    assert problems(write(*rows)) == [(3, "name", "near_same_row")]
