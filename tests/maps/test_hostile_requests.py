"""Requests that no browser of ours sends: every answer is of the 2xx to 4xx, and nothing leads to another host."""

import random
from itertools import product

import pytest

pytestmark = pytest.mark.django_db

VALUES = [
    "",
    "NaN",
    "-Infinity",
    "1e400",
    "a\0b",
    "x" * 3000,
    "9" * 3000,
    "-1",
    "1.5",
    "31.2,121.4",
    "NaN,NaN,NaN,NaN",
    "1,2,3",
    "2026-03-31T12:00:00+99:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-12:00",
    "\u202e",
    "\ud800",
    "'; DROP TABLE x",
    "{}",
    "water",
    "310101",
    "now",
    "１２",
    "1_000",
    "\\",
    "../..",
    "\U0001f600",
]
NAMES = [
    "bbox",
    "near",
    "within",
    "open",
    "open_at",
    "service",
    "facility",
    "district",
    "kind",
    "datum",
    "limit",
    "offset",
    "page",
    "q",
    "occupation",
    "contact__mobile__startswith",
    "name__regex",
    "ordering",
    "format",
    "next",
    "language",
    "broken",
    "v",
    "",
    "\0",
]
KEYS = ["0", "1", "-1", "1.5", "9" * 30, "9" * 3000, "abc", "\0", "\U0001f600", "9223372036854775808"]
METHODS = ["get", "get", "get", "head", "post", "put", "patch", "delete", "options", "trace"]
BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"\xff\xfe\x00",
    b'{"name":"\xc3\x28"}',
    b"[" * 50_000,
    b'{"a":' * 20_000,
    b'{"name":"\\ud800"}',
    b'{"position":{"lon":NaN,"lat":1e400,"datum":"wgs84"}}',
    b"a=b&c=%00",
    b"limit_m=NaN&weekdays=x",
    b"username=a%00b&password=x",
    b"username=%FF&password=" + b"y" * 5000,
    b"language=%00&next=%00",
    b"language=en&next=//elsewhere.example/",
]
TYPES = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=b",
    "text/plain",
    "application/json; charset=utf-7",
    "application/x-www-form-urlencoded; charset=bogus",
    "",
]
PATHS = [
    "/",
    "/emap/map.js",
    "/emap/stations.geojson",
    "/stations/",
    "/stations/{}/",
    "/stations/{}/go/amap/",
    "/stations/1/go/{}/",
    "/accounts/login/",
    "/accounts/password/",
    "/i18n/setlang/",
    "/i18n/catalogue.js",
    "/desk/",
    "/livez",
    "/readyz",
    "/api/stations/",
    "/api/stations/",
    "/api/stations/{}/",
    "/api/schema/",
    "/api/docs/",
    "/nothing/{}/",
    "//elsewhere.example/",
    "/planner/",
    "/planner/map.js",
    "/planner/runs/",
    "/planner/runs/{}/",
    "/planner/runs/{}/cells.json",
    "/planner/runs/{}/profile.json",
    "/planner/runs/{}/hours/week.json",
    "/planner/runs/1/hours/{}.json",
    "/planner/runs/{}/coverage.csv",
]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("who", [None, "alice", "paul"])
def test_no_request_ends_in_a_server_error(client, request, signed_in, make_station, who, seed):
    make_station()
    user = who and request.getfixturevalue(who)
    asking = signed_in(user) if user else client
    asking.raise_request_exception = False
    asking.handler.enforce_csrf_checks = True
    asking.cookies["csrftoken"] = token = "c" * 32
    pick = random.Random(f"{who} {seed}")
    for _ in range(100):
        method, path = pick.choice(METHODS).upper(), pick.choice(PATHS).format(pick.choice(KEYS))
        query = [(pick.choice(NAMES), pick.choice(VALUES)) for _ in range(pick.randint(0, 4))]
        body, kind = (
            (b"", "") if method in ("GET", "HEAD", "TRACE") else (pick.choice(BODIES), pick.choice(TYPES))
        )
        asked = [(name, value.encode("utf-8", "surrogatepass")) for name, value in query]
        answer = asking.generic(
            method, path, body, content_type=kind, query_params=dict(asked), headers={"X-CSRFToken": token}
        )
        assert answer.status_code < 500, (method, path, query, body, kind)
        assert "elsewhere.example" not in answer.headers.get("Location", "").partition("?")[0]


@pytest.mark.parametrize(
    ("method", "body"), list(product(["post", "put", "delete", "options", "trace"], [b"", b"{"]))
)
def test_the_page_of_the_api_is_only_read(alice, signed_in, method, body):
    officer = signed_in(alice)
    sent = {} if method == "trace" else {"data": body, "content_type": "application/json"}
    assert getattr(officer, method)("/api/docs/", **sent).status_code == 405
    assert officer.get("/api/docs/").status_code == officer.head("/api/docs/").status_code == 200


def test_a_body_that_cannot_be_parsed_is_a_404_where_there_is_nothing(client):
    client.handler.enforce_csrf_checks = True
    client.cookies["csrftoken"] = "c" * 32
    answer = client.post("/nothing/", b"null", content_type="multipart/form-data")
    assert answer.status_code == 404
    assert "<h1" in answer.content.decode()


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example/"]
)
def test_the_language_switch_does_not_lead_to_another_host(client, target):
    answer = client.post("/i18n/setlang/", {"language": "en", "next": target})
    assert answer["Location"] == "/"
