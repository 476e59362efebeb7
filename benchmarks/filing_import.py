"""A list of 5,000 stations by XLSX into a filing, against one save() a row, in one process and database.

    python benchmarks/filing_import.py [--sample]

Both sides read the same workbook by the same reader and the same rules, and both put in stations, contacts, facilities and the
filing's items, in one transaction that is taken back afterwards. Ours also does what an upload does besides: it checks every
row's place, district, datum and doubles against the registry. Before each sample the database is vacuumed, not timed: rows that
were taken back would slow down whichever comes next. `--sample` times one save() a row on the first 1,000 rows only and
takes that five times. Exits with 1 where ours is not 10 times as fast.
"""

# ruff: noqa: E402 - Django must be set up before the project is imported
import os
import sys
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "geo.settings"
os.environ.setdefault("JIELI_TEST_DATABASE", "bench_filing_import")

import django

django.setup()

import numpy as np
import openpyxl
from django.core.management import call_command
from django.db import connection, transaction

from analysis.demo import city, places
from benchmarks.database import own_database
from benchmarks.runner import compare, markdown
from geo.models import wgs84_point
from stations.filing.actions import draft_filing
from stations.filing.annex2 import form
from stations.filing.annex2.uploads import import_good, look_through, receive
from stations.filing.models import Filing, FilingItem
from stations.registry.exchange.importing import make_vocabulary
from stations.registry.exchange.reading import read_upload
from stations.registry.models import Facility, Station, StationContact
from stations.registry.rules import read_row
from stations.unions.models import Appointment, Role, TradeUnion, User

STATIONS = 5_000
SAVED = STATIONS // 5 if "--sample" in sys.argv else STATIONS
TARGET = 10.0
HOURS = (
    "9:00-17:00",
    "周一至周五 上午9:00-下午5:00",
    "8:30-11:00,13:30-17:00",
    "24小时",
    "Mo-Sa 08:30-20:00",
)


def workbook() -> bytes:
    """5,000 stations all over the city, as a union would list them."""
    rng = np.random.default_rng(20180227)
    layout = city.lay_out(rng)
    points, rows = places._positions(rng, layout, STATIONS)
    names = layout.districts["name"]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([one.heading for one in form.COLUMNS])
    for number, ((lon, lat), row) in enumerate(zip(points, rows, strict=True), 1):
        cells = {
            "name": f"第{number}站", "address": f"{names.iloc[row]}测试路{number}号", "manager_name": "某人",
            "mobile": f"1390000{number:04d}", "hours": HOURS[number % len(HOURS)], "area_m2": str(3 + number % 40),
            "services": "饮水供给、避暑取暖、手机充电", "planned_completion": "2026-06-30",
            "lon": repr(round(float(lon), 6)), "lat": repr(round(float(lat), 6)),
            "facilities": "空调、冰箱、微波炉、饮水机", "host_kind": "银行", "host_name": "某某银行",
        }  # fmt: skip
        sheet.append([cells.get(one.name, "") for one in form.COLUMNS])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def one_by_one(content: bytes, filing: Filing) -> int:
    """The obvious way: read a row, save what it says."""
    table = read_upload(content)
    vocabulary = make_vocabulary(filing.union)
    for position, row in enumerate(table.rows[:SAVED], 1):
        read = read_row(table.by_column(row), vocabulary, today=date(2026, 3, 2)).station
        assert read is not None
        station = Station(
            name=read.name,
            address=read.address,
            point=wgs84_point(read.place.lon, read.place.lat),
            declared_lon=read.place.lon,
            declared_lat=read.place.lat,
            declared_datum="wgs84",
            union_id=read.union_id,
            kind=read.kind,
            status="planned",
            host_kind=read.host_kind,
            host_name=read.host_name,
            hours_text=read.hours_text,
            area_m2=read.area_m2,
            services=list(read.services),
            planned_completion=read.planned_completion,
            public_phone=read.public_phone,
        )
        station.save()
        StationContact(station=station, manager_name=read.manager_name, mobile=read.mobile).save()
        for one in read.facilities:
            Facility(station=station, type_id=one.code, condition=one.condition).save()
        FilingItem(filing=filing, station=station, position=position).save()
    return filing.items.count()


def vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def main() -> int:
    call_command("load_districts", verbosity=0)
    union = TradeUnion.objects.create(name="某局工会", level=TradeUnion.Level.BUREAU)
    officer = User.objects.create_user("officer")
    Appointment.objects.create(user=officer, role=Role.UNION_OFFICER, union=union)
    filing = draft_filing(by=officer, kind="new", union=union)
    content = workbook()

    def taken_back(call: Any) -> Any:
        with transaction.atomic():
            answer = call()
            connection.check_constraints()
            transaction.set_rollback(True)
        return answer

    kept = receive(filing=filing, by=officer, name="list.xlsx", content=content, datum="wgs84")

    def ours() -> int:
        return import_good(upload=kept, by=officer)[0]

    timings = compare(
        {
            "ours: read, checked and imported": lambda: taken_back(ours),
            f"one save() a row, {SAVED:,} of them": lambda: taken_back(lambda: one_by_one(content, filing)),
        },
        rounds=3,
        check=lambda one, other: (one, other) == (STATIONS, SAVED),
        before=vacuum,
    )
    print(
        markdown(timings, title=f"{STATIONS:,} stations by XLSX into a filing, {len(content) // 1000:,} kB")
    )
    ratio = timings[1].ratio_to_first * STATIONS / SAVED
    print(f"One save() a row takes {ratio:.1f} times as long for all of them.")
    steps = compare(
        {
            "the dry run before it": lambda: len(
                look_through(content, filing=filing, datum="wgs84").plan.good
            ),
            "reading the workbook": lambda: len(read_upload(content).rows),
        },
        rounds=3,
    )
    print(markdown(steps, title="Its parts"))
    return 0 if ratio >= TARGET else 1


if __name__ == "__main__":
    with own_database():
        code = main()
    sys.exit(code)
