"""Serving in the foreground: gunicorn, its URL once it really answers, the upkeep beside it, a clean end on Ctrl-C or SIGTERM."""

import contextlib
import errno
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from types import FrameType

from geo.bootstrap.python import programs
from geo.bootstrap.steps import PROJECT, SetupError, clean_environment, say

START_LIMIT_S = 60
STOP_LIMIT_S = 15
UPKEEP_EVERY_S = 600  # so what expires at midnight is gone ten minutes later
UPKEEP_REST_S = 30  # before one that died is started again
# How many may wait to be answered. A longer queue would only hold phones that have gone away by their turn and ask again: after
# an outage the site would work through those for ever.
CONNECTIONS_A_WORKER, BACKLOG = 100, 128


def check_port(host: str, port: int) -> None:
    """Said at once, not after minutes of set-up."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise SetupError(f"Cannot listen on {host} port {port}: {error.strerror}.") from error
            raise SetupError(
                f"Port {port} is in use. Stop the program that has it, or choose another: "
                f"./run serve --port {port + 1}"
            ) from error


def serve(host: str, port: int) -> int:
    """Run gunicorn until Ctrl-C or SIGTERM (0), or until it ends by itself (its exit code)."""
    shown = f"[{host}]" if ":" in host else host
    command = [programs() / "gunicorn", *gunicorn_arguments(f"{shown}:{port}")]
    gunicorn, upkeep = start(command), None
    try:
        local = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(shown, shown)  # noqa: S104 - compared, not bound
        url = f"http://{local}:{port}/"
        wait_for_answer(gunicorn, url)
        say(f"Jieli answers at {url} - Ctrl-C stops it")
        while True:
            upkeep = start(upkeep_command())
            say(f"upkeep of check-ins every {UPKEEP_EVERY_S // 60} minutes")
            code = first_to_end(gunicorn, upkeep)
            if code is not None:
                return code
            say(f"the upkeep ended with code {upkeep.returncode}: started again in {UPKEEP_REST_S} s")
            with contextlib.suppress(subprocess.TimeoutExpired):
                return gunicorn.wait(UPKEEP_REST_S)
    except KeyboardInterrupt:
        say("stopping …")
        return 0
    finally:
        end(*(process for process in (gunicorn, upkeep) if process))


def upkeep_command() -> list[object]:
    """As the owner of the tables, who makes and drops partitions (docs/operations.md, Upkeep of check-ins)."""
    return [programs() / "python", PROJECT / "manage.py", "upkeep", "--every", UPKEEP_EVERY_S]


def start(command: Sequence[object]) -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl-C reaches only us, and we end it gently."""
    return subprocess.Popen(
        list(map(str, command)), env=clean_environment(), cwd=PROJECT, start_new_session=True
    )


def first_to_end(gunicorn: subprocess.Popen[bytes], upkeep: subprocess.Popen[bytes]) -> int | None:
    """The code of gunicorn when it ends; None when the upkeep does."""
    while upkeep.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return gunicorn.wait(1)
    return gunicorn.poll()


def gunicorn_arguments(bind: str, application: str = "geo.wsgi") -> list[str]:
    queue = ["--worker-connections", str(CONNECTIONS_A_WORKER), "--backlog", str(BACKLOG)]
    told = ["--log-level", "warning", "--no-control-socket"]
    return [
        application,
        "--bind",
        bind,
        "--chdir",
        str(PROJECT),
        "--workers",
        "2",
        "--threads",
        "4",
        *queue,
        *told,
    ]


def wait_for_answer(gunicorn: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        if gunicorn.poll() is not None:
            raise SetupError(f"gunicorn ended with code {gunicorn.returncode}; its reason stands above.")
        if answers(url + "livez"):
            return
        time.sleep(0.1)
    raise SetupError(f"{url} did not answer within {START_LIMIT_S} s.")


def answers(url: str) -> bool:
    """Any HTTP answer but a failure of the server counts: a host not in ALLOWED_HOSTS gives 400."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=5):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def end(*processes: subprocess.Popen[bytes]) -> None:
    """All at once; those that do not end by themselves are killed."""
    running = [process for process in processes if process.poll() is None]
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def signals_as_ctrl_c() -> None:
    """SIGTERM (a service manager) and SIGHUP (a closed terminal) end us as Ctrl-C does."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
