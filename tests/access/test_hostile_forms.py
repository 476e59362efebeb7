"""Hostile text into every field of every form, and into every text of every body of the API: refused in words or taken as text.

The forms are those that the pages of the matrix show. Nothing is a server error, nothing runs in the answer, no header is made
by a text, no answer leads to another host.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from tests.access.matrix import Matrix
from tests.access.rows import Row, all_rows
from tests.access.test_hostile_text import faults_of
from tests.hostile import HOSTILE, REFUSABLE, Form, Page

pytestmark = pytest.mark.django_db
SHOWING = [row for row in all_rows() if "get" in row.deeds and not row.is_api and not row.query]
WRITING = [
    (row, method)
    for row in all_rows()
    for method, deed in row.deeds.items()
    if row.is_api and method not in ("get", "head") and deed.json
]
WHO = ("mona", "bob", "alice", "paul", "nobody")
SIGNING = ("/accounts/login/",)  # counts wrong passwords and locks: see test_sign_in
ODD = [None, True, [], {}, ["x"], {"a": "b"}, 10**400, -1, 1.5]


def shown_forms(matrix: Matrix, row: Row) -> Iterator[tuple[str, str, Form]]:
    """The forms of the row's page with who sees them, each address once."""
    seen = set()
    for reader in WHO:
        if (reader, "own") in row.deeds["get"].who:
            path = matrix.path(row, "own")
            answer = matrix.clients[reader].get(path)
            if answer.get("Content-Type", "").startswith("text/html") and answer.status_code == 200:
                for form in Page(answer.content.decode()).forms:
                    action = urljoin(path, form.action or path)
                    if form.texts and (action, *form.texts) not in seen and action not in SIGNING:
                        seen.add((action, *form.texts))
                        yield reader, action, form


def filled(form: Form) -> Iterator[dict[str, str]]:
    """All its texts at once, then one after another beside what stood there."""
    for number, text in enumerate(REFUSABLE):
        if number % 3 == len(form.texts) % 3:
            yield {**form.values, **dict.fromkeys(form.texts, text)}
    for place, name in enumerate(form.texts):
        for step in range(3):
            yield {**form.values, name: REFUSABLE[(place + 7 * step) % len(REFUSABLE)]}


def asked(matrix: Matrix, reader: str, method: str, path: str, **sent: Any) -> list[str]:
    """What is wrong with the answer. All is rolled back."""
    with matrix.rolled_back(reader) as client:
        answer = client.generic(method.upper(), path, **sent)
        faults = [str(answer.status_code)] if answer.status_code >= 500 else faults_of(answer)
        location = answer.headers.get("Location", "")
        elsewhere = urlsplit(location).netloc or location.startswith(("//", "/\\"))
        return faults + ([f"leads to {location}"] if elsewhere and "/go/" not in path else [])


@pytest.mark.parametrize("row", SHOWING, ids=str)
def test_no_form_chokes_on_it(matrix, row):
    for reader, action, form in list(shown_forms(matrix, row)):
        for given in filled(form):
            if form.method == "get":
                query = {name: text.encode("utf-8", "replace") for name, text in given.items()}
                faults = asked(matrix, reader, "get", action, query_params=query)
            else:
                faults = asked(matrix, reader, "post", action, **matrix.encoded(given))
            told = {name: text[:40] for name, text in given.items()}
            assert faults == [], f"{reader} {form.method} {action} {told}"


def test_the_forms_of_the_site_are_found(matrix):
    found = {(form.method, action) for row in SHOWING for _, action, form in shown_forms(matrix, row)}
    assert len(found) > 10
    for one in ("/accounts/me/", "/accounts/password/", "/desk/people/add/manager/", "/desk/people/unions/"):
        assert ("post", one) in found, sorted(found)
    assert ("get", "/desk/stations/") in found, sorted(found)


def spoiled(body: Any, bad: Any) -> Iterator[Any]:
    """The body with one of its values, at any depth, replaced."""
    for key in body if isinstance(body, dict) else range(len(body)):
        other = deepcopy(body)
        other[key] = bad
        yield other
        if isinstance(body[key], dict | list):
            for deeper in spoiled(body[key], bad):
                other = deepcopy(body)
                other[key] = deeper
                yield other


@pytest.mark.parametrize(("row", "method"), WRITING, ids=str)
def test_no_body_of_the_api_chokes_on_it(matrix, row, method):
    deed = row.deeds[method]
    reader = next(name for name in ("bob", "mona", "alice", "nobody") if (name, "own") in deed.who)
    body = deed.body(matrix.cast.worlds["own"]) if callable(deed.body) else deed.body
    for bad in [*REFUSABLE[::2], HOSTILE[1], "a\0b", *ODD]:
        for other in spoiled(body, bad):
            sent = {
                "data": json.dumps(other),
                "content_type": "application/json",
                "headers": {"If-Match": "*"},
            }
            faults = asked(matrix, reader, method, matrix.path(row, "own"), **sent)
            assert faults == [], str(other)[:300]
