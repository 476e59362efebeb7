"""Read a table of stations (Annex 2) and add them; a dry run unless told to commit."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from geo.datum import DATUMS
from geo.hours import ZONE
from stations.registry.exchange.importing import Plan, plan_import, write_stations
from stations.registry.exchange.reading import read_table
from stations.registry.exchange.table import FileError
from stations.registry.exchange.writing import described, write_rejects
from stations.registry.wording import told
from stations.unions.models import TradeUnion

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Read stations from a .csv, .xlsx or .geojson file with the headings of Annex 2 and add them to the registry. "
        "Without --commit nothing is written. With faulty rows, --commit needs --rejects: the good rows are imported, "
        "the faulty ones go to that file with the reasons, to be corrected and imported again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--datum", required=True, choices=DATUMS, help="the datum of the file's positions"
        )
        parser.add_argument("--commit", action="store_true", help="write; without it this is a dry run")
        parser.add_argument(
            "--rejects", type=Path, metavar="FILE", help="a .csv or .xlsx for the faulty rows"
        )
        parser.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook that has several")
        parser.add_argument("--union", metavar="NAME", help="the recommending union of rows that name none")

    def handle(self, *args: Any, **options: Any) -> None:
        path, rejects = options["file"], options["rejects"]
        _check_rejects(path, rejects)
        try:
            table = read_table(path, sheet=options["sheet"])
            today = timezone.now().astimezone(ZONE).date()
            plan = plan_import(table, datum=options["datum"], today=today, union=_union(options["union"]))
        except FileError as error:
            raise CommandError(f"{path.name}: {told(error)}") from error
        self._tell(plan)
        if options["commit"] and plan.rejected and not rejects:
            raise CommandError(
                gettext(
                    "Nothing was imported: add --rejects FILE to import the good rows without the faulty ones."
                )
            )
        try:
            self._write(plan, path, rejects, commit=options["commit"])
        except IntegrityError as error:  # somebody wrote between the reading and the writing
            message = gettext(
                "The registry changed meanwhile ({reason}). Nothing was imported; run it again."
            )
            raise CommandError(message.format(reason=str(error).splitlines()[0])) from error
        self._tell_end(plan, committed=options["commit"])

    @transaction.atomic
    def _write(self, plan: Plan, path: Path, rejects: Path | None, *, commit: bool) -> None:
        with pghistory.context(command="import_stations", file=path.name):
            if rejects and plan.rejected:
                self._write_rejects(rejects, plan)
            if commit:
                write_stations(plan)

    def _tell(self, plan: Plan) -> None:
        if plan.table.ignored:
            names = "、".join(plan.table.ignored)
            self.stdout.write(gettext("Columns that are not used: {names}").format(names=names))
        for one in plan.rejected[:SHOWN]:
            row = gettext("row {number}").format(number=one.row.number)
            where = f"{plan.table.sheet}, {row}" if plan.table.sheet else row
            for problem in one.problems:
                self.stderr.write(f"{where}, {described(problem)}")
        if len(plan.rejected) > SHOWN:
            more = gettext("... and {count} more faulty rows; --rejects FILE writes them all.")
            self.stderr.write(more.format(count=len(plan.rejected) - SHOWN))

    def _write_rejects(self, rejects: Path, plan: Plan) -> None:
        try:
            write_rejects(rejects, plan)
        except OSError as error:
            message = gettext("{file} cannot be written: {reason}. Nothing was imported.")
            raise CommandError(message.format(file=rejects, reason=error.strerror)) from error
        message = gettext("{count} faulty rows are in {file}.")
        self.stdout.write(message.format(count=len(plan.rejected), file=rejects))

    def _tell_end(self, plan: Plan, *, committed: bool) -> None:
        message = (
            gettext("{good} stations imported, {faulty} rows rejected.")
            if committed
            else gettext(
                "Dry run: {good} rows are good, {faulty} faulty; nothing was written. --commit imports."
            )
        )
        self.stdout.write(message.format(good=len(plan.good), faulty=len(plan.rejected)))


def _check_rejects(path: Path, rejects: Path | None) -> None:
    if rejects is None:
        return
    if rejects.suffix.lower() not in (".csv", ".xlsx"):
        raise CommandError(gettext("--rejects {file}: name a .csv or .xlsx file.").format(file=rejects))
    if path.exists() and rejects.exists() and rejects.samefile(path):
        raise CommandError(gettext("--rejects would overwrite the file itself: name another one."))


def _union(name: str | None) -> TradeUnion | None:
    if name is None:
        return None
    union = TradeUnion.objects.filter(name=name).first()
    if union is None:
        raise CommandError(gettext("--union {name}: there is no union of this name.").format(name=name))
    return union
