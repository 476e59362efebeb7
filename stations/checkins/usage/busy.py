"""When a station is usually busy, for everybody: levels by hour of the day, of a calendar quarter, published once.

What is published is never changed, quarters do not overlap, and a quarter is published only when no phone can send a visit of
it any more (JIELI_CHECKIN_LATE_DAYS). So no public byte tells whether a single visit was made, before or after.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stations.checkins.models import BusyHour, BusyQuarter, Usage
from stations.checkins.usage.publishing import last_day_of_quarter, levels, settled_quarter
from stations.registry.models import Station
from stations.registry.timetables import hours_of

LEVEL_WORDS = {1: _("quieter"), 2: _("busier"), 3: _("busiest")}
EVERY_HOUR = frozenset(range(24))


@transaction.atomic
def publish(now: datetime) -> int:
    """Publish the last settled quarter, where that was not done. How many hours of stations were written.

    Call it daily: it does nothing when there is nothing to do, and of two calls at once one waits and finds it done.
    """
    first, last = settled_quarter(now, late_days=settings.JIELI_CHECKIN_LATE_DAYS)
    counted = Usage.objects.filter(day__range=(first, last))
    if BusyQuarter.objects.filter(pk=first).exists() or not counted.exists():
        return 0
    mark, is_ours = BusyQuarter.objects.get_or_create(pk=first, defaults={"published_at": now, "hours": 0})
    if not is_ours:
        return 0
    rows = counted.values_list("station", "hour").annotate(visits=Sum("count")).order_by("station", "hour")
    mark.hours = len(BusyHour.objects.bulk_create(_levelled(rows, first)))
    mark.save(update_fields=["hours"])
    return mark.hours


def _levelled(rows: Iterable[tuple[int, int, int]], quarter: date) -> list[BusyHour]:
    """What is told of each station: of the hours at which it is open by its weekly hours, or of all where those are unknown."""
    texts = dict(Station.objects.values_list("pk", "hours_text"))
    return [
        BusyHour(station_id=station, quarter=quarter, hour=hour, level=level)
        for station, visits in groupby(rows, key=lambda row: row[0])
        for hour, level in levels(
            {hour: count for _, hour, count in visits if hour in _open_hours(texts[station])}
        ).items()
    ]


def _open_hours(text: str) -> frozenset[int]:
    """Hours of the day in which it is open on some day of the week."""
    spans = hours_of(text).minutes_of_week()
    if spans is None:
        return EVERY_HOUR
    return frozenset(hour % 24 for start, end in spans for hour in range(start // 60, -(-end // 60)))


def shown_quarter() -> date | None:
    """The quarter that the public sees: the last that has anything to show."""
    found = BusyQuarter.objects.filter(hours__gt=0).order_by("-quarter").first()
    return found.quarter if found else None


@dataclass(frozen=True)
class BusyBar:
    """An hour from `hour` on; `level` 0 where it is not published."""

    hour: int
    level: int

    @property
    def words(self) -> str | Promise:
        return LEVEL_WORDS.get(self.level, _("too few check-ins to tell"))


@dataclass(frozen=True)
class BusyDay:
    """What a station's page shows: bars from the first to the last published hour, and the busiest spans as `12:00-14:00`."""

    first: date
    last: date
    bars: list[BusyBar]

    @property
    def busiest(self) -> list[str]:
        top = max(bar.level for bar in self.bars)
        runs = groupby(self.bars, key=lambda bar: bar.level == top)
        found = [[bar.hour for bar in run] for is_top, run in runs if is_top]
        return [f"{hours[0]}:00-{hours[-1] + 1}:00" for hours in found]


def busy_day(station: Station) -> BusyDay | None:
    """None where nothing of the station is published."""
    quarter = shown_quarter()
    if quarter is None:
        return None
    found = dict(BusyHour.objects.filter(station=station, quarter=quarter).values_list("hour", "level"))
    if not found:
        return None
    bars = [BusyBar(hour, found.get(hour, 0)) for hour in range(min(found), max(found) + 1)]
    return BusyDay(quarter, last_day_of_quarter(quarter), bars)


def busy_digits(quarter: date) -> dict[int, str]:
    """Station -> 24 digits, a level for each hour of the day, 0 where it is not published."""
    digits: dict[int, list[str]] = {}
    for station, hour, level in BusyHour.objects.filter(quarter=quarter).values_list(
        "station_id", "hour", "level"
    ):
        digits.setdefault(station, ["0"] * 24)[hour] = str(level)
    return {station: "".join(found) for station, found in digits.items()}
