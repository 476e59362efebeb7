"""Who changed what, from what, to what, when: of a station and of a filing, over HTTP."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stations.filing import timeline as of_filings
from stations.filing.models import Filing
from stations.registry import timeline as of_registry
from stations.registry.api_parts import seen_station
from stations.rest.conditional import answered
from stations.rest.errors import found
from stations.rest.filters import no_moment
from stations.rest.moments import read_moment
from stations.rest.paging import refuse_unlisted, whole
from stations.rest.schema import IF_NONE_MATCH, UNCHANGED, refusals
from stations.timeline import LISTED_AT_ONCE, Line, Source, moments
from stations.unions.access import Ability

MOST = 100
PARAMETERS = [
    OpenApiParameter("before", OpenApiTypes.DATETIME, description="Only moments before: `earlier` of the answer."),
    OpenApiParameter("limit", OpenApiTypes.INT, description=f"Moments at once, 1 to {MOST}.", default=LISTED_AT_ONCE),
    IF_NONE_MATCH,
]  # fmt: skip


class LineSerializer(serializers.Serializer):
    what = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    is_private = serializers.BooleanField(help_text="that it changed is told, what it is is not")


class EnteredSerializer(serializers.Serializer):
    """Something new, with all its particulars."""

    what = serializers.CharField()
    lines = LineSerializer(many=True)

    def to_representation(self, instance: tuple[str, list[Line]]) -> dict[str, Any]:
        what, lines = instance
        return {"what": what, "lines": LineSerializer(lines, many=True).data}


class MomentSerializer(serializers.Serializer):
    """What one person changed in one go, in the reader's language."""

    at = serializers.DateTimeField()
    who = serializers.CharField()
    entered = EnteredSerializer(many=True)
    lines = LineSerializer(many=True)


class HistorySerializer(serializers.Serializer):
    results = MomentSerializer(many=True)
    earlier = serializers.DateTimeField(allow_null=True, help_text="give it as `before` for what was earlier")


class StationHistory(APIView):
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="stations_history",
        parameters=PARAMETERS,
        responses={200: HistorySerializer, **UNCHANGED, **refusals(400, 401, 403, 404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """The station's time line, latest first. For its manager, its union's officers, its inspectors and the centre."""
        station = seen_station(request, pk, Ability.SEE_HISTORY)
        return _answer(request, [*of_registry.of_station(station.pk), *of_filings.of_station(station.pk)])


class FilingHistory(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="filings_history",
        parameters=PARAMETERS,
        responses={200: HistorySerializer, **UNCHANGED, **refusals(400, 401, 404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """The filing's time line, latest first. For all who may see the filing."""
        filing = found(Filing.objects.visible_to(request.user), pk=pk)
        return _answer(request, of_filings.of_filing(filing.pk))


def _answer(request: Request, sources: Sequence[Source]) -> Response:
    refuse_unlisted(request, ("before", "limit"))
    limit = whole(request, "limit", LISTED_AT_ONCE, 1, MOST)
    shown, earlier = moments(sources, before=_before(request), limit=limit)
    return answered(request, HistorySerializer({"results": shown, "earlier": earlier}).data)


def _before(request: Request) -> Any:
    given = request.query_params.get("before")
    try:
        return None if given is None else read_moment(given)
    except ValueError as error:
        raise ValidationError({"before": [no_moment(given or "")]}) from error
