"""One action changes a station for all to see and files the change; the union confirms it or restores what was there."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from stations.filing.changes import (
    NotOnTheMapError,
    NotWaitingError,
    OverwrittenError,
    StaleFilingError,
    UnconfirmedMoveError,
    decide,
    edit_live,
)
from stations.filing.models import FieldChange, Filing, FilingStep
from stations.registry.actions import StaleStationError, StationError, change_station
from stations.registry.conditions import report_broken
from stations.registry.models import Facility, Station
from tests.conftest import manages

NEAR = {"lon": 121.251, "lat": 31.25, "datum": "wgs84"}  # 95 m
FAR = {"lon": 121.26, "lat": 31.25, "datum": "wgs84"}  # 952 m


@pytest.fixture
def station(make_station, mona):
    station = make_station(
        "旧名", hours_text="9:00-17:00", area_m2=Decimal("3.0"), facilities={"microwave": "working"}
    )
    manages(mona, station)
    return station


def rows(filing=None):
    found = FieldChange.objects.filter(item__filing=filing) if filing else FieldChange.objects.all()
    return {one.field: (one.before, one.after, one.decision) for one in found}


def steps(filing):
    return list(FilingStep.objects.filter(filing=filing).values_list("from_state", "to_state"))


def test_an_edit_is_live_and_waits_for_the_union(station, mona, west_union):
    filing = edit_live(station=station, by=mona, version=station.version, name="新名", hours_text="24/7")
    assert Station.objects.get().name == "新名"
    assert (filing.kind, filing.state, filing.union, filing.created_by) == (
        "change",
        "submitted",
        west_union,
        mona,
    )
    assert rows() == {
        "name": ("旧名", "新名", "pending"),
        "hours_text": ("9:00-17:00", "24/7", "pending"),
    }
    assert steps(filing) == [("draft", "submitted")]
    assert filing in Filing.objects.visible_to(mona)


def test_the_paper_keeps_the_station_as_it_was_filed(station, mona, bob):
    filing = edit_live(station=station, by=mona, name="新名")
    edit_live(station=station, by=mona, hours_text="24/7")
    decide(changes=FieldChange.objects.all(), by=bob, confirm=True)
    edit_live(station=station, by=bob, name="以后的名")
    filed = filing.items.get().filed
    assert (filed["name"], filed["hours"], filed["datum"]) == ("新名", "24/7", "wgs84")
    assert "mobile" not in filed


def test_an_edit_of_nothing_files_nothing(station, mona):
    assert edit_live(station=station, by=mona, name="旧名", area_m2=Decimal("3")) is None
    assert not Filing.objects.exists()
    assert Station.objects.get().version == station.version


def test_further_edits_extend_the_filing_and_keep_what_was_there_first(station, mona):
    first = edit_live(station=station, by=mona, name="新名")
    second = edit_live(station=station, by=mona, name="更新名", host_name="某银行")
    assert (second.pk, Filing.objects.count()) == (first.pk, 1)
    assert second.version == first.version + 1
    assert rows() == {"name": ("旧名", "更新名", "pending"), "host_name": ("", "某银行", "pending")}


def test_back_to_what_was_there_takes_the_field_off_and_closes_an_empty_filing(station, mona):
    edit_live(station=station, by=mona, name="新名", host_name="某银行")
    filing = edit_live(station=station, by=mona, name="旧名")
    assert (filing.state, set(rows())) == ("submitted", {"host_name"})
    filing = edit_live(station=station, by=mona, host_name="")
    assert (filing.state, rows()) == ("decided", {})
    assert steps(filing) == [("draft", "submitted"), ("submitted", "decided")]


def test_a_field_that_was_decided_is_filed_anew(station, mona, bob):
    first = edit_live(station=station, by=mona, name="新名", host_name="某银行")
    decide(changes=FieldChange.objects.filter(field="name"), by=bob, confirm=True)
    second = edit_live(station=station, by=mona, name="第三名", host_name="某店", address="新路2号")
    assert rows(first) == {
        "name": ("旧名", "新名", "confirmed"),
        "host_name": ("", "某店", "pending"),
        "address": ("测试路1号", "新路2号", "pending"),
    }
    assert rows(second) == {"name": ("新名", "第三名", "pending")}


@pytest.mark.parametrize("who", ["bob", "alice"])
def test_the_union_and_the_centre_decide_by_editing(request, who, station):
    officer = request.getfixturevalue(who)
    filing = edit_live(station=station, by=officer, name="新名")
    assert (filing.state, rows()) == ("decided", {"name": ("旧名", "新名", "confirmed")})
    assert FieldChange.objects.get().decided_by == officer
    assert steps(filing) == [("draft", "submitted"), ("submitted", "decided")]


def test_an_officers_edit_decides_a_field_that_waits(station, mona, bob):
    waiting = edit_live(station=station, by=mona, name="新名", host_name="某银行", address="新路2号")
    own = edit_live(station=station, by=bob, name="工会的名", host_name="", hours_text="24/7")
    assert rows(waiting) == {
        "name": ("旧名", "工会的名", "confirmed"),
        "host_name": ("", "某银行", "restored"),
        "address": ("测试路1号", "新路2号", "pending"),
    }
    assert rows(own) == {"hours_text": ("9:00-17:00", "24/7", "confirmed")}
    waiting.refresh_from_db()
    assert (waiting.state, own.state) == ("submitted", "decided")


def test_a_facility_that_is_there_or_not_is_filed_and_one_that_breaks_is_not(station, mona):
    report_broken(station=station, by=mona, facility="microwave")
    edit_live(station=station, by=mona, facilities={"microwave": "working"})
    assert not Filing.objects.exists()
    edit_live(station=station, by=mona, facilities={"microwave": "removed", "wifi": "working"})
    assert rows() == {
        "facility:microwave": ("working", "removed", "pending"),
        "facility:wifi": (None, "working", "pending"),
    }


def test_facilities_are_restored_one_by_one(station, mona, bob):
    edit_live(
        station=station, by=mona, facilities={"microwave": "removed", "wifi": "working", "fridge": "working"}
    )
    decide(changes=FieldChange.objects.exclude(field="facility:fridge"), by=bob, confirm=False)
    assert dict(Facility.objects.values_list("type", "condition")) == {
        "microwave": "working",
        "fridge": "working",
    }


def test_a_move_of_95_m_is_done_and_one_of_952_m_is_asked_about(station, mona):
    edit_live(station=station, by=mona, position=NEAR)
    with pytest.raises(UnconfirmedMoveError) as asked:
        edit_live(station=station, by=mona, name="新名", position=FAR)
    assert asked.value.doubts == ("far",)
    assert Station.objects.get().name == "旧名"
    edit_live(station=station, by=mona, name="新名", position=FAR, confirmed=True)
    assert rows()["position"] == ({"lon": 121.25, "lat": 31.25, "datum": "wgs84"}, FAR, "pending")


def test_a_move_by_an_unsure_phone_is_asked_about(station, mona):
    with pytest.raises(UnconfirmedMoveError) as asked:
        edit_live(station=station, by=mona, position=NEAR, accuracy_m=150.0)
    assert asked.value.doubts == ("inaccurate",)


def test_the_limit_of_a_move_is_a_setting(station, mona, settings):
    settings.JIELI_MOVE_CONFIRM_M = 50.0
    with pytest.raises(UnconfirmedMoveError):
        edit_live(station=station, by=mona, position=NEAR)


def test_nobody_moves_a_station_out_of_the_service_area_even_confirmed(station, mona):
    outside = {"lon": 116.4, "lat": 39.9, "datum": "wgs84"}
    for confirmed in (False, True):
        with pytest.raises(StationError) as refused:
            edit_live(station=station, by=mona, position=outside, confirmed=confirmed)
        assert (refused.value.field, refused.value.error.code) == ("position", "outside_area")


def test_a_moved_station_is_put_back_in_the_datum_in_which_it_was_declared(make_station, mona, bob):
    station = make_station()
    manages(mona, station)
    change_station(station=station, by=bob, position={"lon": 121.2512345, "lat": 31.25, "datum": "bd09"})
    before = Station.objects.get()
    edit_live(station=before, by=mona, position=NEAR, confirmed=True)
    decide(changes=FieldChange.objects.all(), by=bob, confirm=False)
    after = Station.objects.get()
    assert (after.declared_lon, after.declared_datum, after.point.coords) == (
        121.2512345,
        "bd09",
        before.point.coords,
    )


def test_one_bad_field_leaves_nothing_written(station, mona):
    with pytest.raises(StationError):
        edit_live(station=station, by=mona, name="新名", hours_text="25:00-26:00")
    assert (Station.objects.get().name, Filing.objects.count()) == ("旧名", 0)


def test_the_second_of_two_editors_is_refused(station, mona, bob):
    edit_live(station=station, by=bob, version=station.version, name="工会的名")
    with pytest.raises(StaleStationError):
        edit_live(station=station, by=mona, version=station.version, name="新名")
    assert Station.objects.get().name == "工会的名"


@pytest.mark.parametrize("status", ["planned", "withdrawn"])
def test_a_station_that_is_not_on_the_map_is_not_edited_live(station, mona, status):
    Station.objects.update(status=status)
    with pytest.raises(NotOnTheMapError):
        edit_live(station=station, by=mona, name="新名")


def test_who_may_not_edit_is_refused(station, ivy, paul, charlie, make_station, east_union, bob, mona):
    for user in (ivy, paul, charlie, AnonymousUser()):
        with pytest.raises(PermissionDenied):
            edit_live(station=station, by=user, name="新名")
    elsewhere = make_station("别人的站", 121.3, union=east_union)
    for user in (bob, mona):
        with pytest.raises(PermissionDenied):
            edit_live(station=elsewhere, by=user, name="新名")


def test_a_manager_of_yesterday_may_not_edit_any_more(station, mona):
    mona.managed.update(until=station.updated_at)
    with pytest.raises(PermissionDenied):
        edit_live(station=station, by=mona, name="新名")


def test_a_manager_gives_no_status_with_an_edit(station, mona):
    with pytest.raises(PermissionDenied):
        edit_live(station=station, by=mona, name="新名", status="suspended")
    assert Station.objects.get().name == "旧名"


def test_a_decision_is_made_once(station, mona, bob):
    edit_live(station=station, by=mona, name="新名", host_name="某银行")
    name = FieldChange.objects.get(field="name")
    decide(changes=[name], by=bob, confirm=True)
    with pytest.raises(NotWaitingError):
        decide(changes=[name], by=bob, confirm=False)
    with pytest.raises(NotWaitingError):
        decide(changes=[], by=bob, confirm=False)
    assert Station.objects.get().name == "新名"


def test_a_decision_on_what_the_decider_has_not_seen_is_refused(station, mona, bob):
    seen = edit_live(station=station, by=mona, name="新名").version
    edit_live(station=station, by=mona, name="更新名")
    with pytest.raises(StaleFilingError):
        decide(changes=FieldChange.objects.all(), by=bob, confirm=True, version=seen)


def test_what_was_overwritten_since_is_not_restored(station, mona, bob, alice):
    edit_live(station=station, by=mona, name="新名", host_name="某银行")
    change_station(station=station, by=alice, name="中心的名")
    with pytest.raises(OverwrittenError) as refused:
        decide(changes=FieldChange.objects.all(), by=bob, confirm=False)
    assert refused.value.field == "name"
    assert Station.objects.values_list("name", "host_name").get() == ("中心的名", "某银行")
    assert {one[2] for one in rows().values()} == {"pending"}
    decide(changes=FieldChange.objects.all(), by=bob, confirm=True)


def test_only_the_own_union_and_the_centre_decide(station, mona, ivy, paul, make_station, east_union, bob):
    filing = edit_live(station=station, by=mona, name="新名")
    for user in (mona, ivy, paul, AnonymousUser()):
        with pytest.raises(PermissionDenied):
            decide(changes=FieldChange.objects.all(), by=user, confirm=True)
    Filing.objects.update(union=east_union)
    with pytest.raises(PermissionDenied):
        decide(changes=FieldChange.objects.all(), by=bob, confirm=True)
    filing.refresh_from_db()
    assert filing.state == "submitted"


def test_a_comment_is_kept_with_the_step(station, mona, bob):
    filing = edit_live(station=station, by=mona, name="新名", host_name="某银行")
    decide(changes=FieldChange.objects.filter(field="name"), by=bob, confirm=False, comment="名称与铭牌不符")
    decide(changes=FieldChange.objects.filter(field="host_name"), by=bob, confirm=True)
    assert list(
        FilingStep.objects.filter(filing=filing).values_list("from_state", "to_state", "comment")
    ) == [
        ("draft", "submitted", ""),
        ("submitted", "submitted", "名称与铭牌不符"),
        ("submitted", "decided", ""),
    ]
