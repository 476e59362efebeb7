"""SIGKILL at moments drawn before the start, and the restart that a supervisor would do."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.served import Site

PAUSE_S = (0.0, 1.0)  # before the restart


@dataclass
class Victim:
    """A part of the site, and how long it was away each time."""

    name: str
    kill: Callable[[], None]
    start: Callable[[], None]
    moments: Sequence[float]
    away_s: list[float] = field(default_factory=list)
    error: BaseException | None = None

    def suffer(self, began: float, ended: threading.Event, rng: random.Random) -> None:
        """Be killed at each of the moments, or directly after the restart where that is later."""
        try:
            for moment in self.moments:
                if ended.wait(max(0.0, began + moment - time.monotonic())):
                    return
                killed = time.monotonic()
                self.kill()
                time.sleep(rng.uniform(*PAUSE_S))
                self.start()
                self.away_s.append(time.monotonic() - killed)
        except BaseException as error:
            self.error = error
            raise


def chosen(
    site: Site, *, kills: int, between: tuple[float, float], seed: int, only_database: bool
) -> list[Victim]:
    rng = random.Random(seed)

    def moments() -> list[float]:
        return sorted(rng.uniform(*between) for _ in range(kills))

    database = Victim("database", site.kill_database, site.start_database, moments())
    if only_database:
        return [database]
    return [
        database,
        Victim("web", site.kill_web, site.start_web, moments()),
        Victim("worker", site.kill_worker, site.start_worker, moments()),
    ]


class Faults:
    """The threads that kill, as long as the block lasts; the last kill may come after its end, and is then left out."""

    def __init__(self, victims: Sequence[Victim], seed: int) -> None:
        self.victims = victims
        self._ended = threading.Event()
        self._seed = seed

    def __enter__(self) -> "Faults":
        began = time.monotonic()
        self._threads = []
        for number, victim in enumerate(self.victims):
            arguments = (began, self._ended, random.Random(self._seed + number))
            self._threads.append(threading.Thread(target=victim.suffer, args=arguments, name=victim.name))
            self._threads[-1].start()
        return self

    def __exit__(self, *_) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()
