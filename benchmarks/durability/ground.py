"""Run inside the site: makes the stations of the demonstration city with a code each, and prints them as JSON."""

import json
import sys
from datetime import date

import django

django.setup()

import numpy as np  # noqa: E402
from django.core.management import call_command  # noqa: E402

from analysis.demo import city, people, places  # noqa: E402
from stations.checkins.qr.codes import current_code, text_of  # noqa: E402
from stations.registry.models import Station  # noqa: E402


def main(count: int) -> None:
    call_command("load_districts", verbosity=0, stdout=sys.stderr)
    rng = np.random.default_rng(20180227)
    places.build(rng, city.lay_out(rng), people.found_unions(), count=count, today=date(2026, 3, 2))
    stations = Station.objects.public().order_by("pk")
    told = [[one.pk, text_of(current_code(one)), one.point.x, one.point.y] for one in stations]
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]))
