"""Charts of a station's month for the inflation report. Phones are letters by their rank at the station."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
from django.utils.translation import gettext

from geo.hours import ZONE
from stations import charts
from stations.charts import Bar, Chart
from stations.checkins.inflation import phone_shares
from stations.checkins.inflation.rhythm import GAPS
from stations.checkins.inflation.words import letter, other_phones, phone_letter
from stations.checkins.keeping.partitions import next_month
from stations.checkins.usage.periods import Period
from stations.checkins.usage.pictures import open_share
from stations.registry.models import Station

GAP_BIN = 5  # minutes
LETTERS = 8  # phones with a bar of their own


def pictures(visits: pd.DataFrame, station: Station, month: date) -> list[Chart]:
    """Of the counted visits of one station."""
    counted = visits[visits["set_aside"] == ""].sort_values("at")
    return [by_hour(counted, station, month), by_gap(counted), by_phone(counted)]


def by_hour(counted: pd.DataFrame, station: Station, month: date) -> Chart:
    visits = np.bincount(counted["at"].dt.tz_convert(ZONE).dt.hour, minlength=24)
    opened = open_share(station, Period(month, next_month(month) - timedelta(days=1))) or [0.0] * 24
    return _bars(
        gettext("Visits by hour of the day"),
        [
            Bar(f"{hour}:00-{hour + 1}:00", int(count), str(hour) if hour % 3 == 0 else "", round(share, 2))
            for hour, (count, share) in enumerate(zip(visits, opened, strict=True))
        ],
        gettext("Hour"),
        gettext("Shaded behind: opening hours; paler where it was open on some of the days only."),
    )


def by_gap(counted: pd.DataFrame) -> Chart:
    minutes = counted["at"].diff().dt.total_seconds().dropna() / 60
    edges = np.arange(0, int(GAPS[1]) + GAP_BIN, GAP_BIN)
    visits = np.histogram(minutes, edges)[0]
    return _bars(
        gettext("Minutes from one visit to the next"),
        [
            Bar(f"{start}-{start + GAP_BIN}", int(count), str(start) if start % 30 == 0 else "")
            for start, count in zip(edges[:-1], visits, strict=True)
        ],
        gettext("Minutes"),
        gettext("Visitors who come by chance give a smooth slope; a script gives one tall bar."),
    )


def by_phone(counted: pd.DataFrame) -> Chart:
    visits = [int(one) for one in phone_shares(counted)]
    shown = [Bar(phone_letter(rank), one, letter(rank)) for rank, one in enumerate(visits[:LETTERS])]
    if visits[LETTERS:]:
        shown.append(Bar(other_phones(len(visits) - LETTERS), sum(visits[LETTERS:]), "…"))
    return _bars(
        gettext("Visits by phone"),
        shown,
        gettext("Device"),
        gettext("The phones that came most; the letters hold for this station and month only."),
    )


def _bars(title: str, values: list[Bar], of: str, note: str) -> Chart:
    most = max(values, key=lambda one: one.value, default=None)
    summary = f"{most.label}: {most.value}" if most else ""
    return charts.bars(title, values, columns=(of, gettext("Visits")), summary=summary, note=note)
