"""One version of a station's code is in force, and the next takes its place at once (chapter 4, 1 (1))."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from stations.checkins.models import StationCode
from stations.checkins.qr import codes
from stations.checkins.qr.codes import BadCodeError, CodeError, NoSiteUrlError
from tests.at_once import at_once
from tests.conftest import manages

NOW = datetime(2026, 3, 2, 4, 10, 7, tzinfo=UTC)


def in_force(station):
    return list(
        StationCode.objects.filter(station=station, revoked_at=None).values_list("version", flat=True)
    )


def test_the_first_code_is_issued_when_it_is_needed_and_then_stays(make_station, mona):
    station = make_station()
    manages(mona, station)
    code = codes.issue(station=station, by=mona)
    assert (code.version, code.issued_by, code.revoked_at) == (1, mona, None)
    assert codes.issue(station=station, by=mona) == codes.current_code(station) == code


def test_nobody_need_ask_for_the_first_code(make_station):
    assert codes.current_code(make_station()).issued_by is None


def test_a_withdrawn_station_gets_none(make_station, alice):
    with pytest.raises(CodeError, match=r"withdrawn|撤销"):
        codes.issue(station=make_station(status="withdrawn"), by=alice)


def test_the_next_version_revokes_the_one_before(make_station, bob):
    station = make_station()
    first = codes.current_code(station)
    second = codes.reissue(station=station, by=bob, reason=" 海报  被盗 ", version=1)
    first.refresh_from_db()
    assert (second.version, second.issued_by, second.revoked_at) == (2, bob, None)
    assert (first.revoked_at, first.revoked_by, first.reason) == (second.issued_at, bob, "海报 被盗")
    assert codes.current_code(station) == second


@pytest.mark.parametrize("verb", [codes.issue, lambda **who: codes.reissue(**who, reason="")])
@pytest.mark.parametrize("who", ["mona", "ivy", "paul", "charlie", "nobody"])
def test_only_those_who_look_after_the_station_issue_its_codes(verb, who, make_station, request):
    station = make_station()
    codes.current_code(station)
    by = AnonymousUser() if who == "nobody" else request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        verb(station=station, by=by)
    assert in_force(station) == [1]


def test_a_station_without_a_code_has_nothing_to_replace(make_station, bob):
    with pytest.raises(CodeError, match=r"no code yet|还没有签到码"):
        codes.reissue(station=make_station(), by=bob, reason="")


@pytest.mark.parametrize("reason", ["x" * 121, "a\0b", "\N{RIGHT-TO-LEFT OVERRIDE}"])
def test_a_reason_that_cannot_be_kept_changes_nothing(reason, make_station, bob):
    station = make_station()
    codes.current_code(station)
    with pytest.raises(CodeError):
        codes.reissue(station=station, by=bob, reason=reason)
    assert in_force(station) == [1]


@pytest.mark.django_db(transaction=True)
def test_two_managers_at_once_make_one_new_version(make_station, bob, alice):
    station = make_station()
    codes.current_code(station)
    gave = at_once(
        *[
            lambda by=by: codes.reissue(station=station, by=by, reason="被盗", version=1)
            for by in (bob, alice, bob, alice)
        ],
        errors=(CodeError,),
    )
    assert sorted(type(one).__name__ for one in gave) == ["CodeError"] * 3 + ["StationCode"]
    assert in_force(station) == [2]
    assert StationCode.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_first_code_asked_for_ten_times_at_once_is_one(make_station):
    station = make_station()
    gave = at_once(*[lambda: codes.current_code(station)] * 10)
    assert {one.pk for one in gave} == set(StationCode.objects.values_list("pk", flat=True))
    assert in_force(station) == [1]


def test_a_text_leads_to_its_version_revoked_or_not(make_station, bob):
    station = make_station()
    first = codes.current_code(station)
    second = codes.reissue(station=station, by=bob, reason="")
    assert codes.station_of(codes.text_of(first)).revoked_at
    found = codes.station_of(codes.screen_text_of(second, NOW))
    assert (found, found.revoked_at, found.station) == (second, None, station)


def test_a_version_that_was_never_issued_is_no_code(make_station):
    station = make_station()
    unissued = StationCode(station=station, version=2)
    codes.current_code(station)
    for text in (codes.text_of(unissued), "12-3-aaaaaaaaaa", ""):
        with pytest.raises(BadCodeError):
            codes.station_of(text)
    with pytest.raises(BadCodeError):
        codes.code_of_screen(codes.screen_key_of(unissued))


def test_the_address_is_the_settings_else_as_the_request_came(make_station, settings, rf):
    code = codes.current_code(make_station())
    path = f"/q/{codes.text_of(code)}/"
    settings.JIELI_SITE_URL = ""
    assert (
        codes.check_in_url(code, rf.get("/desk/", headers={"host": "127.0.0.1"})) == f"http://127.0.0.1{path}"
    )
    with pytest.raises(NoSiteUrlError):
        codes.check_in_url(code)
    settings.JIELI_SITE_URL = "https://jieli.example"
    assert (
        codes.check_in_url(code, rf.get("/desk/"))
        == codes.check_in_url(code)
        == f"https://jieli.example{path}"
    )


def test_a_fresh_screen_gives_a_ticket_and_nothing_else_does(make_station):
    code = codes.current_code(make_station())
    screen = codes.read(codes.screen_text_of(code, NOW))
    ticket = codes.ticket_for(screen, device="a phone", now=NOW + timedelta(seconds=29))
    asked = {"station_id": code.station_id, "device": "a phone"}
    assert codes.ticket_holds(ticket, **asked, made_at=NOW + timedelta(minutes=10))
    assert not codes.ticket_holds(ticket, **asked, made_at=NOW + timedelta(minutes=16))
    assert codes.ticket_for(screen, device="a phone", now=NOW + timedelta(seconds=61)) == ""
    assert codes.ticket_for(codes.read(codes.text_of(code)), device="a phone", now=NOW) == ""


def test_under_a_new_key_posters_hold_and_screens_and_their_addresses_do_not(make_station, settings):
    settings.JIELI_CODE_KEYS = ["a leaked key"]
    code = codes.current_code(make_station())
    poster, screen, address = codes.text_of(code), codes.screen_text_of(code, NOW), codes.screen_key_of(code)
    settings.JIELI_CODE_KEYS = ["a new key", "a leaked key"]
    assert codes.station_of(poster) == codes.station_of(screen) == code
    assert codes.read(screen).screen_step is None
    with pytest.raises(BadCodeError):
        codes.code_of_screen(address)
    assert codes.text_of(code) != poster
