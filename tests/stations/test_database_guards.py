"""What the database itself refuses and records, whichever program writes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction

from geo.models import wgs84_point
from stations.registry.models import Facility, Station, TemporaryClosure

INSERT = """
    INSERT INTO registry_station (name, kind, status, host_name, host_kind, address, point, declared_lon, declared_lat,
        declared_datum, district_id, union_id, public_phone, hours_text, services, is_demo, version, created_at, updated_at)
    VALUES ('by SQL', 'relay', 'active', '', 'other', 'x', {point}, 121.2, 31.2, 'wgs84', %s, %s, '12351', '',
        '{{}}', false, 1, now(), now())
"""


def insert(point: str, union, district=None) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT.format(point=point), [district, union.pk])


def test_a_good_point_is_taken_and_its_district_found(west, east, west_union):
    insert("'POINT(121.7 31.2)'", west_union, district=west.pk)
    assert Station.objects.get().district == east


@pytest.mark.parametrize(
    "point",
    [
        "'POINT(NaN NaN)'",
        "'POINT(121.2 NaN)'",
        "ST_SetSRID(ST_MakePoint('Infinity', 31.2), 4326)::geography",
        "ST_SetSRID(ST_MakePoint(121.2, '-Infinity'), 4326)::geography",
        "'POINT EMPTY'",
        "'POINT(31.2 121.2)'",
        "'POINT(0 0)'",
        "'POINT(116.4 39.9)'",
        "'POINT(121.25 31.75)'",  # in the service area, in no district
        "'POINT(121.2 -31.2)'",
        "NULL",
        "ST_GeogFromText('LINESTRING(121.2 31.2, 121.3 31.3)')",
    ],
)
def test_direct_sql_cannot_insert_a_bad_point(west, east, west_union, point):
    with pytest.raises(DatabaseError):
        insert(point, west_union, district=west.pk)
    assert not Station.objects.exists()


@pytest.mark.parametrize(
    ("lon", "lat", "inside"),
    [
        (120.7, 30.5, True),
        (122.4, 32.0, True),
        (120.69, 31.0, False),
        (122.41, 31.0, False),
        (121.5, 30.49, False),
        (121.5, 32.01, False),
    ],
)
def test_the_service_area_ends_on_all_four_sides_and_includes_them(db, lon, lat, inside):
    with connection.cursor() as cursor:
        cursor.execute("SELECT geo_in_service_area(ST_MakePoint(%s, %s)::geography)", [lon, lat])
        assert cursor.fetchone() == (inside,)


@pytest.mark.parametrize(
    "point", ["'POINT(NaN NaN)'", "'POINT(31.2 121.2)'", "'POINT EMPTY'", "'POINT(116.4 39.9)'"]
)
def test_direct_sql_cannot_move_a_station_to_a_bad_point(make_station, point):
    station = make_station()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE registry_station SET point = {point}")
    assert Station.objects.get().point.coords == station.point.coords


@pytest.mark.parametrize(
    "change",
    [
        "status = 'open'",
        "kind = 'site'",
        "host_kind = 'palace'",
        "services = '{water,beer}'",
        "area_m2 = 0",
        "area_m2 = -1",
        "name = ''",
        "nameplate_no = ''",
    ],
)
def test_direct_sql_cannot_write_values_off_the_lists(make_station, change):
    make_station()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE registry_station SET {change}")


def test_a_district_set_by_hand_gives_way_to_the_one_on_the_map(make_station, east):
    make_station(lon=121.25)
    Station.objects.update(district=east)
    assert Station.objects.get().district.name == "西区"


def test_moving_a_station_in_bulk_moves_it_to_the_other_district(make_station):
    make_station(lon=121.25)
    Station.objects.update(point=wgs84_point(121.75, 31.25))
    assert Station.objects.get().district.name == "东区"


def test_a_place_in_a_sliver_beside_a_district_belongs_to_the_nearest(make_station):
    assert make_station(lon=121.25, lat=31.501).district.name == "西区"  # 111 m north of its edge


def test_every_change_makes_a_new_version_and_no_change_makes_none(make_station):
    station = make_station(name="before")
    Station.objects.update(name="before")
    assert Station.objects.get().version == station.version
    Station.objects.update(name="after")
    assert Station.objects.get().version == station.version + 1


def test_bulk_sql_updates_leave_history(make_station):
    make_station("one", 121.1)
    make_station("two", 121.2)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_station SET name = name || '!'")
        cursor.execute("DELETE FROM registry_station WHERE name = 'two!'")
    history = apps.get_model("registry", "StationEvent").objects.values_list("pgh_label", "name")
    assert sorted(history) == [  # one statement may take its rows in any order
        ("delete", "two!"),
        ("insert", "one"),
        ("insert", "two"),
        ("update", "one!"),
        ("update", "two!"),
    ]


def test_a_facility_that_comes_breaks_or_goes_is_a_new_version_of_its_station(make_station):
    station, other = make_station("one", 121.1), make_station("two", 121.2)

    def version(of):
        return Station.objects.get(pk=of.pk).version

    Facility.objects.create(station=station, type_id="wifi")
    assert (version(station), version(other)) == (2, 1)
    Facility.objects.update(condition="broken", broken_since="2026-03-01")
    assert (version(station), version(other)) == (3, 1)
    Facility.objects.update(station=other)
    assert (version(station), version(other)) == (4, 2)
    Facility.objects.all().delete()
    assert (version(station), version(other)) == (4, 3)


def test_a_temporary_closure_is_a_new_version_of_its_station(make_station):
    station = make_station()
    start = datetime(2026, 3, 3, tzinfo=UTC)
    TemporaryClosure.objects.create(station=station, during=(start, start + timedelta(days=1)))
    assert Station.objects.get().version == 2


def test_closures_of_one_station_do_not_overlap(make_station):
    station = make_station()
    start = datetime(2026, 3, 3, tzinfo=UTC)
    TemporaryClosure.objects.create(station=station, during=(start, start + timedelta(days=2)))
    with pytest.raises(IntegrityError), transaction.atomic():
        TemporaryClosure.objects.create(station=station, during=(start + timedelta(days=1), None))


def test_a_broken_facility_has_a_date(make_station):
    station = make_station()
    with pytest.raises(IntegrityError), transaction.atomic():
        Facility.objects.create(station=station, type_id="wifi", condition="broken")


def test_a_nameplate_number_is_given_once(make_station):
    make_station(nameplate_no="A1")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_station(nameplate_no="A1")
    make_station("no plate", 121.1)
    make_station("no plate either", 121.2)
