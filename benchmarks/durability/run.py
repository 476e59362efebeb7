"""One run: drive, kill, audit, report."""

import asyncio
import json
import statistics
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

from benchmarks.durability.audit import Findings, audit
from benchmarks.durability.faults import Faults, Victim, chosen
from benchmarks.durability.journal import Journal
from benchmarks.durability.phones import Phones
from benchmarks.durability.plan import LATE_DAYS, Place, errands
from benchmarks.served import Site

STATIONS = 1300
WARM_S = 5  # at the beginning, not in the figures
LAST_KILL_S = 5  # before the end
DRAIN_S = 300  # at most, until the last phone has its acknowledgement
TARGET_P95_MS = 200
ENVIRONMENT = {"JIELI_CHECKIN_LATE_DAYS": str(LATE_DAYS)}
# What the control turns off. PostgreSQL's log is written to the system page by page and what was written survives kill -9, so
# that only the last page can be lost: a slow writer and small records make sure that some acknowledged ones are on it.
CAREFREE = {"JIELI_SYNCHRONOUS_COMMIT": "off"}
LAZY_WRITER = {"wal_writer_delay": "10s", "full_page_writes": "off"}


@dataclass(frozen=True)
class Course:
    """How a run goes: `calm_s` seconds without faults, then `seconds` in which each part is killed `kills` times."""

    rate: float = 100
    calm_s: float = 60
    seconds: float = 1800
    kills: int = 20
    seed: int = 20180227
    only_database: bool = False
    waits_s: tuple[float, float] = (5, 60)  # between two tries; the page's is (5, 300)


@dataclass
class Report:
    """What came out. Latencies are of single check-ins, from the moment they were due to their acknowledgement."""

    course: Course
    findings: Findings
    phones: Phones = field(repr=False)
    victims: Sequence[Victim]

    def latencies_ms(self) -> dict[str, float]:
        calm = sorted(took for at_s, took in self.phones.took if WARM_S <= at_s < self.course.calm_s)
        if len(calm) < 100:
            return {}
        cuts = statistics.quantiles(calm, n=100)
        return {f"p{number}": round(1000 * cuts[number - 1], 1) for number in (50, 95, 99)}

    def longest_silence_s(self) -> float:
        """The longest time in which nothing was acknowledged."""
        moments = sorted(self.phones.acknowledged_at)
        return max((later - one for one, later in pairwise(moments)), default=0.0)

    def as_dict(self) -> dict[str, Any]:
        phones = self.phones
        return {
            "course": asdict(self.course),
            "sent": len(phones.sent),
            "acknowledged": len(phones.acknowledged),
            "answers": dict(phones.answers),
            "refused": dict(phones.refused),
            "answers_that_changed": phones.changed_answers,
            "findings": asdict(self.findings),
            "kills": {one.name: len(one.away_s) for one in self.victims},
            "away_s": {one.name: round(sum(one.away_s), 1) for one in self.victims},
            "longest_silence_s": round(self.longest_silence_s(), 2),
            "latency_ms": self.latencies_ms(),
        }

    def faults(self) -> dict[str, Any]:
        """What a durable site would not show; empty is the proof."""
        found: dict[str, Any] = self.findings.faults()
        if self.phones.changed_answers:
            found["answers_that_changed"] = self.phones.changed_answers[:5]
        if unheard := len(self.phones.expected - self.phones.acknowledged):
            found["never_acknowledged"] = unheard
        if self.phones.refused:
            found["refused"] = dict(self.phones.refused)
        broken = {one.name: repr(one.error) for one in self.victims if one.error}
        return found | ({"not_restarted": broken} if broken else {})


def places_of(site: Site, stations: int = STATIONS) -> list[Place]:
    """Make the ground (once) and read it."""
    return [Place(*one) for one in json.loads(site.run("-m", "benchmarks.durability.ground", str(stations)))]


def run(site: Site, places: Sequence[Place], course: Course) -> Report:
    """Drive a site whose database runs; its web server and worker are started here and killed at the end."""
    journal, whole_s = site.folder / "journal", course.calm_s + course.seconds
    journal.unlink(missing_ok=True)
    site.start_web()
    site.start_worker()
    between = (course.calm_s, whole_s - LAST_KILL_S)
    victims = chosen(
        site, kills=course.kills, between=between, seed=course.seed, only_database=course.only_database
    )
    plan = errands(places, rate=course.rate, seconds=whole_s, seed=course.seed)
    with Journal(journal) as kept:
        phones = Phones(site.port, kept, course.seed, course.waits_s)
        with Faults(victims, course.seed):
            _in_a_thread(phones.drive(plan, drain_s=DRAIN_S))
    site.kill_web()
    site.kill_worker()
    site.start_database()
    connection = site.connect()
    try:
        return Report(course, audit(connection, journal, phones.sent), phones, victims)
    finally:
        connection.close()


def _in_a_thread(driving: Coroutine[Any, Any, None]) -> None:
    """With an event loop of its own: a test's thread may have Playwright's running in it."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, driving).result()
