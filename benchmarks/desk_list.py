"""The desk's first page of 5,000 stations, against the same table without what keeps its queries few.

    python benchmarks/desk_list.py

Both go through Django's test client with the project's middleware, as the centre's officer who sees every station. The peer is
the obvious table: the same columns and the same fifty rows, each row asking for its district, union, manager, faults and opening
state by itself. Prints the queries of both; exits with 1 where ours needs 15 queries or more, or where their number depends on
how many rows are shown.
"""

# ruff: noqa: E402 - Django must be set up before the project is imported
import os
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "geo.settings"
os.environ.setdefault("JIELI_TEST_DATABASE", "bench_desk_list")

import django

django.setup()

import numpy as np
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.management import call_command
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils import timezone

from analysis.demo import city, people, places
from benchmarks.database import own_database
from benchmarks.runner import compare, markdown
from geo.models import SpecialDay
from stations.registry.models import Condition, Station
from stations.registry.pages.stations import StationFilters, StationTable
from stations.tables import PAGE_SIZE
from stations.unions.models import Appointment, Role, User

STATIONS = 5_000
PLAIN_STATIC = {
    **settings.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MOST_QUERIES = 15
OURS, FILTERED, PEER = "/desk/stations/", "/desk/stations/?broken=on&sort=-name", "/peer/"


class Obvious:
    """A station whose row asks for its own state, manager and faults."""

    def __init__(self, station: Station) -> None:
        now, calendar = timezone.now(), SpecialDay.objects.calendar()
        self.__dict__ |= station.__dict__
        held = station.managers.filter(until=None).first()
        self.district, self.union = station.district, station.union
        self.manager_name = str(held.user) if held else ""
        self.is_open = Station.objects.with_open(now, calendar).get(pk=station.pk).is_open
        self.broken = list(station.facilities.filter(condition=Condition.BROKEN))
        self.pk, self.get_status_display = station.pk, station.get_status_display
        self.get_kind_display, self.get_host_kind_display = (
            station.get_kind_display,
            station.get_host_kind_display,
        )


@login_required
def peer(request: HttpRequest) -> HttpResponse:
    page = Paginator(Station.objects.order_by("district__code", "name", "pk"), PAGE_SIZE).get_page(1)
    table = StationTable([Obvious(one) for one in page], default="", request=request)
    table.paginate(per_page=PAGE_SIZE)
    asked = StationFilters(request.GET, queryset=Station.objects.all(), request=request)
    asked.form.is_valid()
    return render(request, "registry/stations.html", {"table": table, "filters": asked, "page": page})


urlpatterns = [path("peer/", peer), path("", include("geo.urls"))]


def build() -> User:
    """The demonstration city with 5,000 stations, and an officer of the centre."""
    call_command("load_districts", verbosity=0)
    rng = np.random.default_rng(20180227)
    places.build(rng, city.lay_out(rng), people.found_unions(), count=STATIONS, today=date(2026, 3, 2))
    officer = User.objects.create_user("officer")
    Appointment.objects.create(user=officer, role=Role.CENTRE_OFFICER)
    return officer


def queries(client: Client, address: str) -> int:
    client.get(address)  # what is remembered for a minute
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def main(officer: User) -> int:
    client = Client()
    client.force_login(officer, settings.AUTHENTICATION_BACKENDS[-1])

    def page(address: str) -> bytes:
        return client.get(address).content

    timings = compare(
        {
            "ours: first page": lambda: page(OURS),
            "ours: something broken, by name": lambda: page(FILTERED),
            "peer: each row asks for its own": lambda: page(PEER),
        },
        rounds=7,
        warm=2,
    )
    print(markdown(timings, title=f"{STATIONS:,} stations, the first {PAGE_SIZE} in the desk's list"))
    exports = compare(
        {
            "ours: CSV of all": lambda: b"".join(client.get(f"{OURS}?export=csv")),
            "ours: XLSX of all": lambda: page(f"{OURS}?export=xlsx"),
        },
        rounds=3,
    )
    print(markdown(exports, title=f"All {STATIONS:,} as a file"))
    few = queries(client, f"{OURS}?q={Station.objects.order_by('pk').first().nameplate_no}")
    many, obvious = queries(client, OURS), queries(client, PEER)
    print(f"queries: ours {many} ({few} for one row), peer {obvious}")
    return 0 if many < MOST_QUERIES and many == few else 1


if __name__ == "__main__":
    with own_database(ROOT_URLCONF="__main__", STORAGES=PLAIN_STATIC):
        code = main(build())
    sys.exit(code)
