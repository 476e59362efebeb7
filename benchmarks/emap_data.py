"""The public map's data for 1,300 stations over HTTP, against GeoFeatureModelSerializer in the same process and database.

    python benchmarks/emap_data.py

Both sides go through Django's test client with the project's middleware, and both accept gzip, as a browser does. The peer is the
API's own serializer (django-rest-framework-gis) over the same public stations, facilities and opening state included, asked for
all of them in one answer. "After a change" means that a station is changed before each request, so that the snapshot is built
anew; the peer's time does not depend on that. "304" is the browser that comes again. Exits with 1 where the usual request is
not 30 times as fast.
"""

# ruff: noqa: E402 - Django must be set up before the project is imported
import gzip
import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "geo.settings"
os.environ.setdefault("JIELI_TEST_DATABASE", "bench_emap_data")

import django

django.setup()

import numpy as np
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone
from rest_framework.renderers import JSONRenderer

from analysis.demo import city, people, places
from benchmarks.database import own_database
from benchmarks.runner import compare, markdown
from geo.models import SpecialDay
from stations.registry.features import StationFeatureSerializer
from stations.registry.models import Station

STATIONS = 1_300
TARGET = 30.0
OURS, PEER = "/emap/stations.geojson?datum=wgs84", "/peer/"


def peer(request: HttpRequest) -> HttpResponse:
    """Every public station by the API's serializer, with one query for the facilities."""
    found = (
        Station.objects.public()
        .select_related("district", "union")
        .prefetch_related("facilities__type")
        .with_open(timezone.now(), SpecialDay.objects.calendar())
        .order_by("district__code", "id")
    )
    features = StationFeatureSerializer(found, many=True).data
    return HttpResponse(JSONRenderer().render(features), content_type="application/geo+json")


urlpatterns = [path("peer/", peer), path("", include("geo.urls"))]


def build() -> None:
    """The demonstration city's stations, without people, activity and check-ins."""
    call_command("load_districts", verbosity=0)
    rng = np.random.default_rng(20180227)
    places.build(rng, city.lay_out(rng), people.found_unions(), count=STATIONS, today=date(2026, 3, 2))


def names(body: bytes) -> list[tuple[int, str]]:
    features = json.loads(gzip.decompress(body))["features"]
    return sorted((feature["id"], feature["properties"]["name"]) for feature in features)


def main() -> int:
    client = Client(headers={"Accept-Encoding": "gzip"})
    etag = client.get(OURS)["ETag"]
    one = Station.objects.public().first()
    assert one is not None

    def cold() -> bytes:
        Station.objects.filter(pk=one.pk).update(area_m2=12 + one.version % 7)
        one.version += 1
        return client.get(OURS).content

    def again() -> int:
        return client.get(OURS, headers={"If-None-Match": etag}).status_code

    def same(ours: Any, other: Any) -> bool:
        return other == 304 if isinstance(other, int) else names(ours) == names(other)

    timings = compare(
        {
            "ours, as usual": lambda: client.get(OURS).content,
            "peer: GeoFeatureModelSerializer": lambda: client.get(PEER).content,
        },
        rounds=9,
        warm=2,
        check=same,
    )
    print(markdown(timings, title=f"{STATIONS:,} stations as GeoJSON, test client, gzip"))
    built = compare(
        {"ours, after a change": cold, "peer: GeoFeatureModelSerializer": lambda: client.get(PEER).content},
        rounds=9,
        warm=2,
        check=same,
    )
    print(markdown(built, title="The same, with a station changed before each request"))
    etag = client.get(OURS)["ETag"]
    print(markdown(compare({"ours: 304": again}, warm=2), title="A browser that comes again"))
    sizes = {name: len(client.get(address).content) for name, address in (("ours", OURS), ("peer", PEER))}
    print("gzip bytes:", ", ".join(f"{name} {size:,}" for name, size in sizes.items()))
    return 0 if timings[1].ratio_to_first >= TARGET else 1


if __name__ == "__main__":
    with own_database(ROOT_URLCONF="__main__"):
        build()
        code = main()
    sys.exit(code)
