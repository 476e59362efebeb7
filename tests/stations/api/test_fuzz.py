"""Whatever is asked or sent, the answer is JSON and no 5xx: every operation of the description, with values by a fixed seed."""

import json
import random
import re

import pytest
from django.core.cache import cache
from django.test import Client

from tests.stations.api.operations import METHODS, described

TRIES = 12
NASTY = [
    None, True, False, 0, -1, 1, 1.5, 1e308, 10**30, 2**31, 2**63, "", " ", "x", "1", "NaN", "-0", "١", "站",
    "\x00", "\ud800", "\u202e", "%s%n{0}", "${7*7}", "';--", "x" * 300, "x" * 9000,
    [], {}, [[]], [None], ["x"], [1, 1], {"a": {}},
    "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-02-30",
    "24/7", "9:00-25:00", "Mo-Su 00:00-24:00; PH off", "13900000001", "121.25,31.25",
    {"lon": 121.3, "lat": 31.3, "datum": "gcj02"}, {"lon": 1e308, "lat": -1e308, "datum": "bd09"},
    {"lon": "x", "lat": None, "datum": []}, {"wifi": "broken"}, {"wifi": [], "\x00": "working"},
]  # fmt: skip
QUESTIONS = [
    "", "0", "-1", "1", "x", "\x00", "%", "NaN", "1e999", "9" * 30, "站", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
    "true", "121.25,31.25", "121,31,122,32", "wgs84", "now", "{}", "' OR 1=1",
]  # fmt: skip
HEADERS = ["*", '"1"', "W/", '"', "", "é", '"1", *', ", ,", '"' + "9" * 400 + '"', "*" * 5000]


def operations():
    for path, each in described()["paths"].items():
        for method in each:
            if method in METHODS:
                yield method, path, each[method]


OPERATIONS = [one for one in operations() if one[1] not in ("/api/schema/", "/api/docs/")]


def shape_of(operation, schema):
    """The fields of the body, each with its listed values if it has any."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = body.get("$ref", "").rpartition("/")[2]
    return schema["components"]["schemas"].get(name, {}).get("properties", {})


def listed(field, schema):
    """The values of a closed list."""
    refs = [field, *field.get("allOf", []), *field.get("oneOf", [])]
    for one in refs:
        name = one.get("$ref", "").rpartition("/")[2]
        values = one.get("enum") or schema["components"]["schemas"].get(name, {}).get("enum")
        if values:
            return values
    return []


def asked(draw, path, operation, made):
    """A path of objects that are there, or are not, with parameters of the description or of nobody."""
    known = {
        "pk": [made["station"], made["filing"], made["change"], made["withdrawal"]],
        "item_pk": [made["item"]],
        "dated_pk": [made["dated"]],
        "prefix": [made["prefix"]],
    }
    place = re.sub(r"{(\w+)}", lambda name: str(draw.choice([*known.get(name[1], [1]), 0, 10**30])), path)
    names = [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"]
    chosen = draw.sample(names, min(len(names), draw.randrange(3))) + (
        ["x__y"] if draw.random() < 0.1 else []
    )
    return place, {name: draw.choice(QUESTIONS) for name in chosen}


def sent(draw, fields, schema):
    if draw.random() < 0.1:
        return json.dumps(draw.choice(NASTY))
    if draw.random() < 0.05:
        return draw.choice(["", "{", "[" * 3000, '{"a":' * 3000, "NaN", "\x00", '{"name": NaN}'])
    body = {}
    for name, field in fields.items():
        if draw.random() < 0.7:
            choices = listed(field, schema)
            body[name] = draw.choice(choices) if choices and draw.random() < 0.5 else draw.choice(NASTY)
    return json.dumps(body)


@pytest.mark.parametrize(
    ("method", "path", "operation"), OPERATIONS, ids=lambda one: one if isinstance(one, str) else ""
)
def test_nothing_that_is_asked_or_sent_is_a_5xx(method, path, operation, made, alice, bob, mona, signed_in):
    schema = described()
    fields = shape_of(operation, schema)
    draw = random.Random(f"{method} {path}")
    clients = [Client(), *map(signed_in, (alice, bob, mona))]
    for client in clients:
        client.raise_request_exception = False
    for _ in range(TRIES):
        cache.clear()
        place, question = asked(draw, path, operation, made)
        headers = {
            "If-Match": draw.choice(["*", draw.choice(HEADERS)]),
            "If-None-Match": draw.choice(HEADERS),
        }
        client, body = (
            draw.choice(clients[1:] if draw.random() < 0.9 else clients),
            sent(draw, fields, schema),
        )
        answer = client.generic(
            method.upper(),
            place,
            body,
            content_type="application/json",
            query_params=question,
            headers=headers,
        )
        told = (method, place, question, body[:300], headers, answer.content[:300])
        assert answer.status_code < 500, told
        if answer.content and answer.resolver_match:
            assert answer.headers["Content-Type"].startswith("application/json"), told
            json.loads(answer.content)
