"""The command line of `./run`."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

from geo import postgres
from geo.bootstrap import checks, database, debian, python, server
from geo.bootstrap.steps import PROJECT, SetupError, clean_environment, say

USAGE = """./run COMMAND

  serve [--host 127.0.0.1] [--port 8000]   set everything up and serve the demonstration city
  test [pytest arguments]                  set everything up and run all checks and tests;
                                           with arguments only pytest, with these
  check                                    the checks of `test` without the tests
  manage ARGUMENTS                         manage.py with the database running
  start, stop                              start the private database and leave it running; stop it
  destroy --yes                            delete the private database with all its data
"""


def main(arguments: Sequence[str]) -> int:
    command, rest = (arguments[0], list(arguments[1:])) if arguments else ("help", [])
    commands = {
        "serve": serve,
        "test": test,
        "check": check,
        "manage": manage,
        "start": start,
        "stop": stop,
        "destroy": destroy,
    }
    if command in ("help", "-h", "--help"):
        print(USAGE, end="")
        return 0
    if command not in commands:
        print(f"There is no command {command!r}.\n\n{USAGE}", end="", file=sys.stderr)
        return 2
    server.signals_as_ctrl_c()
    try:
        return commands[command](rest)
    except (SetupError, postgres.ClusterError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"\n{error.filename} belongs to another user: run as that user, or as root.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def set_up(*, testing: bool = False) -> None:
    debian.install_missing(testing=testing)
    python.prepare()


def serve(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run serve")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    given = parser.parse_args(arguments)
    server.check_port(given.host, given.port)
    set_up()
    with database.running(stop_always=True):
        say("tables, demonstration city, static files …")
        django("prepare")
        return server.serve(given.host, given.port)


def test(arguments: list[str]) -> int:
    set_up(testing=True)
    with database.running():
        if arguments:
            return checks.tests(arguments)
        failed = checks.static_checks() + checks.notebooks()
        if checks.tests([]) != 0:
            failed.append("pytest")
    return report(failed)


def check(arguments: list[str]) -> int:
    refuse(arguments)
    set_up()
    with database.running():
        return report(checks.static_checks())


def report(failed: list[str]) -> int:
    say(f"FAILED: {', '.join(failed)}" if failed else "all passed")
    return 1 if failed else 0


def manage(arguments: list[str]) -> int:
    """Where the user stands, since arguments may be files."""
    set_up()
    with database.running():
        command = [python.programs() / "python", PROJECT / "manage.py", *arguments]
        return subprocess.run(list(map(str, command)), env=clean_environment()).returncode


def start(arguments: list[str]) -> int:
    refuse(arguments)
    set_up()
    if os.environ.get("DATABASE_URL"):
        raise SetupError("DATABASE_URL is set: that database is used, there is nothing to start.")
    postgres.ensure_running()
    say("the private database runs; ./run stop stops it")
    return 0


def stop(arguments: list[str]) -> int:
    refuse(arguments)
    say("private cluster stopped" if postgres.stop() else "no private cluster was running")
    return 0


def destroy(arguments: list[str]) -> int:
    if arguments != ["--yes"]:
        folder = postgres.PRIVATE.folder
        raise SetupError(
            f"This deletes the private database in {folder} with all its data. If so: ./run destroy --yes"
        )
    postgres.destroy()
    say("the private database is gone")
    return 0


def django(*arguments: str) -> None:
    command = [python.programs() / "python", PROJECT / "manage.py", *arguments]
    done = subprocess.run(list(map(str, command)), env=clean_environment(), cwd=PROJECT)
    if done.returncode != 0:
        raise SetupError(f"manage.py {' '.join(arguments)} failed; its reason stands above.")


def refuse(arguments: list[str]) -> None:
    if arguments:
        raise SetupError(f"Unknown: {' '.join(arguments)}\n\n{USAGE}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
