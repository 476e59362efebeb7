"""A sound row, and ways to run an import on a file."""

from datetime import date

from django.core.management import call_command

from stations.registry.exchange.importing import plan_import
from stations.registry.exchange.reading import read_table

TODAY = date(2026, 3, 3)
GOOD = {"名称": "第一站", "地址": "测试路1号", "经度": "121.25", "纬度": "31.25", "推荐单位": "西区总工会"}


def run(path, *args, datum="wgs84"):
    call_command("import_stations", str(path), "--datum", datum, *args)


def problems(path, **options):
    """(row, column, code) of every fault."""
    plan = plan_import(read_table(path), **{"datum": "wgs84", "today": TODAY, **options})
    return [
        (one.row.number, fault.column, fault.error.code) for one in plan.rejected for fault in one.problems
    ]
