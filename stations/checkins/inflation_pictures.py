"""Pictures of a station's month for the inflation report: bars in SVG, made here, without script.

Each is a `Picture` that `checkins/inflation/picture.html` draws. Phones are letters by their rank at the station.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from django.utils.translation import gettext

from geo.hours import ZONE, Timetable
from geo.models import SpecialDay
from stations.checkins.inflation import phone_shares
from stations.checkins.inflation.rhythm import GAPS
from stations.checkins.inflation_words import other_phones, phone_letter
from stations.checkins.partitions import midnight, next_month

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 640, 180, 8, 18, 24  # px of the drawing
GAP_BIN = 5  # minutes
LETTERS = 8  # phones with a bar of their own


@dataclass(frozen=True)
class Bar:
    """A bar in px; `tick` stands below it where there is room, `title` is read out and shown when pointed at."""

    x: float
    y: float
    width: float
    height: float
    tick: str
    title: str
    shaded: bool

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Picture:
    """`highest`: the count that the top line stands for."""

    title: str
    note: str
    bars: list[Bar]
    highest: int
    width: int = WIDTH
    height: int = HEIGHT
    top: int = TOP
    base: int = HEIGHT - BOTTOM

    @property
    def shade_height(self) -> int:
        return self.base - self.top


def pictures(visits: pd.DataFrame, times: Timetable, month: date) -> list[Picture]:
    """Of the counted visits of one station."""
    counted = visits[visits["set_aside"] == ""].sort_values("at")
    return [by_hour(counted, times, month), by_gap(counted), by_phone(counted)]


def by_hour(counted: pd.DataFrame, times: Timetable, month: date) -> Picture:
    counts = np.bincount(counted["at"].dt.tz_convert(ZONE).dt.hour, minlength=24)
    open_hours = _open_on_most_days(times, month)
    return _picture(
        gettext("Visits by hour of the day"),
        gettext("Shaded: open on at least half of the days, by the posted hours."),
        counts,
        ticks=[str(hour) if hour % 3 == 0 else "" for hour in range(24)],
        titles=[f"{hour}:00-{hour + 1}:00" for hour in range(24)],
        shaded=open_hours,
    )


def by_gap(counted: pd.DataFrame) -> Picture:
    minutes = counted["at"].diff().dt.total_seconds().dropna() / 60
    edges = np.arange(0, GAPS[1] + GAP_BIN, GAP_BIN)
    counts = np.histogram(minutes, edges)[0]
    return _picture(
        gettext("Minutes from one visit to the next"),
        gettext("Visitors who come by chance give a smooth slope; a script gives one tall bar."),
        counts,
        ticks=[f"{start:.0f}" if start % 30 == 0 else "" for start in edges[:-1]],
        titles=[f"{start:.0f}-{start + GAP_BIN:.0f} min" for start in edges[:-1]],
    )


def by_phone(counted: pd.DataFrame) -> Picture:
    counts = phone_shares(counted).to_numpy()
    top, others = counts[:LETTERS], counts[LETTERS:]
    names = [phone_letter(rank) for rank in range(len(top))]
    if len(others):
        names.append(other_phones(len(others)))
    return _picture(
        gettext("Visits by phone"),
        gettext("The phones that came most; the letters hold for this station and month only."),
        np.append(top, others.sum()) if len(others) else top,
        ticks=names,
        titles=names,
    )


def _open_on_most_days(times: Timetable, month: date) -> list[bool]:
    start, end = midnight(month), midnight(next_month(month))
    opens, _unknown = times.between(start, end, calendar=SpecialDay.objects.calendar())
    minutes = np.zeros(int((end - start).total_seconds()) // 60, bool)
    for opened, closed in opens:
        minutes[int((opened - start).total_seconds()) // 60 : int((closed - start).total_seconds()) // 60] = (
            True
        )
    return list(minutes.reshape(-1, 24, 60)[:, :, 30].mean(axis=0) >= 0.5)


def _picture(
    title: str,
    note: str,
    counts: np.ndarray,
    *,
    ticks: list[str],
    titles: list[str],
    shaded: list[bool] | None = None,
) -> Picture:
    highest = max(int(counts.max(initial=0)), 1)
    step = (WIDTH - 2 * LEFT) / max(len(counts), 1)
    room = HEIGHT - TOP - BOTTOM
    bars = [
        Bar(
            x=round(LEFT + number * step + step * 0.08, 1),
            y=round(HEIGHT - BOTTOM - room * int(count) / highest, 1),
            width=round(step * 0.84, 1),
            height=round(room * int(count) / highest, 1),
            tick=ticks[number],
            title=f"{titles[number]}: {int(count)}",
            shaded=bool(shaded and shaded[number]),
        )
        for number, count in enumerate(counts)
    ]
    return Picture(title, note, bars, highest)
