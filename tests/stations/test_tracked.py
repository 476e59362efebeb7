"""Every table of the stations' side keeps history, or says why not; what is secret is in no history."""

import pytest
from django.apps import apps
from django.db import connection
from pghistory.models import Event

from stations.filing.models import Filing, FilingItem
from stations.registry.models import StationContact
from stations.unions.models import User

WITHOUT_HISTORY = {
    "registry.NameplateCounter": "a running number; every number given stands in the register of nameplates",
    "checkins.CheckIn": "an anonymous visit, written once by a worker's phone; nobody decides anything by it",
    "checkins.Usage": "counts that a trigger keeps; check_usage compares them with the check-ins",
    "checkins.WeekUse": "the same counts by hour of the week",
    "checkins.MonthKey": "a secret that is to be forgotten",
    "checkins.Allowance": "counters of a day, forgotten after days",
    "checkins.Opinion": "an anonymous tap, written once",
    "checkins.Purge": "itself a record that is only added to",
    "checkins.UpkeepStep": "how the upkeep went last; its log tells the rest",
    "checkins.BusyHour": "computed from counts once a quarter, and never changed",
    "checkins.BusyQuarter": "written with them, once",
    "filing.Upload": "a file waiting for its sender, kept a day; what is imported of it is history of the stations",
    "unions.User_groups": "of Django's own administration, which superusers alone enter; roles are appointments",
    "unions.User_user_permissions": "of Django's own administration, which superusers alone enter",
}


def ours():
    models = apps.get_models(include_auto_created=True)
    return [one for one in models if one.__module__.startswith("stations.") and not issubclass(one, Event)]


def tracked():
    return {
        one.pgh_tracked_model: one
        for one in apps.get_models()
        if issubclass(one, Event) and one.pgh_tracked_model
    }


def test_every_table_has_history_or_a_reason_why_not():
    without = {one._meta.label for one in ours() if one not in tracked()}
    assert without == set(WITHOUT_HISTORY)


def test_history_follows_every_insert_update_and_delete():
    for model, event in tracked().items():
        assert {one.label for one in event.pgh_trackers} == {"insert", "update", "delete"}, model


def test_history_holds_every_field_but_those_of_signing_in():
    left_out = {
        f"{model._meta.label}.{field.name}"
        for model, event in tracked().items()
        for field in model._meta.fields
        if field.name not in {one.name for one in event._meta.fields}
    }
    assert left_out == {"unions.User.password", "unions.User.last_login"}


def test_signing_in_leaves_no_trace_and_a_new_password_only_its_time(db, client):
    user = User.objects.create_user("mona", password="old-password-1")
    history = apps.get_model("unions", "UserEvent").objects.filter(pgh_obj=user).order_by("pgh_id")
    client.post("/accounts/login/", {"username": "mona", "password": "old-password-1"})
    assert User.objects.get().last_login
    assert history.count() == 1
    user.set_password("new-password-1")
    user.save()
    assert history.count() == 2
    assert history[1].password_set_at == User.objects.get().password_set_at is not None


def test_private_texts_are_as_secret_in_history_as_in_their_tables(make_station, west_union, alice):
    station = make_station()
    StationContact.objects.create(station=station, manager_name="站长甲", mobile="13900000001")
    StationContact.objects.update(mobile="13900000002")
    User.objects.create_user("mona", phone="13900000003")
    filing = Filing.objects.create(
        kind="new",
        union=west_union,
        contact_phone="13900000004",
        created_by=alice,
        state_since=station.created_at,
    )
    FilingItem.objects.create(filing=filing, station=station, position=1, filed_contact="13900000005")
    Filing.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" AS one WHERE one::text LIKE %s', ["%1390000000%"])
            assert cursor.fetchone() == (0,), table


@pytest.mark.parametrize("table", ["registry_stationcontactevent", "unions_userevent", "filing_filingevent"])
def test_those_tables_are_where_they_would_stand(table, db):
    assert table in connection.introspection.table_names()
