"""Keep the check-ins' tables right: once, or again and again."""

import signal
import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

from geo.health import DATABASE_AWAY
from stations.checkins.keeping import upkeep


def seconds(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 86_400:
        raise ArgumentTypeError(f"{text!r} is not a whole number of seconds from 1 to 86,400")
    return int(text)


class Command(BaseCommand):
    help = (
        "Make the coming months of check-ins, delete what has expired, and recount yesterday (docs/operations.md). "
        "Exit code 1 where a step failed or found something wrong."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--every", type=seconds, metavar="SECONDS", help="again and again, until Ctrl-C or SIGTERM"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["every"] is None:
            if not upkeep.run(timezone.now()):
                raise CommandError("Not everything went well: the log says what.")
            return
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            while True:
                self._run()
                time.sleep(options["every"])
        except KeyboardInterrupt:
            return

    def _run(self) -> None:
        """The database may be away for a while: the next run finds it again."""
        close_old_connections()
        try:
            upkeep.run(timezone.now())
        except DATABASE_AWAY:
            upkeep.log.exception("no upkeep this time")
