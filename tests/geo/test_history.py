"""History is kept whoever writes and however, and the role that serves the site cannot write, rewrite or avoid it."""

import json
import subprocess
import sys
from decimal import Decimal

import psycopg2.errors
import pytest
from django.apps import apps
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.db.models import F
from django.test import RequestFactory
from pghistory.middleware import HistoryMiddleware
from pghistory.models import Context

from geo import checks, history
from geo.models import wgs84_point
from geo.postgres import PROJECT
from stations.registry.models import Station

APP = settings.JIELI_APP_ROLE


def sql(statement, params=()):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else None


def refused(statement):
    """What the database says to it; the test fails if it lets it through."""
    with pytest.raises(ProgrammingError) as caught, transaction.atomic():
        sql(statement)
    assert isinstance(caught.value.__cause__, psycopg2.errors.InsufficientPrivilege), caught.value
    return str(caught.value)


@pytest.fixture
def as_app():
    """From here on the application's role writes. Named last, so that the cast and the ground are there already."""

    def begin():
        assert history.role_exists(APP), "./run start makes the application's role"
        sql(f"SET ROLE {APP}")

    yield begin
    sql("RESET ROLE")


def events(**found):
    return apps.get_model("registry", "StationEvent").objects.filter(**found).order_by("pgh_id")


# It cannot write history.


def test_no_history_table_can_be_written(db, as_app):
    tables = history.history_tables()
    assert {"pghistory_context", "registry_stationevent", "registry_facilityevent"} <= tables
    as_app()
    for table in tables:
        column = "id" if table == "pghistory_context" else "pgh_id"
        sql(f"SELECT count(*) FROM {table}")
        refused(f"INSERT INTO {table} DEFAULT VALUES")
        refused(f"UPDATE {table} SET {column} = {column}")
        refused(f"DELETE FROM {table}")
        refused(f"TRUNCATE {table} CASCADE")
        refused(f"COPY {table} FROM '/dev/null'")


def test_nor_the_record_of_migrations(db, as_app):
    as_app()
    refused("DELETE FROM django_migrations")


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE registry_station DISABLE TRIGGER ALL",
        "ALTER TABLE registry_station DISABLE TRIGGER USER",
        "ALTER TABLE registry_stationevent ADD COLUMN x int",
        "DROP TABLE registry_stationevent",
        "DROP TABLE registry_station CASCADE",
        "DROP FUNCTION _pgh_attach_context() CASCADE",
        "CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
        "SELECT _pgh_attach_context()",
        "SET session_replication_role = replica",
        "TRUNCATE registry_station CASCADE",
        "CREATE TABLE mine (id int)",
        "CREATE TEMP TABLE mine (id int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE RULE no_more AS ON UPDATE TO registry_station DO INSTEAD NOTHING",
        "CREATE TRIGGER mine BEFORE UPDATE ON registry_station FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE ROLE another",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT ALL ON TABLES TO {app}",
    ],
)
def test_no_way_around_is_open(db, as_app, statement):
    owner = sql("SELECT current_user")[0][0]
    as_app()
    refused(statement.format(owner=owner, app=APP))


def test_the_role_is_nobody_special(db):
    found = "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = %s"
    assert sql(found, [APP]) == [(False,) * 5]
    assert sql("SELECT count(*) FROM pg_auth_members WHERE member = %s::regrole", [APP]) == [(0,)]
    assert sql("SELECT count(*) FROM pg_class WHERE relowner = %s::regrole", [APP]) == [(0,)]


def test_it_cannot_call_what_writes_history_nor_hang_it_on_a_table_of_its_own(db):
    functions = [*history.tracking_functions(), "_pgh_attach_context"]
    assert len(functions) > 9
    for name in functions:
        assert sql("SELECT has_function_privilege(%s, %s, 'EXECUTE')", [APP, f"{name}()"]) == [(False,)], name
        assert sql("SELECT prosecdef, proconfig FROM pg_proc WHERE proname = %s", [name]) == [
            (True, ["search_path=public, pg_temp"])
        ], name


# It can write everything else, and history follows.


def test_every_table_of_ours_that_is_no_history_can_be_written(db):
    written = history.writable_tables()
    assert {"registry_station", "unions_user", "django_session", "axes_accessattempt"} <= written
    for table in written:
        for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            assert sql("SELECT has_table_privilege(%s, %s, %s)", [APP, table, right]) == [(True,)], table


def test_a_change_leaves_what_it_was_and_what_it_is(make_station, as_app):
    station = make_station("旧名", area_m2=Decimal(20))
    as_app()
    station.name = "新名"
    station.save()
    Station.objects.update(area_m2=F("area_m2") + 5)
    sql("UPDATE registry_station SET point = 'POINT(121.3 31.3)', hours_text = ''")
    station.refresh_from_db()
    station.host_name = "银行"
    Station.objects.bulk_update([station], ["host_name"])
    Station.objects.all().delete()
    told = [(one.pgh_label, one.name, one.area_m2, one.point.x, one.host_name) for one in events()]
    assert told == [
        ("insert", "旧名", 20, 121.25, ""),
        ("update", "新名", 20, 121.25, ""),
        ("update", "新名", 25, 121.25, ""),
        ("update", "新名", 25, 121.3, ""),
        ("update", "新名", 25, 121.3, "银行"),
        ("delete", "新名", 25, 121.3, "银行"),
    ]


def test_new_rows_in_bulk_are_kept_too(west, west_union, as_app):
    as_app()
    place = {"point": wgs84_point(121.2, 31.2), "declared_lon": 121.2, "declared_lat": 31.2}
    made = [
        Station(name=f"站{number}", address="x", declared_datum="wgs84", union=west_union, **place)
        for number in range(3)
    ]
    Station.objects.bulk_create(made)
    assert [one.name for one in events(pgh_label="insert")] == ["站0", "站1", "站2"]


def test_no_writer_can_have_the_triggers_passed_over(make_station, as_app):
    make_station("before", lon=121.25)
    triggers = sql("SELECT array_agg(tgname::text) FROM pg_trigger WHERE NOT tgisinternal")[0][0]
    as_app()
    for _ in ("as the application", "as the owner"):
        sql("SELECT set_config('pgtrigger.ignore', %s::text[]::text, true)", [triggers])
        sql("UPDATE registry_station SET name = name || '!', point = 'POINT(121.75 31.25)'")
        sql("RESET ROLE")
    assert [one.name for one in events()] == ["before", "before!", "before!!"]
    assert Station.objects.get().district.name == "东区"


# Who did it.


def told_by(event):
    return event.pgh_context.metadata


def test_a_change_on_the_site_says_who_and_where(make_station, alice, signed_in):
    station = make_station("旧名")
    answer = signed_in(alice).patch(
        f"/api/stations/{station.pk}/",
        json.dumps({"name": "新名"}),
        "application/json",
        headers={"If-Match": f'"{station.version}"'},
    )
    assert answer.status_code == 200, answer.content
    owner = connection.settings_dict["USER"]
    assert told_by(events(pgh_label="update").get()) == {
        "user": alice.pk,
        "url": f"/api/stations/{station.pk}/",
        "role": owner,
    }


def test_the_query_with_its_positions_and_phones_is_not_kept(make_station):
    make_station()

    def change(request):
        sql("UPDATE registry_station SET name = 'on the site'")

    HistoryMiddleware(change)(RequestFactory().post("/somewhere/?near=121.4737,31.2304&phone=13900000001"))
    assert told_by(events(pgh_label="update").get())["url"] == "/somewhere/"


def test_a_change_by_sql_says_which_role_of_the_database_it_was(make_station):
    make_station()
    sql("UPDATE registry_station SET name = 'by SQL'")
    assert told_by(events(pgh_label="update").get()) == {"role": connection.settings_dict["USER"]}


def test_who_did_something_earlier_cannot_be_changed_later(make_station, alice, as_app):
    make_station()
    as_app()
    for told in ('{"user": 1}', '{"user": 2}', '{"role": "somebody else"}'):
        sql("SELECT set_config('pghistory.context_id', '7d2f3c86-6f0e-4f53-a8f6-0c2ad66f5d3b', true)")
        sql("SELECT set_config('pghistory.context_metadata', %s, true)", [told])
        sql("UPDATE registry_station SET name = name || '!'")
    owner = connection.settings_dict["USER"]  # who signed in to the database, and only seems to be another
    assert [told_by(one) for one in events(pgh_label="update")] == [
        {"user": 1, "role": owner},
        {"user": 2, "role": owner},
        {"role": owner},
    ]


def test_the_same_words_in_one_request_are_kept_once(make_station):
    make_station()
    sql("SELECT set_config('pghistory.context_id', '7d2f3c86-6f0e-4f53-a8f6-0c2ad66f5d3b', true)")
    sql("SELECT set_config('pghistory.context_metadata', '{\"user\": 1}', true)")
    before = Context.objects.count()
    for _ in range(3):
        sql("UPDATE registry_station SET name = name || '!'")
    assert Context.objects.count() == before + 1


# The rights come with the migrations.


def test_what_was_granted_or_weakened_by_hand_is_put_right(make_station, as_app):
    function = next(history.tracking_functions())
    sql(f"GRANT ALL ON registry_stationevent, django_migrations TO {APP}")
    sql(f"REVOKE ALL ON registry_station FROM {APP}")
    sql(f'ALTER FUNCTION "{function}"() SECURITY INVOKER')
    sql("CREATE TABLE of_somebody_else (id int)")
    for _ in range(2):
        history.protect()
    rights = "SELECT has_table_privilege(%s, %s, 'INSERT'), has_table_privilege(%s, %s, 'SELECT')"
    for table, write in (
        ("registry_stationevent", False),
        ("django_migrations", False),
        ("registry_station", True),
        ("of_somebody_else", False),
    ):
        assert sql(rights, [APP, table] * 2) == [(write, True)], table
    assert sql("SELECT prosecdef FROM pg_proc WHERE proname = %s", [function]) == [(True,)]


def test_the_site_is_served_by_that_role():
    code = "import geo.wsgi; from django.db import connection as c; c.ensure_connection(); print(c.settings_dict['USER'])"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True)
    assert done.stdout == f"{APP}\n", done.stderr  # which may warn that no static files are collected yet


def test_a_public_site_that_is_served_by_the_owner_is_warned_about(settings):
    settings.JIELI_PUBLIC, settings.JIELI_APP_ROLE = True, ""
    assert [one.id for one in checks.served_by_a_role_of_its_own(None)] == ["geo.W001"]
    settings.JIELI_APP_ROLE = APP
    assert checks.served_by_a_role_of_its_own(None) == []
    settings.JIELI_PUBLIC, settings.JIELI_APP_ROLE = False, ""
    assert checks.served_by_a_role_of_its_own(None) == []
