"""The rows, one module a room. `ROWS` of each is found by itself."""

import pkgutil
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from tests.access.who import EVERYBODY, Deed, Who

METHODS = ("get", "head", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Row:
    route: str
    arguments: dict[str, str]
    sees: Who
    asks_sign_in: bool
    deeds: dict[str, Deed]
    shows: dict[str, Who] = field(default_factory=dict)
    strays: tuple[int, ...] = ()
    query: str = ""

    def __str__(self) -> str:
        return " ".join([self.route or "/", *self.arguments.values(), self.query]).strip()

    @property
    def is_api(self) -> bool:
        return self.route.startswith("api/")


def row(
    route: str,
    *,
    sees: Who = EVERYBODY,
    asks_sign_in: bool = True,
    shows: dict[str, Who] | None = None,
    strays: tuple[int, ...] = (),
    query: str = "",
    get: Who | Deed | None = None,
    post: Who | Deed | None = None,
    put: Who | Deed | None = None,
    patch: Who | Deed | None = None,
    delete: Who | Deed | None = None,
    **arguments: str,
) -> Row:
    """See `tests.access`."""
    given: dict[str, Any] = {"get": get, "post": post, "put": put, "patch": patch, "delete": delete}
    deeds = {
        method: one if isinstance(one, Deed) else Deed(one)
        for method, one in given.items()
        if one is not None
    }
    if "get" in deeds:
        deeds["head"] = deeds["get"]
    return Row(route, arguments, sees, asks_sign_in, deeds, shows or {}, strays, query)


def all_rows() -> list[Row]:
    found: list[Row] = []
    for module in pkgutil.iter_modules(__path__):
        found += import_module(f"{__name__}.{module.name}").ROWS
    return found
