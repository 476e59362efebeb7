"""`manage.py try_real_data FOLDER --out FOLDER`: the public data sets of docs/analysis.md, from file to picture."""

from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from analysis.activity.models import ActivityDataset
from analysis.models import AnalysisRun
from analysis.pictures import coverage_picture


@dataclass(frozen=True)
class RealSet:
    """A file as it is published, and what has to be said of it. All are in GCJ-02."""

    name: str
    file: str
    occupation: str
    load: str  # further options of load_activity
    weekdays: str


SETS = (
    RealSet(
        "LaDe pick-ups", "lade_pickup_shanghai_0607.csv", "courier",
        "--year 2022 --map lon=pickup_gps_lng --map lat=pickup_gps_lat --map time=pickup_gps_time --map worker=courier_id "
        "--licence Apache-2.0",
        "every_day",
    ),
    RealSet(
        "Cainiao delivery points", "Delivery_points.csv", "courier", "--no-header --map lon=2 --map lat=3", "as_observed"
    ),
    RealSet(
        "Cainiao deliveries of a day", "Case2-895.csv", "courier",
        "--map lon=Longitude --map lat=Latitude --map time=Delivery_time",
        "as_observed",
    ),
    RealSet(
        "Mobike trip starts", "mobike_shanghai_201608_trips.csv.gz", "unknown",
        "--map lon=start_lon_gcj02 --map lat=start_lat_gcj02 --map time=start_local --map worker=user_id",
        "as_observed",
    ),
    RealSet(
        "Mobike trip ends", "mobike_shanghai_201608_trips.csv.gz", "unknown",
        "--map lon=end_lon_gcj02 --map lat=end_lat_gcj02 --map time=end_local --map worker=user_id",
        "as_observed",
    ),
)  # fmt: skip


class Command(BaseCommand):
    help = (
        "Load the public data sets that docs/analysis.md names (replacing them where they were loaded), run the coverage of "
        "each, and write GeoPackage, CSV, refused rows and a picture of each into its own folder."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="where the files are, at any depth")
        parser.add_argument("--out", type=Path, required=True, help="folder for the answers")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, out = options["folder"], options["out"]
        found = {one: path for one in SETS if (path := next(folder.rglob(one.file), None))}
        if not found:
            raise CommandError(f"{folder} holds none of {', '.join(sorted({one.file for one in SETS}))}.")
        for one in SETS:
            if one in found:
                self._try(one, found[one], out / one.name.lower().replace(" ", "-"))
            else:
                self.stderr.write(f"{one.name}: {one.file} is not there, left out.")

    def _try(self, one: RealSet, path: Path, out: Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        call_command(
            "load_activity", str(path), "--name", one.name, "--datum", "gcj02", "--occupation", one.occupation,
            "--rejects", str(out / "refused.csv"), "--replace", "--commit", *one.load.split(),
            stdout=self.stdout, stderr=self.stderr,
        )  # fmt: skip
        call_command(
            "analyse", "coverage", "--dataset", one.name, "--weekdays", one.weekdays, "--out", str(out),
            stdout=self.stdout, stderr=self.stderr,
        )  # fmt: skip
        run = AnalysisRun.objects.filter(question=AnalysisRun.Question.COVERAGE).latest("pk")
        total, loaded = run.summary["total"], ActivityDataset.objects.get(name=one.name)
        title = (
            f"{one.name}: {loaded.rows_loaded:,} of {loaded.rows_read:,} rows, limit {run.parameters['limit_m']:g} m, "
            f"gap {total['gap_share']:.1%}, weekdays {one.weekdays}"
        )
        picture = coverage_picture(out, f"coverage-run-{run.pk}", title=title)
        self.stdout.write(f"Wrote {picture}.\n")
