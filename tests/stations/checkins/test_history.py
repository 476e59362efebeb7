"""Check-ins of the past: all of a file or none, each refused row with its reason, counted as any others."""

import csv
import uuid
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pyarrow
import pyarrow.parquet
import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, transaction

from stations.checkins.keeping import partitions, recount
from stations.checkins.keeping.history import PastVisit, load
from stations.checkins.keeping.purge import purge
from stations.checkins.models import CheckIn
from tests.stations.checkins.tables import counted, partition_of, sql
from tests.stations.checkins.visits import visit

NOON = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)
HEADINGS = ["id", "at", "station", "nameplate_no", "occupation", "grade"]


@pytest.fixture
def station(make_station):
    return make_station(nameplate_no="310101-0007", status="active")


@pytest.fixture
def written(tmp_path):
    def write(*rows, headings=HEADINGS, name="past.csv"):
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as text:
            csv.writer(text).writerows([headings, *rows])
        return tmp_path / name

    return write


def command(path, **options):
    said, wrong = StringIO(), StringIO()
    call_command("load_check_ins", path, stdout=said, stderr=wrong, **options)
    return said.getvalue(), wrong.getvalue()


def past(station, line, /, **more):
    return PastVisit(**{"line": line, "id": uuid.uuid4(), "at": NOON, "station": station.pk, **more})


def test_rows_are_stored_in_their_months_and_counted(station):
    rows = [past(station, line, at=NOON + timedelta(days=line), occupation="rider") for line in range(100)]
    seen = []
    done = load(iter(rows), progress=seen.append)
    assert (done.good, done.stored, done.refused, seen) == (100, True, [], [100])
    assert counted() == CheckIn.objects.filter(occupation="rider").count() == 100
    assert partition_of(rows[0]) == "checkins_checkin_202503"
    assert partitions.strays() == 0
    assert list(recount.differences(*recount.span())) == []
    assert CheckIn.objects.values("pseudonym").distinct().count() == 100
    assert sql("SELECT to_regclass('pg_temp.checkins_given'), to_regclass('pg_temp.checkins_judged')") == [
        (None, None)
    ]


def test_a_month_that_is_there_and_one_that_is_not_take_their_rows_alike(station):
    partitions.make(NOON.date(), NOON.date() + timedelta(days=1))
    earlier = visit(station, NOON)
    stray = visit(station, NOON + timedelta(days=62), device="another")
    assert partitions.strays() == 1
    rows = [past(station, line, at=NOON + timedelta(days=line)) for line in range(62)]
    assert load(rows).stored
    assert counted() == CheckIn.objects.count() == 64
    assert partitions.strays() == 0
    assert partition_of(earlier) == partition_of(rows[0]) != partition_of(stray) == partition_of(rows[-1])
    tables = [one.name for one in partitions.existing() if one.first.year == 2025]
    assert len(tables) > 1
    built = [
        sql(
            "SELECT count(*) FILTER (WHERE contype = 'f'), count(*) FILTER (WHERE contype = 'c'),"
            " (SELECT count(*) FROM pg_indexes WHERE tablename = %s), (SELECT count(*) FROM pg_trigger"
            "  WHERE tgrelid = %s::regclass AND NOT tgisinternal) FROM pg_constraint WHERE conrelid = %s::regclass",
            [table] * 3,
        )
        for table in tables
    ]
    assert built == [[(1, 4, 3, 0)]] * len(tables)
    assert list(recount.differences(*recount.span())) == []


def test_each_refused_row_says_why_and_nothing_is_stored(station, make_station):
    other = make_station("another")
    stored = visit(station, NOON)
    good, same = past(station, 2), uuid.uuid4()
    rows = [
        good,
        past(station, 3, station=10**9),
        past(station, 4, station=None, nameplate_no="no such"),
        past(other, 5, nameplate_no="310101-0007"),
        past(station, 6, at=datetime.now(UTC) + timedelta(hours=1)),
        past(station, 7, at=datetime(2009, 12, 31, tzinfo=UTC)),
        past(station, 8, id=same),
        past(station, 9, id=same, at=NOON + timedelta(hours=1)),
        past(station, 10, id=stored.id, at=NOON + timedelta(days=90)),
        past(station, 11, station=None, nameplate_no="310101-0007"),
        past(station, 12, station=None),
    ]
    wanted = [
        (3, "station"),
        (4, "station"),
        (5, "differ"),
        (6, "time"),
        (7, "time"),
        (9, "twice"),
        (10, "there"),
        (12, "station"),
    ]
    done = load(rows)
    assert (done.good, done.stored, done.refused) == (3, False, wanted)
    assert CheckIn.objects.count() == 1
    done = load(rows, despite_refused=True)
    assert (done.good, done.stored, done.refused) == (3, True, wanted)
    assert CheckIn.objects.count() == counted() == 4


def test_the_same_file_again_is_refused_even_when_its_rows_have_expired(station):
    rows = [past(station, line) for line in range(3)]
    assert load(rows).stored
    assert {why for _, why in load(rows).refused} == {"there"}
    purge(NOON + timedelta(days=200))
    assert CheckIn.objects.count() == 0
    again = load(rows)
    assert {why for _, why in again.refused} == {"purged"}
    assert counted() == 3
    assert load(
        [past(station, 1, at=NOON + timedelta(days=2))]
    ).stored  # a purged day that was not counted yet


def test_a_failure_at_the_end_leaves_nothing(station, monkeypatch):
    monkeypatch.setattr("stations.checkins.keeping.history.INSERT", "SELECT 1/0 WHERE %s < %s")
    with pytest.raises(DataError), transaction.atomic():
        load([past(station, 1)])
    assert CheckIn.objects.count() == 0


# Files.


def test_a_csv_is_looked_through_and_then_loaded(station, written):
    path = written(
        [uuid.uuid4(), "2025-03-03 12:00", station.pk, "", "rider", "near"],
        [uuid.uuid4(), "2025-03-03T04:30:00Z", "", "310101-0007", "", ""],
    )
    assert "2 check-ins good; nothing was written" in command(path)[0]
    assert CheckIn.objects.count() == 0
    assert "2 check-ins loaded, 0 rows refused" in command(path, commit=True)[0]
    told = list(CheckIn.objects.order_by("at").values_list("at", "occupation", "grade", "band"))
    assert told == [(NOON, "rider", "near", ""), (NOON + timedelta(minutes=30), "unknown", "code", "")]


def test_parquet_is_read_too(station, tmp_path):
    table = {
        "id": [str(uuid.uuid4())] * 1 + [str(uuid.uuid4())],
        "at": [NOON, NOON],
        "station": [station.pk, station.pk],
        "occupation": ["taxi", None],
    }
    pyarrow.parquet.write_table(pyarrow.table(table), tmp_path / "past.parquet")
    assert "2 check-ins loaded" in command(tmp_path / "past.parquet", commit=True)[0]
    assert set(CheckIn.objects.values_list("at", "occupation")) == {(NOON, "taxi"), (NOON, "unknown")}


BAD = [
    ("not-a-uuid", "2025-03-03", "{pk}", "", "", ""),
    ("{id}", "2025-02-31", "{pk}", "", "", ""),
    ("{id}", "yesterday", "{pk}", "", "", ""),
    ("{id}", "9999-12-31T23:59:59-12:00", "{pk}", "", "", ""),
    ("{id}", "2025-03-03", "-1", "", "", ""),
    ("{id}", "2025-03-03", "9" * 30, "", "", ""),
    ("{id}", "2025-03-03", "１２", "", "", ""),
    ("{id}", "2025-03-03", "", "a\\N\tb\n'", "", ""),
    ("{id}", "2025-03-03", "{pk}", "", "astronaut", ""),
    ("{id}", "2025-03-03", "{pk}", "", "", "best"),
    ("{id}", "2025-03-03", "{pk}", "", "", "", "one cell more"),
    ("{id}",),
]


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_row_is_named_and_goes_to_the_rejects(bad, station, written, tmp_path):
    good = [uuid.uuid4(), "2025-03-03", station.pk, "", "", ""]
    path = written(good, [cell.format(id=uuid.uuid4(), pk=station.pk) for cell in bad])
    said, wrong = command(path)
    assert "1 check-ins good; nothing was written, 1 rows refused" in said
    assert wrong.startswith("line ")
    with pytest.raises(CommandError, match="Nothing was loaded"):
        command(path, commit=True)
    assert CheckIn.objects.count() == 0
    rejects = tmp_path / "rejects.csv"
    assert "1 check-ins loaded, 1 rows refused" in command(path, commit=True, rejects=rejects)[0]
    assert CheckIn.objects.count() == 1
    with rejects.open(encoding="utf-8", newline="") as text:
        [row] = csv.DictReader(text)
    assert row["problem"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("past.csv", b"id,at,station,phone\n"),
        ("past.csv", b"id,at\n"),
        ("past.csv", b""),
        ("past.csv", b"\xff\xfe\x00"),
        ("past.csv", b"id,at,station\n\xe7,,\n"),
        ("past.parquet", b"PAR1 no"),
        ("past.xlsx", b"PK"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused(name, content, db, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError, match=r"columns must be|cannot be read|name a \.csv"):
        command(tmp_path / name, commit=True)


def test_a_file_that_is_not_there_and_rejects_that_would_overwrite_it(db, written, tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.csv"):
        command(tmp_path / "nowhere.csv")
    path = written()
    with pytest.raises(CommandError, match="not the file itself"):
        command(path, rejects=path)
    assert "0 check-ins good" in command(path)[0]
    assert date(2025, 3, 1) not in {one.first for one in partitions.existing()}
