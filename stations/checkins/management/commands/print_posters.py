"""The posters of many stations in one file, for a printer's shop."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet
from django.utils import timezone

from stations.checkins.qr import codes
from stations.checkins.qr.codes import NoSiteUrlError
from stations.checkins.qr.poster import poster, poster_pdf
from stations.registry.choices import StationStatus
from stations.registry.models import Station
from stations.typesetting import NoChineseFontError, TooLongError
from stations.unions.models import TradeUnion

LIMIT_S = 1800


class Command(BaseCommand):
    help = "Write the posters of all active stations, or of one union's, to one PDF. First codes are issued where there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--union", help="the name of the recommending union; without it, all stations")
        parser.add_argument("--out", type=Path, required=True, help="the PDF to write")

    def handle(self, *args: Any, **options: Any) -> None:
        stations = _stations(options["union"])
        today = timezone.localdate()
        try:
            codes.site_url("/")  # before anything is issued
            found = [codes.current_code(one) for one in stations]
            said = [poster(one, url=codes.check_in_url(one), today=today) for one in found]
            content = poster_pdf(said, limit_s=LIMIT_S)
        except NoSiteUrlError as error:
            raise CommandError("JIELI_SITE_URL is empty: set it to where phones reach the site.") from error
        except NoChineseFontError as error:
            raise CommandError(
                "No Chinese font: install fonts-wqy-microhei, or set JIELI_FONT_PATHS."
            ) from error
        except TooLongError as error:
            raise CommandError(f"It took longer than {LIMIT_S} s: print union by union.") from error
        try:
            options["out"].write_bytes(content)
        except OSError as error:
            raise CommandError(f"{options['out']} cannot be written: {error.strerror}.") from error
        self.stdout.write(self.style.SUCCESS(f"{len(said)} posters written to {options['out']}."))


def _stations(union: str | None) -> QuerySet[Station]:
    stations = (
        Station.objects.filter(status=StationStatus.ACTIVE)
        .select_related("pledge")
        .order_by("district", "pk")
    )
    if union is not None:
        known = TradeUnion.objects.filter(name=union).first()
        if known is None:
            raise CommandError(f"No union is named {union}.")
        stations = stations.filter(union=known)
    if not stations.exists():
        raise CommandError("There is no active station to print for.")
    return stations
