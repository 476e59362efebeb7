"""Load check-ins of the past from a file; a dry run unless told to commit."""

import csv
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from stations.checkins.keeping import history
from stations.checkins.keeping.history import PastVisit
from stations.checkins.keeping.history_files import HistoryFileError, RowError, read_row, rows_of

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Load check-ins of the past from a .csv or .parquet file: id, at, station or nameplate_no, and if you like occupation, "
        "grade, band, set_aside (docs/operations.md). Without --commit nothing is written. All rows are loaded or none; with "
        "faulty ones, --commit needs --rejects: the good rows are loaded, the faulty ones go to that file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--commit", action="store_true", help="write; without it this is a dry run")
        parser.add_argument("--rejects", type=Path, metavar="FILE", help="a .csv for the faulty rows")

    def handle(self, *args: Any, **options: Any) -> None:
        path, rejects = options["file"], options["rejects"]
        unread: list[tuple[int, str]] = []
        try:
            if rejects:
                self._check_rejects(path, rejects)
            loaded = history.load(
                self._visits(path, unread, may_skip=bool(rejects) or not options["commit"]),
                commit=options["commit"],
                despite_refused=bool(rejects),
                progress=lambda read: self.stdout.write(f"{read:,} rows read"),
            )
        except (HistoryFileError, OSError) as error:
            raise CommandError(f"{path}: {error}") from error
        except RowError as error:
            raise CommandError(f"{path}, {error}. Nothing was loaded: see --rejects.") from error
        except IntegrityError as error:  # somebody stored one of the ids meanwhile
            raise CommandError(f"Nothing was loaded, run it again: {error}") from error
        faulty = sorted(unread + [(line, str(history.REASONS[why])) for line, why in loaded.refused])
        for line, why in faulty[:SHOWN]:
            self.stderr.write(f"line {line}: {why}")
        if rejects and faulty:
            self._write_rejects(path, rejects, dict(faulty))
        if options["commit"] and loaded.refused and not rejects:
            raise CommandError(
                "Nothing was loaded: add --rejects FILE to load the good rows without the faulty."
            )
        done = "loaded" if loaded.stored else "good; nothing was written"
        self.stdout.write(f"{loaded.good:,} check-ins {done}, {len(faulty):,} rows refused.")

    def _visits(self, path: Path, unread: list[tuple[int, str]], *, may_skip: bool) -> Iterator[PastVisit]:
        for line, row in rows_of(path):
            try:
                yield read_row(line, row)
            except RowError as error:
                if not may_skip:
                    raise RowError(f"line {line}: {error}") from error
                unread.append((line, str(error)))

    def _check_rejects(self, path: Path, rejects: Path) -> None:
        if rejects.suffix.lower() != ".csv" or (
            rejects.exists() and path.exists() and rejects.samefile(path)
        ):
            raise CommandError(f"--rejects {rejects}: name a .csv file, and not the file itself.")
        rejects.write_text("")

    def _write_rejects(self, path: Path, rejects: Path, faulty: dict[int, str]) -> None:
        """The rows as they were, with what is wrong in a last column to be removed."""
        with rejects.open("w", encoding="utf-8", newline="") as text:
            writer = None
            for line, row in rows_of(path):
                if line in faulty:
                    if writer is None:
                        writer = csv.DictWriter(text, [*row, "problem"], extrasaction="ignore")
                        writer.writeheader()
                    writer.writerow({**row, "problem": faulty[line]})
