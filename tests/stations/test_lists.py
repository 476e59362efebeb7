"""Facilities, six haves and the pledge are data that the centre edits, since provinces differ."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, InternalError, transaction

from stations.registry.lists import (
    ListError,
    add_line,
    add_pledge,
    change_line,
    move_line,
    remove_facility_type,
)
from stations.registry.models import FacilityType, Have, Pledge

CHAIR = {"name_zh": "按摩椅", "name_en": "Massage chair", "is_basic": False}


def codes(kind):
    return list(kind.objects.values_list("code", flat=True))


def test_a_new_facility_stands_last_and_stations_can_have_it(alice, make_station, client):
    made = add_line(kind=FacilityType, by=alice, **CHAIR)
    assert codes(FacilityType)[-1] == made.code == "massage_chair"
    make_station(facilities=[made.code])
    assert len(client.get("/api/stations/?facility=massage_chair").json()["features"]) == 1


def test_a_facility_without_an_english_name_gets_a_code_of_its_own(alice, db):
    first = add_line(kind=FacilityType, by=alice, name_zh="按摩椅", name_en="", is_basic=False)
    second = add_line(kind=FacilityType, by=alice, name_zh="血压计", name_en="", is_basic=False)
    assert first.name_en == "按摩椅"
    assert (first.code, second.code) == ("own", "own_2")


def test_a_name_stands_once(alice, db):
    with pytest.raises(ListError):
        add_line(kind=FacilityType, by=alice, name_zh="冰箱", name_en="", is_basic=True)
    wifi = FacilityType.objects.get(code="wifi")
    with pytest.raises(ListError):
        change_line(line=wifi, by=alice, name_zh="冰箱", name_en="", is_basic=False)
    change_line(line=wifi, by=alice, name_zh=wifi.name_zh, name_en="Wireless", is_basic=True)
    assert FacilityType.objects.get(code="wifi").is_basic


def test_lines_move_up_and_down_and_not_beyond_the_ends(alice, db):
    order = codes(FacilityType)
    move_line(line=FacilityType.objects.get(code=order[1]), by=alice, up=True)
    assert codes(FacilityType)[:2] == [order[1], order[0]]
    move_line(line=FacilityType.objects.get(code=order[1]), by=alice, up=True)
    move_line(line=FacilityType.objects.get(code=order[1]), by=alice, up=False)
    assert codes(FacilityType) == order
    last = FacilityType.objects.get(code=order[-1])
    move_line(line=last, by=alice, up=False)
    assert codes(FacilityType) == order


def test_a_facility_that_a_station_has_is_not_deleted(alice, make_station):
    make_station(facilities=["wifi"])
    with pytest.raises(ListError, match="1"):
        remove_facility_type(line=FacilityType.objects.get(code="wifi"), by=alice)
    remove_facility_type(line=FacilityType.objects.get(code="reading"), by=alice)
    assert "reading" not in codes(FacilityType)
    assert "wifi" in codes(FacilityType)


def test_a_have_goes_out_of_force_and_is_asked_for_no_longer(alice, make_station, signed_in):
    have = Have.objects.get(code="safeguards")
    given = {
        "name_zh": have.name_zh,
        "name_en": "",
        "asks_zh": have.asks_zh,
        "asks_en": "",
        "in_force": False,
    }
    change_line(line=have, by=alice, **given)
    page = signed_in(alice).get(f"/desk/stations/{make_station().pk}/").content.decode()
    assert "有场所" in page
    assert "有保障" not in page


def test_a_pledge_is_a_new_version_and_its_text_stays(alice, db):
    made = add_pledge(by=alice, version="2026", text_zh="一、热情接待", since=date(2026, 1, 1))
    assert made.text_en == "一、热情接待"
    with pytest.raises(ListError):
        add_pledge(by=alice, version="2026", text_zh="别的", since=date(2026, 2, 1))
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Pledge.objects.filter(pk=made.pk).update(text_zh="改了")


def test_only_the_centre_edits_lists(bob, mona, ivy, paul):
    have = Have.objects.get(code="staff")
    for person in (bob, mona, ivy, paul):
        with pytest.raises(PermissionDenied):
            add_line(kind=FacilityType, by=person, **CHAIR)
        with pytest.raises(PermissionDenied):
            move_line(line=have, by=person, up=True)
        with pytest.raises(PermissionDenied):
            add_pledge(by=person, version="x", text_zh="x", since=date(2026, 1, 1))
        with pytest.raises(PermissionDenied):
            remove_facility_type(line=FacilityType.objects.get(code="reading"), by=person)


def test_the_centre_works_on_the_pages(alice, signed_in, db):
    client = signed_in(alice)
    assert client.post("/desk/stations/lists/facilities/add/", CHAIR)["Location"] == "/desk/stations/lists/"
    client.post(
        "/desk/stations/lists/haves/staff/",
        {"name_zh": "有专人", "asks_zh": "明确一名站长", "in_force": "on"},
    )
    client.post("/desk/stations/lists/haves/staff/move/", {"to": "up"})
    client.post(
        "/desk/stations/lists/pledges/add/",
        {"version": "二", "since": "2026-01-01", "text_zh": "一、热情\n二、整洁"},
    )
    page = client.get("/desk/stations/lists/").content.decode()
    for text in ("按摩椅", "有专人", "版本 二", "一、热情<br>二、整洁"):
        assert text in page
    assert codes(Have)[:2] == ["premises", "staff"]
    assert page.index("有场所") < page.index("有专人") < page.index("有标识")
    assert page.index("空调") < page.index("冰箱") < page.index("桌椅") < page.index("按摩椅")
    client.post("/desk/stations/lists/facilities/massage_chair/delete/")
    assert not FacilityType.objects.filter(name_zh="按摩椅").exists()


def test_what_is_wrong_comes_back_with_what_was_typed(alice, signed_in, db):
    page = signed_in(alice).post(
        "/desk/stations/lists/facilities/add/", {"name_zh": "冰箱", "name_en": "Second"}
    )
    assert page.status_code == 200
    assert "清单中已有此名称" in page.content.decode()
    assert 'value="Second"' in page.content.decode()


@pytest.mark.parametrize("address", ["nothing/add/", "facilities/nothing/", "haves/nothing/", "pledges/1/"])
def test_there_is_no_other_list(alice, signed_in, db, address):
    assert signed_in(alice).get(f"/desk/stations/lists/{address}").status_code == 404
