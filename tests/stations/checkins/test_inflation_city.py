"""What the report finds in synthetic months of honest stations and five kinds of cheats: precision and recall.

Measured with 12 cities of 800 stations (2.5 % of them cheats): precision 0.96, recall 0.88; the bands leave room for other
versions of numpy's generators. What it cannot find is measured too, and stands in docs/analysis.md.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest

from stations.checkins.inflation import FALSE_DISCOVERIES, Report, judge
from tests.stations.checkins.city_of_visits import CHEATS, HONEST, PATIENT, SMALL, City, city, month_span

pytestmark = pytest.mark.slow
SEEDS = range(12)


@dataclass
class Score:
    """Over several cities: cheats and those of them listed, by kind and by visits added; honest stations judged and listed."""

    cheats: Counter = field(default_factory=Counter)
    found: Counter = field(default_factory=Counter)
    honest: Counter = field(default_factory=Counter)
    wronged: Counter = field(default_factory=Counter)

    def add(self, found: City, report: Report) -> None:
        listed = set(report.listed.index)
        for station, kind in found.kind.items():
            if kind in HONEST:
                self.honest[kind] += station in report.stations.index
                self.wronged[kind] += station in listed
            else:
                for what in (kind, (kind, _about(found.added[station]))):
                    self.cheats[what] += 1
                    self.found[what] += station in listed

    def recall(self, kinds: Iterable[str]) -> float:
        return sum(self.found[kind] for kind in kinds) / max(sum(self.cheats[kind] for kind in kinds), 1)

    @property
    def precision(self) -> float:
        found = sum(count for kind, count in self.found.items() if isinstance(kind, str))
        return found / max(found + self.wronged.total(), 1)

    def table(self) -> str:
        kinds = [kind for kind in self.cheats if isinstance(kind, str)]
        lines = [
            f"precision {self.precision:.2f}, recall {self.recall(kinds):.2f}; wronged {dict(+self.wronged)}"
        ]
        for kind in kinds:
            sizes = sorted(what[1] for what in self.cheats if not isinstance(what, str) and what[0] == kind)
            by = {one: f"{self.found[kind, one]}/{self.cheats[kind, one]}" for one in sizes}
            lines.append(f"{kind:15} {self.found[kind]:3}/{self.cheats[kind]:<3} {by}")
        return "\n".join(lines)


def _about(added: int) -> int:
    """The class of intensity: 10, 30, 60, 120 or 240 visits added."""
    return next(
        size for limit, size in ((20, 10), (45, 30), (90, 60), (180, 120), (9999, 240)) if added < limit
    )


def scored(seeds: Iterable[int], **of_city) -> Score:
    score = Score()
    start, end = month_span()
    for seed in seeds:
        made = city(seed, **of_city)
        score.add(
            made, judge(made.visits, usual=made.usual, timetables=made.timetables, start=start, end=end)
        )
    print(score.table())  # noqa: T201 - shown with -s
    return score


@pytest.fixture(scope="module")
def score() -> Score:
    return scored(SEEDS)


def test_of_the_stations_listed_nine_in_ten_cheat(score):
    assert score.precision >= 1 - FALSE_DISCOVERIES - 0.02, score.table()


def test_of_the_cheats_that_add_thirty_visits_and_more_four_in_five_are_listed(score):
    assert score.recall(CHEATS) >= 0.8, score.table()


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("one_phone", 0.95),
        ("night_bot", 0.95),
        ("month_end", 0.85),
        ("rotated_phones", 0.5),
        ("fresh_phones", 0.35),
    ],
)
def test_each_kind_of_cheat_is_found_as_often_as_is_claimed(score, kind, least):
    assert score.recall([kind]) >= least, score.table()


@pytest.mark.parametrize("kind", HONEST)
def test_no_kind_of_honest_station_is_listed_for_what_it_is(score, kind):
    assert score.wronged[kind] <= 0.05 * score.honest[kind] + 1, score.table()


def test_without_cheats_hardly_anybody_is_listed():
    score = scored(SEEDS[:6], cheats_a_kind=0)
    assert score.wronged.total() <= 6, score.wronged


def test_there_is_little_power_against_small_and_patient_cheats():
    """Asserted so that the page does not promise what it cannot keep; a better method may raise these bounds."""
    small = scored(SEEDS[:6], intensities=(SMALL,))
    assert small.recall(["fresh_phones", "rotated_phones", "month_end"]) <= 0.3
    patient = scored(SEEDS[:6], cheats_a_kind=4, kinds_of_cheats=PATIENT, intensities=(30, 120))
    assert patient.recall(["once_a_day"]) <= 0.2
    assert patient.recall(["without_rhythm"]) <= 0.4
