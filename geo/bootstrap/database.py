"""The database while a `./run` command works: who starts the private cluster stops it, unless others need it."""

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator

from geo import postgres
from geo.bootstrap.python import programs
from geo.bootstrap.steps import VAR, SetupError, ask, clean_environment, say

USERS = VAR / "postgres.users"
PREPARE = "import django; django.setup(); from django.db import connection; connection.prepare_database()"


@contextlib.contextmanager
def running(*, stop_always: bool = False) -> Iterator[None]:
    """The database is up inside; then the private cluster is stopped if this command started it or `stop_always`.

    Every command holds a shared lock meanwhile: the first to finish must not take the cluster from the others.
    """
    if os.environ.get("DATABASE_URL"):
        check_given_database()
        yield
        return
    VAR.mkdir(exist_ok=True)
    with USERS.open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        already = postgres.is_running()
        if not already:
            say("private PostGIS cluster …")
        postgres.ensure_running()
        try:
            yield
        finally:
            if stop_always or not already:
                _stop_unless_used(users.fileno())


def _stop_unless_used(users: int) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("the private cluster stays up for another ./run command")
        return
    if postgres.is_running() and postgres.PRIVATE.connections():
        say("the private cluster stays up for other clients; ./run stop stops it")
        return
    if postgres.stop():
        say("private cluster stopped")


def check_given_database() -> None:
    """DATABASE_URL must lead to a PostGIS database, or to one where this account may make it one."""
    command = [programs() / "python", "-c", PREPARE]
    environment = clean_environment() | {"DJANGO_SETTINGS_MODULE": "geo.settings"}
    done = ask(command, env=environment)
    if done.returncode != 0:
        reason = re.split(r"\n(?=[\w.]+(?:Error|Configured)\b)", done.stderr.strip())[-1]
        raise SetupError(
            f"The database of DATABASE_URL cannot be used:\n{reason}\n\n"
            "It must be PostgreSQL 14 or later with PostGIS 3, reachable with that name and password.\n"
            "If only the extension is missing, a superuser runs in it: CREATE EXTENSION IF NOT EXISTS postgis;"
        )
