"""What `./run test` runs, one check after another, pytest last so that its summary is the last thing seen."""

import os
import subprocess
import time
from collections.abc import Sequence

from geo import postgres
from geo.bootstrap import debian
from geo.bootstrap.python import programs
from geo.bootstrap.steps import PROJECT, clean_environment, say

PROCESSES = "JIELI_TEST_PROCESSES"


def static_checks() -> list[str]:
    """Run every check that is not a test; the names of those that failed."""
    python = programs() / "python"
    checks: dict[str, Sequence[object]] = {
        "ruff check": [programs() / "ruff", "check", "."],
        "ruff format": [programs() / "ruff", "format", "--check", "."],
        "mypy": [programs() / "mypy"],
        "import-linter": [programs() / "lint-imports"],
        "migrations complete": [python, "manage.py", "makemigrations", "--check", "--dry-run"],
        "Django's checks": [python, "manage.py", "check", "--fail-level", "WARNING"],
    }
    return [name for name, command in checks.items() if not passes(name, command)]


def passes(name: str, command: Sequence[object]) -> bool:
    """Run a check; its output is shown only when it fails."""
    began = time.monotonic()
    done = subprocess.run(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=clean_environment() | {"PYTHONPATH": str(PROJECT)},  # notebooks run in their own folder
        cwd=PROJECT,
    )
    say(f"{name}: {'ok' if done.returncode == 0 else 'FAILED'} ({time.monotonic() - began:.1f} s)")
    if done.returncode != 0:
        print(done.stdout, flush=True)
    return done.returncode == 0


def notebooks() -> list[str]:
    """Execute the notebooks; their names' group if one failed."""
    if not any(PROJECT.glob("notebooks/*.ipynb")):
        return []
    command = [programs() / "python", "-m", "pytest", "--nbmake", "-q", "notebooks"]
    return [] if passes("notebooks", command) else ["notebooks"]


def tests(arguments: list[str]) -> int:
    """pytest with these arguments, or all of it in as many processes as JIELI_TEST_PROCESSES says (2)."""
    command = [programs() / "python", "-m", "pytest", *(arguments or _all_tests())]
    return subprocess.run(list(map(str, command)), env=browser_environment(), cwd=PROJECT).returncode


def _all_tests() -> list[str]:
    arguments = []
    if os.environ.get("DATABASE_URL") and postgres.find_binaries(postgres.PRIVATE.data) is None:
        arguments.append("--ignore=tests/geo/test_postgres.py")  # there is no private cluster to test here
    if os.environ.get("DATABASE_URL") and not os.environ.get("JIELI_APP_DATABASE_URL"):
        arguments.append("--ignore=tests/geo/test_history.py")  # there is no second role to test
    if not os.environ.get("CI"):
        arguments += ["-m", "not slow"]
    processes = os.environ.get(PROCESSES, "2")
    if processes not in ("0", "1"):
        arguments += ["-n", processes, "--dist", "loadfile"]
    return arguments


def browser_environment() -> dict[str, str]:
    return debian.with_node_libraries(
        clean_environment() | {"JIELI_CHROMIUM": str(debian.chromium_for_tests())}
    )
