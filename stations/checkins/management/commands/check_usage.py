"""Whether the counts of visits are what the check-ins say."""

from argparse import ArgumentParser
from datetime import date
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stations.checkins.keeping import recount
from stations.checkins.keeping.purge import purged_before

SHOWN = 100


class Command(BaseCommand):
    help = (
        "Count the visits again, by hour from raw check-ins and by hour of the week from that, and say what differs "
        "(exit code 1). Days whose raw check-ins are purged are left as they are. With --repair the counts are put right."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="only from this day on")
        parser.add_argument("--repair", action="store_true", help="put right what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        first, end = recount.span()
        first = max(first, options["since"] or first)
        self.stdout.write(f"Days from {max(first, purged_before() or first)} on by raw check-ins.")
        found = self._tell(first, end)
        if found and options["repair"]:
            recount.repair(first, end)
            self.stdout.write(f"{found} counts put right.")
            found = self._tell(first, end)
        if found:
            raise CommandError(f"{found} counts differ from what was recounted.")
        self.stdout.write(self.style.SUCCESS("Every count is as recounted."))

    def _tell(self, first: date, end: date) -> int:
        differences = recount.differences(first, end)
        shown = list(islice(differences, SHOWN))
        for one in shown:
            self.stdout.write(str(one))
        more = sum(1 for _ in differences)
        if more:
            self.stdout.write(f"... and {more} more.")
        return len(shown) + more
