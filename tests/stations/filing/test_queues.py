"""What waits for whom, and for how long."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from geo.hours import ZONE
from stations.filing import actions, changes
from stations.filing.models import FieldChange, Filing
from stations.filing.queues import age_in_days, queues_for
from stations.registry.models import Station
from stations.unions.models import Appointment, User
from tests.conftest import manages

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def heaps(user):
    return {
        one.title: (one.count, one.oldest, one.overdue) for one in queues_for(User.objects.get(pk=user.pk))
    }


def waits(filing, days):
    Filing.objects.filter(pk=filing.pk).update(state_since=timezone.now() - timedelta(days=days))


def test_an_officers_desk(filed, bob, east_union, make_station, mona):
    waits(filed(1, "submitted"), 9)
    station = make_station("改过的站", 121.4)
    manages(mona, station)
    waits(changes.edit_live(station=station, by=mona, name="新名字"), 1)
    actions.draft_filing(by=bob, kind="upgrade", union=bob.appointments.get().union)
    assert heaps(bob) == {
        "Filings to review": (1, "9 days", True),
        "Filings to recommend": (0, "", False),
        "Filings returned to you": (0, "", False),
        "Changes to confirm": (1, "1 day", False),
        "Drafts of filings": (1, "today", False),
    }


def test_the_centres_desk_is_what_is_recommended(filed, alice):
    filing = filed(1, "recommended")
    waits(filing, 7)
    assert heaps(alice) == {"Filings to approve": (1, "7 days", False)}
    waits(filing, 8)
    assert heaps(alice) == {"Filings to approve": (1, "8 days", True)}


def test_after_how_many_days_it_is_overdue_is_a_setting(filed, alice, settings):
    settings.JIELI_FILING_OVERDUE_DAYS = 2
    waits(filed(1, "recommended"), 3)
    assert heaps(alice)["Filings to approve"] == (1, "3 days", True)


def test_a_draft_waits_for_nobody(filed, bob):
    waits(filed(1), 90)
    assert heaps(bob)["Drafts of filings"] == (1, "90 days", False)


def test_a_managers_own_changes(make_station, mona, bob):
    station = make_station()
    manages(mona, station)
    changes.edit_live(station=station, by=mona, name="新名字")
    assert heaps(mona) == {"My changes that wait": (1, "today", False), "My changes put back": (0, "", False)}
    changes.decide(changes=FieldChange.objects.all(), by=bob, confirm=False)
    assert heaps(mona) == {"My changes that wait": (0, "", False), "My changes put back": (1, "today", False)}
    FieldChange.objects.update(decided_at=timezone.now() - timedelta(days=15))
    assert heaps(mona)["My changes put back"] == (0, "", False)


def test_others_have_no_heaps(charlie, ivy, paul, filed):
    filed(1, "submitted")
    assert [queues_for(one) for one in (charlie, ivy, paul, AnonymousUser())] == [[], [], [], []]


def test_every_heap_leads_to_its_list(filed, bob, alice, mona, make_station, signed_in):
    filed(1, "submitted")
    Filing.objects.update(note="")
    station = make_station("改过的站", 121.4)
    manages(mona, station)
    changes.edit_live(station=station, by=mona, name="新名字")
    for user in (bob, alice, mona):
        for heap in queues_for(User.objects.get(pk=user.pk)):
            page = signed_in(user).get(heap.url)
            assert page.status_code == 200
            assert page.context["page"].paginator.count == heap.count, heap.title


def test_a_person_of_all_roles_is_answered_in_five_questions(
    bob, make_station, filed, django_assert_max_num_queries
):
    filed(1, "recommended")
    manages(bob, make_station("另一站", 121.4))
    Appointment.objects.create(user=bob, role="centre_officer")
    user = User.objects.get(pk=bob.pk)
    with django_assert_max_num_queries(6):  # and one for what the person is
        assert len(queues_for(user)) == 8


def test_days_are_those_of_the_calendar_in_shanghai():
    now = timezone.now().astimezone(ZONE)
    midnight = datetime(now.year, now.month, now.day, tzinfo=ZONE)
    assert age_in_days(midnight) == 0
    assert age_in_days(midnight - timedelta(minutes=1)) == 1


def test_the_list_begins_with_what_has_waited_longest_and_marks_the_overdue(filed, bob, signed_in):
    new, old = (
        filed(1, "submitted"),
        actions.draft_filing(by=bob, kind="upgrade", union=bob.appointments.get().union),
    )
    waits(new, 2)
    waits(old, 20)
    Filing.objects.filter(pk=old.pk).update(state="returned", submitted_at=timezone.now())
    client = signed_in(bob)
    client.cookies["django_language"] = "en"
    page = client.get("/desk/filings/").content.decode().split("<tbody>")[1]
    assert page.index("20 days") < page.index("2 days")
    assert page.count("overdue") == 1
    only = client.get("/desk/filings/?overdue=on").content.decode().split("<tbody>")[1]
    assert f"No. {new.pk}," not in only


def test_the_tabs_count_and_choose(filed, bob, alice, signed_in):
    filed(1, "submitted")
    Station.objects.update(name="先来的站")
    done = actions.approve(filing=filed(1, "recommended"), by=alice)
    page = signed_in(bob).get("/desk/filings/")
    tabs = {tab["code"]: tab["count"] for tab in page.context["tabs"]}
    assert tabs == {"open": 1, "submitted": 1, "approved": 1, "all": 2}
    listed = signed_in(bob).get("/desk/filings/?state=approved").context["page"].object_list
    assert [row.record for row in listed] == [done]


@pytest.mark.parametrize(
    "query", ["state=nonsense", "kind=x", "union=999", "sort=evil", "page=-1", "q=%00", "overdue=7"]
)
def test_a_question_that_is_none_is_answered(query, bob, signed_in):
    assert signed_in(bob).get(f"/desk/filings/?{query}").status_code == 200


def test_the_list_takes_as_many_questions_for_many_as_for_few(filed, bob, signed_in):
    client = signed_in(bob)
    filed(1)
    with CaptureQueriesContext(connection) as few:
        client.get("/desk/filings/")
    for _ in range(8):
        actions.draft_filing(by=bob, kind="new", union=bob.appointments.get().union)
    with CaptureQueriesContext(connection) as many:
        client.get("/desk/filings/")
    assert len(few) == len(many) < 15


def test_the_list_finds_by_number_union_and_any_station(filed, bob, signed_in):
    filing = filed(2)
    empty = actions.draft_filing(by=bob, kind="upgrade", union=bob.appointments.get().union)
    client = signed_in(bob)

    def found(words):
        return [
            row.record.pk for row in client.get("/desk/filings/", {"q": words}).context["page"].object_list
        ]

    assert found("站点2") == [filing.pk]
    assert found(str(empty.pk)) == [empty.pk]
    assert set(found("西区")) == {filing.pk, empty.pk}
    assert found("西区 站点1") == [filing.pk]
    assert found("没有") == found("9" * 30) == []


def test_the_list_leaves_as_a_file(filed, bob, signed_in):
    filing = filed(1, "submitted")
    answer = signed_in(bob).get("/desk/filings/?export=csv")
    assert str(filing.pk) in b"".join(answer).decode("utf-8-sig")
