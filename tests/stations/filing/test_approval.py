"""Approval: what becomes of stations and plates by the kind of filing."""

import pytest

from stations.filing import actions
from stations.filing.models import Filing, FilingItem
from stations.filing.rules import FilingError
from stations.registry.models import Nameplate, Station
from tests.stations.filing.conftest import passed_on


def recommended(begun, bob, kind, stations, reason="条件成熟"):
    filing = begun(kind)
    actions.choose_stations(filing=filing, by=bob, stations=stations, reason=reason)
    return passed_on(filing, bob, "recommended")


def test_new_stations_become_active_each_with_its_number_in_the_order_of_the_form(filed, alice, client):
    filing = actions.approve(filing=filed(3, "recommended"), by=alice, comment="同意")
    assert filing.state == "approved"
    assert list(
        FilingItem.objects.values_list("station__status", "nameplate_no", "station__nameplate_no")
    ) == [("active", number, number) for number in ("310101-0001", "310101-0002", "310101-0003")]
    assert set(Nameplate.objects.values_list("issued_by__username", flat=True)) == {"alice"}
    assert client.get(f"/stations/{filing.items.first().station_id}/").status_code == 200


def test_an_upgraded_station_gets_a_new_number_and_its_old_plate_is_withdrawn(
    begun, bob, alice, make_station
):
    station = make_station(kind="sanitation", nameplate_no="H-1")
    actions.approve(filing=recommended(begun, bob, "upgrade", [station]), by=alice)
    station.refresh_from_db()
    assert (station.kind, station.status, station.nameplate_no) == ("relay", "active", "310101-0001")
    old = Nameplate.objects.get(number="H-1")
    assert (old.withdrawn_by, old.reason) == (alice, "条件成熟")
    assert old.withdrawn_at is not None


def test_a_withdrawn_station_leaves_the_map_and_its_plate_the_wall(begun, bob, alice, make_station, client):
    station = make_station(nameplate_no="P-1")
    filing = actions.approve(filing=recommended(begun, bob, "withdrawal", [station], "单位搬迁"), by=alice)
    station.refresh_from_db()
    assert (station.status, station.nameplate_no) == ("withdrawn", None)
    plate = Nameplate.objects.get()
    assert (plate.reason, plate.withdrawn_by) == ("单位搬迁", alice)
    assert filing.items.get().nameplate_no == "P-1"
    assert client.get(f"/stations/{station.pk}/").status_code == 404


def test_a_station_without_a_plate_can_be_withdrawn_too(begun, bob, alice, make_station):
    filing = recommended(begun, bob, "withdrawal", [make_station(status="suspended")], "单位搬迁")
    assert actions.approve(filing=filing, by=alice).items.get().nameplate_no == ""
    assert Station.objects.get().status == "withdrawn"


def test_a_withdrawal_asks_for_no_six_haves_but_for_its_reason(begun, bob, make_station):
    filing = begun("withdrawal")
    [item] = actions.choose_stations(filing=filing, by=bob, stations=[make_station()])
    with pytest.raises(FilingError, match="why it is withdrawn"):
        actions.submit(filing=filing, by=bob)
    actions.edit_reason(item=item, by=bob, reason="单位搬迁")
    filing = actions.submit(filing=filing, by=bob)
    assert actions.review(filing=filing, by=bob).state == "reviewed"


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("new", {"status": "active"}),
        ("new", {"status": "planned", "nameplate_no": "P-1"}),
        ("upgrade", {"kind": "relay"}),
        ("upgrade", {"kind": "sanitation", "status": "planned"}),
        ("withdrawal", {"status": "planned"}),
        ("withdrawal", {"status": "withdrawn"}),
    ],
)
def test_a_station_that_does_not_fit_the_kind_is_not_chosen(kind, fields, begun, bob, make_station):
    with pytest.raises(FilingError) as refused:
        actions.choose_stations(filing=begun(kind), by=bob, stations=[make_station(**fields)])
    assert refused.value.code == f"kind_{kind}"


def test_another_unions_station_is_not_chosen(begun, bob, make_station, east_union):
    with pytest.raises(FilingError, match="another union"):
        actions.choose_stations(filing=begun("withdrawal"), by=bob, stations=[make_station(union=east_union)])


def test_new_stations_are_written_in_only_where_they_are_filed_as_new(begun, bob, particulars):
    with pytest.raises(FilingError, match="choose them"):
        actions.add_station(filing=begun("upgrade"), by=bob, **particulars())


def test_a_station_is_in_one_open_filing_at_a_time(begun, bob, make_station):
    station = make_station(kind="sanitation")
    first = begun("upgrade")
    actions.choose_stations(filing=first, by=bob, stations=[station])
    with pytest.raises(FilingError, match="already"):
        actions.choose_stations(filing=first, by=bob, stations=[station])
    second = begun("withdrawal")
    with pytest.raises(FilingError) as refused:
        actions.choose_stations(filing=second, by=bob, stations=[station])
    assert (refused.value.code, refused.value.values["filing"]) == ("in_other", first.pk)
    actions.delete_draft(filing=first, by=bob)
    actions.choose_stations(filing=second, by=bob, stations=[station])


def test_a_change_waiting_does_not_stand_in_the_way(begun, bob, make_station, west_union):
    station = make_station(kind="sanitation")
    change = begun("upgrade")
    actions.choose_stations(filing=change, by=bob, stations=[station])
    Filing.objects.filter(pk=change.pk).update(kind="change")
    actions.choose_stations(filing=begun("withdrawal"), by=bob, stations=[station])


def test_a_station_that_was_suspended_meanwhile_is_not_upgraded(begun, bob, alice, make_station):
    station = make_station(kind="sanitation", nameplate_no="H-1")
    filing = recommended(begun, bob, "upgrade", [station])
    Station.objects.update(status="suspended")
    with pytest.raises(FilingError, match="only an active"):
        actions.approve(filing=filing, by=alice)
    assert Filing.objects.get().state == "recommended"
    assert Station.objects.get().nameplate_no == "H-1"


def test_one_station_at_fault_and_no_plate_is_issued_at_all(filed, alice):
    filing = filed(3, "recommended")
    last = filing.items.get(position=3)
    Station.objects.filter(pk=last.station_id).update(status="withdrawn")
    with pytest.raises(FilingError):
        actions.approve(filing=filing, by=alice)
    assert not Nameplate.objects.exists()
    assert not Station.objects.filter(status="active").exists()
