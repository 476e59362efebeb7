"""A station's full page shows those who look after it all that Annex 2 and chapter 2 name, and its phone to those who need it."""

from datetime import UTC, date, datetime

import pytest

from stations.registry.models import Acceptance, Have, Nameplate, StationContact
from stations.unions.models import Role
from tests.conftest import manages, person

WHEN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def full(make_station, mona, bob):
    """A station with everything."""
    station = make_station(
        "全站",
        121.75,  # in East, though West's union owns it
        nameplate_no="沪-100",
        kind="sanitation",
        host_kind="pharmacy",
        host_name="某药房",
        address="测试路8号",
        public_phone="021-62345678",
        area_m2=3.5,
        hours_text="Mo-Fr 09:00-17:00",
        services=["water", "meal"],
        planned_completion=date(2026, 6, 1),
        facilities={"fridge": "working", "wifi": "broken", "toilet": "removed"},
    )
    StationContact.objects.create(station=station, manager_name="负责人甲", mobile="13900000001")
    manages(mona, station)
    for code, accepted, note in (("premises", True, ""), ("signage", False, "铭牌未挂")):
        Acceptance.objects.create(
            station=station, have_id=code, accepted=accepted, note=note, by=bob, at=WHEN
        )
    return station


def page(client, station) -> str:
    return client.get(f"/desk/stations/{station.pk}/").content.decode()


def test_it_shows_what_annex_2_and_chapter_2_name(full, ivy_of_east, signed_in):
    shown = page(signed_in(ivy_of_east), full)
    for text in (
        "全站", "沪-100", "环卫", "药房", "某药房", "测试路8号", "东区", "西区总工会", "021-62345678", "3.5 m²",
        "周一至周五 9:00-17:00", "饮水", "2026-06-01", "冰箱", "坏了，自 2026-03-01", "撤除", "拓展", "mona",
        "121.750000, 31.250000", "WGS-84", "不在所属工会的辖区内",
    ):  # fmt: skip
        assert text in shown, text


def test_who_accepted_what_and_when(full, bob, signed_in):
    shown = page(signed_in(bob), full)
    assert "bob · 2026-03-02 09:00" in shown  # Shanghai's time
    assert "铭牌未挂" in shown
    assert shown.count("尚未验收") == Have.objects.count() - 2


def test_every_nameplate_the_station_had(full, alice, signed_in):
    full.nameplate_no = "沪-200"
    full.save(update_fields=["nameplate_no"])
    assert Nameplate.objects.filter(station=full).count() == 2
    shown = page(signed_in(alice), full)
    assert "沪-100" in shown
    assert "已收回" in shown


def test_the_private_phone_is_for_those_who_need_it(full, alice, bob, mona, ivy_of_east, signed_in):
    for one in (alice, bob, mona):
        shown = page(signed_in(one), full)
        assert "13900000001" in shown
        assert "负责人甲" in shown
    shown = page(signed_in(ivy_of_east), full)
    assert "13900000001" not in shown
    assert "负责人甲" not in shown


def test_who_may_not_change_it_gets_no_forms(full, ivy_of_east, mona, signed_in):
    assert f"/desk/stations/{full.pk}/photos/" in page(signed_in(mona), full)
    shown = page(signed_in(ivy_of_east), full)
    for part in ("photos", "hours", "care", "pledge", "close", "edit"):
        assert f'"/desk/stations/{full.pk}/{part}/' not in shown, part


def test_a_public_station_in_others_care_is_refused_and_a_hidden_one_is_not_there(
    full, charlie, make_station, signed_in
):
    client = signed_in(charlie)
    assert client.get(f"/desk/stations/{full.pk}/").status_code == 403
    assert client.get(f"/desk/stations/{make_station(status='suspended').pk}/").status_code == 404
    assert client.get("/desk/stations/99999999999999999999/").status_code == 404


def test_hostile_text_stays_text(make_station, alice, signed_in):
    evil = "<img src=x onerror=alert(1)>{{7*7}}"
    station = make_station(evil, address=evil, host_name=evil)
    StationContact.objects.create(station=station, manager_name=evil[:40])
    client = signed_in(alice)
    for address in (f"/desk/stations/{station.pk}/", "/desk/stations/", "/desk/"):
        shown = client.get(address).content.decode()
        assert "<img src=x" not in shown
        assert "{49}" not in shown


@pytest.fixture
def ivy_of_east(east):
    """Inspector in East's territory."""
    return person("ines", Role.INSPECTOR, district=east)
