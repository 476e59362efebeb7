"""How a station is used, over HTTP: for those who may read it. Nothing of it is public."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stations.checkins.choices import Grade
from stations.checkins.usage.counts import Use, tallied, use_of
from stations.checkins.usage.periods import FOUR_WEEKS, Period, day_of
from stations.occupations import Occupation
from stations.registry.api_parts import READ, seen_station
from stations.registry.models import Station
from stations.rest.conditional import answered
from stations.rest.paging import refuse_unlisted
from stations.rest.schema import IF_NONE_MATCH, refusals
from stations.tables import FILES, as_file
from stations.unions.access import Ability

MOST_DAYS = 366
BY = ("day", "hour", "occupation", "grade")
PARAMETERS = [
    OpenApiParameter(
        "from", OpenApiTypes.DATE, description="First day, in Shanghai. Default: four weeks up to `to`."
    ),
    OpenApiParameter(
        "to",
        OpenApiTypes.DATE,
        description=f"Last day, at most {MOST_DAYS} days from the first. Default: today.",
    ),
    OpenApiParameter(
        "by", OpenApiTypes.STR, description="What the visits are counted by.", enum=BY, default="day"
    ),
    OpenApiParameter(
        "export", OpenApiTypes.STR, description="The counts as a file instead.", enum=tuple(FILES)
    ),
    IF_NONE_MATCH,
]


class CountSerializer(serializers.Serializer):
    key = serializers.CharField(
        help_text="a day, an hour (0 to 23), or the code of an occupation or of a grade"
    )
    visits = serializers.IntegerField()
    self_reported = serializers.IntegerField(
        allow_null=True,
        help_text="counted on paper, never in `visits`; null by hour and grade, which paper does not tell",
    )


class UsageSerializer(serializers.Serializer):
    """`first_day` and `last_day` are those that were counted."""

    station = serializers.IntegerField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    by = serializers.ChoiceField(BY)
    visits = serializers.IntegerField()
    self_reported = serializers.IntegerField(help_text="counted on paper by the manager, never in `visits`")
    counts = CountSerializer(many=True)


class StationUsage(APIView):
    """The counted visits of one station."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="stations_usage",
        parameters=PARAMETERS,
        responses={200: UsageSerializer, **READ, **refusals(401, 403)},
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """How the station is used. For its manager, its union's officers, its district's inspectors and the centre."""
        station = seen_station(request, pk, Ability.SEE_USAGE)
        refuse_unlisted(request, ("from", "to", "by", "export"))
        period = _period(request)
        by = _one_of(request, "by", BY) or "day"
        kind = _one_of(request, "export", tuple(FILES))
        found = Station.objects.filter(pk=station.pk)
        use, told = use_of(found, period), tallied(found, period)
        counts = _counts(by, use, told)
        if kind:
            return as_file(kind, _lines(by, counts), f"usage-{station.pk}")
        return _answer(request, station, by, use, counts, sum(sum(one.values()) for one in told.values()))


def _answer(
    request: Request, station: Station, by: str, use: Use, counts: Sequence[dict[str, Any]], told: int
) -> Response:
    answer = {
        "station": station.pk,
        "first_day": use.period.first,
        "last_day": use.period.last,
        "by": by,
        "visits": use.total,
        "self_reported": told,
        "counts": counts,
    }
    return answered(request, UsageSerializer(answer).data)


def _counts(by: str, use: Use, told: dict[date, dict[str, int]]) -> list[dict[str, Any]]:
    """Every day, hour, occupation or grade, those without a visit too."""
    rows: list[tuple[str, int, int | None]]
    if by == "day":
        rows = [
            (day.isoformat(), visits, sum(told.get(day, {}).values())) for day, visits in use.by_day().items()
        ]
    elif by == "hour":
        rows = [(str(hour), visits, None) for hour, visits in enumerate(use.by_hour())]
    elif by == "occupation":
        visits = use.by_occupation()
        rows = [
            (one, visits[one], sum(day.get(one, 0) for day in told.values())) for one in Occupation.values
        ]
    else:
        visits = use.by_grade()
        rows = [(one, visits[one], None) for one in Grade.values]
    return [{"key": key, "visits": visits, "self_reported": paper} for key, visits, paper in rows]


def _lines(by: str, counts: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    heading = (by, gettext("Visits counted"), gettext("Self-reported on paper"))
    return [heading, *((one["key"], one["visits"], one["self_reported"]) for one in counts)]


def _period(request: Request) -> Period:
    last = _day(request, "to") or day_of(timezone.now())
    first = _day(request, "from") or last - timedelta(days=FOUR_WEEKS - 1)
    period = Period(first, last)
    if not 1 <= len(period) <= MOST_DAYS:
        message = gettext("The days from {first} to {last} are none, or more than {most}: ask for fewer.")
        raise ValidationError({"from": [message.format(first=first, last=last, most=MOST_DAYS)]})
    return period


def _day(request: Request, name: str) -> date | None:
    """ValidationError for a text that is no day between 2000 and 2100."""
    given = request.query_params.get(name)
    if given is None:
        return None
    try:
        if not re.fullmatch(r"20\d\d-\d\d-\d\d", given, re.ASCII):
            raise ValueError(given)
        return date.fromisoformat(given)
    except ValueError as error:
        message = gettext("“{given}” is not a day: write it such as 2026-03-31.")
        raise ValidationError({name: [message.format(given=given[:60])]}) from error


def _one_of(request: Request, name: str, known: Sequence[str]) -> str | None:
    given = request.query_params.get(name)
    if given is not None and given not in known:
        message = gettext("“{given}” is none of these: {known}.")
        raise ValidationError({name: [message.format(given=given[:60], known=", ".join(known))]})
    return given
