"""A station's history as people read it: who changed what, from what, to what, when."""

from datetime import UTC, date, datetime, timedelta

import pghistory
import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pghistory.models import Event

from geo.models import wgs84_point
from stations.filing import timeline as of_filings
from stations.filing.models import FieldChange, Filing, FilingItem, FilingStep
from stations.registry import timeline
from stations.registry.models import (
    Acceptance,
    CareDrive,
    CareStation,
    DatedHours,
    Facility,
    Have,
    Nameplate,
    Photo,
    Station,
    StationContact,
    StationManager,
    TemporaryClosure,
)
from stations.timeline import moments
from stations.unions import timeline as of_unions
from stations.unions.models import Appointment, Role, User

NOON = datetime(2026, 3, 3, 4, tzinfo=UTC)  # in Shanghai

EVENTS = [one._meta.db_table for one in apps.get_models() if issubclass(one, Event) and one.pgh_tracked_model]


def then(*, tables=EVENTS):
    """Time passes: what is one transaction to a test was several at different times."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"UPDATE {table} SET pgh_created_at = pgh_created_at - interval '1 minute'")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def station(make_station):
    made = make_station("旧名", services=["water"])
    then()
    return made


def told(pk, **window):
    """(who, [(what, before, after)]), oldest first; what is entered by name only."""
    found, _ = moments([*timeline.of_station(pk), *of_filings.of_station(pk)], **window)
    return [said(one) for one in reversed(found)]


def said(moment):
    lines = [(one.what, one.before, "···" if one.is_private else one.after) for one in moment.lines]
    return moment.who, [what for what, _ in moment.entered] + lines


def latest(pk):
    """The last change, after which time passes."""
    lines = told(pk)[-1][1]
    then()
    return lines


def test_a_station_is_entered_and_then_changed_by_a_person(station, alice):
    alice.name = "张三"
    alice.save()
    with pghistory.context(user=alice.pk, url="/desk/"):
        Station.objects.filter(pk=station.pk).update(
            name="新名", area_m2=20, services=["water", "rest"], hours_text="9:00-17:00"
        )
    assert told(station.pk) == [
        (f"In the database itself ({connection.settings_dict['USER']})", ["Entered in the registry"]),
        (
            "张三",
            [
                ("Name", "旧名", "新名"),
                ("Services", "Drinking water", "Drinking water, Rest and toilet"),
                ("Area (m²)", "", "20"),
                ("Opening hours", "", "9:00-17:00"),
            ],
        ),
    ]


def test_a_command_is_named(station):
    with pghistory.context(command="import_stations"):
        Station.objects.update(host_name="银行")
    assert told(station.pk)[-1] == ("Command import_stations", [("Host unit", "", "银行")])


def test_a_move_tells_how_far_and_that_the_district_changed(station):
    Station.objects.update(point=wgs84_point(121.51, 31.25))
    assert latest(station.pk) == [
        ("Position", "121.250000, 31.250000", "121.510000, 31.250000 (moved 24766 m)"),
        ("District", "West", "East"),
    ]


def test_codes_are_words_in_both_languages(station):
    Station.objects.update(status="suspended", kind="sanitation")
    assert latest(station.pk) == [
        ("Kind", "Relay station", "Sanitation workers' station"),
        ("Status", "Active", "Suspended"),
    ]
    with translation.override("zh-hans"):
        assert latest(station.pk) == [
            ("类型", "户外职工爱心接力站", "环卫爱心接力站"),
            ("状态", "启用", "暂停"),
        ]


def test_a_facility_comes_breaks_works_again_and_goes(station):
    facility = Facility.objects.create(station=station, type_id="microwave")
    then()
    Facility.objects.update(condition="broken", broken_since=date(2026, 3, 1))
    then()
    Facility.objects.update(condition="working", broken_since=None)
    then()
    facility.delete()
    what = "Facility: Microwave oven"
    assert [lines for _, lines in told(station.pk)[1:]] == [
        [(what, "", "Working")],
        [(what, "Working", "Broken since 2026-03-01")],
        [(what, "Broken since 2026-03-01", "Working")],
        [(what, "Working", "")],
    ]


def test_a_closure_is_set_prolonged_and_lifted(station):
    closure = TemporaryClosure.objects.create(
        station=station, during=(NOON, NOON + timedelta(hours=2)), reason="停水"
    )
    then()
    TemporaryClosure.objects.update(during=(NOON, None))
    then()
    closure.delete()
    assert [lines[0][1:] for _, lines in told(station.pk)[1:]] == [
        ("", "2026-03-03 12:00 to 2026-03-03 14:00 (停水)"),
        ("2026-03-03 12:00 to 2026-03-03 14:00 (停水)", "2026-03-03 12:00 to further notice (停水)"),
        ("2026-03-03 12:00 to further notice (停水)", ""),
    ]


def test_hours_of_certain_days(station):
    days = (date(2026, 2, 16), date(2026, 2, 23))
    DatedHours.objects.create(station=station, days=days, hours_text="10:00-15:00", reason="春节")
    assert latest(station.pk) == [("Other hours, 2026-02-16 to 2026-02-22", "", "10:00-15:00 (春节)")]


def test_a_hand_over_is_one_line(station, mona, charlie):
    first = StationManager.objects.create(station=station, user=mona)
    assert latest(station.pk) == [("Station manager", "", "mona")]
    first.until = NOON
    first.save()
    StationManager.objects.create(station=station, user=charlie)
    assert latest(station.pk) == [("Station manager", "mona", "charlie")]


def test_of_a_contact_only_that_it_changed(station):
    contact = StationContact.objects.create(station=station, manager_name="站长甲", mobile="13900000001")
    then()
    contact.mobile = "13900000002"
    contact.save()
    then()
    contact.delete()
    assert [lines for _, lines in told(station.pk)[1:]] == [
        [("Person in charge", "", "···"), ("Mobile", "", "···")],
        [("Mobile", "", "···")],
        [("Person in charge", "", "···"), ("Mobile", "", "···")],
    ]
    assert "139" not in str(told(station.pk))


def test_what_was_before_history_began_is_unknown(station):
    Facility.objects.create(station=station, type_id="wifi")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_facilityevent")
    then()
    Facility.objects.update(condition="removed")
    assert latest(station.pk) == [("Facility: Free Wi-Fi", "", "Removed")]


def test_what_it_is_held_to_and_what_hangs_on_its_wall(station, bob):
    have = Have.objects.first()
    Acceptance.objects.create(station=station, have=have, accepted=False, note="无标识", by=bob, at=NOON)
    assert latest(station.pk) == [(f"Six haves: {have.name_en}", "", "not accepted (无标识)")]
    Station.objects.update(nameplate_no="沪-1")
    assert latest(station.pk) == [
        ("Nameplate 沪-1", "", "issued to the station"),
    ]
    Nameplate.objects.update(withdrawn_at=NOON, reason="撤站")
    assert latest(station.pk) == [
        ("Nameplate 沪-1", "issued to the station", "withdrawn from the station (撤站)")
    ]
    Photo.objects.create(station=station, file="photos/a.jpg", caption="门口", by=bob)
    assert latest(station.pk) == [("Photo", "", "门口")]
    drive = CareDrive.objects.create(
        name="2026 送清凉", season="summer", days=(date(2026, 7, 1), date(2026, 9, 1))
    )
    CareStation.objects.create(drive=drive, station=station)
    assert latest(station.pk) == [("Care drive", "", "2026 送清凉")]


def test_filings_have_their_part_in_it(station, west_union, bob):
    filing = Filing.objects.create(kind="change", union=west_union, created_by=bob, state_since=NOON)
    item = FilingItem.objects.create(filing=filing, station=station, position=1)
    assert latest(station.pk) == [(f"Filing {filing.pk}", "", "in the list, number 1")]
    FilingStep.objects.create(filing=filing, from_state="draft", to_state="submitted", by=bob, at=NOON)
    assert latest(station.pk) == [(f"Filing {filing.pk}", "", "Submitted")]
    change = FieldChange.objects.create(item=item, field="hours_text", before="", after="24/7")
    then()
    change.decision, change.decided_at = "restored", NOON
    change.save()
    assert latest(station.pk) == [("Change of opening hours", "Waiting for the union", "Restored")]
    for field in ("position", "facility:microwave", "facility:gone"):
        FieldChange.objects.create(item=item, field=field)
    assert [what for what, *_ in latest(station.pk)] == [
        "Change of position",
        "Change of Microwave oven",
        "Change of gone",
    ]


def test_a_filing_has_its_own(station, west_union, bob):
    filing = Filing.objects.create(
        kind="new", union=west_union, created_by=bob, state_since=NOON, contact_phone="13900000001"
    )
    then()
    Filing.objects.update(state="submitted", submitted_at=NOON)
    FilingStep.objects.create(
        filing=filing, from_state="draft", to_state="submitted", by=bob, at=NOON, comment="请审核"
    )
    found, _ = moments(of_filings.of_filing(filing.pk))
    assert [said(one)[1] for one in reversed(found)] == [
        ["Filing begun"],
        [("State", "Draft", "Submitted"), ("Comment", "", "请审核")],
    ]
    assert "139" not in str(found)


def test_a_person_s_account_and_roles(alice, west_union, station):
    person = User.objects.create_user("mona", phone="13900000001")
    then()
    role = Appointment.objects.create(user=person, role=Role.UNION_OFFICER, union=west_union)
    then()
    User.objects.filter(pk=person.pk).update(is_active=False, phone="13900000002")
    then()
    role.delete()
    then()
    StationManager.objects.create(user=person, station=station)
    found, _ = moments([*of_unions.of_person(person.pk), *timeline.of_manager(person.pk)])
    assert [said(one)[1] for one in reversed(found)] == [
        ["Account created"],
        [("Role: Union officer", "", "西区总工会")],
        [("Mobile", "", "···"), ("Active", "yes", "no")],
        [("Role: Union officer", "西区总工会", "")],
        [("Manager of the station", "", "旧名")],
    ]
    assert "139" not in str(found)


def test_what_changed_and_changed_back_in_one_go_is_no_change(station):
    Station.objects.update(name="新名")
    Station.objects.update(name="旧名")
    assert len(told(station.pk)) == 1


def test_other_stations_have_their_own(station, make_station):
    other = make_station("另一站", 121.3)
    Station.objects.filter(pk=other.pk).update(name="改名")
    Facility.objects.create(station=other, type_id="wifi")
    assert len(told(station.pk)) == 1


def test_a_person_who_is_gone_and_a_context_that_is_none_break_nothing(station):
    for who in (987654, [1], "mona", {"a": 1}):
        with pghistory.context(user=who):
            Station.objects.update(name=f"{who}")
        then()
    assert [who for who, _ in told(station.pk)][1] == "#987654"


def test_pages_follow_one_another_without_gap_or_double(station):
    for number in range(7):
        Station.objects.update(name=f"名{number}")
        then()
    seen, before = [], None
    for _ in range(3):
        found, before = moments(timeline.of_station(station.pk), before=before, limit=3)
        seen += [line.after for one in found for line in one.lines]
    assert seen == [f"名{number}" for number in reversed(range(7))]
    assert before is None


def test_a_long_history_takes_no_more_queries_than_a_short_one(station):
    counts = []
    Facility.objects.create(station=station, type_id="wifi")
    for number in range(80):
        then(tables=["registry_stationevent", "registry_facilityevent"])
        Station.objects.update(name=f"名{number}")
        broken = {"condition": "broken", "broken_since": date(2026, 3, 1)}
        Facility.objects.update(**broken if number % 2 else {"condition": "removed", "broken_since": None})
        if number in (39, 79):
            with CaptureQueriesContext(connection) as caught:
                told(station.pk)
            counts.append(len(caught))
    assert counts[0] == counts[1] < 25
