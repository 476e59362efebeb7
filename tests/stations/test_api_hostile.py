"""Every bad question and every bad body is a 400 that names the field; nothing is a 500."""

import json

import pytest

from stations.registry.models import Station

DEGREES = [
    "NaN",
    "nan",
    "Infinity",
    "-Infinity",
    "1e400",
    "",
    " ",
    "abc",
    "9" * 400,
    "0x1F",
    "1_0",
    "١٢١",
    "\x00",
    "%00",
    "121.2;31",
]

BAD_QUESTIONS = [
    *[("bbox", f"{bad},31,122,32") for bad in DEGREES],
    *[("near", f"121.2,{bad}") for bad in DEGREES],
    ("bbox", ""),
    ("bbox", "121,31,122"),
    ("bbox", "121,31,122,32,0"),
    ("bbox", "31,121,32,122"),
    ("bbox", "122,31,121,32"),
    ("bbox", "121,32,122,31"),
    ("bbox", "-999,-999,999,999"),
    ("bbox", "1," * 100_000),
    ("near", "31.2,121.2"),
    ("near", "121.2"),
    ("near", "121.2,31.2,4"),
    ("near", "POINT(121.2 31.2)"),
    ("near", '{"type":"Point","coordinates":[121.2,31.2]}'),
    ("near", "/vsicurl/http://127.0.0.1/x"),
    ("open", "yes"),
    ("open", "NOW"),
    ("open", ""),
    ("open_at", "tomorrow"),
    ("open_at", "2026-03-03T09:00:00"),
    ("open_at", "2026-03-03"),
    ("open_at", "0001-01-01T00:00:00+14:00"),
    ("open_at", "9999-12-31T23:59:59-14:00"),
    ("open_at", "2026-03-03T09:00:00+99:99"),
    ("open_at", "2026-02-30T09:00:00Z"),
    ("service", "beer"),
    ("service", ""),
    ("service", "water' OR 1=1 --"),
    ("facility", "pool"),
    ("facility", "wifi\x00"),
    ("district", "000000"),
    ("district", "310101'"),
    ("kind", "palace"),
    ("host_kind", "castle"),
    ("status", "secret"),
    ("union", "0"),
    ("union", "1 OR 1=1"),
    ("union", "9" * 19),
    ("nameplate_no", ""),
    ("nameplate_no", "P\x00"),
    ("q", "\x00"),
    ("q", " "),
    ("q", "x" * 81),
    ("updated_since", "yesterday"),
    ("updated_since", "2026-03-03"),
    ("datum", "wgs72"),
    ("datum", "WGS84"),
    ("datum", ""),
    ("limit", "0"),
    ("limit", "-1"),
    ("limit", "501"),
    ("limit", "ten"),
    ("limit", "1e2"),
    ("limit", "9" * 100),
    ("offset", "-1"),
    ("offset", "99999999999999999999"),
    ("offset", "１"),
]


@pytest.mark.parametrize(("name", "value"), BAD_QUESTIONS)
def test_a_bad_value_is_a_400_that_names_the_parameter(client, west, name, value):
    answer = client.get("/api/stations/", {name: value})
    assert answer.status_code == 400
    assert list(answer.json()) == [name]
    assert len(answer.json()[name][0]) < 400


@pytest.mark.parametrize("value", ["0", "-1", "NaN", "inf", "1e400", "50001", "", "1km", "9" * 500])
def test_a_bad_distance_is_a_400(client, db, value):
    answer = client.get("/api/stations/", {"near": "121.2,31.2", "within": value})
    assert (answer.status_code, list(answer.json())) == (400, ["within"])


@pytest.mark.parametrize(
    "name",
    [
        "name", "page", "fields", "ordering", "search", "id", "name__startswith", "contact__mobile__startswith",
        "managers__user__password__startswith", "union__name", "point__within", "declared_lon", "open_slots", "LIMIT", "",
        "<script>", "x" * 5000, "district__outline__contains", "pk__in", "events__pgh_label",
    ],
)  # fmt: skip
def test_an_unknown_parameter_is_a_400_that_names_it(client, db, name):
    answer = client.get("/api/stations/", {name: "1"})
    assert answer.status_code == 400
    [(named, [message])] = answer.json().items()
    assert named[:50] == name[:50]
    assert "bbox" in message


def test_parameters_that_contradict_each_other(client, db):
    for question, named in [
        ("open=now&open_at=2026-03-03T09:00:00Z", "open"),
        ("within=500", "within"),
        ("datum=wgs84&datum=gcj02", "datum"),
        ("limit=1&limit=2", "limit"),
    ]:
        answer = client.get(f"/api/stations/?{question}")
        assert (answer.status_code, list(answer.json())) == (400, [named])


@pytest.mark.parametrize("question", ["near=121,31", "limit=1", "foo=1", "datum=x", "open=now"])
def test_one_station_takes_only_its_own_parameters(client, make_station, question):
    assert client.get(f"/api/stations/{make_station().pk}/?{question}").status_code == 400


@pytest.fixture
def post(signed_in, alice, west_union, east):
    officer = signed_in(alice)
    sound = {
        "name": "站",
        "address": "路",
        "union": west_union.pk,
        "position": {"lon": 121.25, "lat": 31.25, "datum": "wgs84"},
    }

    def send(changes=None, raw=None):
        body = raw if raw is not None else json.dumps({**sound, **changes})
        return officer.post("/api/stations/", body, content_type="application/json")

    return send


def test_the_sound_body_is_taken(post):
    assert post({}).status_code == 201


def position(**changes):
    return {"position": {"lon": 121.25, "lat": 31.25, "datum": "wgs84", **changes}}


BAD_BODIES = [
    position(lon=31.25, lat=121.25),
    position(lon=0, lat=0),
    position(lon=121.25, lat=31.75),
    position(lon=10**400),
    position(lon="121.25"),
    position(lon=True),
    position(lon=None),
    position(lon=[121.25]),
    position(lon={"a": 1}),
    position(lat=-31.25),
    position(lon=1e308),
    position(datum="wgs72"),
    position(datum=None),
    position(datum=["wgs84"]),
    {"position": {"lon": 121.25, "lat": 31.25}},
    {"position": {}},
    {"position": None},
    {"position": []},
    {"position": "POINT(121.25 31.25)"},
    {"position": "SRID=4326;POINT(121.25 31.25)"},
    {"position": {"type": "Point", "coordinates": [121.25, 31.25]}},
    {"name": ""},
    {"name": None},
    {"name": "   "},
    {"name": "x" * 81},
    {"name": "x" * 100_000},
    {"name": "a\x00b"},
    {"name": "a\ud800b"},
    {"name": "a\u202eb"},
    {"name": ["站"]},
    {"name": {"a": "b"}},
    {"address": ""},
    {"union": 0},
    {"union": 999_999},
    {"union": -1},
    {"union": 10**30},
    {"union": "西区总工会"},
    {"union": True},
    {"union": None},
    {"union": [1]},
    {"union": 1e308},
    {"kind": "palace"},
    {"status": "open"},
    {"host_kind": 1},
    {"services": "water"},
    {"services": ["beer"]},
    {"services": [["water"]]},
    {"services": ["water"] * 1000},
    {"facilities": ["wifi"]},
    {"facilities": {"pool": "working"}},
    {"facilities": {"wifi": "shiny"}},
    {"facilities": {"wifi": None}},
    {"facilities": {"wifi\x00": "working"}},
    {"area_m2": 0},
    {"area_m2": -3},
    {"area_m2": "NaN"},
    {"area_m2": "1e400"},
    {"area_m2": 1e9},
    {"hours_text": "9:00-25:00"},
    {"hours_text": "x" * 10_000},
    {"planned_completion": "soon"},
    {"planned_completion": "0000-00-00"},
    {"public_phone": "call me"},
    {"mobile": "1"},
    {"nameplate_no": "x" * 41},
    # what is computed or not a station's own cannot be written
    {"id": 7},
    {"version": 1},
    {"point": "POINT(121.25 31.25)"},
    {"district": "310101"},
    {"is_demo": False},
    {"open_slots": []},
    {"declared_lon": 121.25},
    {"created_at": "2026-01-01"},
    {"contact": {"mobile": "13900000000"}},
    {"contact__mobile": "13900000000"},
    {"managers": []},
    {"distance_m": 0},
    {"open": True},
]


@pytest.mark.parametrize("changes", BAD_BODIES, ids=lambda changes: str(changes)[:60])
def test_a_bad_body_is_a_400_that_names_the_field_and_writes_nothing(post, changes):
    answer = post(changes)
    assert answer.status_code == 400, answer.content
    assert list(answer.json()) == list(changes)
    assert not Station.objects.exists()


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "null",
        "[]",
        "1",
        '"站"',
        "NaN",
        '{"position": {"lon": NaN, "lat": 31.25, "datum": "wgs84"}}',
        '{"position": {"lon": 1e400, "lat": 31.25, "datum": "wgs84"}}',
        '{"position": {"lon": -Infinity, "lat": 31.25, "datum": "wgs84"}}',
        '{"union": 1e400}',
        '{"area_m2": 1e400}',
        '{"union": ' + "9" * 5000 + "}",
        "[" * 100_000,
        '{"position":' * 20_000,
        b"\xff\xfe\x00",
        b'{"name": "\xc3\x28"}',
    ],
)
def test_a_body_that_is_no_json_object_is_a_400(post, raw):
    assert post(raw=raw).status_code == 400
    assert not Station.objects.exists()


def test_other_content_types_are_refused(signed_in, alice):
    answer = signed_in(alice).post("/api/stations/", {"name": "站"})
    assert answer.status_code == 415


def test_methods_that_are_not_offered(signed_in, alice, make_station):
    officer, station = signed_in(alice), make_station()
    assert officer.delete(f"/api/stations/{station.pk}/").status_code == 405
    assert (
        officer.put(f"/api/stations/{station.pk}/", "{}", content_type="application/json").status_code == 405
    )
    assert officer.delete("/api/stations/").status_code == 405
