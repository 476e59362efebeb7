"""Serving in the foreground: gunicorn, its URL once it really answers, a clean end on Ctrl-C or SIGTERM."""

import errno
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from types import FrameType

from geo.bootstrap.python import programs
from geo.bootstrap.steps import PROJECT, SetupError, clean_environment, say

START_LIMIT_S = 60
STOP_LIMIT_S = 15
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
    # Its own session: Ctrl-C reaches only us, and we end it gently.
    gunicorn = subprocess.Popen(
        [str(programs() / "gunicorn"), *gunicorn_arguments(f"{shown}:{port}")],
        env=clean_environment(),
        start_new_session=True,
    )
    try:
        local = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(shown, shown)  # noqa: S104 - compared, not bound
        url = f"http://{local}:{port}/"
        wait_for_answer(gunicorn, url)
        say(f"Jieli answers at {url} - Ctrl-C stops it")
        return gunicorn.wait()
    except KeyboardInterrupt:
        say("stopping …")
        return 0
    finally:
        end(gunicorn)


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


def end(gunicorn: subprocess.Popen[bytes]) -> None:
    if gunicorn.poll() is not None:
        return
    gunicorn.terminate()
    try:
        gunicorn.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        gunicorn.kill()
        gunicorn.wait()


def signals_as_ctrl_c() -> None:
    """SIGTERM (a service manager) and SIGHUP (a closed terminal) end us as Ctrl-C does."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
