"""Steps that say what they do, take their time once, and are skipped while their inputs stay the same."""

import hashlib
import os
import shlex
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from geo.postgres import PROJECT

VAR = PROJECT / "var"
LOG = VAR / "setup.log"
BEGAN = time.monotonic()
HEARTBEAT_S = 10


class SetupError(Exception):
    """Set-up cannot go on; the message says what is missing and which command brings it."""


def say(text: str) -> None:
    """One line of progress, after the seconds since the command began."""
    print(f"{time.monotonic() - BEGAN:6.1f} s  {text}", flush=True)


def step(name: str, action: Callable[[], None], *, inputs: Sequence[object], outputs: Sequence[Path]) -> None:
    """Do `action`, unless it was done with the same inputs (files: their content) and its outputs are still there."""
    stamp = VAR / "stamps" / name.replace(" ", "-")
    digest = hashlib.sha256()
    for value in inputs:
        digest.update(value.read_bytes() if isinstance(value, Path) else repr(value).encode())
    done = stamp.exists() and stamp.read_text() == digest.hexdigest()
    if done and all(path.exists() for path in outputs):
        return
    say(f"{name} …")
    action()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest.hexdigest())


def run(command: Sequence[object], *, hint: str = "", env: dict[str, str] | None = None) -> None:
    """Run a long command into the set-up log with signs of life; a failure shows its last lines and the hint."""
    shown = shlex.join(map(str, command))
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("ab") as log:
        log.write(f"\n$ {shown}\n".encode())
        log.flush()
        began = log.tell()
        process = subprocess.Popen(
            list(map(str, command)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=PROJECT,
        )
        while True:
            try:
                code = process.wait(HEARTBEAT_S)
                break
            except subprocess.TimeoutExpired:
                say(f"  … still at it: {_last_lines(began, 1).strip()[:90]}")
    if code != 0:
        raise SetupError(
            f"`{shown}` failed ({code}), the end of {LOG}:\n{_last_lines(began, 12)}\n{hint}".rstrip()
        )


def ask(command: Sequence[object], *, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a short command for its answer."""
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, env=env, cwd=PROJECT)


def clean_environment() -> dict[str, str]:
    """The user's environment without what would mislead our Python; package access (PIP_*, proxies) stays."""
    dropped = ("PYTHONPATH", "PYTHONHOME", "PYTHONSAFEPATH", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE")
    return {name: value for name, value in os.environ.items() if name not in dropped}


def _last_lines(began: int, count: int) -> str:
    with LOG.open("rb") as log:
        log.seek(began)
        return "\n".join(log.read().decode(errors="replace").splitlines()[-count:])
