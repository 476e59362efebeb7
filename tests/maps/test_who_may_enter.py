"""Every address of the site, and what each kind of reader gets there. An address without a row fails."""

import pytest
from django.urls import URLPattern, get_resolver

from analysis.activity.models import ActivityDataset
from stations.registry.models import StationContact
from tests.conftest import manages

SIGN_IN, OK, UNKNOWN, REFUSED, MISSING, NOT_SO = 302, 200, 401, 403, 404, 405
READERS = ("nobody", "charlie", "mona", "bob", "ivy", "paul", "alice")
EVERYBODY = (OK,) * 7
PLANNERS = (
    SIGN_IN,
    REFUSED,
    REFUSED,
    REFUSED,
    REFUSED,
    MISSING,
    REFUSED,
)  # there is no run, so 404 to planners

GET = {
    "": EVERYBODY,
    "emap/map.js": EVERYBODY,
    "emap/stations.geojson": EVERYBODY,
    "stations/": EVERYBODY,
    "stations/<int:pk>/": (MISSING, MISSING, OK, OK, OK, MISSING, OK),  # a suspended station of West's union
    "stations/<int:pk>/go/<slug:provider>/": (MISSING, MISSING, 302, 302, 302, MISSING, 302),
    "planner/": (SIGN_IN, REFUSED, REFUSED, REFUSED, REFUSED, OK, REFUSED),
    "planner/map.js": (SIGN_IN, REFUSED, REFUSED, REFUSED, REFUSED, OK, REFUSED),
    "planner/runs/": (NOT_SO,) * 7,
    "planner/runs/<int:run_id>/": PLANNERS,
    "planner/runs/<int:run_id>/cells.json": PLANNERS,
    "planner/runs/<int:run_id>/profile.json": PLANNERS,
    "planner/runs/<int:run_id>/hours/week.json": PLANNERS,
    "planner/runs/<int:run_id>/hours/<int:hour>.json": PLANNERS,
    "planner/runs/<int:run_id>/coverage.gpkg": PLANNERS,
    "planner/runs/<int:run_id>/coverage.csv": PLANNERS,
    "desk/": (SIGN_IN, OK, OK, OK, OK, 302, OK),
    "desk/stations/": (SIGN_IN, OK, OK, OK, OK, OK, OK),
    "desk/stations/<int:pk>/": (SIGN_IN, MISSING, OK, OK, OK, MISSING, OK),
    "api/stations/": EVERYBODY,
    "api/stations/<int:pk>/": (MISSING, MISSING, OK, OK, OK, MISSING, OK),
    "api/tokens/": (UNKNOWN, OK, OK, OK, OK, OK, OK),
    "api/tokens/<slug:prefix>/": (UNKNOWN, *(NOT_SO,) * 6),
    "api/schema/": EVERYBODY,
    "api/docs/": EVERYBODY,
    "accounts/login/": (OK, 302, 302, 302, 302, 302, 302),
    "accounts/logout/": (NOT_SO,) * 7,
    "accounts/password/": (SIGN_IN, OK, OK, OK, OK, OK, OK),
    "i18n/setlang/": (302,) * 7,
    "i18n/catalogue.js": EVERYBODY,
    "livez": EVERYBODY,
    "readyz": EVERYBODY,
}
ADMIN = "admin/"  # staff only, which none of the readers is
SEE_IT = ("mona", "bob", "ivy", "alice")
SECRETS = ("13900000001", "站长甲", "SECRET-DATASET")
TOLD = {("paul", "planner/"): ["SECRET-DATASET"]} | {
    (name, "desk/stations/<int:pk>/"): ["13900000001", "站长甲"] for name in ("mona", "bob", "alice")
}


def addresses(patterns, prefix=""):
    for one in patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route
        else:
            yield from addresses(one.url_patterns, route)


@pytest.fixture
def hidden(make_station, mona, west_union):
    """A suspended station with a contact, and a dataset of activity."""
    station = make_station("暂停的站", status="suspended", union=west_union)
    StationContact.objects.create(station=station, manager_name="站长甲", mobile="13900000001")
    manages(mona, station)
    ActivityDataset.objects.create(name="SECRET-DATASET", occupation="courier", datum="wgs84", columns={},
                                   rows_read=1, rows_loaded=1, refused={})  # fmt: skip
    return station


def test_every_address_has_its_row():
    ours = {one for one in addresses(get_resolver().url_patterns) if not one.startswith(ADMIN)}
    assert ours == set(GET)


def reader(name, request, client, signed_in):
    return client if name == "nobody" else signed_in(request.getfixturevalue(name))


def address(route, station):
    for name, value in (
        ("<int:pk>", station.pk),
        ("<slug:provider>", "amap"),
        ("<slug:prefix>", "0123456789abcde"),
        ("<int:run_id>", 1),
        ("<int:hour>", 12),
    ):
        route = route.replace(name, str(value))
    return "/" + route


@pytest.mark.parametrize("name", READERS)
def test_what_each_reader_gets(name, hidden, request, client, signed_in):
    asking = reader(name, request, client, signed_in)
    got = {route: asking.get(address(route, hidden)) for route in GET}
    assert {route: answer.status_code for route, answer in got.items()} == {
        route: wanted[READERS.index(name)] for route, wanted in GET.items()
    }
    for route, answer in got.items():
        body = b"".join(answer).decode("utf-8", "replace")
        told = [one for one in SECRETS if one in body]
        assert told == TOLD.get((name, route), []), route
        if name not in SEE_IT:
            assert "暂停的站" not in body, route


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("route", ["", "unions/user/", "registry/station/", "unions/user/add/"])
def test_the_administration_is_for_staff(name, route, db, request, client, signed_in):
    answer = reader(name, request, client, signed_in).get(f"/admin/{route}")
    assert answer.status_code == 302
    assert "/admin/login/" in answer["Location"]


def test_every_page_carries_the_policy(client, db):
    for route in ("/", "/stations/", "/api/docs/", "/accounts/login/", "/nothing/"):
        headers = client.get(route).headers
        scripts = dict(one.strip().split(" ", 1) for one in headers["Content-Security-Policy"].split(";"))
        assert scripts["script-src"] == "'self'"
        assert scripts["frame-ancestors"] == scripts["object-src"] == "'none'"
        assert headers["X-Content-Type-Options"] == "nosniff"
