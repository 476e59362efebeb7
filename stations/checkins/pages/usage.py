"""How one station is used, and how all in the reader's care are."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from geo.models import District
from stations.checkins.choices import Grade
from stations.checkins.usage import pictures
from stations.checkins.usage.counts import Use, not_counted, opinions_of, sees_usage, standing_of, tallied
from stations.checkins.usage.parts import Part, Stations, in_short
from stations.checkins.usage.periods import day_of, whole_days
from stations.checkins.usage.stations import UNUSED_DAYS, growth_of, with_opening
from stations.occupations import Occupation
from stations.registry.models import Station
from stations.registry.naming import in_language
from stations.registry.pages.station import station_in_care
from stations.tables import FILES, as_file
from stations.unions.access import Ability, may
from stations.unions.models import TradeUnion, User


@require_safe
@login_required
def station(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One station, for its manager on a phone first. `export`: the four weeks as a file."""
    user = cast(User, request.user)
    shown = station_in_care(user, pk, Ability.SEE_USAGE)
    found = Station.objects.filter(pk=shown.pk)
    today = day_of(timezone.now())
    weeks = whole_days(today)
    told = tallied(found, weeks)
    standing = standing_of(found, today)
    if (kind := request.GET.get("export")) in FILES:
        return as_file(kind, _lines(standing.four_weeks, told), f"usage-{shown.pk}")
    opening = with_opening(found).values("opened", "last_day").get()
    use = standing.four_weeks
    context = {
        "opinions": opinions_of(found, weeks),
        "station": shown,
        "standing": standing,
        "opened": opening["opened"],
        "last_day": opening["last_day"],
        "growth": growth_of(use.total, standing.four_before.total, opening["opened"], today),
        "charts": [
            pictures.sparkline(use),
            pictures.by_hour(use, opened=pictures.open_share(shown, weeks)),
            pictures.by_week(use),
        ],
        "may_tally": shown.allows(user, Ability.TALLY),
    }
    return render(
        request, "checkins/usage/station_usage.html", context | _parts(use, not_counted(found, weeks), told)
    )


@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponseBase:
    """All the stations in the reader's care together, by district and union where there are several."""
    user = cast(User, request.user)
    if not sees_usage(user):
        raise PermissionDenied
    found = Station.objects.in_care_of(user)
    today = day_of(timezone.now())
    weeks = whole_days(today)
    told = tallied(found, weeks)
    standing = standing_of(found, today)
    if (kind := request.GET.get("export")) in FILES:
        return as_file(kind, _lines(standing.four_weeks, told), "usage")
    use = standing.four_weeks
    stations = in_short(found, today)
    together = stations.together()
    context = {
        "opinions": opinions_of(found, weeks),
        "standing": standing,
        "together": together,
        "growth": together.growth,
        "unused_days": UNUSED_DAYS,
        "sees_inflation": may(user, Ability.SEE_INFLATION),
        "charts": [pictures.by_day(use), pictures.by_hour(use), pictures.by_week(use)],
        "tables": [table for table in (_districts(stations), _unions(stations)) if len(table["rows"]) > 1],
    }
    return render(
        request, "checkins/usage/usage.html", context | _parts(use, not_counted(found, weeks), told)
    )


def _parts(use: Use, aside: Mapping[str, int], told: Mapping[date, Mapping[str, int]]) -> dict[str, Any]:
    """What both pages show of four weeks beside their charts."""
    by_occupation: dict[str, int] = {}
    for counts in told.values():
        for occupation, count in counts.items():
            by_occupation[occupation] = by_occupation.get(occupation, 0) + count
    return {
        "weeks": use.period,
        "use": use,
        "occupations": pictures.occupations(use.by_occupation()),
        "grades": pictures.grades(use.by_grade()),
        "set_aside": pictures.set_aside(aside),
        "told": pictures.occupations(by_occupation),
        "told_days": len(told),
        "told_total": sum(by_occupation.values()),
    }


def _lines(use: Use, told: Mapping[date, Mapping[str, int]]) -> Iterator[tuple[Any, ...]]:
    """The rows of a file. What is self-reported has a column of its own, and own rows, since it has neither hour nor grade."""
    yield (
        gettext("Day"), gettext("Hour"), gettext("Occupation"), gettext("Evidence"), gettext("Visits counted"),
        gettext("Self-reported on paper"),
    )  # fmt: skip
    for day, hour, occupation, grade, visits in use.rows:
        yield day, hour, str(Occupation(occupation).label), str(Grade(grade).label), visits, ""
    for day, counts in sorted(told.items()):
        for occupation, count in counts.items():
            yield day, "", str(Occupation(occupation).label), "", "", count


def _districts(stations: Stations) -> dict[str, Any]:
    names = {one.pk: (in_language(one), one.code) for one in District.objects.defer("outline")}
    return {
        "title": gettext("Districts"),
        "by": "district",
        "rows": [_named(one, *names[cast(int, one.pk)]) for one in stations.by("district")],
    }


def _unions(stations: Stations) -> dict[str, Any]:
    names = {one.pk: one.name for one in TradeUnion.objects.all()}
    return {
        "title": gettext("Recommending unions"),
        "by": "union",
        "rows": [_named(one, names[cast(int, one.pk)], one.pk) for one in stations.by("union")],
    }


def _named(part: Part, name: str, key: Any) -> dict[str, Any]:
    return {"part": part, "name": name, "key": key, "growth": pictures.growth_words(part.growth)}
