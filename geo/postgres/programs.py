"""PostgreSQL's programs on this machine: where they are, and how to run the server when we are root."""

import functools
import os
import pwd
import shutil
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SYSTEM = PROJECT / "var/system"  # where Debian packages are unpacked for a user who may not install them


class ClusterError(Exception):
    """The private cluster cannot be made, started or stopped; the message says why and what to do."""


def find_binaries(data: Path) -> Path | None:
    """The folder of a PostgreSQL server with PostGIS, of the version that made the cluster in `data` if it is there."""
    conda = os.environ.get("CONDA_PREFIX")
    on_path = shutil.which("pg_config")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version_in_path, reverse=True)
    unpacked = (SYSTEM / "usr/lib/postgresql").glob("*/bin")
    candidates = [Path(conda) / "bin"] if conda else []
    candidates += [*debian, *unpacked]
    candidates += [Path(on_path).resolve().parent] if on_path else []
    usable = [folder for folder in candidates if _has_postgis(folder)]
    version_file = data / "PG_VERSION"
    if len(usable) > 1 and os.access(version_file, os.R_OK):
        made_by = version_file.read_text().strip()
        usable.sort(key=lambda folder: major_version(folder) != made_by)
    return usable[0] if usable else None


def library_folders() -> list[Path]:
    """Where unpacked packages keep their libraries."""
    found = [*SYSTEM.glob("usr/lib/*-linux-gnu*/**/lib*.so*"), *SYSTEM.glob("lib/*-linux-gnu*/lib*.so*")]
    return sorted({path.parent for path in found})


@functools.cache
def major_version(binaries: Path) -> str:
    """`15` of a `postgres (PostgreSQL) 15.18`."""
    config = subprocess.run([binaries / "pg_config", "--version"], capture_output=True, text=True, check=True)
    return config.stdout.split()[1].split(".")[0]


@functools.cache
def unprivileged() -> list[str]:
    """What to put before a server command so that it does not run as root; nothing for other users.

    A user namespace needs no other account and no chown. Where it is refused (containers, chroot) the `postgres`
    account is used, with leave to pass through folders that are closed to it, such as /root.
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
        "PostgreSQL refuses to run as root, and neither `unshare --user` nor `setpriv --reuid=postgres` "
        "works here. Run as an ordinary user, or set DATABASE_URL."
    )


def server_account() -> tuple[int, int]:
    """The user and group number that own the server's files, seen from outside a user namespace."""
    if "setpriv" not in unprivileged():
        return os.geteuid(), os.getegid()
    account = pwd.getpwnam("postgres")
    return account.pw_uid, account.pw_gid


def _works(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True).returncode == 0


def _version_in_path(binaries: Path) -> int:
    name = binaries.parent.name
    return int(name) if name.isdigit() else 0


def _has_postgis(binaries: Path) -> bool:
    """By the share folder's place beside the programs: an unpacked pg_config would need its libraries first."""
    if not (binaries / "initdb").exists():
        return False
    version = binaries.parent.name
    shares = [binaries.parents[3] / "share/postgresql" / version] if version.isdigit() else []
    shares += [binaries.parent / "share", binaries.parent / "share/postgresql"]
    if any((share / "extension/postgis.control").exists() for share in shares):
        return True
    if not (binaries / "pg_config").exists():
        return False
    asked = subprocess.run([binaries / "pg_config", "--sharedir"], capture_output=True, text=True)
    return asked.returncode == 0 and (Path(asked.stdout.strip()) / "extension/postgis.control").exists()


def command_line(pid: int) -> str:
    """The command line of a process, empty if it is gone or a zombie."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    command = ["ps", "-o", "stat=,command=", "-p", str(pid)]
    found = subprocess.run(command, capture_output=True, text=True).stdout.strip()
    return "" if found.startswith("Z") else found
