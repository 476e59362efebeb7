"""Made-up check-ins: sparse and extremely skewed between stations, as the real ones are; only while the station is open."""

import io
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from django.db import connection

from analysis.demand import daily_profile
from geo.hours import MINUTES_PER_DAY, SLOT, SLOTS, Calendar, parse
from geo.models import SpecialDay
from stations.registry.choices import StationStatus
from stations.registry.models import Station

VISITS_A_DAY = 1.9  # a station, on average: Shanghai 12/2020 to 10/2022, derived in the domain notes
SKEW = 0.35  # shape of the gamma distribution between stations
OCCUPATIONS = {"sanitation": 0.38, "rider": 0.27, "courier": 0.2, "taxi": 0.15}
Hours = npt.NDArray[np.bool_]


def check_in(rng: np.random.Generator, stations: list[Station], *, days: int, today: date) -> int:
    """Store check-ins of the `days` days before `today` by COPY. Returns their number."""
    calendar = SpecialDay.objects.calendar()
    dates = [today - timedelta(days=back) for back in range(days, 0, -1)]
    pulls = rng.gamma(SKEW, 1 / SKEW, len(stations))
    opened = {
        text: _open_hours(text, dates, calendar) for text in {station.hours_text for station in stations}
    }
    rows = io.StringIO()
    for station, pull in zip(stations, pulls, strict=True):
        if station.status == StationStatus.ACTIVE:
            visits = int(rng.poisson(VISITS_A_DAY * pull * days))
            _write(rows, rng, station, visits, opened[station.hours_text], dates)
    total = rows.getvalue().count("\n")
    rows.seek(0)
    with connection.cursor() as cursor:
        for month in sorted({day.replace(day=1) for day in dates}):
            cursor.execute("SELECT checkins_make_partition(%s)", [month])
        cursor.copy_expert(
            "COPY checkins_checkin (id, station_id, at, made_at, received_at, occupation, grade, band, set_aside, pseudonym)"
            " FROM STDIN",
            rows,
        )
    return total


def _write(
    rows: io.StringIO,
    rng: np.random.Generator,
    station: Station,
    visits: int,
    open_hours: Hours,
    dates: list[date],
) -> None:
    """Write a station's visits, spread over its open hours in proportion to the occupations' working patterns."""
    work = np.array([share * daily_profile(name) for name, share in OCCUPATIONS.items()])
    weights = (open_hours * work.sum(axis=0)).ravel()
    if not weights.sum():
        return
    slots = rng.choice(weights.size, visits, p=weights / weights.sum())
    days, hours = np.divmod(slots, 24)
    likely = np.cumsum(work / work.sum(axis=0), axis=0)[:, hours]  # (occupations, visits)
    occupations = (rng.random(visits) > likely).sum(axis=0)
    names = list(OCCUPATIONS)
    for day, hour, minute, occupation in zip(
        days, hours, rng.integers(60, size=visits), occupations, strict=True
    ):
        at = f"{dates[day]} {hour:02d}:{minute:02d}:00+08"
        told = f"{rng.bytes(16).hex()}\t{station.pk}\t{at}\t{at}\t{at}\t{names[occupation]}"
        rows.write(f"{told}\tcode\t\t\t\\\\x{rng.bytes(16).hex()}\n")


def _open_hours(text: str, dates: list[date], calendar: Calendar) -> Hours:
    """(days, 24): open at half past the hour. Unknown hours: as the regulation's usual 9:00-17:00."""
    minutes = np.zeros(SLOTS * SLOT, bool)
    for start, end in parse(text or "9:00-17:00").slots() or []:
        minutes[start:end] = True
    half_past = np.arange(24) * 60 + 30
    own = np.array([calendar.slot_of(day) * SLOT + half_past for day in dates])
    eve = np.array(
        [calendar.slot_of(day - timedelta(days=1)) * SLOT + MINUTES_PER_DAY + half_past for day in dates]
    )
    opened: Hours = minutes[own] | minutes[eve]
    return opened
