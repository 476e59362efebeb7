"""No coordinate, device or address of a check-in reaches the database or a log (security.md): planted and looked for."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from geo import postgres
from stations.checkins.intake.devices import COOKIE
from stations.checkins.intake.pseudonyms import pseudonym
from stations.checkins.models import CheckIn, MonthKey
from tests.stations.checkins.conftest import said

DEVICE = "c0ffee00c0ffee11c0ffee22c0ffee33"
ADDRESS, FORWARDED = "203.0.113.77", "198.51.100.23"
LON, LAT, ACCURACY = 121.2537194, 31.2486317, 17.3125
CANARIES = [DEVICE, ADDRESS, FORWARDED, "121.2537", "2537194", "31.2486", "2486317", "17.3125"]
HIDDEN = [
    *CANARIES, *(one.encode().hex() for one in CANARIES), *(one.hex() for one in (LON, LAT)), "c0ffee", "cb00714d", "c6336417",
]  # fmt: skip


def check_ins(code):
    position = {"lon": LON, "lat": LAT, "accuracy_m": ACCURACY, "datum": "wgs84"}
    return said(code, position=position), said(code, position={**position, "datum": "gcj02"})


def send(code, settings, **more):
    """With a cookie and without one, one and a queue, well formed and not, behind a proxy of ours."""
    settings.JIELI_PROXY_COUNT = 1
    statuses = []
    for device in (DEVICE, None):
        client = Client(
            raise_request_exception=False, headers={"x-forwarded-for": f"{FORWARDED}, {ADDRESS}"}, **more
        )
        if device:
            client.cookies[COOKIE] = device
        one, other = check_ins(code)
        bad = {**said(code, position={**one["position"], "lat": LAT + 90})}
        for path, body in (
            ("", one),
            ("", bad),
            ("batch/", {"check_ins": [other, {**other, "code": "x"}, bad]}),
            ("", {**one, "made_at": "2026-01-01T00:00:00Z"}),
        ):
            answer = client.post(f"/api/check-ins/{path}", body, content_type="application/json")
            statuses.append(answer.status_code)
            assert found_in(answer.content.decode()) == []
    return statuses


def found_in(text):
    return [one for one in HIDDEN if one in text]


def everything_stored():
    """Every row of every table, partitions too, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            for (row,) in cursor.fetchall():
                yield table, row


def test_nothing_private_is_in_any_row_answer_or_log_line(make_station, poster, settings, caplog):
    caplog.set_level(logging.DEBUG)
    code = poster(make_station())
    assert send(code, settings) == [201, 422, 200, 409] * 2
    assert CheckIn.objects.count() == 4
    assert len(set(map(bytes, CheckIn.objects.values_list("pseudonym", flat=True)))) == 2
    assert [(table, found_in(row)) for table, row in everything_stored() if found_in(row)] == []
    lines = [record.getMessage() for record in caplog.records]
    assert found_in("\n".join([*lines, caplog.text])) == []


def test_the_search_would_find_them(make_station):
    make_station("站点", lon=LON, lat=LAT, address=DEVICE)
    found = {one for _, row in everything_stored() for one in found_in(row)}
    assert {DEVICE, "121.2537", "2537194"} <= found


def log_of_the_server() -> Path:
    if django_settings.DATABASES["default"]["HOST"] != postgres.database_settings()["HOST"]:
        pytest.skip("the log of somebody else's server cannot be read")
    return postgres.Cluster(postgres.PROJECT).log


@pytest.mark.django_db(transaction=True)
def test_nothing_private_is_in_the_servers_log_after_an_error(make_station, poster, settings, caplog):
    code = poster(make_station())
    log = log_of_the_server()
    begins = log.stat().st_size
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE checkins_allowance RENAME TO checkins_elsewhere")
    try:
        statuses = send(code, settings)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE checkins_elsewhere RENAME TO checkins_allowance")
    assert statuses == [500, 422, 500, 500] * 2
    said_there = log.read_bytes()[begins:].decode(errors="replace")
    assert "checkins_take(" in said_there, "the server logs the statements that fail"
    assert found_in(said_there) == []
    assert found_in(caplog.text) == []


def test_no_page_and_no_file_that_others_read_holds_them(make_station, poster, settings, alice):
    station = make_station()
    code = poster(station)
    send(code, settings)
    phone = Client(headers={"x-forwarded-for": f"{FORWARDED}, {ADDRESS}"})
    phone.cookies[COOKIE] = DEVICE
    form = phone.get(f"/q/{code}/").context
    tapped = {"id": form["id"], "made_at": form["made_at"], "occupation": "rider"}
    assert phone.post(f"/q/{code}/", tapped).status_code == 302
    phone.post(f"/q/{code}/report/", {"kind": "closed"})
    centre = Client()
    centre.force_login(alice)
    for reader, address in (
        (Client(), "/"),
        (Client(), "/emap/stations.geojson"),
        (Client(), f"/stations/{station.pk}/"),
        (Client(), "/api/stations/"),
        (centre, f"/desk/stations/{station.pk}/"),
        (centre, f"/desk/stations/{station.pk}/usage/?export=csv"),
        (centre, f"/api/stations/{station.pk}/usage/?by=hour"),
        (centre, "/desk/usage/"),
        (centre, "/desk/usage/stations/?export=csv"),
        (centre, "/desk/usage/reports/?export=csv"),
        (centre, "/desk/usage/inflation/"),
    ):
        answer = reader.get(address)
        content = answer.getvalue() if answer.streaming else answer.content
        assert answer.status_code == 200, address
        assert found_in(content.decode()) == [], address


def test_a_phones_pseudonyms_of_two_months_have_nothing_in_common(db):
    november, december = (datetime(2026, month, 15, tzinfo=UTC) for month in (11, 12))
    first, same, other = (pseudonym("device x", at) for at in (november, november, december))
    assert first == same
    assert first != other
    assert MonthKey.objects.values("key").distinct().count() == 2
