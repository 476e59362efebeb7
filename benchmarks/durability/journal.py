"""What the site acknowledged, written and synced to a file before it counts: the other side of the audit."""

import os
import threading
from pathlib import Path
from types import TracebackType
from typing import NamedTuple
from uuid import UUID

SYNC_EVERY_S = 0.05


class Acknowledged(NamedTuple):
    """One acknowledgement: what was sent, and what the site said of it."""

    id: UUID
    station_id: int
    occupation: str
    made_at: str
    grade: str
    set_aside: str


class Journal:
    """Appends lines from the event loop and syncs them from a thread of its own, many with one fsync."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._waiting: list[str] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="journal")

    def record(self, row: Acknowledged) -> None:
        self._waiting.append("\t".join(map(str, row)) + "\n")

    def _keep(self) -> None:
        with self.path.open("a") as file:
            while not self._ended.wait(SYNC_EVERY_S):
                self._sync(file)
            self._sync(file)

    def _sync(self, file) -> None:
        lines, self._waiting = self._waiting, []
        if lines:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())

    def __enter__(self) -> "Journal":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
