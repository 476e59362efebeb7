"""Guessed and exchanged numbers in addresses, forms and bodies lead nowhere, and no question is too odd for an answer."""

import json
from dataclasses import replace

import pytest

from tests.access.matrix import Matrix
from tests.access.rows import Row, all_rows
from tests.access.test_hostile_forms import asked
from tests.access.who import ANONYMOUS, NEW, READERS

pytestmark = pytest.mark.django_db
ROWS = all_rows()
READING = ("get", "head")
SHARED = ("drive",)  # objects that belong to no union
PARTS = [row for row in ROWS if len([one for one in row.arguments.values() if one[0] != "="]) > 1]
NUMBERED = [row for row in ROWS if "<int:" in row.route]
READ = [row for row in ROWS if "get" in row.deeds]
IDS = (0, 2**31, 2**63 - 1, 2**63, 10**40)
QUESTIONS = [
    "page=-1&page=9999999999999999999999&page=NaN&sort=password&sort=-contact__mobile&export=exe",
    "q=%00&district=%00&union=%00&kind=%00&status=%00&open=%00&limit=%00&offset=%00&ordering=%00&from=%00&to=%00",
    "q=" + "x" * 5000 + "&union=9999999999999999999999&union=1e400&state=[]&kind={}&date=0000-00-00",
    "union__officer__password__startswith=a&contact__mobile__startswith=1&user__phone__regex=.&format=xml",
    "lon=NaN&lat=Infinity&datum=wgs72&show=%F0%9F%98%80&at=9999-12-31T23:59:59-12:00&year=0&month=13&format=api",
    "next=//elsewhere.example/&next=javascript:alert(1)&language=%F0&station=%27%20OR%201%3D1&role=root&to=0",
    "%FF=%FE&%00=%00&=&&&;a[b]=c&a[]=d",
]


def test_the_parts_of_an_object_are_not_reached_through_another(matrix: Matrix):
    """The own station with the photo of another, the own draft with another's row."""
    other = matrix.cast.worlds["other"]
    tried = 0
    for row in PARTS:
        _, (name, key) = list(row.arguments.items())[:2]
        if key in SHARED or key.startswith("="):
            continue
        crossed = {**row.arguments, name: f"={getattr(other, key.split('.')[0]).pk}"}
        path = matrix.path(replace(row, arguments=crossed), "own")
        for method, deed in row.deeds.items():
            for reader in ("mona", "bob", "root"):
                if (reader, "own") not in deed.who:
                    continue
                tried += 1
                with matrix.rolled_back(reader) as client:
                    answer = client.generic(method.upper(), path, **matrix.sent(method, deed, "own"))
                    assert answer.status_code == 404, (reader, method, path, name)
    assert tried


def named(row: Row, method: str, matrix: Matrix) -> list[str]:
    """The fields of a body that name an object of the world."""
    body = row.deeds[method].body
    if not callable(body):
        return []
    own, other = (body(matrix.cast.worlds[world]) for world in ("own", "other"))
    return [key for key in own if _names(own[key]) and own[key] != other.get(key) and key != "version"]


def _names(value) -> bool:
    return isinstance(value, int) or (isinstance(value, list) and all(isinstance(one, int) for one in value))


def test_a_body_that_names_what_is_anothers_is_refused(matrix: Matrix):
    """A draft for the other union, the own station handed to a person of the other's."""
    tried = set()
    for row in ROWS:
        for method in set(row.deeds) - set(READING):
            for field in named(row, method, matrix):
                deed = row.deeds[method]
                for reader in ("mona", "bob"):
                    if (reader, "own") not in deed.who or (reader, "other") in deed.who:
                        continue
                    body = {
                        **deed.body(matrix.cast.worlds["own"]),
                        field: deed.body(matrix.cast.worlds["other"])[field],
                    }
                    sent = matrix.encoded(body) if not deed.json else as_json(body)
                    with matrix.rolled_back(reader) as client:
                        before = matrix.fingerprint()
                        answer = client.generic(method.upper(), matrix.path(row, "own"), **sent)
                        assert answer.status_code not in (201, 204, 302), (reader, row, field)
                        assert matrix.fingerprint() == before, (reader, str(row), field)
                    tried.add((row.route, field))
    assert len(tried) > 2, tried


def as_json(body) -> dict:
    return {"data": json.dumps(body), "content_type": "application/json", "headers": {"If-Match": "*"}}


@pytest.mark.parametrize("row", NUMBERED, ids=str)
def test_no_number_in_an_address_is_too_large(matrix: Matrix, row: Row):
    for number in IDS:
        guessed = replace(row, arguments=dict.fromkeys(row.arguments, f"={number}"))
        for method, deed in row.deeds.items():
            if method != "head":
                sent = matrix.sent(method, deed, "own")
                assert asked(matrix, "root", method, matrix.path(guessed, "own"), **sent) == []


@pytest.mark.parametrize("row", READ, ids=str)
def test_no_question_is_too_odd(matrix: Matrix, row: Row):
    who = row.deeds["get"].who
    readers = [name for name in READERS if (name, "own") in who and name != NEW]
    for reader in dict.fromkeys([readers[0], readers[-1]] if readers else ANONYMOUS[:1]):
        path = matrix.path(row, "own").partition("?")[0]
        for question in QUESTIONS:
            assert asked(matrix, reader, "get", f"{path}?{question}") == [], (reader, question[:60])
