"""After signing in, each role lands at its own work."""

from tests.conftest import manages


def shown(client, query="") -> str:
    return client.get("/desk/" + query).content.decode()


def test_the_desk_asks_for_a_sign_in(client, db):
    assert client.get("/desk/")["Location"] == "/accounts/login/?next=/desk/"


def test_a_planner_lands_at_the_gap_map(paul, signed_in):
    assert signed_in(paul).get("/desk/")["Location"] == "/planner/"


def test_the_centre_sees_every_station_whatever_its_status(alice, make_station, signed_in):
    make_station("甲站")
    make_station("乙站", 121.75, status="withdrawn")
    page = shown(signed_in(alice))
    assert "甲站" in page
    assert "乙站" in page
    assert "撤销" in page


def test_a_union_officer_sees_the_unions_own_stations_only(bob, make_station, east_union, signed_in):
    make_station("我们的")
    make_station("他们的", union=east_union)
    page = shown(signed_in(bob))
    assert "我们的" in page
    assert "他们的" not in page


def test_an_inspector_sees_the_districts_territory_whichever_union_owns_it(
    ivy, make_station, bank_union, signed_in
):
    make_station("本区", 121.25, union=bank_union)
    make_station("外区", 121.75, union=bank_union)
    page = shown(signed_in(ivy))
    assert "本区" in page
    assert "外区" not in page


def test_a_manager_sees_the_own_station_only(mona, make_station, signed_in):
    manages(mona, make_station("我的站"))
    make_station("别人的站")
    page = shown(signed_in(mona))
    assert "我的站" in page
    assert "别人的站" not in page


def test_somebody_without_a_role_is_told_so(charlie, make_station, signed_in):
    make_station("公开站")
    page = shown(signed_in(charlie))
    assert "公开站" not in page
    assert "您名下还没有站点" in page


def test_broken_facilities_are_named_and_can_be_asked_for(alice, make_station, signed_in):
    make_station("坏站", facilities={"microwave": "broken", "fridge": "broken"})
    make_station("好站", facilities=["microwave"])
    client = signed_in(alice)
    assert "微波炉：坏了，自 2026-03-01" in shown(client)
    page = shown(client, "?broken=1")
    assert page.count(">坏站<") == 1
    assert "好站" not in page


def test_the_list_can_be_searched_and_bears_odd_pages(alice, make_station, signed_in):
    make_station("甲站", nameplate_no="沪-9")
    make_station("乙站")
    page = shown(signed_in(alice), "?q=沪-9&page=zzz")
    assert "甲站" in page
    assert "乙站" not in page


def test_the_list_needs_few_queries(alice, make_station, signed_in, django_assert_max_num_queries):
    for number in range(12):
        make_station(f"站{number}", facilities={"wifi": "broken"})
    client = signed_in(alice)
    shown(client)
    with django_assert_max_num_queries(8):
        shown(client)


def test_the_header_shows_a_person_only_the_rooms_that_open(alice, paul, charlie, client, db, signed_in):
    assert 'class="rooms"' not in client.get("/").content.decode()
    assert "/planner/" not in shown(signed_in(charlie))
    assert "/admin/" not in shown(signed_in(alice))
    assert 'href="/planner/"' in signed_in(paul).get("/").content.decode()
