"""A site of its own to measure and to kill: a private cluster in a temporary folder, gunicorn and the worker.

Nothing of the checkout's own database is touched. Each part starts as `./run serve` starts it and can be ended by SIGKILL, whole.
Linux only: the children of a server are found in /proc.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psycopg2
from psycopg2 import extensions

from geo.bootstrap.server import answers, gunicorn_arguments
from geo.bootstrap.steps import clean_environment
from geo.postgres import APP_ROLE, PORT, PROJECT, ROLE, Cluster

START_LIMIT_S = 300  # phones that wait are answered first, and the machine may be busy


@dataclass
class Site:
    """One served site. `environment` holds settings (`JIELI_...`), `server` settings of PostgreSQL."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    application: str = "geo.wsgi"
    web: subprocess.Popen[bytes] | None = None
    worker: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.cluster = Cluster(self.folder)
        self.log = self.folder / "site.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def settings(self) -> dict[str, str]:
        """The environment of every program of the site."""
        address = f"{self.cluster.socket_folder}/jieli"
        return {
            **clean_environment(),
            "DATABASE_URL": f"postgis://{ROLE}@/{address}",
            "JIELI_APP_DATABASE_URL": f"postgis://{APP_ROLE}@/{address}",
            "SECRET_KEY": "of a site that is measured and thrown away",
            "JIELI_PROXY_COUNT": "1",  # so that each phone has an address of its own
            "DJANGO_SETTINGS_MODULE": "geo.settings",
            "PYTHONPATH": str(PROJECT),
            **self.environment,
        }

    # The database.

    def start_database(self) -> None:
        self.cluster.ensure_running()

    def kill_database(self) -> None:
        """The postmaster first, so that it cannot tidy up after its children; then every one of them."""
        postmaster = int((self.cluster.data / "postmaster.pid").read_text().split()[0])
        backends = children(postmaster)
        for pid in (postmaster, *backends):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def set_server(self, **options: str) -> None:
        """Settings of PostgreSQL, from now on and after restarts."""
        with contextlib.closing(self.connect("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for name, value in options.items():
                    cursor.execute(f"ALTER SYSTEM SET {name} = %s", [value])
                cursor.execute("SELECT pg_reload_conf()")

    def connect(self, user: str = ROLE) -> extensions.connection:
        host = str(self.cluster.socket_folder)
        return psycopg2.connect(dbname="jieli", user=user, host=host, port=PORT)

    # The web server and the worker, each with all its processes in one group.

    def start_web(self) -> None:
        arguments = gunicorn_arguments(f"127.0.0.1:{self.port}", self.application)
        self.web = self._spawn([sys.executable, "-m", "gunicorn", *arguments])
        deadline = time.monotonic() + START_LIMIT_S
        while not answers(f"http://127.0.0.1:{self.port}/livez"):
            if self.web.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"gunicorn does not answer. {self.log}:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.1)

    def kill_web(self) -> None:
        kill_group(self.web)

    def start_worker(self, *, every_s: int = 5) -> None:
        self.worker = self._spawn([sys.executable, "manage.py", "upkeep", "--every", str(every_s)])

    def kill_worker(self) -> None:
        kill_group(self.worker)

    def run(self, *arguments: str) -> str:
        """A program of the site, to its end; gives what it printed."""
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=PROJECT, env=self.settings(), capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def _spawn(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        with self._log() as log:
            return subprocess.Popen(
                command,
                cwd=PROJECT,
                env=self.settings(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _log(self) -> IO[bytes]:
        return self.log.open("ab")

    def destroy(self) -> None:
        kill_group(self.web)
        kill_group(self.worker)
        self.cluster.destroy()


@contextlib.contextmanager
def temporary_site(environment: Mapping[str, str] | None = None, **more: str) -> Iterator[Site]:
    """A migrated site whose database runs; the web server and the worker do not yet."""
    with tempfile.TemporaryDirectory(prefix="jieli-site-") as folder:
        site = Site(Path(folder), environment or {}, **more)
        try:
            site.start_database()
            site.run("manage.py", "migrate", "--verbosity", "0")
            yield site
        finally:
            site.destroy()


def kill_group(process: subprocess.Popen[bytes] | None) -> None:
    """The process that was started as the first of a session, and all that it started."""
    if process is None or process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def children(pid: int) -> list[int]:
    """The processes that `pid` started and that still are."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text(errors="replace").rpartition(")")[2].split()[1])
            if parent == pid:
                found.append(int(stat.parent.name))
    return found
