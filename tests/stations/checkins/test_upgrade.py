"""Rows of the table before chapter 4 move into their months, and are counted (migration 0002)."""

import uuid
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from stations.checkins.keeping import partitions
from stations.checkins.models import CheckIn, WeekUse
from tests.stations.checkins.tables import counted, partition_of, sql

OURS = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'checkins\\_%%'"
FUNCTIONS = """
SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'checkins\\_%%'
"""


@pytest.fixture
def before(make_station):
    """The database as migration 0001 left it, with rows in it; all in the test's transaction."""
    station = make_station()
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    for (table,) in sql(OURS):
        sql(f'DROP TABLE IF EXISTS "{table}" CASCADE')
    for (function,) in sql(FUNCTIONS):
        sql(f"DROP FUNCTION {function} CASCADE")
    state = MigrationExecutor(connection).loader.project_state(
        [
            ("checkins", "0001_initial"),
            ("registry", "0005_pledge_stays"),
            ("pghistory", "0007_auto_20250421_0444"),
        ]
    )
    old = state.apps.get_model("checkins", "CheckIn")
    with connection.schema_editor(atomic=False) as editor:
        editor.create_model(old)
    return state, old, station


def test_rows_of_before_are_in_their_months_and_counted(before):
    state, old, station = before
    now = datetime.now(UTC)
    moments = [
        now - timedelta(days=400),
        now - timedelta(hours=1),
        datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC),
    ]
    for moment in moments:
        old.objects.create(id=uuid.uuid4(), at=moment, station_id=station.pk, occupation="rider")
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    migration = import_module("stations.checkins.migrations.0002_chapter_4").Migration(
        "0002_chapter_4", "checkins"
    )
    with connection.schema_editor(atomic=False) as editor:
        migration.apply(state, editor)
    assert sorted(CheckIn.objects.values_list("at", "made_at")) == sorted((one, one) for one in moments)
    assert partition_of(CheckIn.objects.get(at=moments[2])) == "checkins_checkin_202603"
    assert sql(f"SELECT count(*) FROM {partitions.DEFAULT}") == [(0,)]
    assert counted() == 3
    assert sum(WeekUse.objects.get(month=date(2026, 3, 1), occupation="").counts) == 1
    assert CheckIn.objects.values("pseudonym").distinct().count() == 3
    assert {one.first for one in partitions.existing()} >= set(
        partitions.months(now.date(), partitions.horizon(now))
    )


def test_an_empty_table_moves_too(before):
    state, _, _ = before
    migration = import_module("stations.checkins.migrations.0002_chapter_4").Migration(
        "0002_chapter_4", "checkins"
    )
    with connection.schema_editor(atomic=False) as editor:
        migration.apply(state, editor)
    assert counted() == 0
    assert len(partitions.existing()) == 7
