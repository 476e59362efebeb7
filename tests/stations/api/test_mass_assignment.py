"""What is not on the list of a write cannot be sent: every field of every model of ours is tried on every write."""

import re

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection

from tests.stations.api.operations import ALL, WRITES, described

OURS = ("unions", "registry", "filing", "checkins", "knox", "geo")


def names_of_models():
    """As a field, as its column, and as a way across it."""
    found = {"pk", "id", "is_superuser", "csrfmiddlewaretoken", "_method", "__class__", "password"}
    for label in OURS:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.get_fields():
                found |= {field.name, getattr(field, "attname", field.name), f"{field.name}__id"}
    return found


def fingerprint():
    tables = sorted(set(connection.introspection.table_names()) - {"django_session"})
    each = " UNION ALL ".join(f'SELECT hashtextextended(t::text, 0) AS h FROM "{one}" t' for one in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) || ':' || sum(h::numeric) FROM ({each}) AS every_row")
        return cursor.fetchone()[0]


def plain(path):
    return re.sub(r"{\w+}", "{}", path)


def test_every_write_of_the_description_stands_in_the_table():
    told = {
        (method, plain(path))
        for path, operations in described()["paths"].items()
        for method in operations
        if method in WRITES
    }
    assert {(one.method, plain(one.path)) for one in ALL} == told


def test_the_description_tells_of_these_fields_and_no_more():
    schema = described()
    for write in ALL:
        [operation] = [ops[write.method] for path, ops in schema["paths"].items()
                       if plain(path) == plain(write.path) and write.method in ops]  # fmt: skip
        body = (
            operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        )
        name = body.get("$ref", "").rpartition("/")[2]
        told = set(schema["components"]["schemas"][name]["properties"]) if name else set()
        assert told == write.fields, str(write)


@pytest.mark.parametrize("write", [one for one in ALL if one.fields], ids=str)
def test_no_field_of_any_model_slips_in_beside_a_sound_body(write, made, request, signed_in, send):
    names = sorted(names_of_models() - write.fields)
    assert len(names) > 250
    cache.clear()
    client = signed_in(request.getfixturevalue(write.by))
    before = fingerprint()
    body = {**write.body(made), **dict.fromkeys(names, 1)}
    answer = send(client, write.method, write.path.format(**made), body, if_match="*")
    assert answer.status_code == 400
    assert set(answer.json()) == {name[:60] for name in names}
    assert fingerprint() == before
    sound = send(client, write.method, write.path.format(**made), write.body(made), if_match="*")
    assert sound.status_code in (200, 201), sound.content
    assert fingerprint() != before


@pytest.mark.parametrize("write", ALL, ids=str)
def test_a_write_takes_no_parameters(write, made, request, signed_in, send):
    cache.clear()
    client = signed_in(request.getfixturevalue(write.by))
    before = fingerprint()
    for question in ("id__gt=0", "union__name__startswith=x", "next=/", "fields=name"):
        path = f"{write.path.format(**made)}?{question}"
        answer = send(client, write.method, path, write.body(made), if_match="*")
        assert answer.status_code == 400
        assert list(answer.json()) == [question.split("=")[0]]
    assert fingerprint() == before
