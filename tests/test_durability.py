"""What was acknowledged is there after kill -9 of everything, in short; at length: `python -m benchmarks.durability`."""

from collections.abc import Iterator

import pytest

from benchmarks.durability.run import CAREFREE, ENVIRONMENT, LAZY_WRITER, Course, places_of, run
from benchmarks.served import Site, temporary_site

pytestmark = pytest.mark.slow

KILLS = 2
WAITS_S = (0.5, 3.0)
FEW_STATIONS = 100
CONTROL_KILLS = 4


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with temporary_site(ENVIRONMENT) as site:
        yield site


@pytest.fixture(scope="module")
def places(site):
    return places_of(site, FEW_STATIONS)


def test_no_acknowledged_check_in_is_lost_doubled_or_counted_wrongly_when_everything_is_killed(site, places):
    report = run(site, places, Course(rate=40, calm_s=0, seconds=13, kills=KILLS, waits_s=WAITS_S))
    assert report.faults() == {}
    assert [len(victim.away_s) for victim in report.victims] == [KILLS, KILLS, KILLS]
    assert report.findings.counted > 250


def test_the_harness_sees_the_loss_when_commits_do_not_wait_for_the_disk(site, places):
    site.environment = ENVIRONMENT | CAREFREE
    site.set_server(**LAZY_WRITER)
    course = Course(rate=40, calm_s=0, seconds=9, kills=CONTROL_KILLS, waits_s=WAITS_S, only_database=True)
    assert run(site, places, course).findings.lost > 0
