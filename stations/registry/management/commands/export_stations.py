"""Write the stations to a table with the headings of Annex 2."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from geo.datum import DATUMS
from stations.registry.exchange.table import FileError
from stations.registry.exchange.writing import export_stations
from stations.registry.models import Station
from stations.registry.wording import told


class Command(BaseCommand):
    help = "Write every station to a .csv, .xlsx or .geojson file that import_stations reads back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--datum", required=True, choices=DATUMS, help="the datum of the positions to write"
        )
        parser.add_argument(
            "--with-contacts", action="store_true", help="with names and mobile numbers of persons in charge"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        try:
            count = export_stations(
                path, Station.objects.all(), datum=options["datum"], contacts=options["with_contacts"]
            )
        except FileError as error:
            raise CommandError(told(error)) from error
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        self.stdout.write(
            self.style.SUCCESS(f"{count} stations in {options['datum'].upper()} written to {path}.")
        )
