"""The inflation report of a month: read from its check-ins, judged, and remembered for the day."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd
from django.core.cache import cache
from django.db.models import QuerySet

from geo.hours import Timetable
from geo.models import SpecialDay
from stations.checkins.inflation import Report, judge
from stations.checkins.keeping.partitions import first_of_month, local_day, midnight, next_month
from stations.checkins.keeping.purge import first_kept_day
from stations.checkins.models import CheckIn, WeekUse
from stations.checkins.models.usage import EVERY_OCCUPATION
from stations.registry.models import Station
from stations.registry.timetables import dated_between, timetable_of

MONTHS_BEFORE = 3  # whose mean is a station's usual month
A_DAY = 86_400
COLUMNS = ["station", "at", "pseudonym", "grade", "set_aside"]


@dataclass(frozen=True)
class MonthReport:
    """A report, of which month it is, and until when its check-ins were looked at."""

    month: date
    until: datetime
    found: Report

    @property
    def is_over(self) -> bool:
        return self.until >= midnight(next_month(self.month))


def months(now: datetime) -> list[date]:
    """Months of which every raw check-in is still kept, the running one first."""
    found, before = [first_of_month(local_day(now))], first_kept_day(now)
    while next_month(found[-1], -1) >= before:
        found.append(next_month(found[-1], -1))
    return found


def report_of(month: date, now: datetime) -> MonthReport:
    """Computed at the first request of a day, some seconds for 1,300 stations; no phone is in what is remembered."""
    name = f"inflation:{month}:{local_day(now)}"
    known: MonthReport | None = cache.get(name)
    if known is None:
        known = _computed(month, now)
        cache.set(name, known, timeout=A_DAY)
    return known


def visits_of(month: date, **where: int) -> QuerySet[CheckIn]:
    return CheckIn.objects.filter(at__gte=midnight(month), at__lt=midnight(next_month(month)), **where)


def frame_of(visits: QuerySet[CheckIn]) -> pd.DataFrame:
    """The check-ins as `judge` wants them, a phone a number."""
    rows = visits.values_list("station_id", "at", "pseudonym", "grade", "set_aside")
    frame = pd.DataFrame.from_records(list(rows), columns=COLUMNS)
    frame["pseudonym"] = pd.factorize(frame["pseudonym"].map(bytes))[0]
    frame["at"] = pd.to_datetime(frame["at"], utc=True)
    return frame


def timetables_of(month: date) -> dict[int, Timetable]:
    """By station, with the days of the month that differed."""
    dated = dated_between(midnight(month), midnight(next_month(month)))
    texts = Station.objects.values_list("pk", "hours_text")
    return {pk: timetable_of(text, dated.get(pk, ())) for pk, text in texts}


def _computed(month: date, now: datetime) -> MonthReport:
    start, end = midnight(month), midnight(next_month(month))
    until = min(now, end)
    found = judge(
        frame_of(visits_of(month)),
        usual=_usual(month) * ((until - start) / (end - start)),
        timetables=timetables_of(month),
        start=start,
        end=end,
        calendar=SpecialDay.objects.calendar(),
    )
    return MonthReport(month, until, found)


def _usual(month: date) -> pd.Series:
    """Mean visits a month over the months before in which a station had any; missing where it had none."""
    before = [next_month(month, -back) for back in range(1, MONTHS_BEFORE + 1)]
    rows = WeekUse.objects.filter(month__in=before, occupation=EVERY_OCCUPATION)
    counts = [(station, int(np.sum(hours))) for station, hours in rows.values_list("station_id", "counts")]
    frame = pd.DataFrame(counts, columns=["station", "visits"]).astype({"visits": float})
    return frame.groupby("station")["visits"].mean()
