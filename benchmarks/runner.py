"""Compare callables honestly: in one process, warmed, interleaved in random order, medians and ratios.

Single shots on a shared machine mislead by up to twenty times. So every round runs every callable once, in an
order drawn anew; a callable that takes microseconds runs in an inner loop long enough for the clock. Read the
ratios, not the milliseconds.
"""

import gc
import math
import platform
import random
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import psutil

SHORTEST_SAMPLE_S = 0.005


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Seconds a call (median, quartiles over the rounds) and the peak memory of one call above what was before."""

    name: str
    median_s: float
    lower_quartile_s: float
    upper_quartile_s: float
    ratio_to_first: float
    peak_mb: float | None


def compare(
    callables: Mapping[str, Callable[[], Any]],
    *,
    rounds: int = 7,
    warm: int = 1,
    seed: int = 0,
    check: Callable[[Any, Any], object] | None = None,
    before: Callable[[], object] = lambda: None,
) -> list[Timing]:
    """Time the callables against each other; ratios refer to the first (above 1: slower than the first).

    `before` runs ahead of every sample and is not timed: it puts back what an earlier sample has left behind.

    `check(first, other)` gets the answers of the warm-up and returns False, or raises, if they do not agree;
    then there is no timing. Imports and compilation belong outside or into the `warm` calls.
    """
    if rounds < 3 or warm < 1:
        raise ValueError("Give at least 3 rounds, for quartiles, and 1 warm-up.")
    answers = {name: _warm(call, warm) for name, call in callables.items()}
    first, *others = callables
    for other in others if check else []:
        if check(answers[first], answers[other]) is False:
            raise AssertionError(f"{other} does not give the answer of {first}.")
    answers.clear()
    loops = {name: _loops(call) for name, call in callables.items()}
    peaks = {name: _peak_mb(call) for name, call in callables.items()}
    samples: dict[str, list[float]] = {name: [] for name in callables}
    order = random.Random(seed)
    for _ in range(rounds):
        for name in order.sample(list(callables), len(callables)):
            before()
            samples[name].append(_seconds(callables[name], loops[name]))
    reference = statistics.median(samples[first])
    return [_timing(name, seconds, reference, peaks[name]) for name, seconds in samples.items()]


def markdown(timings: list[Timing], *, title: str) -> str:
    """A table for the README, with the machine in the heading."""
    lines = [
        f"**{title}** (Python {platform.python_version()}, {psutil.cpu_count()} cores)",
        "",
        "| | median | quartiles | ratio | peak memory |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for one in timings:
        quartiles = f"{_readable(one.lower_quartile_s)} - {_readable(one.upper_quartile_s)}"
        peak = "-" if one.peak_mb is None else f"{one.peak_mb:.0f} MB"
        median, ratio = _readable(one.median_s), f"{one.ratio_to_first:.3g}"
        lines.append(f"| {one.name} | {median} | {quartiles} | {ratio} | {peak} |")
    return "\n".join(lines)


def _warm(call: Callable[[], Any], times: int) -> Any:
    for _ in range(times - 1):
        call()
    return call()


def _loops(call: Callable[[], Any]) -> int:
    """Calls in a row that one sample takes, so that it lasts at least SHORTEST_SAMPLE_S."""
    loops = 1
    while (seconds := _seconds(call, loops) * loops) < SHORTEST_SAMPLE_S:
        loops = max(2 * loops, math.ceil(loops * SHORTEST_SAMPLE_S / max(seconds, 1e-7)))
    return loops


def _seconds(call: Callable[[], Any], loops: int) -> float:
    gc.collect()
    gc.disable()
    start = perf_counter()
    for _ in range(loops):
        call()
    elapsed = perf_counter() - start
    gc.enable()
    return elapsed / loops


def _peak_mb(call: Callable[[], Any]) -> float | None:
    """Rise of the resident set to its peak during one call; None where the kernel cannot reset its high-water mark.

    Memory that the allocator had kept from earlier calls does not count, so small figures are lower bounds.
    """
    reset = Path("/proc/self/clear_refs")
    if not reset.exists():
        return None
    gc.collect()
    before = psutil.Process().memory_info().rss
    try:
        reset.write_text("5")
    except PermissionError:
        return None
    call()
    status = Path("/proc/self/status").read_text()
    peak_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    return max(0.0, peak_kb * 1024 - before) / 1e6


def _timing(name: str, seconds: list[float], reference: float, peak_mb: float | None) -> Timing:
    lower, median, upper = statistics.quantiles(seconds, n=4, method="inclusive")
    return Timing(
        name=name,
        median_s=median,
        lower_quartile_s=lower,
        upper_quartile_s=upper,
        ratio_to_first=median / reference,
        peak_mb=peak_mb,
    )


def _readable(seconds: float) -> str:
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("us", 1e6)):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"
