"""Phones as the check-in page makes them: what is not acknowledged is kept and sent again, alone or with others in a batch."""

import asyncio
import json
import math
import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from benchmarks.durability.journal import Acknowledged, Journal
from benchmarks.durability.plan import Errand, Visit, now

ACKNOWLEDGED = (200, 201)
KEEP_AND_RETRY = (429, 500, 502, 503, 504)
PATIENCE_S = 10  # for one request
ALONE = 0.7  # of retries of a single one; the others go by batch


@dataclass
class Phones:
    """All phones of a run, and what happened to them."""

    port: int
    journal: Journal
    seed: int
    waits_s: tuple[float, float]  # between two tries: the shortest, which doubles, and the longest
    sent: set[UUID] = field(default_factory=set)
    acknowledged: set[UUID] = field(default_factory=set)
    expected: set[UUID] = field(default_factory=set)  # of phones that do not give up
    refused: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    changed_answers: list[str] = field(default_factory=list)
    # Second of the run that it was due at, seconds until it was acknowledged.
    took: list[tuple[float, float]] = field(default_factory=list)
    acknowledged_at: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rng = random.Random(self.seed)
        self._said: dict[UUID, tuple[str, str]] = {}
        self._until = math.inf

    async def drive(self, errands: Iterable[Errand], *, drain_s: float) -> None:
        """Send every errand at its moment, whatever became of those before; then wait for those that are still retried."""
        self.began = time.monotonic()
        async with asyncio.TaskGroup() as deliveries:
            for errand in errands:
                await asyncio.sleep(self.began + errand.at_s - time.monotonic())
                made_at = {visit.id: now() - visit.age for visit in errand.visits}
                for _ in range(2 if errand.double_tap else 1):
                    deliveries.create_task(self._deliver(errand, made_at))
            self._until = time.monotonic() + drain_s

    async def _deliver(self, errand: Errand, made_at: dict[UUID, datetime]) -> None:
        if not errand.quits:
            self.expected.update(made_at)
        left, wait_s = await self._send(errand.phone, errand.visits, made_at, alone=True), self.waits_s[0]
        if not left and len(errand.visits) == 1:
            self.took.append((errand.at_s, time.monotonic() - self.began - errand.at_s))
        while left and not errand.quits and time.monotonic() < self._until:
            await asyncio.sleep(wait_s * self._rng.uniform(0.8, 1.2))
            wait_s = min(self.waits_s[1], 2 * wait_s)
            left = await self._send(errand.phone, left, made_at, alone=self._rng.random() < ALONE)
        if not left and errand.replayed_after_s is not None:
            await asyncio.sleep(errand.replayed_after_s)
            await self._send(errand.phone, errand.visits, made_at, alone=True)

    async def _send(
        self, phone: int, visits: Sequence[Visit], made_at: dict[UUID, datetime], *, alone: bool
    ) -> list[Visit]:
        """One request; gives the visits that must be sent again."""
        self.sent.update(visit.id for visit in visits)
        bodies = [_body(visit, made_at[visit.id]) for visit in visits]
        if alone and len(visits) == 1:
            status, answer = await post(self.port, "/api/check-ins/", bodies[0], phone)
            answers = [{**answer, "status": status}]
        else:
            batch = {"sent_at": now().isoformat(), "check_ins": bodies}
            status, answer = await post(self.port, "/api/check-ins/batch/", batch, phone)
            answers = answer.get("answers", [{"status": status}] * len(visits))
        left = []
        for visit, one in zip(visits, answers, strict=True):
            if not self._note(visit, made_at[visit.id], one):
                left.append(visit)
        return left

    def _note(self, visit: Visit, made_at: datetime, answer: dict[str, Any]) -> bool:
        """Whether this visit needs no more sending."""
        status = answer["status"]
        self.answers[str(status)] += 1
        if status not in ACKNOWLEDGED:
            if status in KEEP_AND_RETRY or status == 0:
                return False
            self.refused[f"{status} {answer.get('detail', answer)}"] += 1
            return True
        said = (answer["grade"], answer["set_aside"])
        if self._said.setdefault(visit.id, said) != said:
            self.changed_answers.append(f"{visit.id}: {self._said[visit.id]}, then {said}")
        self.acknowledged.add(visit.id)
        self.acknowledged_at.append(time.monotonic() - self.began)
        place = visit.place.station_id
        self.journal.record(Acknowledged(visit.id, place, visit.occupation, made_at.isoformat(), *said))
        return True


def _body(visit: Visit, made_at: datetime) -> dict[str, Any]:
    body = {
        "id": str(visit.id),
        "code": visit.place.code,
        "made_at": made_at.isoformat(),
        "sent_at": now().isoformat(),
        "occupation": visit.occupation,
    }
    return body | ({"position": visit.position} if visit.position else {})


def device(phone: int) -> str:
    """The phone's cookie: 128 bits, always the same ones."""
    return sha256(f"phone {phone}".encode()).hexdigest()[:32]


def address(phone: int) -> str:
    return f"10.{phone >> 16 & 255}.{phone >> 8 & 255}.{phone & 255}"


def request(path: str, body: dict[str, Any], phone: int, *, keep: bool = False) -> bytes:
    """The bytes of one POST, as a proxy in front would pass them on."""
    payload = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(payload)}\r\nX-Forwarded-For: {address(phone)}\r\n"
        f"Cookie: jieli_device={device(phone)}\r\nConnection: {'keep-alive' if keep else 'close'}\r\n\r\n"
    )
    return head.encode() + payload


async def post(port: int, path: str, body: dict[str, Any], phone: int) -> tuple[int, dict[str, Any]]:
    """Status and answer; status 0 where none came, or only a part of one."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(request(path, body, phone))
                head, _, text = (await reader.read()).partition(b"\r\n\r\n")
            finally:
                writer.close()
        status = int(head.split(b" ", 2)[1])
    except (OSError, TimeoutError, IndexError, ValueError):
        return 0, {}
    try:
        answer = json.loads(text)
    except ValueError:
        return (0 if status in ACKNOWLEDGED else status), {}
    return status, answer
