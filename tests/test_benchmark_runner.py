import gc
import time

import pytest

from benchmarks.runner import compare, markdown


@pytest.fixture(autouse=True)
def little_to_collect():
    """A sample begins with a collection, which takes its time over whatever the tests before have imported."""
    gc.freeze()
    yield
    gc.unfreeze()


def test_the_ratio_tells_which_is_slower_and_by_how_much():
    first, slower = compare({"first": lambda: time.sleep(0.01), "slower": lambda: time.sleep(0.04)}, rounds=3)
    assert (first.name, first.ratio_to_first) == ("first", 1)
    assert 2 < slower.ratio_to_first < 5
    assert slower.lower_quartile_s <= slower.median_s <= slower.upper_quartile_s


def test_functions_of_a_microsecond_are_timed_in_loops():
    calls = []
    (one,) = compare({"append": lambda: calls.append(1)}, rounds=3)
    assert len(calls) > 1000
    assert 0 < one.median_s < 1e-4


def test_every_round_runs_every_callable_in_an_order_that_the_seed_decides():
    def order(seed):
        seen = []
        compare(
            {name: lambda name=name: (seen.append(name), time.sleep(0.006)) for name in "abc"},
            seed=seed,
            rounds=4,
        )
        return "".join(seen[-12:])

    first = order(1)
    rounds = [first[start : start + 3] for start in range(0, 12, 3)]
    assert all(sorted(one) == list("abc") for one in rounds)
    assert len(set(rounds)) > 1
    assert first == order(1)


def test_what_runs_before_a_sample_is_not_timed():
    cleared = []
    (one,) = compare(
        {"quick": lambda: time.sleep(0.006)}, rounds=3, before=lambda: (cleared.append(1), time.sleep(0.05))
    )
    assert len(cleared) == 3
    assert one.median_s < 0.05


def test_answers_that_differ_are_not_timed():
    with pytest.raises(AssertionError, match="b does not give the answer of a"):
        compare({"a": lambda: 1, "b": lambda: 2}, check=lambda first, other: first == other)


def test_memory_of_a_call_is_seen():
    timings = compare({"small": lambda: None, "large": lambda: len(bytearray(80_000_000))}, rounds=3)
    assert timings[0].peak_mb < 20
    assert 60 < timings[1].peak_mb < 120


def test_the_table_has_a_row_for_each():
    table = markdown(compare({"a": int, "b": float}, rounds=3), title="Nothing")
    assert table.splitlines()[0].startswith("**Nothing** (Python ")
    assert [line.split(" | ")[0] for line in table.splitlines()[-2:]] == ["| a", "| b"]


def test_too_few_rounds_are_refused():
    with pytest.raises(ValueError, match="at least 3 rounds"):
        compare({"a": int}, rounds=1)
