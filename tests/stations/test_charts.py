"""Charts that the server draws."""

import re
from xml.etree import ElementTree

import pytest

from stations.charts import GREENS, Bar, _scale, bars, heat, line, shares

WORDS = {"columns": ("Hour", "Visits"), "summary": "3 visits in all"}


def drawn(chart):
    return ElementTree.fromstring(chart.svg)  # noqa: S314 - our own


@pytest.mark.parametrize("highest", [0, 1, 4, 5, 9, 10, 41, 99, 100, 3851, 10**6])
def test_the_scale_is_round_whole_and_reaches_the_highest(highest):
    top, step = _scale(highest)
    assert top >= max(highest, 1)
    assert top % step == 0
    assert top // step <= 5


def test_a_bar_is_as_high_as_its_number_and_an_empty_one_is_not_drawn():
    svg = drawn(bars("Visits", [Bar("9:00", 4), Bar("10:00", 2), Bar("11:00", 0)], **WORDS))
    heights = [float(one.get("height")) for one in svg.findall("rect[@class='col']")]
    assert heights == pytest.approx([118, 59])


def test_every_chart_has_a_title_a_description_and_its_numbers():
    hours = [Bar(f"{hour}:00", hour) for hour in range(24)]
    week = [[day] * 24 for day in range(7)]
    for chart in (
        bars("Visits", hours, **WORDS),
        line("Visits", hours, **WORDS),
        heat("Visits", week, across=[str(one) for one in range(24)], down=list("一二三四五六日"), **WORDS),
    ):
        svg = drawn(chart)
        assert (svg.find("title").text, svg.find("desc").text) == ("Visits", "3 visits in all")
        assert svg.get("role") == "img"
        assert len(chart.rows) in (24, 7)


def test_none_is_drawn_otherwise_than_little():
    svg = drawn(heat("Visits", [[0, 1, 1000]], across=["0", "1", "2"], down=["一"], **WORDS))
    assert [one.get("fill") for one in svg.findall("rect")] == [GREENS[0], GREENS[1], GREENS[5]]
    assert len(svg.findall("circle[@class='none']")) == 1


def test_nothing_is_drawn_without_values():
    for chart in (bars("x", [], **WORDS), line("x", [], **WORDS), heat("x", [], across=[], down=[], **WORDS)):
        drawn(chart)
    assert shares([]) == []
    assert shares([("a", 0)])[0].percent == 0


def test_names_are_escaped():
    chart = bars("<b>", [Bar('"><script>', 1, mark="<i>")], **WORDS)
    assert not re.search("<(b|script|i)>", chart.svg)
    drawn(chart)


def test_shares_are_of_the_largest_and_of_the_whole():
    assert [(one.width, one.percent) for one in shares([("a", 6), ("b", 3), ("c", 3)])] == [
        (100, 50),
        (50, 25),
        (50, 25),
    ]
