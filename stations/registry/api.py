"""The stations over HTTP, as GeoJSON. Who may read is `visible_to`; who may write is in `actions`."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import LimitOffsetPagination
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
from stations.rest.conditional import (
    ConflictError,
    PreconditionFailedError,
    answered,
    seen_version,
)
from stations.rest.errors import refuse
from stations.rest.paging import refuse_unlisted
from stations.rest.schema import IF_MATCH, IF_NONE_MATCH, UNCHANGED, refusals


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
    _parameter("host_kind", "Kind of host.", enum=list(words.HOST_KINDS)),
    _parameter("status", "Only stations in this state, of those that you may see.", enum=list(words.STATUSES)),
    _parameter("union", "id of the recommending union.", OpenApiTypes.INT),
    _parameter("nameplate_no", "The whole number on the nameplate."),
    _parameter("q", "A part of the name, the address or the host unit."),
    _parameter("updated_since", "Only stations changed at this time or later.", OpenApiTypes.DATETIME),
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


class StationList(APIView):
    """All stations that the reader may see, and new ones."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="stations_list",
        parameters=[*_PARAMETERS, IF_NONE_MATCH],
        responses={200: _COLLECTION, **UNCHANGED, **refusals(400)},
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
        return _answer(request, station.pk, status=201, headers={"Location": where})


class StationDetail(APIView):
    """One station."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="stations_retrieve",
        parameters=[_DATUM, _OPEN_AT, IF_NONE_MATCH],
        responses={200: StationFeatureSerializer, **UNCHANGED, **refusals(400, 404)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """One station as a GeoJSON feature."""
        return _answer(request, pk)

    @extend_schema(
        operation_id="stations_change",
        parameters=[IF_MATCH],
        request=StationChange(partial=True),
        responses={200: StationFeatureSerializer, **refusals(400, 401, 403, 404, 409, 412, 428)},
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is named, and nothing else. Centre officers only. Instead of If-Match, `version` may stand in the body."""
        station = Station.objects.visible_to(request.user).filter(pk=pk).first()
        if station is None:
            raise NotFound
        _authorise(request)
        refuse_unlisted(request, ())
        seen = seen_version(request, station.version)
        given = StationChange(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changes = {"version": seen, **given.validated_data}
        try:
            change_station(station=station, by=request.user, **changes)
        except StationError as error:
            raise ValidationError({error.field: [error.message]}) from error
        except StaleStationError as error:
            if changes["version"] == seen:
                raise PreconditionFailedError(error.version) from error
            raise ConflictError({"version": [str(error)]}) from error
        return _answer(request, pk)


def _authorise(request: Request) -> None:
    """Before the body is read, so that who may not write learns nothing from its checks; the action asks again."""
    if not may_write(request.user):
        refuse(request)


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
    for column in ("kind", "host_kind", "status", "union", "nameplate_no"):
        if (wanted := getattr(query, column)) is not None:
            stations = stations.filter(**{column: wanted})
    if query.text:
        stations = stations.filter(
            Q(name__icontains=query.text)
            | Q(address__icontains=query.text)
            | Q(host_name__icontains=query.text)
        )
    return stations.filter(updated_at__gte=query.updated_since) if query.updated_since else stations


def _answer(request: Request, pk: int, **more: Any) -> Response:
    """One station that the reader may see, as a feature that says its datum, with its ETag."""
    query = _query(request, DETAIL_PARAMETERS)
    station = displayed(Station.objects.visible_to(request.user).filter(pk=pk), at=query.at).first()
    if station is None:
        raise NotFound
    feature = in_datum([dict(StationFeatureSerializer(station).data)], query.datum)[0]
    told_of = {**feature, "datum": query.datum, "open_as_of": query.at}
    return answered(request, told_of, version=station.version, **more)
