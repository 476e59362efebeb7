"""System packages on Debian and its relatives: by apt as root or by sudo, else unpacked below `var/system/`."""

import ctypes
import functools
import grp
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from geo import postgres
from geo.bootstrap.steps import VAR, SetupError, ask, run, say
from geo.postgres import SYSTEM

NO_MAIN_CLUSTER = Path("/etc/postgresql-common/createcluster.d/jieli.conf")
ATOMIC = "libatomic.so.1"
FONT = Path("usr/share/fonts/truetype/wqy/wqy-microhei.ttc")


def install_missing(*, testing: bool) -> None:
    """Install what is not there yet; testing also wants a browser."""
    wanted = missing(testing=testing)
    if not wanted or os.environ.get("CONDA_PREFIX"):
        return
    if shutil.which("apt-get") is None:
        raise SetupError(
            f"Missing: {', '.join(wanted)}. This machine has no apt-get; get everything from conda-forge:\n"
            "  conda env create -f environment.yml && conda activate jieli"
        )
    prefix = root_prefix()
    say(
        f"system packages ({', '.join(wanted)}) {'by apt-get' if prefix is not None else 'unpacked in var/system'} …"
    )
    if prefix is None:
        unpack(wanted)
    else:
        install(wanted, prefix)


def missing(*, testing: bool) -> list[str]:
    """Names of what is missing; `postgis`, `chromium`, `font`, `venv` and `libatomic` stand for packages."""
    absent = []
    if not os.environ.get("DATABASE_URL") and postgres.find_binaries(postgres.PRIVATE.data) is None:
        absent.append("postgis")
    if find_spec("ensurepip") is None and pip_wheel() is None and not (VAR / "venv/bin/pip").exists():
        absent.append("venv")
    if sys.platform == "linux" and not _loads(ATOMIC) and not _unpacked_library(ATOMIC):
        absent.append("libatomic")
    if testing and chromium() is None:
        absent.append("chromium")
    if not has_chinese_font():  # forms are printed with it
        absent.append("font")
    return absent


@functools.cache
def root_prefix() -> list[str] | None:
    """What makes a command run as root: nothing for root, sudo for who may use it, None for all others."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if ask(["sudo", "-n", "true"]).returncode == 0:
        return ["sudo", "-n"]
    groups = {grp.getgrgid(gid).gr_name for gid in os.getgroups()}
    if sys.stdin.isatty() and groups & {"sudo", "wheel", "admin"}:
        print(
            "Installing system packages needs your sudo password (Ctrl-C, then again without sudo: var/system)."
        )
        if subprocess.run(["sudo", "-v"]).returncode == 0:
            return ["sudo"]
    return None


def install(wanted: list[str], prefix: list[str]) -> None:
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    run([*apt, "update"], hint="Is the network there? Check /etc/apt/sources.list.")
    if "postgis" in wanted:
        _forbid_main_cluster(prefix)
    names = [package(name, {"venv": "python3-venv"}) for name in wanted]
    command = [*apt, "install", "-y", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0", *names]
    run(command, hint=f"By hand: sudo apt-get install --no-install-recommends {' '.join(names)}")


def unpack(wanted: list[str]) -> None:
    """Download the packages and all they need that is not installed, and unpack them without being root."""
    state = VAR / "apt"
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    apt = ["apt-get", "-q", "-o", f"Dir::State={state / 'state'}", "-o", f"Dir::Cache={state / 'cache'}"]
    apt += ["-o", "Dir::State::status=/var/lib/dpkg/status", "-o", "Debug::NoLocking=true"]
    run([*apt, "update"], hint="Is the network there? Check /etc/apt/sources.list.")
    names = [package(name, {"venv": "python3-pip-whl"}, apt[1:]) for name in wanted]
    run([*apt, "install", "-y", "--no-install-recommends", "--download-only", *names])
    SYSTEM.mkdir(exist_ok=True)
    for archive in sorted((state / "cache/archives").glob("*.deb")):
        run(["dpkg-deb", "-x", archive, SYSTEM])
    shutil.rmtree(state)
    # dpkg's alternatives would make these links.
    for control in SYSTEM.glob("usr/share/postgresql/*/extension/postgis-3.control"):
        link = control.with_name("postgis.control")
        if not link.is_symlink():
            link.symlink_to(control.name)


def package(name: str, names: dict[str, str], options: list[str] | None = None) -> str:
    """The Debian package for one of `missing()`'s names."""
    if name == "postgis":
        return postgis_package(options or [])
    known = {"libatomic": "libatomic1", "chromium": "chromium", "font": "fonts-wqy-microhei"}
    return (known | names)[name]


def postgis_package(options: list[str]) -> str:
    """This release's PostGIS package (its name carries versions), for the installed server if there is one."""
    search = ["apt-cache", *options, "search", "--names-only", "^postgresql-[0-9]+-postgis-3$"]
    found = ask(search).stdout
    versions = sorted(map(int, re.findall(r"^postgresql-(\d+)-postgis-3 ", found, re.MULTILINE)))
    if not versions:
        raise SetupError(
            "apt knows no package postgresql-*-postgis-3. Add Debian's main archive, or set DATABASE_URL."
        )
    installed = [
        version for version in versions if Path(f"/usr/lib/postgresql/{version}/bin/initdb").exists()
    ]
    return f"postgresql-{max(installed or versions)}-postgis-3"


def _forbid_main_cluster(prefix: list[str]) -> None:
    """Before PostgreSQL is installed, or Debian makes and starts a cluster for the whole system."""
    if NO_MAIN_CLUSTER.exists():
        return
    run([*prefix, "mkdir", "-p", NO_MAIN_CLUSTER.parent])
    text = "# Written by Jieli's ./run, which has a private cluster.\ncreate_main_cluster = false\n"
    run([*prefix, "sh", "-c", 'printf %s "$1" > "$2"', "sh", text, NO_MAIN_CLUSTER])


def chromium() -> Path | None:
    """The browser for tests: JIELI_CHROMIUM, one on the PATH, or the unpacked one."""
    given = os.environ.get("JIELI_CHROMIUM")
    if given:
        if not os.access(given, os.X_OK):
            raise SetupError(f"JIELI_CHROMIUM={given} is not a program.")
        return Path(given)
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return Path(found)
    unpacked = SYSTEM / "usr/lib/chromium/chromium"
    return unpacked if unpacked.exists() else None


def has_chinese_font() -> bool:
    if (Path("/") / FONT).exists() or (SYSTEM / FONT).exists():
        return True
    if shutil.which("fc-list") is None:
        return False
    return bool(ask(["fc-list", ":lang=zh"]).stdout)


def chromium_for_tests() -> Path:
    """The browser as tests start it: itself, or a script below `var/` that gives it what it lacks here.

    An unpacked browser needs its libraries and fonts named. Where user namespaces are refused (containers,
    chroot) it needs `--no-sandbox`, which is fair for a browser that only visits our own pages.
    """
    browser = chromium()
    if browser is None:
        raise SetupError("No Chromium was found: sudo apt-get install chromium, or set JIELI_CHROMIUM.")
    lines = []
    if browser.is_relative_to(SYSTEM):
        libraries = ":".join(map(str, postgres.library_folders()))
        lines += [
            f"export LD_LIBRARY_PATH='{libraries}'",
            f"export FONTCONFIG_FILE='{_font_configuration()}'",
        ]
    script = VAR / "chromium"
    _write_script(script, [*lines, f"exec '{browser}' \"$@\""])
    if os.geteuid() != 0 and not _browser_starts(script):
        _write_script(script, [*lines, f"exec '{browser}' --no-sandbox \"$@\""])
        if not _browser_starts(script):
            raise SetupError(f"{browser} does not start; try: {script} --headless --dump-dom about:blank")
        lines.append("no sandbox")
    return script if lines else browser


def _font_configuration() -> Path:
    path = SYSTEM / "fonts.conf"
    path.write_text(
        f"<fontconfig><dir>{SYSTEM}/usr/share/fonts</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{VAR}/fontcache</cachedir></fontconfig>\n"
    )
    return path


def _write_script(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)


def _browser_starts(browser: Path) -> bool:
    command = [str(browser), "--headless", "--disable-gpu", "--dump-dom", "about:blank"]
    try:
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def pip_wheel() -> Path | None:
    """The unpacked pip, for a Python whose ensurepip Debian keeps in another package."""
    return next(iter(sorted(SYSTEM.glob("usr/share/python-wheels/pip-*.whl"))), None)


def with_node_libraries(environment: dict[str, str]) -> dict[str, str]:
    """Node (npm, playwright's driver) finds an unpacked libatomic, and that only, beside the system's libraries."""
    found = _unpacked_library(ATOMIC)
    if found is None:
        return environment
    link = VAR / "lib" / ATOMIC
    link.parent.mkdir(exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(found)
    return environment | {"LD_LIBRARY_PATH": str(link.parent)}


def _unpacked_library(name: str) -> Path | None:
    return next(SYSTEM.glob(f"usr/lib/*/{name}"), None)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
