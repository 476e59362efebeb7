"""The OpenAPI description says what the API does."""

import pytest
from django.core.management import call_command

from tests.stations.api.operations import METHODS, WRITES, described
from tests.stations.api.test_mass_assignment import plain

FILINGS_AND_STATION = ("/api/filings/{}/", "/api/stations/{}/")
REPORTS = ("conditions/", "closures/", "acceptances/", "managers/", "dated-hours/", "dated-hours/{}/")


@pytest.fixture(scope="module")
def operations():
    return [
        (method, plain(path), operation)
        for path, each in described()["paths"].items()
        for method, operation in each.items()
        if method in METHODS and "/schema/" not in path
    ]


def test_it_is_valid_and_complete():
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")


def test_every_operation_is_described_and_named_once(operations):
    assert len(operations) > 30
    assert [
        f"{method} {path}" for method, path, one in operations if len(one.get("description", "")) < 15
    ] == []
    names = [one["operationId"] for _, _, one in operations]
    assert len(set(names)) == len(names)


def test_every_refusal_has_its_shape(operations):
    for method, path, one in operations:
        for status, answer in one["responses"].items():
            if status >= "400":
                assert answer["content"]["application/json"]["schema"]["type"] == "object", (
                    method,
                    path,
                    status,
                )
                assert answer["description"]


def test_every_write_asks_for_if_match_but_reports_and_new_things(operations):
    for method, path, one in operations:
        if method not in WRITES or not path.startswith(FILINGS_AND_STATION) or path.endswith(REPORTS):
            continue
        assert "If-Match" in {each["name"] for each in one["parameters"]}, (method, path)
        assert {"412", "428"} <= set(one["responses"]), (method, path)


def test_every_reading_answers_if_none_match(operations):
    for method, path, one in operations:
        if method == "get" and path != "/api/tokens/":
            assert "304" in one["responses"], path


def test_every_list_is_paged(operations):
    for method, path, one in operations:
        answer = (
            one["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
        )
        assert answer.get("type") != "array", (method, path)


def test_both_ways_to_show_who_asks_are_told():
    assert set(described()["components"]["securitySchemes"]) == {"token", "cookieAuth"}


def test_no_private_field_is_in_the_answers_of_what_everybody_may_read():
    for name in ("StationFeature", "FilingSummary", "Person", "Photo", "Closure"):
        shape = str(described()["components"]["schemas"][name])
        assert "mobile" not in shape
        assert "contact" not in shape
