"""The private PostGIS cluster, used when DATABASE_URL is not set.

One cluster a checkout, in `var/postgres/`, reachable only through a Unix socket in a folder that only its owner
may enter: no TCP, no password, never run as root. `./run` starts it; settings only ask where it is. Standard library
only, since this runs before anything is installed.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.postgres.programs import (
    PROJECT,
    SYSTEM,
    ClusterError,
    command_line,
    find_binaries,
    library_folders,
    major_version,
    server_account,
    unprivileged,
)

DATABASE = "jieli"
ROLE = "jieli"  # owns the database and may create test databases; not a superuser
APP_ROLE = "jieli_app"  # serves the site; owns nothing (its rights: geo/history.py)
SUPERUSER = "postgres"
TEMPLATE = "template_postgis"  # cloned in 0.1 s, where CREATE EXTENSION takes 0.4 s and a superuser
PORT = 5432  # names the socket's file only
START_ATTEMPTS = 5

CONFIGURATION = """
# Written by geo/postgres. fsync and synchronous_commit stay on: what was answered must survive kill -9.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""


@dataclass(frozen=True)
class Cluster:
    """The private cluster of one project folder."""

    project: Path

    @property
    def folder(self) -> Path:
        return self.project / "var" / "postgres"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def socket_folder(self) -> Path:
        """Short, because a socket's path must stay under 107 bytes; the same whatever TMPDIR says."""
        name = hashlib.sha256(os.fsencode(self.project)).hexdigest()[:12]
        return Path("/tmp") / f"jieli-{name}"  # noqa: S108 - created 0700, and its owner is checked

    def database_settings(self) -> dict[str, str]:
        """Django's NAME, USER, HOST and PORT; starts nothing."""
        return {"NAME": DATABASE, "USER": ROLE, "HOST": str(self.socket_folder), "PORT": str(PORT)}

    def is_running(self) -> bool:
        """Whether the server answers. Not by `pg_ctl status`: after kill -9 a zombie still satisfies it."""
        binaries = find_binaries(self.data)
        return binaries is not None and self._answers(binaries)

    def ensure_running(self) -> dict[str, str]:
        """Make the cluster if there is none, start it if it does not answer; gives `database_settings()`."""
        binaries = self._binaries()
        with self._lock():
            if not self._answers(binaries):
                if not self.data.exists():
                    self._initialise(binaries)
                self._start(binaries)
            self._ensure_roles()
            self._ensure_database(binaries)
        return self.database_settings()

    def stop(self) -> bool:
        """Stop the server cleanly; False if none was running."""
        with self._lock():
            if not self.data.exists():
                return False
            if self._live_pid() is None:
                self._forget_dead_server()
                return False
            self._run([self._binaries() / "pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-t", "60"])
        return True

    def destroy(self) -> None:
        """Stop the server and delete the cluster with all its data."""
        self.stop()
        for folder in (self.folder, self.socket_folder):
            if folder.exists():
                shutil.rmtree(folder)

    def connections(self) -> int:
        """How many clients are connected, this question's own connection left out."""
        answer = self._sql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
        return int(answer) - 1

    # The steps.

    def _binaries(self) -> Path:
        binaries = find_binaries(self.data)
        if binaries is None:
            raise ClusterError(
                "No PostgreSQL server with PostGIS was found. Debian: `./run serve` installs it "
                "(by hand: sudo apt-get install postgresql-15-postgis-3, or your release's version). "
                "Elsewhere: conda env create -f environment.yml, or set DATABASE_URL to a PostGIS database."
            )
        return binaries

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """One process at a time makes, starts or stops the cluster."""
        path = self.project / "var" / "postgres.lock"
        path.parent.mkdir(exist_ok=True)
        try:
            handle = path.open("w")
            self.data.exists()
        except PermissionError as error:
            raise ClusterError(
                f"{error.filename} belongs to another user: run as that user, or as root."
            ) from error
        with handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _initialise(self, binaries: Path) -> None:
        """initdb into a folder beside, renamed at the end: an interrupted one leaves no half cluster."""
        unfinished = self.folder / "data.unfinished"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self._give_to_server(self.folder)
        ctype = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
        command = [binaries / "initdb", "-D", unfinished, f"--username={SUPERUSER}", "--auth=trust"]
        self._run([*command, "--encoding=UTF8", "--locale=C", f"--lc-ctype={ctype}"])
        with (unfinished / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION)
        unfinished.rename(self.data)

    def _start(self, binaries: Path) -> None:
        """Tried again for a while: after kill -9 the orphans of the server hold its shared memory a moment."""
        self._check_version(binaries)
        self._make_socket_folder()
        self._give_to_server(self.folder)
        command = [binaries / "pg_ctl", "start", "-D", self.data, "-l", self.log, "-w", "-t", "60"]
        command += ["-s", "-o", f"-c unix_socket_directories='{self.socket_folder}'"]
        for attempt in range(1, START_ATTEMPTS + 1):
            self._forget_dead_server()
            try:
                self._run(command)
            except ClusterError as error:
                if attempt == START_ATTEMPTS:
                    raise ClusterError(f"PostgreSQL does not start. {self._log_end()}") from error
                time.sleep(1)
            if self._answers(binaries):
                return
        raise ClusterError(f"PostgreSQL started but does not answer. {self._log_end()}")

    def _check_version(self, binaries: Path) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        found = major_version(binaries)
        if made_by != found:
            raise ClusterError(
                f"The cluster in {self.data} was made by PostgreSQL {made_by}, but {binaries} is {found}. "
                f"Install version {made_by} with PostGIS again, or, if its data can go: ./run destroy --yes"
            )

    def _ensure_roles(self) -> None:
        """The owner is a member of the application's role, never the other way round, so that it can be tried by SET ROLE."""
        found = self._sql("SELECT rolname FROM pg_roles").split()
        if ROLE not in found:
            self._sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
        if APP_ROLE not in found:
            self._sql(f"CREATE ROLE {APP_ROLE} LOGIN ROLE {ROLE}")

    def _ensure_database(self, binaries: Path) -> None:
        found = self._sql("SELECT datname, datistemplate FROM pg_database").split()
        if f"{TEMPLATE}|t" not in found:
            self._make_template()
        if f"{DATABASE}|f" not in found:
            self._sql(f"CREATE DATABASE {DATABASE} OWNER {ROLE} TEMPLATE {TEMPLATE}")

    def _make_template(self) -> None:
        """Marked as template last, so that an interrupted one is recognised and made again."""
        self._sql(f"DROP DATABASE IF EXISTS {TEMPLATE}")
        self._sql(f"CREATE DATABASE {TEMPLATE}")
        self._sql("CREATE EXTENSION postgis", database=TEMPLATE)
        self._sql(f"ALTER DATABASE {TEMPLATE} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false")

    def _make_socket_folder(self) -> None:
        """Temporary folders vanish at a reboot, and anybody may have made one with this name."""
        self.socket_folder.mkdir(mode=0o700, exist_ok=True)
        if self.socket_folder.lstat().st_uid == os.geteuid():
            self._give_to_server(self.socket_folder)
        self._check_socket_folder()

    def _check_socket_folder(self) -> None:
        found = self.socket_folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != server_account()[0] or found.st_mode & 0o077:
            raise ClusterError(
                f"{self.socket_folder} must be a folder that only user {server_account()[0]} may enter, but it "
                f"belongs to user {found.st_uid} with mode {stat.filemode(found.st_mode)}. "
                f"Remove it: rm -r {self.socket_folder}"
            )

    def _give_to_server(self, folder: Path) -> None:
        """As root, hand the folder to the user that the server runs as, if it is not theirs yet."""
        if os.geteuid() != 0 or folder.lstat().st_uid == server_account()[0] or folder.is_symlink():
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, *server_account(), follow_symlinks=False)

    def _live_pid(self) -> int | None:
        """The postmaster's process id, if that process is alive and is this cluster's server."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        return pid if str(self.data) in command_line(pid) else None

    def _forget_dead_server(self) -> None:
        """Remove a killed server's files, which PostgreSQL respects while their pid is a zombie's or another's."""
        if self._live_pid() is not None:
            return
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (self.socket_folder / name).unlink(missing_ok=True)

    def _answers(self, binaries: Path) -> bool:
        if not self.socket_folder.exists():
            return False
        self._check_socket_folder()
        command = [str(binaries / "pg_isready"), "-q", "-h", str(self.socket_folder), "-p", str(PORT)]
        return subprocess.run([*command, "-U", SUPERUSER], env=self._environment()).returncode == 0

    def _sql(self, statement: str, database: str = "postgres") -> str:
        """One statement as superuser, by psql, because no driver is installed yet."""
        address = ["-h", self.socket_folder, "-p", PORT, "-U", SUPERUSER, "-d", database]
        psql = [self._binaries() / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *address]
        return self._run([*psql, "-c", statement], as_server=False).strip()

    def _run(self, command: Sequence[object], *, as_server: bool = True) -> str:
        """Run one PostgreSQL program and give its output; ClusterError with its complaint if it fails."""
        prefix = unprivileged() if as_server else []
        # The server inherits the descriptors: a pipe would stay open as long as it lives, hence files.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [*prefix, *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment(),
                cwd="/",
                start_new_session=True,  # Ctrl-C in the terminal is not for the server
            )
            output.seek(0)
            text = output.read()
        if done.returncode != 0:
            raise ClusterError(f"{Path(str(command[0])).name} failed: {text.strip()}")
        return text

    def _environment(self) -> dict[str, str]:
        """Without PG* variables, which are for other servers; with the libraries of unpacked packages."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        binaries = find_binaries(self.data)
        if binaries is not None and binaries.is_relative_to(SYSTEM):
            environment["LD_LIBRARY_PATH"] = ":".join(map(str, library_folders()))
            environment["PROJ_DATA"] = environment["PROJ_LIB"] = str(SYSTEM / "usr/share/proj")
        return environment

    def _log_end(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else ["(empty)"]
        return "\n".join([f"The end of {self.log}:", *lines[-15:]])


PRIVATE = Cluster(PROJECT)
database_settings = PRIVATE.database_settings
ensure_running = PRIVATE.ensure_running
is_running = PRIVATE.is_running
stop = PRIVATE.stop
destroy = PRIVATE.destroy
