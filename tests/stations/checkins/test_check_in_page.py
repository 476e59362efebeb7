"""The page behind a scanned code without a script: a form, a redirect, and honest words (chapter 4, 1 (2))."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.contrib.staticfiles import finders
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from stations.checkins.models import CheckIn, Opinion
from stations.checkins.qr import codes
from stations.occupations import Occupation
from tests.stations.checkins.visits import visit

pytestmark = pytest.mark.django_db(transaction=False)


@pytest.fixture
def station(make_station):
    return make_station(
        "测试站", hours_text="24/7", services=["water"], facilities={"microwave": "broken", "wifi": "working"}
    )


@pytest.fixture
def page(station):
    """The address that the station's poster leads to."""
    return f"/q/{codes.text_of(codes.current_code(station))}/"


@pytest.fixture
def phone():
    """A browser that keeps cookies and asks for CSRF tokens where they are needed."""
    return Client(enforce_csrf_checks=True)


def fields(answer):
    """The hidden fields of the check-in form."""
    form = answer.content.decode().split('id="check-in"')[1].split("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def buttons(answer):
    return re.findall(r'name="occupation" value="(\w+)"', answer.content.decode())


def tap(phone, page, occupation="rider", **more):
    return phone.post(page, {**fields(phone.get(page)), "occupation": occupation, **more})


def test_the_page_names_the_station_and_asks_for_one_tap(phone, page):
    answer = phone.get(page)
    text = answer.content.decode()
    assert "测试站" in text
    assert "现在开放，昼夜不关" in text
    assert buttons(answer) == Occupation.values
    assert 'class="mine"' not in text


def test_looking_checks_nobody_in(phone, page):
    for method in (phone.get, phone.head, phone.get):
        assert method(page).status_code == 200
    assert not CheckIn.objects.exists()


def test_a_tap_checks_in_and_leads_to_what_was_recorded(phone, page, station):
    answer = tap(phone, page)
    row = CheckIn.objects.get()
    assert (row.station, row.occupation, row.grade, row.set_aside) == (station, "rider", "code", "")
    assert (answer.status_code, answer["Location"]) == (302, f"{page}{row.id}/")
    text = phone.get(answer["Location"]).content.decode()
    assert "签到成功" in text
    assert f"{timezone.localtime(row.at):%H:%M} · 送餐员" in text
    assert "饮水" in text
    assert "<s>" in text
    assert "昼夜开放" in text


def test_the_occupation_is_remembered_on_the_phone_and_stands_first(phone, page):
    tap(phone, page, "courier")
    answer = phone.get(page)
    assert buttons(answer)[0] == "courier"
    assert sorted(buttons(answer)) == sorted(Occupation.values)
    assert 'value="courier" class="mine"' in answer.content.decode()
    assert phone.cookies["jieli_occupation"]["path"] == "/q/"


@pytest.mark.parametrize("cookie", ["astronaut", "\0", "<b>"])
def test_an_odd_cookie_remembers_nothing(phone, page, cookie):
    phone.cookies["jieli_occupation"] = cookie
    assert buttons(phone.get(page)) == Occupation.values


def test_a_double_tap_is_one_check_in(phone, page):
    form = {**fields(phone.get(page)), "occupation": "rider"}
    first, second = phone.post(page, form), phone.post(page, form)
    assert first["Location"] == second["Location"]
    assert CheckIn.objects.count() == 1


def test_going_back_and_tapping_another_shows_what_was_recorded_first(phone, page):
    form = {**fields(phone.get(page)), "occupation": "rider"}
    phone.post(page, form)
    answer = phone.post(page, {**form, "occupation": "taxi"})
    assert "送餐员" in phone.get(answer["Location"]).content.decode()
    assert CheckIn.objects.get().occupation == "rider"


def test_a_second_visit_soon_after_is_told_without_scolding(phone, page):
    tap(phone, page)
    text = phone.get(tap(phone, page)["Location"]).content.decode()
    assert "您刚才已在这里签过到了" in text
    assert "签到成功" not in text
    assert 'id="opinion"' not in text


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"occupation": "rider"},
        {"occupation": "astronaut"},
        {"id": "x", "made_at": "\0"},
        {"made_at": "2026"},
    ],
)
def test_what_cannot_be_read_is_asked_for_again(phone, page, sent):
    form = {**fields(phone.get(page)), "occupation": "rider"} if len(sent) == 1 and "made_at" in sent else {}
    answer = phone.post(page, {**form, **sent})
    assert answer.status_code == 422
    assert "请再点一次" in answer.content.decode()
    assert not CheckIn.objects.exists()


def test_too_many_from_one_network_are_asked_to_wait(phone, page, settings):
    settings.JIELI_CHECKIN_RATE = 0
    answer = tap(phone, page)
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (429, True)
    assert "请过一分钟再点" in answer.content.decode()


def test_nothing_is_kept_by_browsers_and_no_address_is_told_to_others(phone, page):
    for path in (page, "/q/nonsense/", tap(phone, page)["Location"]):
        answer = phone.get(path)
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"


def test_no_session_and_no_token_only_the_phones_own_cookies(phone, page):
    tap(phone, page)
    assert set(phone.cookies) == {"jieli_device", "jieli_occupation"}
    assert phone.cookies["jieli_device"]["samesite"] == "Lax"


def test_a_page_costs_few_queries(phone, page, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        phone.get(page)


def test_english_is_a_link_away(phone, page):
    answer = phone.get(f"{page}?language=en")
    assert (answer.status_code, answer["Location"]) == (302, page)
    text = phone.get(page).content.decode()
    assert "Tap your occupation to check in" in text
    assert not re.search("[一-鿿]", text.replace("测试站", "").replace("中文", ""))
    assert phone.get(f"{page}?language=xx").status_code == 200


def test_a_screens_code_gives_a_ticket_that_the_phone_posts(phone, station):
    code = codes.current_code(station)
    answer = phone.get(f"/q/{codes.screen_text_of(code, timezone.now())}/")
    form = fields(answer)
    assert form["ticket"]
    phone.post(f"/q/{codes.text_of(code)}/", {**form, "occupation": "rider"})
    assert codes.ticket_holds(
        form["ticket"],
        station_id=station.pk,
        device=phone.cookies["jieli_device"].value,
        made_at=CheckIn.objects.get().at,
    )


def test_a_stale_screen_code_checks_in_like_a_poster(phone, station):
    code = codes.current_code(station)
    page = f"/q/{codes.screen_text_of(code, timezone.now() - timedelta(minutes=5))}/"
    tap(phone, page)
    assert CheckIn.objects.get().grade == "code"


@pytest.mark.parametrize("text", ["x", "1-1-aaaaaaaaaa", "9" * 60])
def test_a_code_that_is_not_ours_gets_a_page_that_helps(phone, text, db):
    answer = phone.get(f"/q/{text}/")
    assert answer.status_code == 404
    assert "重新扫一次" in answer.content.decode()


def test_a_revoked_poster_says_what_to_do_and_where_else_to_go(phone, page, station, make_station, alice):
    make_station("近站", 121.26, 31.25)
    make_station("远站", 121.45, 31.25)
    make_station("未开的", 121.26, 31.25, status="planned")
    codes.reissue(station=station, by=alice, reason="海报被盗")
    for answer in (phone.get(page), phone.post(page, {}), phone.post(f"{page}report/", {"what": "closed"})):
        text = answer.content.decode()
        assert answer.status_code == 410
        assert "请扫站点里的新海报" in text
        assert f"/stations/{station.pk}/" in text
        assert "近站" in text
        assert "远站" not in text
        assert "未开的" not in text
        assert "海报被盗" not in text


@pytest.mark.parametrize(
    ("status", "words"), [("planned", "即将启用"), ("suspended", "暂停使用"), ("withdrawn", "已撤销")]
)
def test_a_station_that_is_not_open_to_the_public_is_not_named_but_others_are(
    phone, page, station, make_station, status, words
):
    make_station("近站", 121.26, 31.25)
    station.status = status
    station.save()
    answer = phone.get(page)
    text = answer.content.decode()
    assert answer.status_code == 404
    assert words in text
    assert "近站" in text
    assert "测试站" not in text
    assert (
        phone.post(page, {"id": UUID(int=1), "made_at": timezone.now(), "occupation": "rider"}).status_code
        == 404
    )
    assert not CheckIn.objects.exists()


def test_while_the_database_is_away_the_buttons_are_there_for_a_script_to_keep(phone, page, monkeypatch):
    def away(text):
        raise OperationalError

    form = {**fields(phone.get(page)), "occupation": "rider"}
    monkeypatch.setattr(codes, "station_of", away)
    answer = phone.get(page)
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert buttons(answer) == Occupation.values
    assert "先连同时间存在手机里" in answer.content.decode()
    assert fields(phone.post(page, form))["id"] == form["id"]  # so that another try is no second check-in
    assert phone.get("/q/nonsense/").status_code in (404, 503)


def test_a_visit_that_nobody_knows_is_said_to_be_unknown(phone, page, make_station):
    elsewhere = visit(make_station("别处", 121.3, 31.3), timezone.now())
    for number in (UUID(int=7), elsewhere.id):
        text = phone.get(f"{page}{number}/").content.decode()
        assert "已查不到了" in text
        assert 'id="opinion"' not in text


def test_an_opinion_given_is_not_asked_for_again(phone, page):
    done = tap(phone, page)["Location"]
    assert 'id="opinion"' in phone.get(done).content.decode()
    answer = phone.post(f"{done}opinion/", {"good": "yes"})
    text = phone.get(answer["Location"]).content.decode()
    assert "谢谢您的评价" in text
    assert 'id="opinion"' not in text
    assert Opinion.objects.get().good


def test_what_people_wrote_is_text(phone, page, station):
    hostile = "<img src=x onerror=alert(1)></script>"
    type(station).objects.filter(pk=station.pk).update(name=hostile)
    for path in (page, tap(phone, page)["Location"]):
        text = phone.get(path).content.decode()
        assert "<img src=x" not in text
        assert "&lt;img src=x" in text


NEWER = r"=>|`|\b(?:let|const|class|async|await|of)\b(?=[^;\n]*[=({])|\?\.|\?\?|\.\.\."


@pytest.mark.parametrize("name", ["sending.js", "check-in.js"])
def test_the_scripts_are_written_for_phones_of_ten_years_ago(name):
    source = Path(finders.find(f"checkins/{name}")).read_text()
    code = re.sub(r"/\*.*?\*/|//[^\n]*|\"[^\"\n]*\"", "", source, flags=re.DOTALL)
    assert re.findall(NEWER, code) == []
    assert (
        re.findall(r"fetch\(|Promise|randomUUID|\.includes\(|Object\.entries|serviceWorker|\.find\(", code)
        == []
    )
