"""Check-ins through HTTP, durable: ours, one and a hundred at a time, against the obvious DRF view (check_in_peer.py).

    python benchmarks/check_in_ingest.py [--seconds 6] [--rounds 5]

All three addresses are served by the same gunicorn (as `./run serve` starts it) from one database of its own with
`synchronous_commit=on`, and asked by the same number of connections that stay open, in rounds whose order is drawn anew. Every
check-in is new, nearly all are counted. Prints check-ins a second (median, quartiles), processor time of web server and database
of each, and what an fsync takes here. Exits with 1 where ours is not 3.4 times as fast one by one, or 30 times by the hundred.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.durability.phones import request
from benchmarks.durability.plan import OCCUPATIONS, Place, now
from benchmarks.durability.run import places_of
from benchmarks.served import Site, children, temporary_site

CONNECTIONS = 16
BATCH = 100
TARGETS = {"ours: one by one": 3.4, "ours: a hundred at a time": 30.0}
# So that a phone's queue of a hundred is counted, and no address is slowed down.
ENVIRONMENT = {"JIELI_CHECKIN_LATE_DAYS": "40", "JIELI_CHECKIN_RATE": "1000000"}
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
Ask = Callable[[Sequence[Place], int], bytes]


@dataclass
class Way:
    """One of the addresses: `ask` makes the bytes of a request of `many` check-ins by a phone."""

    name: str
    many: int
    ask: Ask
    a_second: list[float] = field(default_factory=list)
    web_ms: list[float] = field(default_factory=list)
    database_ms: list[float] = field(default_factory=list)


def visit(place: Place, age: timedelta = timedelta(0)) -> dict[str, Any]:
    sent = now()
    near = {"lon": place.lon, "lat": place.lat, "accuracy_m": 20.0, "datum": "wgs84"}
    return {
        "id": str(uuid.uuid4()),
        "code": place.code,
        "made_at": (sent - age).isoformat(),
        "sent_at": sent.isoformat(),
        "occupation": random.choice(OCCUPATIONS),
        "position": near,
    }


def single(path: str) -> Ask:
    return lambda places, phone: request(path, visit(random.choice(places)), phone, keep=True)


def batch(places: Sequence[Place], phone: int) -> bytes:
    """A hundred visits six hours apart at a few stations."""
    usual = random.sample(places, 5)
    queue = [visit(random.choice(usual), timedelta(hours=6 * n)) for n in range(BATCH)]
    for one in queue:
        del one["sent_at"]
    body = {"sent_at": now().isoformat(), "check_ins": queue}
    return request("/api/check-ins/batch/", body, phone, keep=True)


async def ask_for(way: Way, port: int, places: Sequence[Place], phones: Iterator[int], seconds: float) -> int:
    """How many check-ins were acknowledged in `seconds`, each connection asking again as soon as it is answered."""
    until, done = time.monotonic() + seconds, 0

    async def connection() -> None:
        nonlocal done
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.monotonic() < until:
            writer.write(way.ask(places, next(phones)))
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            answer = json.loads(await reader.readexactly(length))
            status = int(head.split(b" ", 2)[1])
            told = [one["status"] for one in answer["answers"]] if way.many > 1 else [status]
            if set(told) != {201}:
                raise RuntimeError(f"{way.name}: {status} {answer}")
            done += len(told)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return done


def measure(site: Site, way: Way, places: Sequence[Place], phones: Iterator[int], seconds: float) -> None:
    before, began = processor_s(site), time.monotonic()
    done = asyncio.run(ask_for(way, site.port, places, phones, seconds))
    took, after = time.monotonic() - began, processor_s(site)
    way.a_second.append(done / took)
    way.web_ms.append((after[0] - before[0]) / done * 1000)
    way.database_ms.append((after[1] - before[1]) / done * 1000)


def processor_s(site: Site) -> tuple[float, float]:
    """Of the web server's workers and of the database's processes, so far."""
    postmaster = int((site.cluster.data / "postmaster.pid").read_text().split()[0])
    return processor_of(children(site.web.pid)), processor_of(children(postmaster))


def processor_of(pids: Sequence[int]) -> float:
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks * TICK_S


def fsync_ms(folder: Path) -> float:
    """The median time to write a page and have it on the disk."""
    took = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(200):
            file.write(bytes(8192))
            file.flush()
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - began)
    return 1000 * statistics.median(took)


def table(ways: Sequence[Way]) -> str:
    lines = ["| | check-ins a second | quartiles | ratio | web, ms each | database, ms each |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: |")
    for way in ways:
        low, middle, high = statistics.quantiles(way.a_second, n=4)
        ratio = middle / statistics.median(ways[0].a_second)
        web, database = statistics.median(way.web_ms), statistics.median(way.database_ms)
        lines.append(
            f"| {way.name} | {middle:,.0f} | {low:,.0f} - {high:,.0f} | {ratio:.1f} | {web:.2f} | {database:.2f} |"
        )
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    ways = [
        Way("peer: ModelSerializer and ORM", 1, single("/peer/check-ins/")),
        Way("ours: one by one", 1, single("/api/check-ins/")),
        Way("ours: a hundred at a time", BATCH, batch),
    ]
    phones = iter(range(1 << 24))
    with temporary_site(ENVIRONMENT, application="benchmarks.check_in_peer") as site:
        places = places_of(site)
        site.start_web()
        for way in ways:
            measure(site, way, places, phones, options.seconds)  # warm
            way.a_second, way.web_ms, way.database_ms = [], [], []
        for _ in range(options.rounds):
            for way in random.sample(ways, len(ways)):
                measure(site, way, places, phones, options.seconds)
        print(f"fdatasync of a page: {fsync_ms(site.folder):.2f} ms; {CONNECTIONS} connections\n")
    print(table(ways))
    peer = statistics.median(ways[0].a_second)
    missed = [way.name for way in ways[1:] if statistics.median(way.a_second) < TARGETS[way.name] * peer]
    print(f"\ntargets missed: {', '.join(missed)}" if missed else "\nall targets met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
