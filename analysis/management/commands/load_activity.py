"""`manage.py load_activity`: a file of observed worker activity -> a dataset for the planner."""

import csv
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analysis.activity.loading import LoadError, Report, load
from analysis.activity.reading import COLUMNS, FileError, open_file
from analysis.activity.times import YearNeeded
from geo.hours import ZONE
from geo.models import DatumChoices
from stations.occupations import Occupation

EXAMPLES = """
Our columns are lon, lat, time, date, worker and weight. A column of the file that has our name is taken; for any
other say --map ours=theirs. Without a header theirs is the column's number, from 1.

time is a date with a time (2016-08-01 00:23:00, or 06-07 12:18:00 with --year), a time of day (16:39), or minutes
since midnight (558); without a zone it is Shanghai's. worker is replaced by a keyed hash before it is stored. weight is
worker-hours; 1 where there is none.

examples:
  pick-ups with the position of the courier:
    manage.py load_activity pickups.csv --datum gcj02 --occupation courier --year 2022 \\
      --map lon=pickup_gps_lng --map lat=pickup_gps_lat --map time=pickup_gps_time --map worker=courier_id
  delivery addresses, no header, no time:
    manage.py load_activity Delivery_points.csv --datum gcj02 --occupation courier --no-header --map lon=2 --map lat=3
  where bicycle trips ended:
    manage.py load_activity trips.csv.gz --datum gcj02 --occupation unknown --map lon=end_lon_gcj02 \\
      --map lat=end_lat_gcj02 --map time=end_local --map worker=user_id --commit
"""


class Command(BaseCommand):
    help = "Load a file of observed outdoor-worker activity (CSV, .csv.gz or GeoJSON points). Dry run unless --commit."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLES
        return parser

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--datum", required=True, choices=DatumChoices.values, help="what the coordinates are in"
        )
        parser.add_argument("--occupation", required=True, choices=Occupation.values)
        parser.add_argument("--name", help="of the dataset; the file's name if not given")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="OURS=THEIRS",
            help=f"ours: {', '.join(COLUMNS)}",
        )
        parser.add_argument("--no-header", action="store_true", help="the first line is data")
        parser.add_argument("--year", type=int, help="for times without a year")
        parser.add_argument("--licence", default="", help="kept with the dataset")
        parser.add_argument("--rejects", type=Path, help="write every refused row to this CSV file")
        parser.add_argument("--replace", action="store_true", help="replace the dataset of this name")
        parser.add_argument("--commit", action="store_true", help="store it; else only report")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        name = options["name"] or path.name.split(".")[0]
        try:
            report = load(
                open_file(path, columns=_mapping(options["map"]), header=not options["no_header"]),
                name=name,
                datum=options["datum"],
                occupation=options["occupation"],
                year=options["year"],
                licence=options["licence"],
                replace=options["replace"],
                commit=options["commit"],
            )
        except (FileError, LoadError, YearNeeded) as error:
            raise CommandError(str(error)) from error
        self._print(report, committed=options["commit"])
        if options["rejects"]:
            _write_rejects(report, options["rejects"])
            self.stdout.write(f"Refused rows are in {options['rejects']}.")

    def _print(self, report: Report, *, committed: bool) -> None:
        say = self.stdout.write
        say(f"{report.dataset}: {report.rows_read:,} rows read, {report.rows_loaded:,} usable.")
        for reason, count in report.refused().items():
            say(f"  refused {count:,}: {reason} ({_examples(report, reason)})")
        if report.workers:
            say(f"  {report.workers:,} workers, kept as keyed hashes")
        if report.first_at and report.last_at:
            first, last = (at.astimezone(ZONE) for at in (report.first_at, report.last_at))
            say(f"  from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}, Shanghai time")
        if report.hour_of_day_only:
            say(f"  {report.hour_of_day_only:,} with a time of day but no date: counted on every weekday")
        if report.untimed:
            say(f"  {report.untimed:,} without a time: an analysis spreads them over the day, and says how")
        if report.hint:
            say(self.style.WARNING(f" {report.hint}"))
        if committed:
            say(self.style.SUCCESS("Stored."))
        else:
            say("Dry run: nothing was stored. Repeat with --commit to store it.")


def _mapping(pairs: list[str]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for pair in pairs:
        ours, equals, theirs = pair.partition("=")
        if not equals or not ours or not theirs:
            raise CommandError(f"--map {pair}: write it as ours=theirs, such as --map lon=longitude.")
        if ours in mapping:
            raise CommandError(f"--map {ours} is given twice.")
        mapping[ours] = theirs
    return mapping


def _examples(report: Report, reason: str) -> str:
    refusals = report.refusals[report.refusals["reason"] == reason]
    rows = zip(refusals["row"], refusals["column"], refusals["value"], strict=True)
    first = [
        f"row {row}" + (f", {column}" if column else "") + (f": {value}" if value else "")
        for row, column, value in islice(rows, 3)
    ]
    return "; ".join(first) + ("; ..." if len(refusals) > 3 else "")


def _write_rejects(report: Report, path: Path) -> None:
    """UTF-8 with a BOM; a value that a spreadsheet would take for a formula gets an apostrophe."""
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["row", "column", "reason", "value"])
        for one in report.refusals.itertuples(index=False):
            value = str(one.value)
            formula = value[:1] in ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
            writer.writerow([one.row, one.column, one.reason, f"'{value}" if formula else value])
