"""The stations over HTTP, as GeoJSON. Who may read is `visible_to`; who may write is in `actions`."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, ParseError, PermissionDenied, ValidationError
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from geo.datum import DATUMS
from geo.models import District
from stations.registry import words
from stations.registry.actions import (
    StaleStationError,
    StationError,
    change_station,
    create_station,
    may_write,
)
from stations.registry.choices import Condition
from stations.registry.features import (
    StationChange,
    StationFeatureSerializer,
    StationInput,
    displayed,
    in_datum,
)
from stations.registry.models import Facility, FacilityType, Station, StationQuerySet
from stations.registry.queries import (
    DETAIL_PARAMETERS,
    LIST_PARAMETERS,
    MAX_OFFSET,
    MAX_PAGE,
    MAX_WITHIN_M,
    PAGE,
    Known,
    ParameterError,
    StationQuery,
    read_query,
)
from stations.registry.wording import told


class StrictJSONParser(JSONParser):
    """JSON whose nesting has an end: the parser's own limit is a 400 here."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as error:
            raise ParseError(gettext("The JSON is nested too deeply: send a plain object.")) from error


class ConflictError(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class FeaturePages(LimitOffsetPagination):
    """A page of features, cut by a query that has been checked; the answer is a GeoJSON FeatureCollection."""

    def __init__(self, query: StationQuery | None = None) -> None:
        self.query = query

    def get_limit(self, request: Request) -> int:
        return self.query.limit if self.query else PAGE

    def get_offset(self, request: Request) -> int:
        return self.query.offset if self.query else 0


def _parameter(name: str, description: str, type: Any = OpenApiTypes.STR, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, type, description=description, **more)


_DATUM = _parameter(
    "datum",
    "The datum of `bbox` and `near` and of the coordinates in the answer. GCJ-02 for Amap and Tencent maps, BD-09 for Baidu.",
    enum=list(DATUMS),
    default="wgs84",
)
_OPEN_AT = _parameter(
    "open_at", "A time with its offset, such as `2026-03-31T12:00:00+08:00`.", OpenApiTypes.DATETIME
)
_PARAMETERS = [
    _parameter("bbox", "`west,south,east,north` in degrees, edges included."),
    _parameter("near", "`longitude,latitude` in degrees: nearest first, with `distance_m`."),
    _parameter("within", f"Metres from `near`, limit included; at most {MAX_WITHIN_M:g}.", OpenApiTypes.DOUBLE),
    _parameter("open", "`now`: only stations that are open now. Unknown hours are not open.", enum=["now"]),
    _parameter("open_at", f"Only stations open then. {_OPEN_AT.description}", OpenApiTypes.DATETIME),
    _parameter("service", "Only stations with this service; repeat it for all of several.", many=True,
               enum=list(words.SERVICES)),
    _parameter("facility", "Only stations where this facility works; repeat it for all of several.", many=True),
    _parameter("district", "Code of a district, such as `310101`."),
    _parameter("kind", "Kind of station.", enum=list(words.KINDS)),
    _DATUM,
    _parameter("limit", f"Stations on a page, 1 to {MAX_PAGE}.", OpenApiTypes.INT, default=PAGE),
    _parameter("offset", f"Stations to leave out first, up to {MAX_OFFSET}.", OpenApiTypes.INT, default=0),
]  # fmt: skip

_COLLECTION = {
    "type": "object",
    "required": ["type", "datum", "open_as_of", "count", "features"],
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "datum": {"type": "string", "enum": list(DATUMS), "description": "the datum of the coordinates"},
        "open_as_of": {
            "type": "string",
            "format": "date-time",
            "description": "the moment that `open` speaks of",
        },
        "count": {"type": "integer", "description": "stations on all pages"},
        "next": {"type": "string", "format": "uri", "nullable": True},
        "previous": {"type": "string", "format": "uri", "nullable": True},
        "features": {"type": "array", "items": {"$ref": "#/components/schemas/StationFeature"}},
    },
}
_ERRORS = {
    400: OpenApiResponse(
        OpenApiTypes.OBJECT, "From the name of the field or parameter to what is wrong with it."
    ),
    403: OpenApiResponse(OpenApiTypes.OBJECT, "Centre officers only."),
    404: OpenApiResponse(OpenApiTypes.OBJECT, "No such station, or none that you may see."),
    409: OpenApiResponse(OpenApiTypes.OBJECT, "The station was changed meanwhile."),
}


class StationList(APIView):
    """All stations that the reader may see, and new ones."""

    permission_classes = [AllowAny]
    parser_classes = [StrictJSONParser]

    @extend_schema(
        operation_id="stations_list",
        parameters=_PARAMETERS,
        responses={200: _COLLECTION, 400: _ERRORS[400]},
    )
    def get(self, request: Request) -> Response:
        """Stations as a GeoJSON FeatureCollection, a page at a time."""
        query = _query(request, LIST_PARAMETERS)
        stations = displayed(_asked(Station.objects.visible_to(request.user), query), at=query.at)
        if query.open_only:
            stations = stations.filter(Q(is_open=True))
        pages = FeaturePages(query)
        page = pages.paginate_queryset(stations, request)
        features = StationFeatureSerializer(page, many=True).data["features"]
        return Response(
            {
                "type": "FeatureCollection",
                "datum": query.datum,
                "open_as_of": query.at,
                "count": pages.count,
                "next": pages.get_next_link(),
                "previous": pages.get_previous_link(),
                "features": in_datum(features, query.datum),
            }
        )

    @extend_schema(
        operation_id="stations_create",
        request=StationInput,
        responses={201: StationFeatureSerializer, 400: _ERRORS[400], 403: _ERRORS[403]},
    )
    def post(self, request: Request) -> Response:
        """Add a station. Centre officers only."""
        _authorise(request)
        given = StationInput(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            station = create_station(by=request.user, **given.validated_data)
        except StationError as error:
            raise ValidationError({error.field: [error.message]}) from error
        where = reverse("registry:station", args=[station.pk])
        return Response(_feature(request, station.pk), status=201, headers={"Location": where})


class StationDetail(APIView):
    """One station."""

    permission_classes = [AllowAny]
    parser_classes = [StrictJSONParser]

    @extend_schema(
        operation_id="stations_retrieve",
        parameters=[_DATUM, _OPEN_AT],
        responses={200: StationFeatureSerializer, 400: _ERRORS[400], 404: _ERRORS[404]},
    )
    def get(self, request: Request, pk: int) -> Response:
        """One station as a GeoJSON feature."""
        return Response(_feature(request, pk))

    @extend_schema(
        operation_id="stations_change",
        request=StationChange(partial=True),
        responses={200: StationFeatureSerializer, **_ERRORS},
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is named, and nothing else. Centre officers only."""
        station = Station.objects.visible_to(request.user).filter(pk=pk).first()
        if station is None:
            raise NotFound
        _authorise(request)
        given = StationChange(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        try:
            change_station(station=station, by=request.user, **given.validated_data)
        except StationError as error:
            raise ValidationError({error.field: [error.message]}) from error
        except StaleStationError as error:
            raise ConflictError({"version": [str(error)]}) from error
        return Response(_feature(request, pk))


def _authorise(request: Request) -> None:
    """Before the body is read, so that who may not write learns nothing from its checks; the action asks again."""
    if not may_write(request.user):
        raise PermissionDenied


def _query(request: Request, allowed: tuple[str, ...]) -> StationQuery:
    known = Known(
        facilities=lambda: list(FacilityType.objects.values_list("code", flat=True)),
        districts=lambda: list(District.objects.values_list("code", flat=True)),
    )
    params = dict(request.query_params.lists())
    try:
        return read_query(params, now=timezone.now(), known=known, allowed=allowed)
    except ParameterError as error:
        raise ValidationError({error.parameter: [told(error)]}) from error


def _asked(stations: StationQuerySet, query: StationQuery) -> StationQuerySet:
    """The stations that a query asks for, without paging."""
    if query.bbox:
        stations = stations.inside(*query.bbox)
    if query.near:
        stations = stations.near(*query.near, limit_m=query.within_m)
    if query.services:
        stations = stations.filter(services__contains=list(query.services))
    for code in query.facilities:
        stations = stations.filter(
            Exists(Facility.objects.filter(station=OuterRef("pk"), type=code, condition=Condition.WORKING))
        )
    if query.district:
        stations = stations.filter(district__code=query.district)
    return stations.filter(kind=query.kind) if query.kind else stations


def _feature(request: Request, pk: int) -> dict[str, Any]:
    """One station that the reader may see, as a feature that says its datum."""
    query = _query(request, DETAIL_PARAMETERS)
    station = displayed(Station.objects.visible_to(request.user).filter(pk=pk), at=query.at).first()
    if station is None:
        raise NotFound
    feature = in_datum([dict(StationFeatureSerializer(station).data)], query.datum)[0]
    return {**feature, "datum": query.datum, "open_as_of": query.at}
