"""The upkeep takes its steps one by one, alone, and says what was wrong."""

import logging
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from threading import Thread, Timer

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from geo.postgres import PROJECT
from stations.checkins.keeping import partitions, upkeep
from stations.checkins.models import CheckIn, UpkeepStep, Usage
from tests.stations.checkins.tables import sql
from tests.stations.checkins.visits import visit

NOW = datetime(2030, 12, 31, 4, 0, tzinfo=UTC)


def said(caplog, level=logging.INFO):
    return [one.getMessage() for one in caplog.records if one.levelno >= level]


@pytest.fixture(autouse=True)
def heard(caplog):
    caplog.set_level(logging.INFO, logger="stations.checkins.keeping.upkeep")


def test_it_makes_months_deletes_what_expired_and_recounts(make_station, caplog):
    partitions.make(date(2030, 9, 1), date(2031, 1, 1))
    station = make_station()
    visit(station, NOW - timedelta(days=100))
    visit(station, NOW - timedelta(days=1))
    assert upkeep.run(NOW)
    assert CheckIn.objects.count() == 1
    assert {date(2031, month, 1) for month in (1, 2, 3)} <= {one.first for one in partitions.existing()}
    assert [one.split(":")[0] for one in said(caplog)] == ["partitions", "purge", "recount", "done"]
    assert set(UpkeepStep.objects.values_list("name", "done_at", "trouble")) == {
        (name, NOW, "") for name in upkeep.STEPS
    }
    caplog.clear()
    assert upkeep.run(NOW + timedelta(hours=1))
    assert said(caplog) == ["done"]


def test_a_row_outside_all_months_is_an_error_even_where_it_is_moved_at_once(make_station, caplog):
    visit(make_station(), NOW - timedelta(days=1))
    assert not upkeep.run(NOW)
    assert said(caplog, logging.ERROR) == [
        "strays: 1 check-ins lay outside all months: made 2030-12, 0 are left there"
    ]
    assert UpkeepStep.objects.get(name="strays").trouble
    assert upkeep.run(NOW)
    assert not UpkeepStep.objects.exclude(trouble="").exists()


def test_a_wrong_count_of_yesterday_is_an_error_until_it_is_right(make_station, caplog):
    partitions.make(date(2030, 12, 1), date(2031, 1, 1))
    visit(make_station(), NOW - timedelta(days=1))
    Usage.objects.update(count=3)
    for _ in range(2):
        assert not upkeep.run(NOW)
    [error, _] = said(caplog, logging.ERROR)
    assert "kept 3, recounted 1" in error
    call_command("check_usage", repair=True, verbosity=0)
    assert upkeep.run(NOW)


def test_yesterday_is_recounted_once_a_day(db, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "stations.checkins.keeping.recount.differences", lambda *days: asked.append(days) or []
    )
    for hours in (0, 1, 11, 13):  # midnight lies between the last two
        upkeep.run(NOW + timedelta(hours=hours))
    assert asked == [(date(2030, 12, 30), date(2030, 12, 31)), (date(2030, 12, 31), date(2031, 1, 1))]


def test_a_step_that_fails_does_not_stop_the_others(db, monkeypatch, caplog):
    def fails(now):
        with transaction.atomic():
            sql("SELECT 1/0")

    monkeypatch.setitem(upkeep.STEPS, "strays", fails)
    monkeypatch.setitem(upkeep.STEPS, "purge", lambda now: 1 / 0)
    with pytest.raises(CommandError, match="the log says what"):
        call_command("upkeep")
    assert said(caplog, logging.ERROR) == ["strays failed", "purge failed"]
    assert date(2027, 1, 1) in {one.first for one in partitions.existing()}
    assert dict(UpkeepStep.objects.exclude(trouble="").values_list("name", "trouble")) == {
        "strays": "DataError",
        "purge": "ZeroDivisionError",
    }


def address():
    given = connection.get_connection_params()
    return {name: given[name] for name in ("dbname", "user", "host", "port", "password") if given.get(name)}


def test_one_works_at_a_time(db, caplog):
    other = psycopg2.connect(**address())
    with other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [upkeep.LOCK])
    assert upkeep.run(NOW)
    assert said(caplog) == ["another upkeep is at work"]
    assert not UpkeepStep.objects.exists()
    other.close()
    assert upkeep.run(NOW)
    assert sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == [(0,)]


def test_who_needs_to_be_alone_can_wait(db):
    other = psycopg2.connect(**address())
    with other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [upkeep.LOCK])

    def let_go():
        time.sleep(0.3)
        other.close()

    leaving = Thread(target=let_go)
    leaving.start()
    with upkeep.alone(wait=True) as mine:
        assert mine
    leaving.join()


@pytest.mark.django_db(transaction=True)
def test_it_goes_on_until_it_is_told_to_end():
    """A process of its own, on the tests' database."""
    given = connection.get_connection_params()
    who = f"{given['user']}:{given.get('password') or ''}"
    host = given.get("host", "localhost")
    where = f"/{host}" if host.startswith("/") else f"{host}:{given.get('port', '')}"
    environment = os.environ | {"DATABASE_URL": f"postgis://{who}@{where}/{given['dbname']}"}
    command = [sys.executable, "manage.py", "upkeep", "--every", "1"]
    process = subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE, text=True, env=environment)
    runs, too_long = [], Timer(60, process.kill)
    too_long.start()
    for line in process.stderr:
        runs += [line] if line.rstrip().endswith("done") else []
        if len(runs) == 2:
            break
    too_long.cancel()
    process.send_signal(signal.SIGTERM)
    rest = process.communicate(timeout=20)[1]
    assert process.returncode == 0, rest


def test_how_often_is_a_number_of_seconds(db):
    for text in ("0", "-5", "x", "90000"):
        with pytest.raises(CommandError, match="whole number of seconds"):
            call_command("upkeep", "--every", text)
