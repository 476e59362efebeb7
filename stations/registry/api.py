"""The stations over HTTP, as GeoJSON. Who may read is `visible_to`; who may write is in `actions`."""

from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stations.registry.actions import StationError, create_station, may_write
from stations.registry.api_query import COLLECTION, DATUM, OPEN_AT, PARAMETERS, asked, query_of
from stations.registry.features import StationFeatureSerializer, StationInput, displayed, in_datum
from stations.registry.models import Station
from stations.registry.queries import DETAIL_PARAMETERS, LIST_PARAMETERS, PAGE, StationQuery
from stations.rest.conditional import answered
from stations.rest.errors import refuse
from stations.rest.paging import refuse_unlisted
from stations.rest.schema import IF_NONE_MATCH, UNCHANGED, refusals


class FeaturePages(LimitOffsetPagination):
    """A page of features, cut by a query that has been checked; the answer is a GeoJSON FeatureCollection."""

    def __init__(self, query: StationQuery | None = None) -> None:
        self.query = query

    def get_limit(self, request: Request) -> int:
        return self.query.limit if self.query else PAGE

    def get_offset(self, request: Request) -> int:
        return self.query.offset if self.query else 0


class StationList(APIView):
    """All stations that the reader may see, and new ones."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="stations_list",
        parameters=[*PARAMETERS, IF_NONE_MATCH],
        responses={200: COLLECTION, **UNCHANGED, **refusals(400)},
    )
    def get(self, request: Request) -> Response:
        """Stations as a GeoJSON FeatureCollection, a page at a time."""
        query = query_of(request, LIST_PARAMETERS)
        stations = displayed(asked(Station.objects.visible_to(request.user), query), at=query.at)
        if query.open_only:
            stations = stations.filter(Q(is_open=True))
        pages = FeaturePages(query)
        page = pages.paginate_queryset(stations, request)
        features = StationFeatureSerializer(page, many=True).data["features"]
        collection = {
            "type": "FeatureCollection",
            "datum": query.datum,
            "open_as_of": query.at,
            "count": pages.count,
            "next": pages.get_next_link(),
            "previous": pages.get_previous_link(),
            "features": in_datum(features, query.datum),
        }
        return answered(request, collection)

    @extend_schema(
        operation_id="stations_create",
        request=StationInput,
        responses={201: StationFeatureSerializer, **refusals(400, 401, 403)},
    )
    def post(self, request: Request) -> Response:
        """Add a station. Centre officers only."""
        _authorise(request)
        refuse_unlisted(request, ())
        given = StationInput(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            station = create_station(by=request.user, **given.validated_data)
        except StationError as error:
            raise ValidationError({error.field: [error.message]}) from error
        where = f"{request.path}{station.pk}/"
        return answer_of(request, station.pk, status=201, headers={"Location": where})


class StationDetail(APIView):
    """One station."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="stations_retrieve",
        parameters=[DATUM, OPEN_AT, IF_NONE_MATCH],
        responses={200: StationFeatureSerializer, **UNCHANGED, **refusals(400, 404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """One station as a GeoJSON feature."""
        return answer_of(request, pk)


def _authorise(request: Request) -> None:
    """Before the body is read, so that who may not write learns nothing from its checks; the action asks again."""
    if not may_write(request.user):
        refuse(request)


def answer_of(request: Request, pk: int, *, beside: dict[str, Any] | None = None, **more: Any) -> Response:
    """One station that the reader may see, as a feature that says its datum, with its ETag. `beside`: what a write adds."""
    query = query_of(request, DETAIL_PARAMETERS)
    station = displayed(Station.objects.visible_to(request.user).filter(pk=pk), at=query.at).first()
    if station is None:
        raise NotFound
    feature = in_datum([dict(StationFeatureSerializer(station).data)], query.datum)[0]
    told_of = {**feature, "datum": query.datum, "open_as_of": query.at, **(beside or {})}
    return answered(request, told_of, version=station.version, **more)
