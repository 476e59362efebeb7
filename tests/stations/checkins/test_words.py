"""What workers say: an opinion once a visit, one voice a phone and day, and who settles it (chapter 4, 1)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone, translation

from stations.checkins import reports, timeline
from stations.checkins.choices import ReportKind, SetAside
from stations.checkins.models import Opinion, WorkerReport
from stations.checkins.opinions import NoVisitError, give_opinion
from stations.checkins.qr import codes
from stations.timeline import moments
from tests.conftest import manages
from tests.stations.checkins.visits import visit

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def station(make_station):
    return make_station("测试站", facilities={"microwave": "working", "wifi": "removed"})


def say(station, kind=ReportKind.CLOSED, facility=None, *, device="a", address="1.1.1.1", now=NOON):
    return reports.report(
        station=station, kind=kind, facility=facility, device=device, address=address, now=now
    )


def test_the_same_of_a_day_is_one_report_with_more_voices(station):
    assert [say(station, device=one) for one in "abc"] == [True, True, True]
    say(station, now=NOON + timedelta(days=1))
    assert list(WorkerReport.objects.order_by("day").values_list("day", "voices")) == [
        (NOON.date(), 3),
        (NOON.date() + timedelta(days=1), 1),
    ]


def test_a_phone_has_one_voice_a_day_for_each_kind_and_station(station, make_station):
    assert say(station)
    assert not say(station)
    assert say(station, ReportKind.WRONG_PLACE)
    assert say(station, ReportKind.BROKEN, "microwave")
    assert say(station, ReportKind.BROKEN)
    assert say(make_station("another", 121.3, 31.3))
    assert WorkerReport.objects.filter(voices=1).count() == 5


def test_one_network_cannot_shout(station):
    heard = [say(station, device=f"phone {number}") for number in range(30)]
    assert sum(heard) == WorkerReport.objects.get().voices == reports.VOICES_AN_ADDRESS


def test_nothing_of_the_phone_or_its_address_is_kept(station):
    say(station, device="secret-device", address="203.0.113.77")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text ~ %s', ["secret-device|203.0.113.77"]
            )
            assert cursor.fetchone() == (0,), table


@pytest.mark.parametrize("facility", ["wifi", "toilet", "nonsense", "x" * 200])
def test_what_does_not_stand_there_cannot_be_broken(station, facility):
    with pytest.raises(reports.NotThereError):
        say(station, ReportKind.BROKEN, facility)
    assert not WorkerReport.objects.exists()


def test_a_further_voice_opens_a_settled_report_again(station, bob):
    say(station)
    reports.settle(report=WorkerReport.objects.get(), by=bob)
    assert WorkerReport.objects.get().settled_by == bob
    say(station, device="b", now=NOON + timedelta(hours=2))
    found = WorkerReport.objects.get()
    assert (found.settled_at, found.settled_by, found.voices) == (None, None, 2)


def test_who_may_settle_is_who_is_told_of_it(station, alice, bob, ivy, mona, charlie, paul, bank_union):
    say(station)
    found = WorkerReport.objects.get()
    manages(mona, station)
    for user, may, sees in (
        (ivy, False, True),
        (charlie, False, False),
        (paul, False, False),
        (mona, True, True),
        (bob, True, True),
        (alice, True, True),
    ):
        assert WorkerReport.objects.to_settle_by(user).exists() == may, user
        assert WorkerReport.objects.visible_to(user).exists() == sees, user
        if may:
            reports.settle(report=found, by=user)
            WorkerReport.objects.update(settled_at=None, settled_by=None)
        else:
            with pytest.raises(PermissionDenied):
                reports.settle(report=found, by=user)


def test_the_history_tells_who_settled_and_not_every_voice(station, bob):
    for device in "abcdef":
        say(station, device=device)
    reports.settle(report=WorkerReport.objects.get(), by=bob)
    event = WorkerReport.pgh_event_model
    assert event.objects.count() == 2
    with translation.override("en"):
        lines = [line for one in moments(timeline.of_station(station.pk))[0] for line in one.lines]
    assert [(one.what, one.before, one.after) for one in lines] == [
        ("Workers' report of 2026-03-02: It is closed", "", "settled")
    ]  # one transaction in this test


def test_an_opinion_is_given_once_a_visit(station):
    seen = visit(station, NOON)
    assert give_opinion(visit=seen.id, station=station, good=True)
    assert not give_opinion(visit=seen.id, station=station, good=False)
    assert list(Opinion.objects.values_list("station", "day", "good")) == [(station.pk, NOON.date(), True)]


def test_an_opinion_needs_a_visit_that_counts_and_to_this_station(station, make_station):
    other = visit(make_station("another", 121.3, 31.3), NOON)
    again = visit(station, NOON, set_aside=SetAside.COOLING)
    for number in (uuid4(), other.id, again.id):
        with pytest.raises(NoVisitError):
            give_opinion(visit=number, station=station, good=True)
    assert not Opinion.objects.exists()


# The forms


@pytest.fixture
def page(station):
    return f"/q/{codes.text_of(codes.current_code(station))}/"


def test_a_report_needs_no_check_in_and_is_answered_on_the_page(client, page):
    client.get(page)
    for words, what in (
        ("管站点的人已经看到", "closed"),
        ("今天已经反映过了", "closed"),
        ("管站点的人已经看到", "broken:microwave"),
        ("管站点的人已经看到", "broken"),
        ("没有看懂", "broken:wifi"),
        ("没有看懂", "closed:microwave"),
        ("没有看懂", "\0"),
        ("没有看懂", ""),
    ):
        answer = client.post(f"{page}report/", {"what": what, "visit": ""})
        assert answer.status_code == 302
        assert words in client.get(answer["Location"]).content.decode(), what
    kinds = WorkerReport.objects.values_list("kind", "facility").order_by("kind", "facility")
    assert list(kinds) == [("broken", "microwave"), ("broken", None), ("closed", None)]


def test_a_report_after_a_check_in_leads_back_to_it(client, page, station):
    seen = visit(station, timezone.now())
    answer = client.post(f"{page}report/", {"what": "closed", "visit": str(seen.id)})
    assert answer["Location"].startswith(f"{page}{seen.id}/")


def test_an_opinion_of_no_visit_says_so(client, page):
    answer = client.post(f"{page}{uuid4()}/opinion/", {"good": "yes"})
    assert "没有可以评价的签到" in client.get(answer["Location"]).content.decode()
    assert not Opinion.objects.exists()


# The desk


def test_the_list_holds_the_stations_in_ones_care(
    signed_in, station, make_station, mona, charlie, bank_union
):
    say(station)
    say(make_station("别家站", 121.3, 31.3, union=bank_union))
    manages(mona, station)
    text = signed_in(mona).get("/desk/usage/reports/").content.decode()
    assert "测试站" in text
    assert "别家站" not in text
    assert "测试站" not in signed_in(charlie).get("/desk/usage/reports/").content.decode()


def test_the_list_filters_and_leaves_as_a_file(signed_in, station, bob):
    say(station)
    say(station, ReportKind.BROKEN, "microwave")
    reports.settle(report=WorkerReport.objects.get(kind="closed"), by=bob)
    desk = signed_in(bob)
    assert "没开门" not in rows(desk.get("/desk/usage/reports/"))
    assert "没开门" in rows(desk.get("/desk/usage/reports/?state=settled"))
    assert "设施坏了" not in rows(desk.get("/desk/usage/reports/?state=all&kind=closed"))
    file = b"".join(desk.get("/desk/usage/reports/?export=csv")).decode("utf-8-sig")
    assert "测试站" in file
    assert "设施坏了" in file


def rows(answer):
    return answer.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]


def test_a_manager_is_told_on_the_desks_home_and_settles_it(signed_in, station, mona):
    manages(mona, station)
    desk = signed_in(mona)
    assert "职工反映待处理" not in desk.get("/desk/").content.decode()
    say(station)
    assert "职工反映待处理" in desk.get("/desk/").content.decode()
    path = f"/desk/usage/reports/{WorkerReport.objects.get().pk}/settle/"
    assert desk.post(path)["Location"] == f"/desk/stations/{station.pk}/"
    assert desk.post(path, {"back": "list"})["Location"] == "/desk/usage/reports/"
    assert WorkerReport.objects.get().settled_by == mona
    assert "职工反映待处理" not in desk.get("/desk/").content.decode()


def test_a_stations_page_shows_what_waits_to_those_who_look_after_it(signed_in, station, mona, ivy):
    manages(mona, station)
    page = f"/desk/stations/{station.pk}/"
    assert 'id="reports"' not in signed_in(mona).get(page).content.decode()
    say(station, ReportKind.BROKEN, "microwave", device="a")
    say(station, ReportKind.BROKEN, "microwave", device="b")
    shown = signed_in(mona).get(page).content.decode().partition('id="reports"')[2]
    assert "设施坏了：微波炉" in shown
    assert "2 部手机" in shown
    assert "/settle/" in shown
    seen = signed_in(ivy).get(page).content.decode().partition('id="reports"')[2]
    assert "微波炉" in seen
    assert "/settle/" not in seen
