"""Charts as SVG made by the server: no script, printable, and each with its numbers as a table for those who do not see it.

One hue from light to dark beside dark text, so that nothing has to be told apart by colour; what is zero is drawn otherwise than
what is small. "charts/chart.html" puts a chart on a page. Sizes are units of the drawing, which is as wide as a phone and scales.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log10
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

WIDTH = 360
LEFT = 38  # room for the numbers of the scale, and for the names of a matrix's rows
GREENS = ("#ffffff", "#d4ecdf", "#98d0b3", "#52ab82", "#157a55", "#063d2a")  # none, then rising
ROW = 15


@dataclass(frozen=True)
class Chart:
    """`columns` and `rows` are the same numbers in words; `note` says what the drawing shows beside them."""

    title: str
    svg: SafeString
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """`mark` stands below it ("" for none); `label` is its whole name; `shade`: how dark it is shaded behind, 0 to 1."""

    label: str
    value: int
    mark: str = ""
    shade: float = 0


@dataclass(frozen=True)
class Share:
    """One of several parts: `width` in percent of the largest one's, `percent` of the whole."""

    label: str
    value: int
    width: int
    percent: int


def bars(
    title: str,
    values: Sequence[Bar],
    *,
    columns: Sequence[str],
    summary: str,
    note: str = "",
    height: int = 150,
) -> Chart:
    """Upright bars in their order, such as hours or days."""
    top, bottom = 10, height - 22
    highest, step = _scale(max((one.value for one in values), default=0))
    width = (WIDTH - LEFT) / max(1, len(values))
    scaled = (bottom - top) / highest
    at = [LEFT + number * width for number in range(len(values))]
    shades = [
        {"x": x, "width": width, "y": top, "height": bottom - top, "opacity": one.shade}
        for x, one in zip(at, values, strict=True)
        if one.shade
    ]
    scale = [
        {"left": LEFT, "right": WIDTH, "end": LEFT - 5, "y": bottom - value * scaled, "value": value}
        | {"below": bottom - value * scaled + 4}
        for value in range(0, highest + 1, step)
    ]
    drawn = [
        {"x": x + width * 0.12, "width": width * 0.76, "y": bottom - one.value * scaled}
        | {"height": one.value * scaled, "label": one.label, "value": one.value}
        for x, one in zip(at, values, strict=True)
        if one.value
    ]
    marks = [
        {"x": x + width / 2, "y": height - 6, "text": one.mark}
        for x, one in zip(at, values, strict=True)
        if one.mark
    ]
    svg = _svg(
        title,
        summary,
        height,
        _each(
            '<rect class="shade" x="{x}" y="{y}" width="{width}" height="{height}" opacity="{opacity}"/>',
            shades,
        ),
        _each('<line class="scale" x1="{left}" x2="{right}" y1="{y}" y2="{y}"/>', scale),
        _each('<text class="value" x="{end}" y="{below}">{value}</text>', scale),
        _each(
            '<rect class="col" x="{x}" y="{y}" width="{width}" height="{height}"><title>{label}: {value}</title></rect>',
            drawn,
        ),
        _each('<text class="mark" x="{x}" y="{y}">{text}</text>', marks),
    )
    return Chart(title, svg, columns, [(one.label, one.value) for one in values], note)


def line(
    title: str,
    values: Sequence[Bar],
    *,
    columns: Sequence[str],
    summary: str,
    note: str = "",
    height: int = 60,
) -> Chart:
    """A sparkline: the shape of many values, with the numbers of the highest and of the last one."""
    top, bottom, right = 18, height - 6, WIDTH - 30
    highest = max((one.value for one in values), default=0) or 1
    across = (right - 8) / max(1, len(values) - 1)
    points = [
        (8 + number * across, bottom - (bottom - top) * one.value / highest)
        for number, one in enumerate(values)
    ]
    last = len(values) - 1
    peak = next((number for number, one in enumerate(values) if one.value == highest), last)
    dots: list[dict[str, Any]] = [
        {"x": points[one][0], "y": points[one][1], "label": values[one].label, "value": values[one].value}
        for one in sorted({peak, last})
        if values
    ]
    numbers = [{"x": one["x"], "y": one["y"] - 6, "value": one["value"]} for one in dots[:1] if peak != last]
    numbers += [{"x": one["x"] + 16, "y": one["y"] + 4, "value": one["value"]} for one in dots[-1:]]
    svg = _svg(
        title,
        summary,
        height,
        _each('<line class="scale" x1="8" x2="{x}" y1="{y}" y2="{y}"/>', [{"x": right, "y": bottom}]),
        format_html('<polyline class="line" points="{}"/>', " ".join(f"{x:.1f},{y:.1f}" for x, y in points)),
        _each('<circle class="dot" cx="{x}" cy="{y}" r="3"><title>{label}: {value}</title></circle>', dots),
        _each('<text class="mark" x="{x}" y="{y}">{value}</text>', numbers),
    )
    return Chart(title, svg, columns, [(one.label, one.value) for one in values], note)


def heat(
    title: str,
    values: Sequence[Sequence[int]],
    *,
    across: Sequence[str],
    down: Sequence[str],
    columns: Sequence[str],
    summary: str,
    note: str = "",
) -> Chart:
    """A matrix whose darkest cell is its highest; a cell of zero is white with a dot in it."""
    wide = (WIDTH - LEFT) / max(1, len(across))
    highest = max((value for row in values for value in row), default=0)
    height = 4 + ROW * len(values) + 18
    cells = [
        {
            "x": LEFT + column * wide,
            "y": 4 + row * ROW,
            "width": wide,
            "height": ROW,
            "fill": _green(value, highest),
        }
        | {"middle": LEFT + (column + 0.5) * wide, "centre": 4 + (row + 0.5) * ROW}
        | {"label": f"{down[row]} {across[column]}", "value": value}
        for row, of_row in enumerate(values)
        for column, value in enumerate(of_row)
    ]
    names = [{"x": LEFT - 5, "y": 4 + (row + 0.5) * ROW + 4, "text": name} for row, name in enumerate(down)]
    marks = [
        {"x": LEFT + (column + 0.5) * wide, "y": height - 5, "text": name}
        for column, name in enumerate(across)
        if column % 3 == 0
    ]
    svg = _svg(
        title,
        summary,
        height,
        _each(
            '<rect class="cell" x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}">'
            "<title>{label}: {value}</title></rect>",
            cells,
        ),
        _each(
            '<circle class="none" cx="{middle}" cy="{centre}" r="1"/>',
            [one for one in cells if not one["value"]],
        ),
        _each('<text class="value" x="{x}" y="{y}">{text}</text>', names),
        _each('<text class="mark" x="{x}" y="{y}">{text}</text>', marks),
    )
    return Chart(title, svg, columns, [(name, *row) for name, row in zip(down, values, strict=True)], note)


def shares(parts: Iterable[tuple[str, int]]) -> list[Share]:
    """The parts in their order, for "charts/shares.html": a table that is its own chart."""
    given = list(parts)
    most = max((value for _, value in given), default=0) or 1
    whole = sum(value for _, value in given) or 1
    return [
        Share(label, value, round(100 * value / most), round(100 * value / whole)) for label, value in given
    ]


def _svg(title: str, summary: str, height: int, *parts: SafeString) -> SafeString:
    """With `title` and `desc`, and one name of both for those to whom it is read."""
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title><desc>{}</desc>{}</svg>',
        WIDTH,
        height,
        f"{title}: {summary}",
        title,
        summary,
        mark_safe("".join(parts)),  # noqa: S308 - each part was escaped when it was made
    )


def _each(shape: str, rows: Iterable[Mapping[str, Any]]) -> SafeString:
    """The shape once a row, its texts escaped and its lengths with two digits."""
    return format_html_join("", shape, ({name: _short(value) for name, value in row.items()} for row in rows))


def _short(value: Any) -> Any:
    return f"{value:.2f}" if isinstance(value, float) else value


def _scale(highest: int) -> tuple[int, int]:
    """A round number not below `highest`, and the whole step between the lines of the scale: at most four above zero."""
    if highest <= 4:
        return max(1, highest), 1
    power = 10 ** int(log10(highest))
    steps = (part * power // 10 for part in (2, 5, 10, 20, 50) if part * power % 10 == 0)
    step = next(one for one in steps if one * 4 >= highest)
    return ceil(highest / step) * step, step


def _green(value: int, highest: int) -> str:
    return GREENS[ceil(5 * value / highest) if value else 0]
