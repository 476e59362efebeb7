"""The public map's data: what they hold, what they hide, and that a change shows at once."""

import gzip
import json
from datetime import date, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from geo.hours import ZONE
from geo.models import SpecialDay
from maps.emap import snapshot
from stations.checkins.models import BusyHour, BusyQuarter
from stations.registry.models import Facility, FacilityType, Station, StationContact, TemporaryClosure

DATA = "/emap/stations.geojson"


def loaded(client, query="") -> dict:
    return json.loads(client.get(DATA + query).content)


def only(client, query="") -> dict:
    (feature,) = loaded(client, query)["features"]
    return feature


def test_a_station_comes_with_everything_its_sheet_shows(client, make_station):
    station = make_station(
        "爱心站",
        121.25,
        31.25,
        hours_text="周一至周五 9:00-17:00",
        services=["water", "charging"],
        nameplate_no="沪-1",
        facilities={"microwave": "broken", "toilet": "working", "wifi": "removed"},
    )
    data = loaded(client)
    feature = data["features"][0]
    assert feature["id"] == station.pk
    assert feature["geometry"] == {"type": "Point", "coordinates": [121.25, 31.25]}
    assert feature["properties"] == {
        "name": "爱心站",
        "kind": "relay",
        "address": "测试路1号",
        "district": "310101",
        "hours": 0,
        "services": ["water", "charging"],
        "phone": "12351",
        "plate": "沪-1",
        "working": ["toilet"],
        "broken": {"microwave": "2026-03-01"},
    }
    assert data["hours"][0]["zh"] == "周一至周五 9:00-17:00；周六、周日 休息"
    assert data["hours"][0]["en"] == "Mo-Fr 09:00-17:00"
    assert data["services"]["water"] == {"zh": "饮水", "en": "Drinking water"}
    assert data["facilities"]["microwave"] == {"zh": "微波炉", "en": "Microwave oven"}
    assert data["districts"]["310101"] == {"zh": "西区", "en": "West", "at": [121.25, 31.25]}


def test_stations_share_the_entry_of_equal_hours(client, make_station):
    for text in ("24/7", "", "24/7"):
        make_station(hours_text=text)
    data = loaded(client)
    assert [one["properties"]["hours"] for one in data["features"]] == [0, 1, 0]
    assert data["hours"][0]["always"] is True
    assert data["hours"][1]["spans"] is None


def test_spans_begin_at_midnight_in_shanghai_and_cover_eight_days(make_station):
    make_station(hours_text="24/7")
    now = datetime(2026, 3, 2, 23, 30, tzinfo=ZONE)
    (span,) = snapshot.build("wgs84", now)["hours"][0]["spans"]
    assert span == (
        datetime(2026, 3, 2, tzinfo=ZONE).timestamp(),
        datetime(2026, 3, 10, tzinfo=ZONE).timestamp(),
    )


def test_a_closure_is_taken_out_of_the_spans_of_its_station_only(client, make_station):
    shut, other = make_station(hours_text="24/7"), make_station(hours_text="24/7")
    end = timezone.now() + timedelta(days=1)
    TemporaryClosure.objects.create(station=shut, during=(end - timedelta(days=3), end), reason="装修")
    first, second = loaded(client)["features"]
    assert first["properties"]["spans"][0][0] == int(end.timestamp())
    assert first["properties"]["closed"][0][2] == "装修"
    assert "spans" not in second["properties"]
    assert second["id"] == other.pk


@pytest.mark.parametrize("status", ["planned", "suspended", "withdrawn"])
def test_only_active_stations_are_public(client, make_station, status):
    make_station(status=status)
    assert loaded(client)["features"] == []


def test_contacts_never_leave(client, make_station):
    StationContact.objects.create(station=make_station(), manager_name="张三丰", mobile="13900001111")
    text = client.get(DATA).content.decode()
    assert "张三丰" not in text
    assert "13900001111" not in text


def test_another_datum_moves_the_coordinates_and_keeps_wgs84_beside_them(client, make_station):
    make_station(lon=121.25, lat=31.25)
    feature = only(client, "?datum=gcj02")
    lon, lat = feature["geometry"]["coordinates"]
    assert 0.003 < lon - 121.25 < 0.007
    assert 0.001 < abs(lat - 31.25) < 0.004
    assert feature["properties"]["wgs84"] == [121.25, 31.25]


def test_an_unknown_datum_is_refused_by_name(client, db):
    response = client.get(DATA + "?datum=mars")
    assert response.status_code == 400
    assert "wgs84" in response.json()["errors"]["datum"]


def _changes():
    return {
        "a renamed station": lambda one: Station.objects.filter(pk=one.pk).update(name="新名"),
        "a new station": None,
        "a deleted station": lambda one: one.delete(),
        "a broken facility": lambda one: Facility.objects.filter(station=one).update(
            condition="broken", broken_since=date(2026, 1, 1)
        ),
        "a closure": lambda one: TemporaryClosure.objects.create(
            station=one, during=(timezone.now(), timezone.now() + timedelta(hours=1))
        ),
        "a holiday": lambda one: SpecialDay.objects.create(
            date=date(2030, 5, 1), kind="holiday", name_zh="节"
        ),
        "another name of a facility": lambda one: FacilityType.objects.filter(code="wifi").update(
            name_en="WLAN"
        ),
        "another name of a district": lambda one: (
            type(one.district).objects.filter(pk=one.district_id).update(name_en="Xi")
        ),
    }


@pytest.mark.parametrize("change", _changes())
def test_a_change_shows_at_once(client, make_station, change):
    station = make_station(facilities=["wifi"])
    make_station()
    before = client.get(DATA)
    make = _changes()[change]
    make(station) if make else make_station()
    after = client.get(DATA, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]
    assert after.content != before.content or change == "a holiday"


def test_nothing_new_is_answered_by_304_without_a_body(client, make_station):
    make_station()
    before = client.get(DATA, headers={"Accept-Encoding": "gzip"})
    again = client.get(DATA, headers={"Accept-Encoding": "gzip", "If-None-Match": before["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == before["ETag"]


def test_a_day_later_there_is_a_new_snapshot(make_station):
    make_station()
    now = timezone.now()
    assert snapshot.current("wgs84", now) is snapshot.current("wgs84", now)
    assert snapshot.current("wgs84", now).etag != snapshot.current("wgs84", now + timedelta(days=1)).etag


def test_gzip_is_applied_once_and_only_where_it_is_understood(client, make_station):
    make_station()
    packed = client.get(DATA, headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    plain = client.get(DATA)
    assert not plain.has_header("Content-Encoding")
    assert gzip.decompress(packed.content) == plain.content


def test_hours_that_sql_put_there_and_nobody_can_read_do_not_break_the_map(client, make_station):
    station = make_station()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_station SET hours_text = 'whenever' WHERE id = %s", [station.pk])
    assert loaded(client)["hours"][0]["spans"] is None


def _away():
    raise OperationalError("the database is away")


def test_without_database_and_snapshot_the_answer_is_503_with_a_time_to_retry(client, db, monkeypatch):
    monkeypatch.setattr(snapshot, "_database_revision", _away)
    response = client.get(DATA)
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0


def test_without_database_the_last_snapshot_is_served_and_says_that_it_is_old(
    client, make_station, monkeypatch
):
    make_station()
    fresh = client.get(DATA)
    assert not fresh.has_header("Jieli-Stale")
    monkeypatch.setattr(snapshot, "_database_revision", _away)
    stale = client.get(DATA)
    assert stale.content == fresh.content
    assert stale["Jieli-Stale"] == "1"


def test_thirteen_hundred_stations_stay_under_120_kb(client, make_station, west_union):
    kit = list(FacilityType.objects.values_list("code", flat=True))
    for number in range(130):
        make_station(
            f"站点{number}",
            121.1 + number / 1000,
            31.1 + number * number % 300 / 1000,
            facilities=kit,
            address=f"测试{number * 7919 % 997}路{number * 104729 % 1999}号",
            services=["water", "climate", "meal", "charging", "rest"],
            hours_text=f"Mo-Fr 09:00-{12 + number % 10}:00",
            host_name=f"单位{number % 13}",
            nameplate_no=f"沪-{number:05}",
        )
    response = client.get(DATA, headers={"Accept-Encoding": "gzip"})
    assert len(response.content) * 10 < 120_000


def test_busy_hours_come_with_their_quarter_and_at_once(client, make_station):
    busy, quiet = make_station(hours_text="24/7"), make_station(hours_text="24/7")
    before = client.get(DATA)["ETag"]
    assert "busy_quarter" not in loaded(client)
    quarter = date(2026, 7, 1)
    BusyQuarter.objects.create(quarter=quarter, published_at=timezone.now(), hours=3)
    for hour, level in ((9, 1), (12, 3)):
        BusyHour.objects.create(station=busy, quarter=quarter, hour=hour, level=level)
    assert client.get(DATA)["ETag"] != before
    data = loaded(client)
    assert data["busy_quarter"] == ["2026-07-01", "2026-09-30"]
    assert {one["id"]: one["properties"].get("busy") for one in data["features"]} == {
        busy.pk: "000000000100300000000000",
        quiet.pk: None,
    }


def test_a_quarter_that_has_nothing_to_show_moves_nothing(client, make_station):
    make_station()
    before = client.get(DATA)
    BusyQuarter.objects.create(quarter=date(2026, 7, 1), published_at=timezone.now(), hours=0)
    after = client.get(DATA)
    assert (after["ETag"], after.content) == (before["ETag"], before.content)
