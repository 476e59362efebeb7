"""The list of stations shows each role the own stations, with as many queries for one as for thousands."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import manages


def test_the_centre_sees_every_station_whatever_its_status(alice, make_station, signed_in):
    make_station("甲站")
    make_station("乙站", 121.75, status="withdrawn")
    page = signed_in(alice).get("/desk/stations/").content.decode()
    assert "甲站" in page
    assert "乙站" in page
    assert "撤销" in page


def test_a_union_officer_sees_the_unions_own_stations_only(bob, make_station, east_union, signed_in):
    make_station("我们的")
    make_station("他们的", union=east_union)
    page = signed_in(bob).get("/desk/stations/").content.decode()
    assert "我们的" in page
    assert "他们的" not in page


def test_a_manager_sees_the_own_station_only(mona, make_station, signed_in):
    manages(mona, make_station("我的站"))
    make_station("别人的站")
    page = signed_in(mona).get("/desk/stations/").content.decode()
    assert "我的站" in page
    assert "别人的站" not in page


def test_filters_and_files_do_not_reach_beyond_the_readers_care(bob, make_station, east_union, signed_in):
    make_station("他们的", 121.75, union=east_union)
    client = signed_in(bob)
    for query in ("?q=他们", f"?union={east_union.pk}", "?district=310102", "?status=active"):
        assert client.get("/desk/stations/" + query).context["page"].paginator.count == 0
        assert "他们的" not in b"".join(client.get(f"/desk/stations/{query}&export=csv")).decode()


def test_the_number_of_queries_does_not_depend_on_the_rows(alice, mona, make_station, signed_in):
    client = signed_in(alice)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/desk/stations/").status_code == 200
        return len(caught)

    make_station("第一")
    queries()  # what is remembered
    one = queries()
    for number in range(30):
        manages(mona, make_station(f"站{number}", facilities={"wifi": "broken", "fridge": "broken"}))
    assert queries() == one
    assert one < 15
