"""Asking the site as every reader, and saying what is wrong with its answers."""

import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLPattern, get_resolver

from maps.emap import snapshot
from tests.access.canaries import Canary, canaries
from tests.access.rows import METHODS, Row
from tests.access.who import ANONYMOUS, NEW, READERS, WORLDS, Deed, Who
from tests.access.worlds import Cast

SIGN_IN, OWN_PASSWORD = "sign in", "own password first"
LED_TO = {"/accounts/login/": SIGN_IN, "/accounts/password/": OWN_PASSWORD}
BEFORE_OWN_PASSWORD = ("accounts/password/", "accounts/logout/", "i18n/setlang/", "i18n/catalogue.js")
NOT_COUNTED = "django_session"
WRITING = re.compile(rf'\b(INSERT INTO|UPDATE|DELETE FROM) "(?!{NOT_COUNTED}")')
SUCCESS = {"get": 200, "head": 200}


def routes(patterns: Any = None, prefix: str = "") -> Iterator[str]:
    """Every route of the resolver but the stock administration's."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(one.pattern)
        if route.startswith("admin/"):
            continue
        if isinstance(one, URLPattern):
            yield route
        else:
            yield from routes(one.url_patterns, route)


class Matrix:
    """The readers' sessions and the planted texts; `faults(row)` asks everything that a row says something about."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.canaries = canaries(cast)
        self.clients = {name: self._client(name) for name in READERS}
        self.cookies = {
            name: {key: one.value for key, one in client.cookies.items()}
            for name, client in self.clients.items()
        }
        self.before: str | None = None

    def _client(self, name: str) -> Client:
        client = Client(raise_request_exception=False)
        if name != "nobody":
            client.force_login(self.cast.people[name], settings.AUTHENTICATION_BACKENDS[-1])
        return client

    def faults(self, row: Row, declared: set[str]) -> Iterator[str]:
        """What is not as `row` says. `declared`: methods that any row of this route names."""
        for reader in READERS:
            for world in WORLDS:
                for method in METHODS:
                    if method in row.deeds:
                        if method != "head" or world == "own":
                            yield from self._declared(row, method, reader, world)
                    elif method not in declared and world == "own":
                        yield from self._undeclared(row, method, reader, world)

    def _declared(self, row: Row, method: str, reader: str, world: str) -> Iterator[str]:
        deed = row.deeds[method]
        with self._asked(row, method, deed, reader, world) as (answer, wrote, said):
            told = f"{method.upper()} {row} of {world} by {reader}"
            wanted = expected(row, method, reader, world)
            if said not in wanted:
                yield f"{told}: {said} instead of {' or '.join(map(str, sorted(wanted, key=str)))}{_why(answer)}"
            changes = deed.changes if isinstance(deed.changes, bool) else (reader, world) in deed.changes
            may_write = method not in ("get", "head") and changes and granted(row, deed, reader, world)
            if may_write and not wrote:
                yield f"{told}: nothing was written"
            if not may_write:
                yield from self._written(wrote, told)
            if method == "get" and answer.status_code == 200:
                yield from self._shown(row, world, reader, answer, told)
            yield from self._leaks(answer, reader, told)

    def _undeclared(self, row: Row, method: str, reader: str, world: str) -> Iterator[str]:
        deed = Deed(Who(), {}, json=row.is_api)
        with self._asked(row, method, deed, reader, world) as (answer, wrote, said):
            told = f"{method.upper()} {row} of {world} by {reader}"
            if said not in (SIGN_IN, OWN_PASSWORD, 401, 403, 404, 405, *row.strays):
                yield f"{told}: {said}, and no row names this method{_why(answer)}"
            yield from self._written(wrote, told)
            yield from self._leaks(answer, reader, told)

    @contextmanager
    def _asked(
        self, row: Row, method: str, deed: Deed, reader: str, world: str
    ) -> Iterator[tuple[Any, bool, Any]]:
        """The answer, whether it wrote, and its status with the sign-in as a word; all is rolled back afterwards."""
        self.before = self.before or self.fingerprint()
        client = self.clients[reader]
        client.cookies = SimpleCookie(self.cookies[reader])
        writes: list[str] = []
        with transaction.atomic():
            with logged() as records, connection.execute_wrapper(_noting(writes)):
                answer = client.generic(
                    method.upper(), self.path(row, world), **self.sent(method, deed, world)
                )
                answer.text_read = readable(answer)  # within the savepoint: it may be a stream
            answer.records = records
            yield answer, bool(writes), _said(answer)
            transaction.set_rollback(True)
        if writes:
            cache.clear()
            snapshot._kept.clear()

    @contextmanager
    def rolled_back(self, reader: str) -> Iterator[Client]:
        """The client of a reader; what is done with it meanwhile is taken back."""
        client = self.clients[reader]
        client.cookies = SimpleCookie(self.cookies[reader])
        with transaction.atomic():
            yield client
            transaction.set_rollback(True)
        cache.clear()
        snapshot._kept.clear()

    def path(self, row: Row, world: str) -> str:
        """The address of the row's object in `world`."""

        def value(match: re.Match[str]) -> str:
            named = row.arguments[match["name"]]
            if named.startswith("="):
                return named[1:]
            found = attrgetter(named)(self.cast.worlds[world])
            return str(getattr(found, "pk", found))

        path = "/" + re.sub(r"<(?:\w+:)?(?P<name>\w+)>", value, row.route)
        return f"{path}?{row.query}" if row.query else path

    def sent(self, method: str, deed: Deed, world: str) -> dict[str, Any]:
        if method in ("get", "head"):
            return {}
        given = deed.body(self.cast.worlds[world]) if callable(deed.body) else deed.body or {}
        if deed.json:
            return {
                "data": json.dumps(given),
                "content_type": "application/json",
                "headers": {"If-Match": "*"},
            }
        return self.encoded(given)

    def encoded(self, form: dict[str, Any]) -> dict[str, Any]:
        """As a browser sends a form, files too."""
        return {"data": encode_multipart(BOUNDARY, form), "content_type": MULTIPART_CONTENT}

    def _written(self, wrote: bool, told: str) -> Iterator[str]:
        """A statement that wrote may have been taken back: the rows tell."""
        if wrote and self.fingerprint() != self.before:
            yield f"{told}: rows were written"

    def _shown(self, row: Row, world: str, reader: str, answer: Any, told: str) -> Iterator[str]:
        for key, readers in row.shows.items():
            name = getattr(self.cast.worlds[world], key).name
            if (name in answer.text_read) != ((reader, world) in readers):
                yield f"{told}: {'shows' if name in answer.text_read else 'does not show'} the {key} object's name"

    def _leaks(self, answer: Any, reader: str, told: str) -> Iterator[str]:
        logs = "\n".join(answer.records)
        for one in self.canaries:
            if one.text in answer.text_read and not self._may_read(one, reader):
                yield f"{told}: tells the {one.what} of {one.world}"
            if one.private and one.text in logs:
                yield f"{told}: logs the {one.what} of {one.world}"
        if answer.status_code >= 500:
            yield f"{told}: {answer.status_code}{_why(answer)}"

    def _may_read(self, canary: Canary, reader: str) -> bool:
        return any(one.is_for(reader) for one in self.canaries if one.text == canary.text)

    def fingerprint(self) -> str:
        """One number that changes with any row of any table."""
        tables = sorted(set(connection.introspection.table_names()) - {NOT_COUNTED})
        each = " UNION ALL ".join(
            f'SELECT hashtextextended(t::text, 0) AS h FROM "{one}" t' for one in tables
        )
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) || ':' || sum(h::numeric) FROM ({each}) AS every_row")
            return cursor.fetchone()[0]


def granted(row: Row, deed: Deed, reader: str, world: str) -> bool:
    """Whether the reader may do it. Who has not yet an own password may nothing but change it."""
    return (reader, world) in deed.who and (reader != NEW or row.route in BEFORE_OWN_PASSWORD)


def expected(row: Row, method: str, reader: str, world: str) -> set[Any]:
    """The statuses that may come back; SIGN_IN for a redirect to the sign-in page."""
    deed = row.deeds[method]
    if reader == NEW and row.route not in BEFORE_OWN_PASSWORD:
        return {403} if row.is_api else {OWN_PASSWORD}
    if granted(row, deed, reader, world):
        if isinstance(deed.status, dict):
            return {deed.status.get(reader, deed.status.get(""))}
        return {deed.status or SUCCESS.get(method, 302)}
    if reader in ANONYMOUS and row.asks_sign_in:
        return {401, 403} if row.is_api else {SIGN_IN}
    if (reader, world) not in row.sees:
        return {404}
    return {401, 403} if row.is_api and reader in ANONYMOUS else {403}


def readable(answer: Any) -> str:
    """The text of an answer, of the parts of a zip (XLSX) too."""
    body = b"".join(answer) if answer.streaming else answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(archive.read(one) for one in archive.namelist())
    text = body.decode("utf-8", "replace")
    heads = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return f"{heads}\n{json.loads(text) if 'json' in answer.get('Content-Type', '') and text else text}"


def _noting(writes: list[str]) -> Any:
    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        done = execute(sql, params, many, context)
        if context["cursor"].rowcount > 0 and WRITING.search(str(sql)):
            writes.append(str(sql))
        return done

    return note


@contextmanager
def logged() -> Iterator[list[str]]:
    """Everything that is logged meanwhile, as text."""
    records: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(self.format(record))

    root, handler = logging.getLogger(), Keep()
    root.addHandler(handler)
    try:
        yield records
    finally:
        root.removeHandler(handler)


def _said(answer: Any) -> Any:
    """The status, or a word for a redirect to where a reader has to go first."""
    if answer.status_code == 302:
        for start, word in LED_TO.items():
            if answer["Location"].startswith(start):
                return word
    return answer.status_code


def _why(answer: Any) -> str:
    """Where a server error came from."""
    trace = getattr(answer, "exc_info", None)
    return f" ({trace[0].__name__}: {trace[1]})" if trace else ""
