"""The administrators' pages: they open, and a station moves by what is declared of it."""

import pytest

from geo.models import District, SpecialDay
from stations.registry.models import Station


@pytest.fixture
def admin(alice, signed_in):
    alice.is_staff = alice.is_superuser = True
    alice.save()
    return signed_in(alice)


PAGES = [
    "registry/station",
    "registry/facilitytype",
    "unions/user",
    "unions/tradeunion",
    "geo/specialday",
    "geo/district",
]


@pytest.mark.parametrize("page", PAGES)
def test_the_lists_open(admin, make_station, page):
    make_station()
    assert admin.get(f"/admin/{page}/").status_code == 200


def test_districts_are_shown_and_not_edited(admin, west):
    assert admin.get(f"/admin/geo/district/{west.pk}/change/").status_code == 200
    assert admin.post(f"/admin/geo/district/{west.pk}/change/", {"name": "x"}).status_code == 403
    assert admin.get("/admin/geo/district/add/").status_code == 403
    assert District.objects.get().name == "西区"


def test_special_days_are_edited(admin, db):
    day = {"date": "2031-01-01", "kind": "holiday", "name_zh": "元旦"}
    assert admin.post("/admin/geo/specialday/add/", day).status_code == 302
    assert SpecialDay.objects.filter(date="2031-01-01").exists()


def form_of(station, **changes):
    fields = [
        "name",
        "kind",
        "status",
        "host_name",
        "host_kind",
        "address",
        "declared_lon",
        "declared_lat",
        "declared_datum",
    ]
    data = {field: getattr(station, field) for field in [*fields, "public_phone", "hours_text"]}
    for prefix in ("facilities", "closures", "managers", "contact"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return {**data, "union": station.union_id, "services": "", "nameplate_no": "", **changes}


def test_a_station_moves_by_its_declared_position(admin, make_station):
    station = make_station(lon=121.25)
    url = f"/admin/registry/station/{station.pk}/change/"
    answer = admin.post(url, form_of(station, declared_lon="121.75"))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    moved = Station.objects.get()
    assert (moved.point.x, moved.district.name, moved.nameplate_no) == (121.75, "东区", None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"declared_lon": "31.25", "declared_lat": "121.25"}, "declared_lon"),
        ({"declared_lon": "nan"}, "declared_lon"),
        ({"declared_lat": "39.9"}, "declared_lon"),
        ({"hours_text": "9:00-25:00"}, "hours_text"),
    ],
)
def test_a_bad_value_is_an_error_of_its_field(admin, make_station, changes, field):
    station = make_station()
    answer = admin.post(f"/admin/registry/station/{station.pk}/change/", form_of(station, **changes))
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert Station.objects.get().point.coords == station.point.coords


def test_staff_without_superuser_do_not_get_in(alice, bob, signed_in, db):
    for person in (alice, bob):
        person.is_staff = True
        person.save()
        for page in ("", *(f"{one}/" for one in PAGES)):
            answer = signed_in(person).get(f"/admin/{page}")
            assert answer.status_code == 302
            assert "/admin/login/" in answer["Location"]
