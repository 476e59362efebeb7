"""Several at one moment, each with a connection of its own; for tests with `transaction=True`."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connection


def at_once(*verbs: Callable[[], Any], errors: tuple[type[Exception], ...] = ()) -> list[Any]:
    """What each gave or raised of `errors`, in their order; any other error fails the test."""
    start = Barrier(len(verbs))
    gave: list[Any] = [None] * len(verbs)

    def run(number: int, verb: Callable[[], Any]) -> None:
        start.wait()
        try:
            gave[number] = verb()
        except errors as error:
            gave[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return gave
