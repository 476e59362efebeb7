"""After signing in, each role lands at what needs doing now."""

from datetime import timedelta

import pytest
from django.utils import timezone

from stations.filing.choices import Decision, FilingKind, FilingState
from stations.filing.models import FieldChange, Filing, FilingItem
from stations.registry.models import Facility, TemporaryClosure
from tests.conftest import manages


def shown(client, address="/desk/") -> str:
    return client.get(address).content.decode()


def tiles(client) -> dict[str, tuple[int, int | None]]:
    """From the label of each tile to its count and the days of the oldest."""
    context = client.get("/desk/").context
    return {
        one.label: (one.count, one.days)
        for one in [*context["filing_tiles"], *context.get("station_tiles", [])]
    }


@pytest.fixture
def file(bob, west_union):
    """`file("submitted", days=3)`: a filing of West's union that has stood in this state for 3 days."""

    def make(state, *, kind=FilingKind.NEW, days=0, union=west_union, by=bob):
        since = timezone.now() - timedelta(days=days)
        return Filing.objects.create(
            kind=kind, state=state, union=union, created_by=by, submitted_at=since, state_since=since
        )

    return make


def test_the_desk_asks_for_a_sign_in(client, db):
    assert client.get("/desk/")["Location"] == "/accounts/login/?next=/desk/"


def test_a_planner_lands_at_the_gap_map(paul, signed_in):
    assert signed_in(paul).get("/desk/")["Location"] == "/planner/"


def test_somebody_without_a_role_is_told_so(charlie, make_station, signed_in):
    make_station("公开站")
    for address in ("/desk/", "/desk/stations/"):
        page = shown(signed_in(charlie), address)
        assert "公开站" not in page
        assert "您名下还没有站点" in page


def test_a_manager_sees_the_own_stations_and_whether_they_are_open(mona, make_station, signed_in):
    station = make_station("我的站", hours_text="24/7", facilities={"microwave": "broken"})
    manages(mona, station)
    manages(mona, make_station("晚上", hours_text="24/7"))
    make_station("别人的站")
    now = timezone.now()
    TemporaryClosure.objects.create(station=station, during=(now, now + timedelta(days=1)))
    page = shown(signed_in(mona))
    assert "我的站" in page
    assert "别人的站" not in page
    assert page.count("现在开放，昼夜不关") == 1
    assert "微波炉：坏了，自 2026-03-01" in page


def test_a_manager_sees_what_became_of_the_own_changes(mona, make_station, file, signed_in):
    station = make_station("我的站")
    manages(mona, station)
    filing = file(FilingState.SUBMITTED, kind=FilingKind.CHANGE, by=mona)
    item = FilingItem.objects.create(filing=filing, station=station, position=1)
    FieldChange.objects.create(item=item, field="name", before="旧", after="新")
    FieldChange.objects.create(
        item=item, field="address", decision=Decision.RESTORED, decided_at=timezone.now()
    )
    page = shown(signed_in(mona))
    assert "1 项待工会确认" in page
    assert "1 项被工会恢复原值" in page


def test_a_union_officer_sees_the_queue_with_its_ages(bob, file, east_union, signed_in):
    file(FilingState.SUBMITTED, days=3)
    file(FilingState.SUBMITTED, days=8)
    file(FilingState.SUBMITTED, union=east_union)
    file(FilingState.SUBMITTED, kind=FilingKind.CHANGE, days=1)
    file(FilingState.RETURNED)
    found = tiles(signed_in(bob))
    assert found["待审核的备案"] == (2, 8)
    assert found["待推荐的备案"] == (0, None)
    assert found["待确认的变更"] == (1, 1)
    assert found["被退回的备案"] == (1, 0)
    assert "待批准的备案" not in found


def test_the_centre_sees_what_it_has_to_approve(alice, file, east_union, signed_in):
    file(FilingState.RECOMMENDED, days=2)
    file(FilingState.RECOMMENDED, union=east_union)
    file(FilingState.SUBMITTED)
    found = tiles(signed_in(alice))
    assert found["待批准的备案"] == (2, 2)
    assert "待审核的备案" not in found


def test_what_is_amiss_with_the_stations_in_care(bob, mona, make_station, east_union, signed_in):
    kept = make_station("坏站", facilities={"wifi": "broken", "fridge": "broken"})
    manages(mona, kept)
    make_station("无人")
    make_station("停", status="suspended", facilities={"wifi": "broken"})
    make_station("他们的", union=east_union, facilities={"wifi": "broken"})
    Facility.objects.filter(station=kept, type="wifi").update(
        broken_since=timezone.localdate() - timedelta(days=5)
    )
    Facility.objects.filter(station=kept, type="fridge").delete()
    client = signed_in(bob)
    found = tiles(client)
    assert found["有设施损坏的站点"] == (1, 5)
    assert found["没有站长的站点"] == (1, None)
    assert found["我负责的站点"] == (3, None)
    assert "他们的" not in shown(client)
    assert "5 天" in shown(client)


def test_an_inspector_has_the_districts_stations_and_no_filings(ivy, make_station, bank_union, signed_in):
    make_station("本区", 121.25, union=bank_union)
    make_station("外区", 121.75, union=bank_union)
    client = signed_in(ivy)
    assert set(tiles(client)) == {"有设施损坏的站点", "没有站长的站点", "30 天无人使用的站点", "我负责的站点"}
    page = shown(client, "/desk/stations/")
    assert "本区" in page
    assert "外区" not in page


def test_the_rooms_are_those_that_open(alice, bob, mona, charlie, make_station, signed_in):
    manages(mona, make_station())

    def rooms(user):
        return [room["label"] for room in signed_in(user).get("/desk/").context["desk_rooms"]]

    assert rooms(charlie) == ["待办"]
    assert rooms(mona) == ["待办", "站点", "使用情况", "备案"]
    assert set(rooms(bob)) <= {"待办", "站点", "使用情况", "备案", "人员"}
    assert set(rooms(alice)) <= {"待办", "站点", "使用情况", "备案", "人员", "基础清单"}
    assert "站点" in rooms(bob)


def test_a_room_says_that_the_reader_is_in_it(alice, make_station, signed_in):
    station = make_station()
    for address, wanted in {
        "/desk/": "待办",
        "/desk/stations/": "站点",
        f"/desk/stations/{station.pk}/": "站点",
    }.items():
        here = [room for room in signed_in(alice).get(address).context["desk_rooms"] if room["here"]]
        assert [room["label"] for room in here] == [wanted]


def test_the_home_needs_few_queries_however_many_stations(
    alice, bob, mona, make_station, file, signed_in, django_assert_max_num_queries
):
    clients = [signed_in(user) for user in (alice, bob, mona)]
    for number in range(8):
        manages(mona, make_station(f"站{number}", facilities={"wifi": "broken"}))
        file(FilingState.SUBMITTED)
    for client in clients:
        shown(client)
        with django_assert_max_num_queries(16):
            shown(client)


def test_the_header_shows_a_person_only_the_rooms_that_open(alice, paul, charlie, client, db, signed_in):
    assert 'class="rooms"' not in client.get("/").content.decode()
    assert "/planner/" not in shown(signed_in(charlie))
    assert "/admin/" not in shown(signed_in(alice))
    assert 'href="/planner/"' in signed_in(paul).get("/").content.decode()
