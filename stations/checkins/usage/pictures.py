"""Use as charts and words, in the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from geo.hours import ZONE
from geo.models import SpecialDay
from stations import charts
from stations.charts import Bar, Chart, Share
from stations.checkins.choices import Grade, SetAside
from stations.checkins.usage.counts import Use
from stations.checkins.usage.periods import Growth, Period, Trend
from stations.occupations import Occupation
from stations.registry.models import Station
from stations.registry.timetables import dated_between, timetable_of

WEEKDAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
HOURS = [f"{hour}" for hour in range(24)]


def growth_words(found: Growth) -> str:
    """What a difference is worth, said so that nobody reads a percentage into chance."""
    if found.trend is Trend.NEW:
        return gettext("opened lately, nothing to compare with")
    if found.trend is Trend.FEW:
        return gettext("too few visits to compare")
    if found.trend is Trend.STEADY:
        return gettext("about as before")
    if found.percent is None:
        return gettext("none before")
    return f"{'▲' if found.trend is Trend.UP else '▼'} {found.percent:+d} %".replace("-", "−")


def by_day(use: Use) -> Chart:
    days = use.by_day()
    values = [
        Bar(_long(day), visits, _short(day) if day.weekday() == 0 else "") for day, visits in days.items()
    ]
    return charts.bars(
        gettext("Visits by day"),
        values,
        columns=(gettext("Day"), gettext("Visits")),
        summary=_summary(use.total, values),
        note=gettext("Marked: Mondays."),
    )


def sparkline(use: Use) -> Chart:
    values = [Bar(_long(day), visits) for day, visits in use.by_day().items()]
    return charts.line(
        gettext("Visits by day, last 4 weeks"),
        values,
        columns=(gettext("Day"), gettext("Visits")),
        summary=_summary(use.total, values),
    )


def by_hour(use: Use, *, opened: Sequence[float] | None = None) -> Chart:
    """`opened`: for each hour, on what part of the days it was open; None where nothing is known of it, or of many stations."""
    visits = use.by_hour()
    shades = opened or [0.0] * 24
    values = [
        Bar(f"{hour}:00-{hour + 1}:00", count, HOURS[hour] if hour % 3 == 0 else "", round(shade, 2))
        for hour, (count, shade) in enumerate(zip(visits, shades, strict=True))
    ]
    return charts.bars(
        gettext("Visits by hour of the day"),
        values,
        columns=(gettext("Hour"), gettext("Visits")),
        summary=_summary(use.total, values),
        note=gettext("Shaded behind: opening hours; paler where it was open on some of the days only.")
        if opened
        else "",
    )


def by_week(use: Use) -> Chart:
    week = use.by_week()
    names = [str(one) for one in WEEKDAYS]
    values = [
        Bar(f"{names[day]} {hour}:00", count)
        for day, counts in enumerate(week)
        for hour, count in enumerate(counts)
    ]
    return charts.heat(
        gettext("Visits by weekday and hour"),
        week,
        across=HOURS,
        down=names,
        columns=(gettext("Weekday"), *HOURS),
        summary=_summary(use.total, values),
        note=gettext("The darker, the more visits; a dot is none."),
    )


def occupations(counts: Mapping[str, int]) -> list[Share]:
    """Every occupation, the most visits first; of those without one only the number is told."""
    return _shares(counts, Occupation.choices)


def grades(counts: Mapping[str, int]) -> list[Share]:
    """The best evidence first."""
    return charts.shares((str(label), counts.get(value, 0)) for value, label in Grade.choices)


def set_aside(counts: Mapping[str, int]) -> list[Share]:
    return _shares(counts, [one for one in SetAside.choices if one[0]])


def open_share(station: Station, period: Period) -> list[float] | None:
    """For each hour of the day, on what part of the days the station was open by its hours, dated ones included.

    None where the hours were unknown on any of the days.
    """
    start = datetime.combine(period.first, time(), tzinfo=ZONE)
    end = datetime.combine(period.last + timedelta(days=1), time(), tzinfo=ZONE)
    dated = dated_between(start, end, stations=[station.pk]).get(station.pk, [])
    opens, unknown = timetable_of(station.hours_text, dated).between(
        start, end, calendar=SpecialDay.objects.calendar()
    )
    if unknown:
        return None
    minutes = [0.0] * 24
    for since, until in opens:
        at = since
        while at < until:
            hour_ends = min(until, at.replace(minute=0) + timedelta(hours=1))
            minutes[at.hour] += (hour_ends - at).total_seconds() / 60
            at = hour_ends
    return [one / 60 / len(period) for one in minutes]


def _shares(counts: Mapping[str, int], choices: Sequence[tuple[str, str | Promise]]) -> list[Share]:
    given = [(str(label), counts.get(value, 0)) for value, label in choices if counts.get(value)]
    return charts.shares(sorted(given, key=lambda one: -one[1]))


def _summary(total: int, values: Sequence[Bar]) -> str:
    """One sentence of what a chart shows."""
    highest = max(values, key=lambda one: one.value, default=None)
    said = ngettext("%(total)d visit in all", "%(total)d visits in all", total) % {"total": total}
    if not highest or not highest.value:
        return said
    most = gettext("the most: %(what)s, %(visits)d") % {"what": highest.label, "visits": highest.value}
    return pgettext("two parts of a sentence", "%(first)s; %(second)s") % {"first": said, "second": most}


def _long(day: date) -> str:
    return f"{day.isoformat()} {WEEKDAYS[day.weekday()]}"


def _short(day: date) -> str:
    return date_format(day, "n-j")
