"""Who checks in when: errands of phones at moments that do not wait for any answer, so that a slow site is not spared."""

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

OCCUPATIONS = ("sanitation", "courier", "warden", "rider", "taxi", "trucker", "traffic_police")
KEPT = 0.05  # of errands: made earlier, without a network
QUEUES = 0.01  # several that were kept, sent together
LONGEST_QUEUE = 20
LAST_MONTH = 0.2  # of those kept: made 20 to 35 days ago
DOUBLE_TAPS = 0.03
LATE_REPLAYS = 0.01
QUITTERS = 0.02  # the page is closed at the first failure
LATE_DAYS = 40  # JIELI_CHECKIN_LATE_DAYS of the site, so that rows fall into two months


class Place(NamedTuple):
    """A station to scan."""

    station_id: int
    code: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Visit:
    """A check-in as its phone keeps it until it is acknowledged."""

    id: uuid.UUID
    place: Place
    occupation: str
    age: timedelta  # when it is first sent
    position: dict[str, Any] | None


@dataclass(frozen=True)
class Errand:
    """What one phone sends at `at_s` seconds after the start."""

    at_s: float
    phone: int
    visits: Sequence[Visit]
    double_tap: bool
    replayed_after_s: float | None
    quits: bool


def errands(places: Sequence[Place], *, rate: float, seconds: float, seed: int) -> Iterator[Errand]:
    """Arrivals of a Poisson process with `rate` visits a second. About as many phones as visits: most are counted."""
    rng = random.Random(seed)
    phones = int(rate * seconds) + 1
    at_s = 0.0
    while True:
        many = rng.randint(2, LONGEST_QUEUE) if rng.random() < QUEUES else 1
        at_s += rng.expovariate(rate / many)
        if at_s >= seconds:
            return
        kept = many > 1 or rng.random() < KEPT
        phone = rng.randrange(phones)
        usual = places[phone % len(places)]
        yield Errand(
            at_s=at_s,
            phone=phone,
            visits=[_visit(rng, usual if many == 1 else rng.choice(places), kept) for _ in range(many)],
            double_tap=rng.random() < DOUBLE_TAPS,
            replayed_after_s=rng.uniform(0.5, 5) if rng.random() < LATE_REPLAYS else None,
            quits=rng.random() < QUITTERS,
        )


def _visit(rng: random.Random, place: Place, kept: bool) -> Visit:
    days = rng.uniform(20, 35) if rng.random() < LAST_MONTH else rng.uniform(0, 3)
    return Visit(
        id=uuid.UUID(int=rng.getrandbits(128), version=4),
        place=place,
        occupation=rng.choice(OCCUPATIONS),
        age=timedelta(days=days) if kept else timedelta(seconds=rng.uniform(0, 3)),
        position=_position(rng, place),
    )


def _position(rng: random.Random, place: Place) -> dict[str, Any] | None:
    """Half are at the door, some are a kilometre or more away, the others do not say."""
    drawn = rng.random()
    if drawn > 0.6:
        return None
    away = 0.0003 if drawn < 0.5 else 0.03
    return {
        "lon": place.lon + rng.uniform(-away, away),
        "lat": place.lat + rng.uniform(-away, away),
        "accuracy_m": rng.choice((8.0, 20.0, 65.0)),
        "datum": "wgs84",
    }


def now() -> datetime:
    return datetime.now(UTC)
