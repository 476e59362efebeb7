"""The desk's page of a code: made, printed, replaced, and what came before (chapter 4, 1 (1))."""

import io

import pytest
import zxingcpp
from django.urls import reverse
from django.utils import translation
from PIL import Image

from stations.checkins import timeline
from stations.checkins.models import StationCode
from stations.checkins.qr import codes
from stations.timeline import moments
from stations.typesetting import NoChineseFontError, TooLongError
from tests.conftest import manages


@pytest.fixture
def station(make_station, mona):
    made = make_station("测试路网点")
    manages(mona, made)
    return made


@pytest.fixture
def desk(mona, signed_in):
    client = signed_in(mona)
    client.cookies["django_language"] = "en"
    return client


def page(client, name, station):
    return client.get(reverse(f"codes:{name}", args=[station.pk]))


def text(answer):
    return answer.content.decode()


def test_a_manager_makes_the_first_code_and_prints_it(station, desk, mona):
    assert "Make the poster" in text(page(desk, "code", station))
    assert not StationCode.objects.exists()
    assert page(desk, "poster-pdf", station).status_code == 404
    answer = desk.post(reverse("codes:code", args=[station.pk]), follow=True)
    [code] = StationCode.objects.all()
    assert code.issued_by == mona
    assert codes.check_in_url(code, answer.wsgi_request) in text(answer)
    assert page(desk, "poster-pdf", station).content.startswith(b"%PDF")
    picture = Image.open(io.BytesIO(page(desk, "poster-png", station).content))
    assert [one.text for one in zxingcpp.read_barcodes(picture)] == [
        f"http://testserver/q/{codes.text_of(code)}/"
    ]


def test_the_files_have_a_name_of_their_version_and_stay_out_of_caches(station, desk):
    codes.current_code(station)
    answer = page(desk, "poster-pdf", station)
    assert answer["Content-Disposition"] == f'inline; filename="station-{station.pk}-code-1.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    saved = desk.get(reverse("codes:poster-png", args=[station.pk]) + "?save")
    assert saved["Content-Disposition"].startswith("attachment")


def replaced(client, station, **form):
    return client.post(reverse("codes:replace", args=[station.pk]), form, follow=True)


def test_a_code_is_replaced_with_a_reason_and_the_page_tells_by_whom(station, desk, mona):
    mona.name = "站长莫"
    mona.save()
    codes.current_code(station)
    shown = text(replaced(desk, station, version="1", why="stolen"))
    assert "Version 2 is in force" in shown
    assert list(StationCode.objects.values_list("version", "reason")) == [
        (2, ""),
        (1, codes.reason_text("stolen")),
    ]
    assert "站长莫" in shown[shown.index('id="earlier"') :]
    replaced(desk, station, version="2", why="stolen", reason="<b>雨淋坏了</b>")
    shown = text(page(desk, "code", station))
    assert "&lt;b&gt;雨淋坏了&lt;/b&gt;" in shown
    assert "<b>雨" not in shown


@pytest.mark.parametrize("version", ["1", "", "x", "²", "9" * 30, "-2"])
def test_an_old_page_replaces_nothing(version, station, desk, bob):
    codes.current_code(station)
    codes.reissue(station=station, by=bob, reason="")
    assert "Version 2 is in force by now" in text(replaced(desk, station, version=version, why="stolen"))
    assert StationCode.objects.count() == 2


def test_a_reason_that_cannot_be_kept_says_so(station, desk):
    codes.current_code(station)
    assert 'class="error"' in text(replaced(desk, station, version="1", reason="x" * 121))
    assert StationCode.objects.count() == 1


def test_a_withdrawn_station_makes_none(make_station, alice, signed_in):
    station = make_station(status="withdrawn")
    answer = signed_in(alice).post(reverse("codes:code", args=[station.pk]), follow=True)
    assert answer.status_code == 200
    assert not StationCode.objects.exists()


def test_where_it_cannot_be_set_the_page_says_why(station, desk, monkeypatch):
    codes.current_code(station)
    for error, word in ((NoChineseFontError, "JIELI_FONT_PATHS"), (TooLongError, "busy")):

        def fail(*_, error=error, **__):
            raise error

        monkeypatch.setattr("stations.checkins.pages.codes.poster_pdf", fail)
        answer = page(desk, "poster-pdf", station)
        assert answer.status_code == 503
        assert word in text(answer)


def test_the_stations_page_leads_to_the_poster_for_those_who_print_it(station, desk, ivy, signed_in):
    address = reverse("codes:code", args=[station.pk])
    shown = reverse("stations:station", args=[station.pk])
    assert address in text(desk.get(shown))
    codes.current_code(station)
    assert address in text(desk.get(shown))
    assert address not in text(signed_in(ivy).get(shown))


@pytest.mark.django_db(transaction=True)
def test_the_stations_history_tells_of_its_codes(station, desk):
    codes.current_code(station)
    replaced(desk, station, version="1", reason="雨淋坏了")
    with translation.override("en"):
        found, _ = moments(timeline.of_station(station.pk))
    lines = {(one.what, one.before, one.after) for moment in found for one in moment.lines}
    assert lines == {
        ("Check-in code, version 1", "", "in force"),
        ("Check-in code, version 1", "in force", "revoked (雨淋坏了)"),
        ("Check-in code, version 2", "", "in force"),
    }
    assert {moment.who for moment in found} >= {"mona"}
