"""Reading stations over HTTP."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from geo.crs import geodesic_m
from geo.datum import convert
from stations.registry.features import StationFeatureSerializer, displayed
from stations.registry.models import Station, StationContact, TemporaryClosure
from stations.registry.queries import LIST_PARAMETERS

HOSTILE_NAME = "${alert(1)}</script>`{{7*7}}"


@pytest.fixture
def ask(client, db):
    """`ask(near="121.2,31.2")` is the answer as JSON."""

    def get(user_client=client, **params):
        answer = user_client.get("/api/stations/", params)
        assert answer.status_code == 200, answer.content
        assert answer.headers["Content-Type"] == "application/json"
        return answer.json()

    return get


def names(answer):
    return [feature["properties"]["name"] for feature in answer["features"]]


def test_stations_are_a_feature_collection_in_wgs84(ask, make_station):
    station = make_station(
        "站",
        121.25,
        31.25,
        facilities={"wifi": "broken", "fridge": "removed"},
        services=["water"],
        area_m2="3.5",
        nameplate_no="P-1",
    )
    answer = ask()
    assert (answer["type"], answer["datum"], answer["count"]) == ("FeatureCollection", "wgs84", 1)
    [feature] = answer["features"]
    assert feature["id"] == station.pk
    assert feature["geometry"] == {"type": "Point", "coordinates": [121.25, 31.25]}
    properties = feature["properties"]
    assert properties["district"] == "310101"
    assert properties["district_name"] == "西区"
    assert properties["area_m2"] == 3.5
    assert properties["facilities"] == [
        {"type": "wifi", "name_zh": "免费 Wi-Fi", "name_en": "Free Wi-Fi", "condition": "broken"}
    ]
    assert "distance_m" not in properties


def test_no_contact_and_nothing_declared_is_in_any_answer(ask, make_station, signed_in, alice):
    station = make_station(lon=121.2511111)
    StationContact.objects.create(station=station, manager_name="某某人", mobile="13900000000")
    for reader in (Client(), signed_in(alice)):
        for path in ("/api/stations/", f"/api/stations/{station.pk}/"):
            text = reader.get(path).content.decode()
            assert "某某人" not in text
            assert "13900000000" not in text
            assert "declared" not in text
            assert "manager" not in text


def test_hostile_names_come_back_as_plain_json_text(ask, client, make_station):
    station = make_station(HOSTILE_NAME, address=HOSTILE_NAME)
    answer = client.get("/api/stations/")
    assert names(answer.json()) == [HOSTILE_NAME]
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/api/stations/{station.pk}/").json()["properties"]["address"] == HOSTILE_NAME


def test_a_box_includes_its_edges_and_corners(ask, make_station):
    for lon, lat in [(121.2, 31.2), (121.3, 31.3), (121.25, 31.2), (121.3, 31.25)]:
        make_station(f"{lon},{lat}", lon, lat)
    for lon, lat in [(121.2, 31.1999999), (121.3000001, 31.25), (121.25, 31.3000001), (121.1999999, 31.2)]:
        make_station("outside", lon, lat)
    assert len(names(ask(bbox="121.2,31.2,121.3,31.3"))) == 4
    assert "outside" not in names(ask(bbox="121.2,31.2,121.3,31.3"))
    assert names(ask(bbox="121.25,31.2,121.25,31.2")) == ["121.25,31.2"]


def test_the_sides_of_a_box_are_parallels_not_great_circles(ask, make_station):
    """On a great circle from 121,31.25 to 122,31.25 the middle lies 200 m north of the parallel."""
    make_station("on the south side", 121.5, 31.25)
    make_station("just north of the north side", 121.5, 31.3505)
    assert names(ask(bbox="121,31.25,122,31.35")) == ["on the south side"]


def test_a_box_uses_the_index(make_station):
    make_station()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "station_point_plane" in Station.objects.inside(121.0, 31.0, 121.1, 31.1).order_by().explain()
    assert "registry_station_point" in Station.objects.near(121.0, 31.0, limit_m=500).order_by().explain()


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_a_box_in_another_datum_holds_what_lies_in_it_there(ask, make_station, datum):
    x, y = convert(121.25, 31.25, source="wgs84", target=datum)
    make_station("站", 121.25, 31.25)
    assert names(
        ask(bbox=f"{x - 0.001:.6f},{y - 0.001:.6f},{x + 0.001:.6f},{y + 0.001:.6f}", datum=datum)
    ) == ["站"]
    assert names(ask(bbox="121.249,31.249,121.251,31.251", datum=datum)) == []


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_the_answer_is_in_the_datum_that_it_names(ask, client, make_station, datum):
    station = make_station("站", 121.25, 31.25)
    there = list(convert(121.25, 31.25, source="wgs84", target=datum))
    for answer in (
        ask(datum=datum)["features"][0],
        client.get(f"/api/stations/{station.pk}/?datum={datum}").json(),
    ):
        assert answer["geometry"]["coordinates"] == pytest.approx(there, abs=1e-7)
    assert ask(datum=datum)["datum"] == datum
    assert client.get(f"/api/stations/{station.pk}/?datum={datum}").json()["datum"] == datum


def test_near_is_nearest_first_with_metres_and_the_limit_is_inclusive(ask, make_station):
    make_station("there", 121.26, 31.25)
    make_station("here", 121.25, 31.25)
    make_station("far", 121.45, 31.25)
    answer = ask(near="121.25,31.25", within=1000)
    assert names(answer) == ["here", "there"]
    metres = answer["features"][1]["properties"]["distance_m"]
    assert metres == pytest.approx(float(geodesic_m(121.25, 31.25, 121.26, 31.25)), abs=1e-4)
    assert names(ask(near="121.25,31.25", within=f"{metres:.9f}")) == ["here", "there"]
    assert names(ask(near="121.25,31.25", within=f"{metres - 0.001:.9f}")) == ["here"]
    assert names(ask(near="121.25,31.25")) == ["here", "there", "far"]


def test_near_in_gcj02_is_the_place_on_an_amap_map(ask, make_station):
    make_station("here", 121.25, 31.25)
    lon, lat = convert(121.25, 31.25, source="wgs84", target="gcj02")
    answer = ask(near=f"{lon:.9f},{lat:.9f}", within=1, datum="gcj02")
    assert names(answer) == ["here"]


def test_open_is_true_false_or_unknown(ask, make_station):
    make_station("always", hours_text="24/7")
    make_station("never", hours_text="closed")
    make_station("unknown", hours_text="")
    answer = {feature["properties"]["name"]: feature["properties"]["open"] for feature in ask()["features"]}
    assert answer == {"always": True, "never": False, "unknown": None}
    assert names(ask(open="now")) == ["always"]


def test_open_at_a_time(ask, make_station):
    make_station("office", hours_text="Mo-Fr 09:00-17:00")
    assert names(ask(open_at="2026-03-03T09:00:00+08:00")) == ["office"]
    assert names(ask(open_at="2026-03-03T01:00:00Z")) == ["office"]
    assert names(ask(open_at="2026-03-03T17:00:00+08:00")) == []
    assert names(ask(open_at="2026-05-01T10:00:00+08:00")) == [
        "office"
    ]  # a holiday, of which its hours do not speak


def test_a_holiday_of_the_table_closes_stations_that_say_so(ask, make_station):
    make_station("office", hours_text="Mo-Fr 09:00-17:00; PH off")
    assert names(ask(open_at="2026-04-30T10:00:00+08:00")) == ["office"]
    assert names(ask(open_at="2026-05-01T10:00:00+08:00")) == []


def test_a_plus_that_became_a_space_is_read_as_a_plus(client, make_station):
    make_station("office", hours_text="Mo-Fr 09:00-17:00")
    assert names(client.get("/api/stations/?open_at=2026-03-03T09:00:00+08:00").json()) == ["office"]


def test_a_temporary_closure_is_not_open_now(ask, make_station):
    now = timezone.now()
    TemporaryClosure.objects.create(
        station=make_station(hours_text="24/7"), during=(now - timedelta(hours=1), None)
    )
    assert names(ask(open="now")) == []
    assert ask()["features"][0]["properties"]["open"] is False


def test_filters(ask, make_station):
    make_station("both", 121.25, services=["water", "meal"], facilities=["wifi", "fridge"])
    make_station("water", 121.26, services=["water"], facilities={"wifi": "broken", "fridge": "working"})
    make_station("east", 121.75, kind="sanitation")
    assert names(ask(service="water")) == ["both", "water"]
    assert names(ask(service=["water", "meal"])) == ["both"]
    assert names(ask(facility="wifi")) == ["both"]
    assert names(ask(facility=["wifi", "fridge"])) == ["both"]
    assert names(ask(facility="fridge")) == ["both", "water"]
    assert names(ask(district="310102")) == ["east"]
    assert names(ask(kind="sanitation")) == ["east"]
    assert names(ask(service="water", bbox="121.255,31,121.3,31.5")) == ["water"]


def test_pages_hold_every_station_once(ask, client, make_station):
    for number in range(7):
        make_station(f"{number}")
    found, url = [], "/api/stations/?limit=3"
    while url:
        page = client.get(url).json()
        assert page["count"] == 7
        found += names(page)
        url = page["next"]
    assert found == [str(number) for number in range(7)]
    assert names(ask(offset=100)) == []


def test_the_number_of_queries_does_not_grow_with_the_stations(
    client, make_station, django_assert_num_queries
):
    def questions():
        with django_assert_num_queries(4):  # count, special days, stations, facilities
            assert client.get("/api/stations/?near=121.2,31.2&open=now&limit=500").status_code == 200

    make_station(hours_text="24/7", facilities=["wifi"])
    questions()
    for _ in range(30):
        make_station(hours_text="24/7", facilities=["wifi", "fridge"])
    questions()


def test_who_sees_what(ask, make_station, signed_in, alice, bob, charlie):
    make_station("public")
    hidden = make_station("planned", status="planned")
    assert names(ask()) == names(ask(signed_in(charlie))) == ["public"]
    assert names(ask(signed_in(bob))) == names(ask(signed_in(alice))) == ["public", "planned"]
    path = f"/api/stations/{hidden.pk}/"
    assert [Client().get(path).status_code, signed_in(charlie).get(path).status_code] == [404, 404]
    assert [signed_in(bob).get(path).status_code, signed_in(alice).get(path).status_code] == [200, 200]


@pytest.mark.parametrize("pk", ["0", "999", "99999999999999999999999999"])
def test_no_such_station(client, db, pk):
    assert client.get(f"/api/stations/{pk}/").status_code == 404


def test_the_schema_names_every_parameter_and_its_page_is_served(client, db):
    schema = client.get("/api/schema/?format=json").json()
    parameters = schema["paths"]["/api/stations/"]["get"]["parameters"]
    assert {one["name"] for one in parameters if one["in"] == "query"} == set(LIST_PARAMETERS)
    assert all(one["description"] for one in schema["paths"]["/api/stations/"]["get"]["parameters"])
    assert (
        set(schema["paths"]) >= {"/api/stations/", "/api/stations/{id}/"}
        or "/api/stations/{pk}/" in schema["paths"]
    )
    page = client.get("/api/docs/")
    assert page.status_code == 200
    assert b"<script>" not in page.content
    script = client.get("/api/docs/?script=")
    assert script.headers["Content-Type"].startswith("application/javascript")


def test_the_schema_is_valid(capsys):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")


def test_the_feature_serializer_alone_serves_every_field(make_station):
    """What the benchmark measures against."""
    make_station("站")
    data = StationFeatureSerializer(displayed(Station.objects.all(), at=timezone.now()), many=True).data
    assert json.loads(json.dumps(data, default=str))["features"][0]["properties"]["name"] == "站"
