"""The cast and the ground that tests stand on.

Two square districts with whole-number corners, side by side, so that answers can be seen:

    West 310101: 121.0-121.5 E, 31.0-31.5 N        East 310102: 121.5-122.0 E, 31.0-31.5 N

People: alice is a centre officer, bob an officer of West's union, ivy inspects West, paul plans, mona manages a station
when a test says so, charlie is signed in and nobody in particular.
"""

import tempfile
from collections.abc import Callable
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.cache import caches
from django.db import connection
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.test import Client

from geo.models import District, SpecialDay, wgs84_point
from stations.registry.models import Facility, FacilityType, Have, Station, StationManager
from stations.unions.models import Appointment, Role, TradeUnion, User

# Nothing is collected for tests: the finders serve it. Here, since the browser tests' server starts before any fixture of ours.
django_settings.STATIC_ROOT = None
_photos = tempfile.TemporaryDirectory(prefix="jieli-photos-")  # gone with the process
django_settings.MEDIA_ROOT = _photos.name


@receiver(post_migrate, sender=apps.get_app_config("registry"))
def rows_of_the_migrations_come_back(**_) -> None:
    """A test with its own transactions (a browser's) empties every table afterwards; Django then signals as after migrating."""
    if not SpecialDay.objects.exists():
        import_module("geo.migrations.0001_districts_and_special_days").load_special_days(apps, None)
    if not FacilityType.objects.exists():
        import_module("stations.registry.migrations.0002_facility_types").load(apps, None)
    if not Have.objects.exists():
        import_module("stations.registry.migrations.0004_paper_side_data").load(apps, None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """pytest-django's own, which cannot drop the database while Playwright's event loop holds a connection of its own.

    Only our own connections: autovacuum's may not be ended, and do not hinder.
    """
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def quick_settings(settings):
    """No manifest of static files and no slow password hashes in tests, and nothing sent in this minute."""
    caches["rates"].clear()
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_AUTOREFRESH = True
    settings.WHITENOISE_USE_FINDERS = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def square(west: float, south: float, east: float, north: float) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, east, north)), srid=4326)


@pytest.fixture
def west(db) -> District:
    return District.objects.create(
        code="310101", name="西区", name_en="West", outline=square(121.0, 31.0, 121.5, 31.5), source="test"
    )


@pytest.fixture
def east(db) -> District:
    return District.objects.create(
        code="310102", name="东区", name_en="East", outline=square(121.5, 31.0, 122.0, 31.5), source="test"
    )


@pytest.fixture
def west_union(west) -> TradeUnion:
    return TradeUnion.objects.create(name="西区总工会", level=TradeUnion.Level.DISTRICT, district=west)


@pytest.fixture
def east_union(east) -> TradeUnion:
    return TradeUnion.objects.create(name="东区总工会", level=TradeUnion.Level.DISTRICT, district=east)


@pytest.fixture
def bank_union(db) -> TradeUnion:
    """A bureau's union, without territory."""
    return TradeUnion.objects.create(name="金融工会", level=TradeUnion.Level.BUREAU)


def person(username: str, role: Role | None = None, **scope) -> User:
    user = User.objects.create_user(username, password=f"{username}-password")
    if role:
        Appointment.objects.create(user=user, role=role, **scope)
    return user


@pytest.fixture
def alice(db) -> User:
    """Centre officer."""
    return person("alice", Role.CENTRE_OFFICER)


@pytest.fixture
def bob(west_union) -> User:
    """Officer of West's union."""
    return person("bob", Role.UNION_OFFICER, union=west_union)


@pytest.fixture
def ivy(west) -> User:
    """Inspector in West's territory."""
    return person("ivy", Role.INSPECTOR, district=west)


@pytest.fixture
def paul(db) -> User:
    """Planner."""
    return person("paul", Role.PLANNER)


@pytest.fixture
def mona(db) -> User:
    """Station manager (站长) of the stations that a test gives her by `manages`."""
    return person("mona")


@pytest.fixture
def charlie(db) -> User:
    """Signed in, with no role."""
    return person("charlie")


def manages(user: User, station: Station) -> StationManager:
    return StationManager.objects.create(user=user, station=station)


@pytest.fixture
def make_station(west, east, west_union) -> Callable[..., Station]:
    """`make_station("name", 121.25, 31.25, facilities={"wifi": "broken"}, hours_text="...", ...)`; any field of Station."""

    def make(name="站点", lon=121.25, lat=31.25, *, facilities=(), **fields) -> Station:
        station = Station.objects.create(
            name=name,
            point=wgs84_point(lon, lat),
            **{
                "address": "测试路1号",
                "declared_lon": lon,
                "declared_lat": lat,
                "declared_datum": "wgs84",
                "union": west_union,
                **fields,
            },
        )
        conditions = facilities if isinstance(facilities, dict) else dict.fromkeys(facilities, "working")
        for code, condition in conditions.items():
            Facility.objects.create(
                station=station,
                type_id=code,
                condition=condition,
                broken_since=date(2026, 3, 1) if condition == "broken" else None,
            )
        station.refresh_from_db()
        return station

    return make


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """`signed_in(alice)` is a client with the session of alice."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
