"""Load the district outlines: Shanghai's 16 from the ECharts package, or the operator's own GeoJSON."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from geo import districts
from geo.datum import DATUMS
from geo.models import District


class Command(BaseCommand):
    help = (
        "Load district outlines. Without FILE: Shanghai's 16 districts (about 100 m precise) from the npm package echarts. "
        "With FILE: a GeoJSON FeatureCollection of polygons, whose datum must be said."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--datum", choices=DATUMS, help="the datum of FILE's coordinates")
        parser.add_argument("--code-field", default="adcode")
        parser.add_argument("--name-field", default="name")
        parser.add_argument("--name-en-field", default="name_en")
        parser.add_argument("--source", default="", help="where FILE comes from, and its licence")
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when there are districts already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and District.objects.exists():
            return
        path: Path | None = options["file"]
        if path is not None and options["datum"] is None:
            raise CommandError(
                "Say the datum of the file: --datum wgs84, gcj02 or bd09. They differ by up to 1.1 km."
            )
        try:
            if path is None:
                districts.store(districts.read_echarts(), source=districts.ECHARTS_SOURCE)
            else:
                outlines = districts.read_geojson(
                    path,
                    source_datum=options["datum"],
                    code_field=options["code_field"],
                    name_field=options["name_field"],
                    name_en_field=options["name_en_field"],
                )
                districts.store(outlines, source=options["source"] or path.name)
        except districts.DistrictFileError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{District.objects.count()} districts loaded.")
