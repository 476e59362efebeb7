"""Arithmetic of spans: half-open (start, end) pairs of minutes."""

from collections.abc import Iterable
from itertools import pairwise

from geo.hours.errors import HoursError

Span = tuple[int, int]
Spans = tuple[Span, ...]

MINUTES_PER_DAY = 1440


def merge(spans: Iterable[Span]) -> list[Span]:
    """The same minutes, sorted, with overlapping and touching spans joined."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def subtract(spans: Iterable[Span], gap: Span) -> list[Span]:
    """The minutes of `spans` that are not in `gap`."""
    low, high = gap
    pieces = [piece for start, end in spans for piece in ((start, min(end, low)), (max(start, high), end))]
    return [(start, end) for start, end in pieces if start < end]


def contains(spans: Iterable[Span], inner: Span) -> bool:
    return any(start <= inner[0] and inner[1] <= end for start, end in spans)


def overlaps(spans: Iterable[Span]) -> bool:
    ordered = sorted(spans)
    return any(after[0] < before[1] for before, after in pairwise(ordered))


def is_span_of_day(span: Span) -> bool:
    """Begins within the day and ends before it would begin again; a full day begins at midnight."""
    start, end = span
    ends_in_time = end <= MINUTES_PER_DAY or end - MINUTES_PER_DAY < start
    return 0 <= start < MINUTES_PER_DAY and start < end and ends_in_time


def day_spans(spans: Iterable[Span], fragment: str) -> Spans:
    """The spans of one day in the form that `Hours` keeps. HoursError when together they run past a day."""
    merged = merge(spans)
    if not all(is_span_of_day(span) for span in merged):
        raise HoursError("overlap", fragment)
    return tuple(merged)


def clock(minute: int) -> str:
    """A minute of the day as 9:05; 24:00 for the day's end, and the next day's time past it."""
    if minute > MINUTES_PER_DAY:
        minute -= MINUTES_PER_DAY
    return f"{minute // 60}:{minute % 60:02d}"
