"""`manage.py analyse coverage`: whom do the stations miss, and when? `manage.py analyse heat`: how are they used?"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pandas as pd
from django.core.management.base import BaseCommand, CommandError

from analysis import outputs
from analysis.heat_runs import run_heat
from analysis.models import AnalysisRun
from analysis.results import coverage_result
from analysis.runs import RunError, run_coverage
from stations.occupations import Occupation


class Command(BaseCommand):
    help = "Answer a planner's question from the loaded activity and the public stations, and keep the run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("question", choices=["coverage", "heat"])
        parser.add_argument("--occupation", action="append", default=[], choices=Occupation.values)
        parser.add_argument("--dataset", action="append", default=[], help="name; all when not given")
        parser.add_argument("--district", default="", help="code: only the demand in this district")
        parser.add_argument("--limit-m", type=float, default=500.0, help="walking limit, a straight line")
        parser.add_argument("--resolution", type=int, default=9, help="of the H3 cells: 8, 9 or 10")
        parser.add_argument(
            "--weekdays",
            default="as_observed",
            choices=["as_observed", "every_day"],
            help="leave days that were never observed empty, or give every day the mean",
        )
        parser.add_argument(
            "--untimed",
            default="profile",
            choices=["profile", "flat", "drop"],
            help="points without a time: by the occupation's usual day, evenly, or not at all",
        )
        parser.add_argument("--min-open-minutes", type=int, default=30, help="for an hour to count as open")
        parser.add_argument("--out", type=Path, help="folder for the GeoPackage and the CSV")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["question"] == "heat":
            self._tell_heat()
            return
        try:
            run = run_coverage(
                by=None,
                datasets=options["dataset"],
                occupations=options["occupation"],
                district=options["district"],
                limit_m=options["limit_m"],
                resolution=options["resolution"],
                weekdays=options["weekdays"],
                untimed=options["untimed"],
                min_open_minutes=options["min_open_minutes"],
            )
        except RunError as error:
            raise CommandError(str(error)) from error
        self._print(run)
        if options["out"]:
            self._write(run, options["out"])

    def _tell_heat(self) -> None:
        """Every settled quarter that was not told before; none of the options concerns it."""
        made = run_heat(by=None)
        for run in made:
            told = f"{run.summary['cells_told']:,} of {run.summary['cells']:,} cells"
            self.stdout.write(
                f"Heat run {run.pk}: {run.parameters['first_day']} to {run.parameters['last_day']}, {told} told."
            )
        if not made:
            self.stdout.write("No settled quarter with check-ins that was not told before.")

    def _print(self, run: AnalysisRun) -> None:
        seconds = (run.finished_at - run.started_at).total_seconds()
        self.stdout.write(f"Coverage run {run.pk}, {seconds:.1f} s. Worker-hours of a typical week:")
        table = outputs.district_table(coverage_result(run.pk))
        total = pd.DataFrame([{"code": "", "name": "total", **run.summary["total"]}])
        self.stdout.write(_as_text(pd.concat([table.sort_values("code"), total], ignore_index=True)))
        inputs, limit_m = run.inputs, run.parameters["limit_m"]
        stations = inputs["stations"]
        self.stdout.write(
            f"near: within {limit_m:g} m (straight line) of a station; open: of one that is open then.\n"
            f"{sum(one['points'] for one in inputs['datasets']):,} points of {len(inputs['datasets'])} datasets, "
            f"{stations['count']:,} stations ({stations['with_unknown_hours']} with unknown hours)."
        )

    def _write(self, run: AnalysisRun, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for suffix, pieces in (("gpkg", [outputs.geopackage(run)]), ("csv", outputs.csv(run))):
            path = folder / f"coverage-run-{run.pk}.{suffix}"
            with path.open("wb") as target:
                target.writelines(pieces)
            self.stdout.write(f"Wrote {path} ({path.stat().st_size / 1e6:.1f} MB).")


def _as_text(table: pd.DataFrame) -> str:
    shown = pd.DataFrame(
        {
            "code": table["code"],
            "district": table["name"],
            "worker-hours": table["worker_hours"].map("{:,.1f}".format),
            "near": table["reach_share"].map(_percent),
            "open": table["open_share"].map(_percent),
            "unknown": table["unknown_share"].map(_percent),
            "gap": table["gap_share"].map(_percent),
            "gap: too far": table["gap_distance_worker_hours"].map("{:,.1f}".format),
            "gap: closed": table["gap_closed_worker_hours"].map("{:,.1f}".format),
        }
    )
    return shown.to_string(index=False)


def _percent(share: float | None) -> str:
    return "-" if pd.isna(share) else f"{share:.1%}"
