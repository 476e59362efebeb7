"""The parameters of stations in a URL: as OpenAPI tells of them, and as they are asked of the database."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from geo.datum import DATUMS
from geo.models import District
from stations.registry import words
from stations.registry.choices import Condition
from stations.registry.models import Facility, FacilityType, StationQuerySet
from stations.registry.queries import (
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


def _parameter(name: str, description: str, type: Any = OpenApiTypes.STR, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, type, description=description, **more)


DATUM = _parameter(
    "datum",
    "The datum of `bbox` and `near` and of the coordinates in the answer. GCJ-02 for Amap and Tencent maps, BD-09 for Baidu.",
    enum=list(DATUMS),
    default="wgs84",
)
OPEN_AT = _parameter(
    "open_at", "A time with its offset, such as `2026-03-31T12:00:00+08:00`.", OpenApiTypes.DATETIME
)
PARAMETERS = [
    _parameter("bbox", "`west,south,east,north` in degrees, edges included."),
    _parameter("near", "`longitude,latitude` in degrees: nearest first, with `distance_m`."),
    _parameter("within", f"Metres from `near`, limit included; at most {MAX_WITHIN_M:g}.", OpenApiTypes.DOUBLE),
    _parameter("open", "`now`: only stations that are open now. Unknown hours are not open.", enum=["now"]),
    _parameter("open_at", f"Only stations open then. {OPEN_AT.description}", OpenApiTypes.DATETIME),
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
    DATUM,
    _parameter("limit", f"Stations on a page, 1 to {MAX_PAGE}.", OpenApiTypes.INT, default=PAGE),
    _parameter("offset", f"Stations to leave out first, up to {MAX_OFFSET}.", OpenApiTypes.INT, default=0),
]  # fmt: skip

COLLECTION = {
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


def query_of(request: Request, allowed: tuple[str, ...]) -> StationQuery:
    """What a request asks; ValidationError names the parameter at fault."""
    known = Known(
        facilities=lambda: list(FacilityType.objects.values_list("code", flat=True)),
        districts=lambda: list(District.objects.values_list("code", flat=True)),
    )
    params = dict(request.query_params.lists())
    try:
        return read_query(params, now=timezone.now(), known=known, allowed=allowed)
    except ParameterError as error:
        raise ValidationError({error.parameter: [told(error)]}) from error


def asked(stations: StationQuerySet, query: StationQuery) -> StationQuerySet:
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
