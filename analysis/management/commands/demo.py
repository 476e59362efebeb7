"""Build the demonstration city."""

from argparse import ArgumentTypeError
from datetime import date, datetime, time
from typing import Any

import numpy as np
import pghistory
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from analysis import runs
from analysis.demo import city, filings, people, places, visits, words, work
from analysis.heat_runs import run_heat
from geo.hours import ZONE
from stations.checkins.usage.publishing import settled_quarter
from stations.registry.models import Station

HALF_A_YEAR = 184  # days


def _positive(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 20_000:
        raise ArgumentTypeError(f"{text!r} is not a whole number from 1 to 20,000")
    return int(text)


class Command(BaseCommand):
    help = (
        "Fill an empty database with a demonstration city: made-up stations, people, activity and check-ins."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=20180227)
        parser.add_argument("--stations", type=_positive, default=1_300)
        parser.add_argument(
            "--days",
            type=_positive,
            help="days of check-ins up to yesterday; by default half a year, and all of the last quarter that heat can show",
        )
        parser.add_argument(
            "--activity-days", type=_positive, default=14, help="days of workers' activity up to yesterday"
        )
        parser.add_argument("--today", type=date.fromisoformat, help="build as on this day (YYYY-MM-DD)")
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where there are stations already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        real = Station.objects.filter(is_demo=False).exists()
        if real and options["if_empty"]:
            return  # somebody's own registry: nothing to demonstrate
        if real:
            raise CommandError("The database holds real stations: made-up ones must not mix with them.")
        if Station.objects.exists():
            if not options["if_empty"]:
                raise CommandError(
                    "The demonstration city is there already; ./run destroy removes the whole database."
                )
        else:
            self._build(**options)
        self._print_logins()

    @pghistory.context(command="demo")
    @transaction.atomic
    def _build(
        self, *, seed: int, stations: int, days: int | None, activity_days: int, today: date | None, **_: Any
    ) -> None:
        today = today or datetime.now(ZONE).date()
        now = datetime.combine(today, time(12), ZONE)
        settled, _last = settled_quarter(now, late_days=settings.JIELI_CHECKIN_LATE_DAYS)
        days = days or max(HALF_A_YEAR, (today - settled).days)
        call_command("load_districts", if_empty=True, stdout=self.stdout)
        rng = np.random.default_rng(seed)
        made_up = city.lay_out(rng)
        unions = people.found_unions()
        built = places.build(rng, made_up, unions, count=stations, today=today)
        self.stdout.write(f"{len(built):,} stations in {len(made_up.districts)} districts")
        self.stdout.write(f"{visits.check_in(rng, built, days=days, today=today):,} check-ins of {days} days")
        points = work.observe(rng, made_up, days=activity_days, today=today)
        self.stdout.write(
            f"{points:,} points of activity of {len(work.TRADES)} occupations in {activity_days} days"
        )
        for quarter in run_heat(by=None, now=now):
            self.stdout.write(f"heat of the quarter from {quarter.parameters['first_day']}")
        total = runs.run_coverage(by=None).summary["total"]
        self.stdout.write(f"{total['open_share']:.0%} of worker-hours within 500 m of an open station")
        people.appoint()
        reports = words.speak(np.random.default_rng([seed, 3]), today=today)
        self.stdout.write(f"{reports} reports by workers")
        filed = filings.file(np.random.default_rng([seed, 2]), made_up, today=today)
        self.stdout.write(f"{filed} filings on the desks of four unions and the centre")
        people.LOGINS_FILE.unlink(missing_ok=True)  # of an earlier city

    def _print_logins(self) -> None:
        self.stdout.write("Demo logins (DEMO: every station, person and number is made up):")
        for login in people.logins():
            self.stdout.write(f"  {login.role:16} {login.username:20} {login.password}")
