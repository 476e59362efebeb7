"""The tablet's screen: a code for the moment, by a signed address that stops with the code (chapter 4, 1 (1))."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import segno
from django.urls import reverse

from stations.checkins.qr import codes

NOW = datetime(2026, 3, 2, 4, 10, 7, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    """`clock(at)`: it is then."""

    def set_to(at):
        monkeypatch.setattr("stations.checkins.pages.screen.timezone.now", lambda: at)

    set_to(NOW)
    return set_to


@pytest.fixture
def code(make_station):
    return codes.current_code(make_station("测试路网点"))


def ask(client, code, name="screen-now"):
    return client.get(reverse(f"check-in:{name}", args=[codes.screen_key_of(code)]))


def drawn(url):
    return segno.make_qr(url, error="m").svg_data_uri(border=4, light="white", omitsize=True)


def test_it_shows_the_code_of_the_moment_and_for_how_long(code, client, clock):
    answer = ask(client, code)
    url = f"http://testserver/q/{codes.screen_text_of(code, NOW)}/"
    assert answer.json() == {"image": drawn(url), "ends_in_ms": 23_000, "holds_ms": 38_000}
    assert "no-store" in answer["Cache-Control"]
    clock(NOW + timedelta(seconds=23))
    after = ask(client, code).json()
    assert after["image"] != answer.json()["image"]
    assert after["ends_in_ms"] == 30_000


def test_as_long_as_it_may_be_shown_it_counts(code, client, clock):
    until = NOW + timedelta(milliseconds=ask(client, code).json()["holds_ms"])
    scanned = codes.read(codes.screen_text_of(code, NOW))
    assert codes.ticket_for(scanned, device="a phone", now=until + timedelta(seconds=14))


def test_the_page_has_its_first_code_in_it_and_no_inline_script(code, client, clock):
    shown = ask(client, code, "screen").content.decode()
    assert "测试路网点" in shown
    assert 'data-ends-in-ms="23000"' in shown
    assert re.search(r'<img id="code" src="data:image/svg\+xml', shown)
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=", shown)


def test_nobody_need_sign_in_and_nothing_is_left_on_the_tablet(code, client):
    answer = ask(client, code, "screen")
    assert answer.status_code == 200
    assert not answer.cookies


def test_it_stops_with_its_code(code, client, bob):
    codes.reissue(station=code.station, by=bob, reason="")
    assert ask(client, code).status_code == 410
    answer = ask(client, code, "screen")
    assert answer.status_code == 410
    assert 'data-state="gone"' in answer.content.decode()
    assert "data:image" not in answer.content.decode()


@pytest.mark.parametrize("key", ["x", "1-1-" + "a" * 26, "9" * 200])
@pytest.mark.django_db
def test_another_address_is_none(key, client):
    for name in ("screen", "screen-now"):
        assert client.get(reverse(f"check-in:{name}", args=[key])).status_code == 404


def test_the_poster_does_not_open_the_screen(code, client):
    for text in (codes.text_of(code), codes.screen_text_of(code, NOW)):
        assert client.get(reverse("check-in:screen", args=[text])).status_code == 404


def test_the_way_there_is_on_the_desk(code, bob, signed_in):
    shown = signed_in(bob).get(reverse("codes:screen", args=[code.station_id])).content.decode()
    assert f"http://testserver/q/screen/{codes.screen_key_of(code)}/" in shown


def test_without_a_code_the_desk_says_what_to_do_first(make_station, bob, signed_in):
    station = make_station()
    answer = signed_in(bob).get(reverse("codes:screen", args=[station.pk]))
    assert answer.status_code == 200
    assert reverse("codes:code", args=[station.pk]) in answer.content.decode()
