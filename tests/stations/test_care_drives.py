"""Care drives (送清凉, 送温暖): the centre names them, stations join by themselves or all of a district and a union at once."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from stations.registry.care import CareError, add_drive, hang_pledge, join, join_all, leave
from stations.registry.models import CareDrive, CareStation, Pledge
from tests.conftest import manages


@pytest.fixture
def summer(alice) -> CareDrive:
    return add_drive(
        by=alice, name="2026 送清凉", season="summer", first=date(2026, 7, 1), last=date(2026, 8, 31)
    )


def taking_part(drive):
    return sorted(drive.participations.values_list("station__name", flat=True))


def test_the_last_day_belongs_to_the_drive(summer):
    assert (summer.days.lower, summer.days.upper) == (date(2026, 7, 1), date(2026, 9, 1))


def test_a_drive_is_told_what_is_wrong_with_it(summer, alice):
    for given, field in (({"last": date(2026, 6, 1)}, "last"), ({"name": "2026 送清凉"}, "name")):
        with pytest.raises(CareError) as told:
            add_drive(
                by=alice,
                **{
                    "name": "新",
                    "season": "summer",
                    "first": date(2026, 7, 1),
                    "last": date(2026, 8, 1),
                    **given,
                },
            )
        assert told.value.field == field


def test_only_the_centre_names_drives_and_joins_in_bulk(summer, bob, mona):
    for person in (bob, mona):
        with pytest.raises(PermissionDenied):
            add_drive(by=person, name="x", season="summer", first=date(2026, 7, 1), last=date(2026, 8, 1))
        with pytest.raises(PermissionDenied):
            join_all(drive=summer, by=person)


def test_a_station_joins_and_leaves_by_those_who_look_after_it(summer, make_station, bob, mona, bank_union):
    own, other = make_station("甲"), make_station("乙", union=bank_union)
    manages(mona, own)
    join(drive=summer, station=own, by=mona)
    join(drive=summer, station=own, by=bob)
    assert taking_part(summer) == ["甲"]
    leave(drive=summer, station=own, by=bob)
    assert taking_part(summer) == []
    with pytest.raises(PermissionDenied):
        join(drive=summer, station=other, by=bob)


def test_a_station_that_is_not_active_stays_out(summer, make_station, alice):
    with pytest.raises(CareError):
        join(drive=summer, station=make_station(status="suspended"), by=alice)
    assert join_all(drive=summer, by=alice) == 0


def test_all_of_a_district_and_of_a_union_join_once(summer, make_station, alice, bank_union):
    make_station("西甲")
    make_station("西乙", union=bank_union)
    make_station("东甲", 121.75, union=bank_union)
    make_station("停", status="suspended")
    assert join_all(drive=summer, by=alice, district="310101", union=bank_union.pk) == 1
    assert taking_part(summer) == ["西乙"]
    assert join_all(drive=summer, by=alice, district="310101") == 1
    assert join_all(drive=summer, by=alice) == 1
    assert join_all(drive=summer, by=alice) == 0
    assert taking_part(summer) == ["东甲", "西乙", "西甲"]


def test_the_centre_works_on_the_pages(make_station, alice, signed_in, west_union):
    make_station("甲")
    client = signed_in(alice)
    form = {
        "name": "送温暖",
        "season": "winter",
        "first": "2026-12-01",
        "last": "2027-02-01",
        "note": "羽绒服",
    }
    address = client.post("/desk/stations/lists/care/", form)["Location"]
    drive = CareDrive.objects.get()
    assert (
        client.post(f"{address}join/", {"district": "310101", "union": west_union.pk})["Location"] == address
    )
    assert "1 个站点" in client.get(address).content.decode()
    client.post(address, {**form, "name": "2026 送温暖"})
    assert CareDrive.objects.get().name == "2026 送温暖"
    assert "2026 送温暖" in client.get("/desk/stations/lists/care/").content.decode()
    listed = client.get(f"/desk/stations/?care={drive.pk}")
    assert listed.context["page"].paginator.count == 1


def test_a_fault_on_the_page_comes_back_with_what_was_typed(alice, signed_in, db):
    form = {"name": "送温暖", "season": "winter", "first": "2026-12-01", "last": "2026-11-01"}
    page = signed_in(alice).post("/desk/stations/lists/care/", form).content.decode()
    assert 'value="送温暖"' in page
    assert "结束日期早于开始日期" in page
    assert not CareDrive.objects.exists()


@pytest.mark.parametrize(
    "given",
    [{"union": "x"}, {"union": "9" * 30}, {"union": "²"}, {"district": "\0"}, {"district": "长" * 99}],
)
def test_odd_scopes_let_nobody_in(summer, make_station, alice, signed_in, given):
    make_station("甲")
    answer = signed_in(alice).post(
        f"/desk/stations/lists/care/{summer.pk}/join/", {"district": "310101", **given}
    )
    assert answer.status_code == 302
    assert not CareStation.objects.exists()


def test_a_station_joins_on_its_page(summer, make_station, mona, signed_in):
    station = make_station("甲")
    manages(mona, station)
    client = signed_in(mona)
    client.post(f"/desk/stations/{station.pk}/care/", {"drive": summer.pk})
    assert taking_part(summer) == ["甲"]
    assert "2026 送清凉" in client.get(f"/desk/stations/{station.pk}/").content.decode()
    client.post(f"/desk/stations/{station.pk}/care/{summer.pk}/leave/")
    assert taking_part(summer) == []
    assert client.post(f"/desk/stations/{station.pk}/care/", {"drive": "0"}).status_code == 200


def test_the_version_of_the_pledge_on_the_wall(make_station, bob, ivy, signed_in):
    station, pledge = make_station(), Pledge.objects.get()
    signed_in(bob).post(f"/desk/stations/{station.pk}/pledge/", {"pledge": pledge.pk})
    station.refresh_from_db()
    assert station.pledge == pledge
    assert f"版本 {pledge.version}" in signed_in(ivy).get(f"/desk/stations/{station.pk}/").content.decode()
    with pytest.raises(PermissionDenied):
        hang_pledge(station=station, pledge=None, by=ivy)
