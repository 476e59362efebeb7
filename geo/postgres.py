"""The private PostGIS cluster, used when DATABASE_URL is not set.

One cluster a checkout, in `var/postgres/`, reachable only through a Unix socket in a folder that only its owner may enter:
no TCP, no password, never run as root. `./run` starts it; settings only ask where it is. Standard library only, since
this runs before anything is installed.
"""

import contextlib
import fcntl
import functools
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
DATABASE = "jieli"
ROLE = "jieli"  # owns the database and may create test databases; not a superuser
SUPERUSER = "postgres"
TEMPLATE = "template_postgis"  # cloned in 0.1 s, where CREATE EXTENSION takes 0.4 s and a superuser
PORT = 5432  # names the socket's file only
START_ATTEMPTS = 5

CONFIGURATION = """
# Written by geo/postgres.py. fsync and synchronous_commit stay on: what was answered must survive kill -9.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""


class ClusterError(Exception):
    """The private cluster cannot be made, started or stopped; the message says why and what to do."""


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
        """A short path, because a socket's path must stay under 107 bytes, and the same whatever TMPDIR says."""
        name = hashlib.sha256(os.fsencode(self.project)).hexdigest()[:12]
        return Path("/tmp") / f"jieli-{name}"  # noqa: S108 - created 0700, and its owner is checked

    def database_settings(self) -> dict[str, str]:
        """Django's NAME, USER, HOST and PORT; starts nothing."""
        return {"NAME": DATABASE, "USER": ROLE, "HOST": str(self.socket_folder), "PORT": str(PORT)}

    def is_running(self) -> bool:
        """Whether the server answers. `pg_ctl status` is no help: after kill -9 a zombie still satisfies it."""
        binaries = find_binaries(self.project)
        return binaries is not None and self._answers(binaries)

    def ensure_running(self) -> dict[str, str]:
        """Make the cluster if there is none, start it if it does not answer, and give `database_settings()`."""
        binaries = self._binaries()
        with self._lock():
            if not self._answers(binaries):
                if not self.data.exists():
                    self._initialise(binaries)
                self._start(binaries)
            self._ensure_database(binaries)
        return self.database_settings()

    def stop(self) -> bool:
        """Stop the server cleanly; False if none was running."""
        if not self.data.exists():
            return False
        with self._lock():
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
        binaries = find_binaries(self.project)
        if binaries is None:
            raise ClusterError(
                "No PostgreSQL server with PostGIS was found. Debian: `./run serve` installs it "
                "(by hand: sudo apt-get install postgresql-15-postgis-3, or your release's version); elsewhere: "
                "conda env create -f environment.yml; or set DATABASE_URL to a PostGIS database of yours."
            )
        return binaries

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """One process at a time makes, starts or stops the cluster."""
        path = self.project / "var" / "postgres.lock"
        path.parent.mkdir(exist_ok=True)
        with path.open("w") as handle:
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
        self._run(
            [
                binaries / "initdb",
                "-D",
                unfinished,
                f"--username={SUPERUSER}",
                "--auth=trust",
                "--encoding=UTF8",
            ]
            + ["--locale=C", f"--lc-ctype={ctype}"]
        )
        with (unfinished / "postgresql.conf").open("a") as configuration:
            configuration.write(CONFIGURATION)
        unfinished.rename(self.data)

    def _start(self, binaries: Path) -> None:
        """Start the server. Tried again for a while: after kill -9 its orphans hold the shared memory a moment."""
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
                    raise ClusterError(
                        f"PostgreSQL does not start; the end of {self.log}:\n{self._log_end()}"
                    ) from error
                time.sleep(1)
            if self._answers(binaries):
                return
        raise ClusterError(
            f"PostgreSQL started but does not answer; the end of {self.log}:\n{self._log_end()}"
        )

    def _check_version(self, binaries: Path) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        found = major_version(binaries)
        if made_by != found:
            raise ClusterError(
                f"The cluster in {self.data} was made by PostgreSQL {made_by}, but {binaries} is {found}. "
                f"Install version {made_by} with PostGIS again, or, if its data can go: ./run destroy --yes"
            )

    def _ensure_database(self, binaries: Path) -> None:
        found = self._sql("SELECT datname, datistemplate FROM pg_database").split()
        if f"{TEMPLATE}|t" not in found:
            self._make_template()
        if f"{DATABASE}|f" not in found:
            self._sql(f"CREATE DATABASE {DATABASE} OWNER {ROLE} TEMPLATE {TEMPLATE}")

    def _make_template(self) -> None:
        """Marked as template last, so that an interrupted one is recognised and made again."""
        if not self._sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'"):  # noqa: S608 - a constant
            self._sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
        self._sql(f"DROP DATABASE IF EXISTS {TEMPLATE}")
        self._sql(f"CREATE DATABASE {TEMPLATE}")
        self._sql("CREATE EXTENSION postgis", database=TEMPLATE)
        self._sql(f"ALTER DATABASE {TEMPLATE} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false")

    def _make_socket_folder(self) -> None:
        """Temporary folders vanish at a reboot, and anybody may have made one with this name."""
        self.socket_folder.mkdir(mode=0o700, exist_ok=True)
        self._give_to_server(self.socket_folder)
        found = self.socket_folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != server_uid() or found.st_mode & 0o077:
            raise ClusterError(
                f"{self.socket_folder} must be a folder that only user {server_uid()} may enter, but it belongs "
                f"to user {found.st_uid} with mode {stat.filemode(found.st_mode)}. "
                f"Remove it: rm -r {self.socket_folder}"
            )

    def _give_to_server(self, folder: Path) -> None:
        """As root, hand the folder to the user that the server runs as, if it is not theirs yet."""
        if os.geteuid() != 0 or folder.lstat().st_uid == server_uid() or folder.is_symlink():
            return
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, server_uid(), server_gid())

    def _live_pid(self) -> int | None:
        """The postmaster's process id, if that process is alive and is this cluster's server."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        except PermissionError as error:
            raise ClusterError(
                f"{self.data} belongs to another user: run as that user, or as root."
            ) from error
        return pid if str(self.data) in _command_line(pid) else None

    def _forget_dead_server(self) -> None:
        """Remove the pid and lock files of a killed server, which PostgreSQL respects when its pid is a zombie or is
        somebody else's by now."""
        if self._live_pid() is not None:
            return
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (self.socket_folder / name).unlink(missing_ok=True)

    def _answers(self, binaries: Path) -> bool:
        command = [binaries / "pg_isready", "-q", "-h", self.socket_folder, "-p", str(PORT), "-U", SUPERUSER]
        return subprocess.run(command, env=self._environment()).returncode == 0

    def _sql(self, statement: str, database: str = "postgres") -> str:
        """One statement as superuser, by psql, because no driver is installed yet."""
        command = [self._binaries() / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        command += [
            "-h",
            self.socket_folder,
            "-p",
            str(PORT),
            "-U",
            SUPERUSER,
            "-d",
            database,
            "-c",
            statement,
        ]
        return self._run(command, as_server=False).strip()

    def _run(self, command: list[str | Path], *, as_server: bool = True) -> str:
        """Run one PostgreSQL program and give its output; ClusterError with its complaint if it fails."""
        prefix = unprivileged() if as_server else []
        # The server inherits the descriptors: a pipe would stay open as long as it lives, hence files.
        with (self.folder / "last-output").open("w+") as output:
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
            raise ClusterError(f"{Path(command[0]).name} failed: {text.strip()}")
        return text

    def _environment(self) -> dict[str, str]:
        """Without PG* variables, which are for other servers; with the libraries of privately unpacked packages."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        system = self.project / "var" / "system"
        if _within(find_binaries(self.project), system):
            environment["LD_LIBRARY_PATH"] = ":".join(map(str, library_folders(system)))
            environment["PROJ_DATA"] = environment["PROJ_LIB"] = str(system / "usr/share/proj")
        return environment

    def _log_end(self) -> str:
        return (
            "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
            if self.log.exists()
            else "(no log)"
        )


def find_binaries(project: Path) -> Path | None:
    """The folder of a PostgreSQL server that has PostGIS; one of the existing cluster's version is preferred."""
    conda = os.environ.get("CONDA_PREFIX")
    on_path = shutil.which("pg_config")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version_in_path, reverse=True)
    private = (project / "var/system/usr/lib/postgresql").glob("*/bin")
    candidates = [Path(conda) / "bin"] if conda else []
    candidates += [*debian, *private]
    candidates += [Path(on_path).resolve().parent] if on_path else []
    usable = [folder for folder in candidates if _has_postgis(folder)]
    version_file = project / "var/postgres/data/PG_VERSION"
    if len(usable) > 1 and os.access(version_file, os.R_OK):
        made_by = version_file.read_text().strip()
        usable.sort(key=lambda folder: major_version(folder) != made_by)
    return usable[0] if usable else None


def library_folders(system: Path) -> list[Path]:
    """Where packages unpacked below `system` keep their libraries."""
    return sorted({path.parent for path in system.glob("usr/lib/*-linux-gnu*/**/lib*.so*")}) + sorted(
        {path.parent for path in system.glob("lib/*-linux-gnu*/lib*.so*")}
    )


@functools.cache
def major_version(binaries: Path) -> str:
    """`15` of a `postgres (PostgreSQL) 15.18`."""
    config = subprocess.run([binaries / "pg_config", "--version"], capture_output=True, text=True, check=True)
    return config.stdout.split()[1].split(".")[0]


@functools.cache
def unprivileged() -> list[str]:
    """What to put before a server command so that it does not run as root; nothing for other users.

    A user namespace needs no other account and no chown. Where it is refused (containers, chroot) the `postgres` account is
    used, with leave to pass through folders that are closed to it, such as /root.
    """
    if os.geteuid() != 0:
        return []
    known = pwd.getpwnam("nobody")  # initdb looks its account up, so not just any number
    namespace = ["unshare", "--user", f"--map-user={known.pw_uid}", f"--map-group={known.pw_gid}", "--"]
    if _works([*namespace, "true"]):
        return namespace
    account = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    account += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    if _works([*account, "true"]):
        return account
    raise ClusterError(
        "PostgreSQL refuses to run as root, and neither `unshare --user` nor `setpriv --reuid=postgres` works here. "
        "Run as an ordinary user, or set DATABASE_URL."
    )


def server_uid() -> int:
    return pwd.getpwnam("postgres").pw_uid if "setpriv" in unprivileged() else os.geteuid()


def server_gid() -> int:
    return pwd.getpwnam("postgres").pw_gid if "setpriv" in unprivileged() else os.getegid()


def _works(command: list[str]) -> bool:
    return (
        shutil.which(command[0]) is not None and subprocess.run(command, capture_output=True).returncode == 0
    )


def _version_in_path(binaries: Path) -> int:
    name = binaries.parent.name
    return int(name) if name.isdigit() else 0


def _has_postgis(binaries: Path) -> bool:
    """By the share folder's place relative to the programs: a privately unpacked pg_config needs its libraries first."""
    if not (binaries / "initdb").exists():
        return False
    version = binaries.parent.name
    shares = [binaries.parents[3] / "share/postgresql" / version] if version.isdigit() else []
    shares += [binaries.parent / "share", binaries.parent / "share/postgresql"]
    return any((share / "extension/postgis.control").exists() for share in shares)


def _within(path: Path | None, folder: Path) -> bool:
    return path is not None and path.is_relative_to(folder)


def _command_line(pid: int) -> str:
    """The command line of a process, empty if it is gone or a zombie."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    command = ["ps", "-o", "stat=,command=", "-p", str(pid)]
    found = subprocess.run(command, capture_output=True, text=True).stdout.strip()
    return "" if found.startswith("Z") else found


PRIVATE = Cluster(PROJECT)
database_settings = PRIVATE.database_settings
ensure_running = PRIVATE.ensure_running
is_running = PRIVATE.is_running
stop = PRIVATE.stop
destroy = PRIVATE.destroy
