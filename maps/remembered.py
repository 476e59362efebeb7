"""Small things that pages show and the database knows: asked now and then, and remembered while it is away."""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

from geo.health import DATABASE_AWAY

Value = TypeVar("Value")


def remembered(name: str, ask: Callable[[], Value], *, seconds: int = 60) -> Value:
    """`ask()`, at most once in `seconds`; the last answer while the database is away.

    DatabaseError when the database is away and nothing was ever remembered.
    """
    known: Value | None = cache.get(name)
    if known is not None:
        return known
    try:
        answer = ask()
    except DATABASE_AWAY:
        last: Value | None = cache.get(f"{name}.last")
        if last is None:
            raise
        return last
    cache.set(name, answer, timeout=seconds)
    cache.set(f"{name}.last", answer, timeout=None)
    return answer
