"""What made-up workers said after their visits: whether it was good, and what they report."""

from datetime import date, datetime, timedelta

import numpy as np
from django.db import connection

from geo.hours import ZONE
from stations.checkins.choices import ReportKind
from stations.checkins.models import WorkerReport
from stations.registry.models import Condition, Facility, Station

REPORTS = {ReportKind.CLOSED: 5, ReportKind.WRONG_PLACE: 2, ReportKind.BROKEN: 5}
DAYS = 6  # back, in which they were made
# One visit in six has an opinion, six in seven of them a good one: told by the visit's id, so the same for a seed.
SAY = """
INSERT INTO checkins_opinion (check_in, station_id, day, good)
SELECT id, station_id, (at AT TIME ZONE 'Asia/Shanghai')::date, mod(abs(hashtext(id::text) / 6), 7) > 0
  FROM checkins_checkin WHERE set_aside = '' AND mod(hashtext(id::text), 6) = 0
"""


def speak(rng: np.random.Generator, *, today: date) -> int:
    """Store opinions and open reports. Returns the number of reports."""
    with connection.cursor() as cursor:
        cursor.execute(SAY)
    active = list(Station.objects.public().order_by("pk").values_list("pk", flat=True))
    places: list[tuple[int, str | None]] = [(int(pk), None) for pk in rng.permutation(active)]
    faults = list(
        Facility.objects.filter(condition=Condition.BROKEN, station__in=active)
        .order_by("pk")
        .values_list("station_id", "type_id")
    )
    rng.shuffle(faults)
    reports = []
    for kind, count in REPORTS.items():
        for _ in range(count):
            of_kind = faults if kind == ReportKind.BROKEN else places
            if of_kind:
                reports.append(_report(rng, kind, *of_kind.pop(), today=today))
    return len(WorkerReport.objects.bulk_create(reports))


def _report(
    rng: np.random.Generator, kind: ReportKind, station: int, facility: str | None, *, today: date
) -> WorkerReport:
    morning = datetime(today.year, today.month, today.day, 8, tzinfo=ZONE)
    made = morning - timedelta(days=int(rng.integers(1, DAYS)), hours=-int(rng.integers(10)))
    return WorkerReport(
        station_id=station,
        kind=kind,
        facility_id=facility,
        day=made.date(),
        voices=int(rng.integers(1, 5)),
        first_at=made,
        last_at=made,
    )
