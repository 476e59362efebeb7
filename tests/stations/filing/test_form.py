"""Filling in Annex 2: the head, the list, and what a submitted form must hold."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from stations.filing import actions
from stations.filing.actions import HeadError, StaleFilingError
from stations.filing.models import Filing, FilingItem
from stations.filing.rules import FilingError
from stations.registry.actions import StaleStationError, StationError
from stations.registry.models import Station, StationContact


def test_an_officer_begins_a_filing_with_the_own_name_mail_and_phone_in_its_head(bob, west_union):
    bob.name, bob.email, bob.phone = "乙某", "b@example.org", "13900000002"
    bob.save()
    filing = actions.draft_filing(by=bob, kind="new", union=west_union)
    head = (filing.contact_name, filing.contact_email, filing.contact_phone)
    assert head == ("乙某", "b@example.org", "13900000002")
    assert filing.state == "draft"


@pytest.mark.parametrize("who", ["alice", "ivy", "mona", "charlie", "paul"])
def test_only_an_officer_of_the_union_files_for_it(who, west_union, request):
    with pytest.raises(PermissionDenied):
        actions.draft_filing(by=request.getfixturevalue(who), kind="new", union=west_union)


def test_an_officer_does_not_file_for_another_union(bob, east_union):
    with pytest.raises(PermissionDenied):
        actions.draft_filing(by=bob, kind="new", union=east_union)


def test_a_change_is_not_drafted(bob, west_union):
    with pytest.raises(FilingError, match="live already"):
        actions.draft_filing(by=bob, kind="change", union=west_union)


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("contact_email", "no mail", "mail"),
        ("contact_phone", "call me", "phone"),
        ("contact_name", "x" * 41, "too_long"),
        ("note", "a\0b", "control"),
    ],
)
def test_a_fault_in_the_head_is_named_and_nothing_is_written(begun, bob, field, text, code):
    filing = begun()
    with pytest.raises(HeadError) as refused:
        actions.edit_head(filing=filing, by=bob, **{"contact_name": "丙某", field: text})
    assert (refused.value.field, refused.value.error.code) == (field, code)
    assert Filing.objects.get().contact_name == "乙某"


def test_two_officers_on_one_head_the_second_is_told(begun, bob):
    filing = begun()
    actions.edit_head(filing=filing, by=bob, version=filing.version, note="一")
    with pytest.raises(StaleFilingError) as refused:
        actions.edit_head(filing=filing, by=bob, version=filing.version, note="二")
    assert refused.value.filing.note == "一"


def test_a_station_is_planned_from_the_draft_on_and_nobody_outside_sees_it(begun, bob, particulars, client):
    item = actions.add_station(filing=begun(), by=bob, **particulars())
    station = item.station
    assert (station.status, station.union, station.nameplate_no) == ("planned", item.filing.union, None)
    assert (item.position, station.contact.mobile) == (1, "13900000001")
    assert client.get(f"/stations/{station.pk}/").status_code == 404


def test_the_form_neither_chooses_union_status_nor_nameplate(begun, bob, particulars, east_union):
    sneaky = {"union": east_union, "status": "active", "nameplate_no": "310101-9999"}
    item = actions.add_station(filing=begun(), by=bob, **particulars(), **sneaky)
    assert (item.station.status, item.station.union_id, item.station.nameplate_no) == (
        "planned",
        item.filing.union_id,
        None,
    )
    actions.edit_station(item=item, by=bob, **sneaky)
    item.station.refresh_from_db()
    assert (item.station.status, item.station.union_id) == ("planned", item.filing.union_id)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("address", "", "required"),
        ("hours_text", "25点", None),
        ("area_m2", Decimal(0), "area"),
        ("mobile", "12", "phone"),
        ("position", {"lon": 120.0, "lat": 31.25, "datum": "wgs84"}, None),
    ],
)
def test_a_fault_in_a_row_is_named_and_nothing_is_written(begun, bob, particulars, field, value, code):
    filing = begun()
    with pytest.raises(StationError) as refused:
        actions.add_station(filing=filing, by=bob, **particulars(**{field: value}))
    assert refused.value.field == field
    assert code in (None, refused.value.error.code)
    assert not Station.objects.exists()
    assert Filing.objects.get().version == filing.version


def test_the_declared_district_is_checked_against_the_point(begun, bob, particulars, east, west):
    filing = begun()
    with pytest.raises(StationError) as refused:
        actions.add_station(filing=filing, by=bob, district=east, **particulars())
    assert (refused.value.field, refused.value.error.code) == ("district", "other_district")
    assert not Station.objects.exists()
    item = actions.add_station(filing=filing, by=bob, district=west, **particulars())
    with pytest.raises(StationError, match="district"):
        actions.edit_station(item=item, by=bob, district=east, address="测试路2号")
    assert Station.objects.get().address == "测试路1号"


def test_the_same_name_within_thirty_metres_is_taken_for_the_same_station(
    begun, bob, particulars, make_station
):
    make_station("银行站", 121.2501)
    with pytest.raises(StationError) as refused:
        actions.add_station(filing=begun(), by=bob, **particulars("银行站", 121.25))
    assert (refused.value.field, refused.value.error.code) == ("name", "near_same_name")


def test_a_row_is_corrected_in_a_draft_and_a_stale_correction_refused(filed, bob):
    item = filed().items.get()
    version = item.station.version
    station = actions.edit_station(item=item, by=bob, version=version, area_m2=Decimal("4.5"), mobile="")
    assert (station.area_m2, StationContact.objects.get().mobile) == (Decimal("4.5"), "")
    with pytest.raises(StaleStationError):
        actions.edit_station(item=item, by=bob, version=version, area_m2=Decimal("5"))


def test_a_submitted_form_is_not_written_in(filed, bob, particulars):
    filing = filed(1, "submitted")
    item = filing.items.get()
    for write in (
        lambda: actions.edit_head(filing=filing, by=bob, note="改"),
        lambda: actions.add_station(filing=filing, by=bob, **particulars("另一站", 121.3)),
        lambda: actions.edit_station(item=item, by=bob, address="改"),
        lambda: actions.edit_reason(item=item, by=bob, reason="改"),
        lambda: actions.remove_station(item=item, by=bob),
        lambda: actions.delete_draft(filing=filing, by=bob),
    ):
        with pytest.raises(FilingError, match="take it back"):
            write()


def test_the_centre_does_not_write_in_a_unions_form(filed, alice, particulars):
    filing = filed()
    item = filing.items.get()
    for write in (
        lambda: actions.edit_head(filing=filing, by=alice, note="改"),
        lambda: actions.add_station(filing=filing, by=alice, **particulars("另一站", 121.3)),
        lambda: actions.edit_station(item=item, by=alice, address="改"),
        lambda: actions.choose_stations(filing=filing, by=alice, stations=[item.station]),
        lambda: actions.remove_station(item=item, by=alice),
        lambda: actions.delete_draft(filing=filing, by=alice),
    ):
        with pytest.raises(PermissionDenied):
            write()


def test_a_row_taken_out_leaves_the_registry_and_the_rest_moves_up(filed, bob):
    filing = filed(3)
    first = filing.items.get(position=1)
    actions.remove_station(item=first, by=bob)
    assert not Station.objects.filter(pk=first.station_id).exists()
    assert list(filing.items.values_list("position", "station__name")) == [(1, "站点2"), (2, "站点3")]


def test_a_deleted_draft_takes_its_planned_stations_along_but_not_those_that_stood_before(
    filed, bob, make_station
):
    before = make_station("早先筹建", status="planned")
    filing = filed(2)
    actions.choose_stations(filing=filing, by=bob, stations=[before])
    assert filing.items.count() == 3
    actions.delete_draft(filing=filing, by=bob)
    assert not Filing.objects.exists()
    assert list(Station.objects.all()) == [before]


def test_an_empty_form_is_not_submitted(begun, bob):
    with pytest.raises(FilingError, match="no station"):
        actions.submit(filing=begun(), by=bob)


@pytest.mark.parametrize("field", ["contact_name", "contact_email", "contact_phone"])
def test_a_form_without_its_head_is_not_submitted(filed, bob, field):
    filing = filed()
    actions.edit_head(filing=filing, by=bob, **{field: ""})
    with pytest.raises(FilingError) as refused:
        actions.submit(filing=filing, by=bob)
    assert refused.value.code == "head"


@pytest.mark.parametrize(
    "lacking", [{"manager_name": ""}, {"mobile": ""}, {"hours_text": ""}, {"area_m2": None}, {"services": []}]
)
def test_a_form_with_an_incomplete_row_is_not_submitted_and_names_it(begun, bob, particulars, lacking):
    filing = begun()
    actions.add_station(filing=filing, by=bob, **particulars(**lacking))
    with pytest.raises(FilingError) as refused:
        actions.submit(filing=filing, by=bob)
    assert (refused.value.code, refused.value.values["station"]) == ("station", "银行站")
    assert Filing.objects.get().state == "draft"


def test_what_was_submitted_is_kept_as_it_was_and_the_mobile_apart(filed, bob):
    filed(1, "submitted")
    Station.objects.update(address="后来改的")
    item = FilingItem.objects.get()
    assert (item.filed["address"], item.filed["manager_name"]) == ("测试路1号", "甲某")
    assert (item.filed["lon"], item.filed["datum"], item.filed["hours"]) == ("121.1", "wgs84", "9:00-17:00")
    assert "13900000001" not in str(item.filed)
    assert item.filed_contact == "13900000001"


def test_a_corrected_form_is_kept_anew(filed, bob):
    filing = actions.return_filing(filing=filed(1, "submitted"), by=bob, reason="地址不全")
    item = filing.items.get()
    actions.edit_station(item=item, by=bob, address="测试路1号底楼")
    actions.submit(filing=filing, by=bob)
    item.refresh_from_db()
    assert item.filed["address"] == "测试路1号底楼"
