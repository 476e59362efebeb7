"""What is reported of a station: what works, when it is shut, other hours on certain days.

A report says what is so now and overwrites nothing that somebody typed, so it needs no If-Match; one that is given holds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stations.registry.api_parts import READ, StationPart, seen_station
from stations.registry.choices import Condition
from stations.registry.closures import ClosureError, close_until, open_again
from stations.registry.conditions import NotThereError, report_broken, report_working
from stations.registry.dated_hours import DatedHoursError, add_dated_hours, remove_dated_hours
from stations.registry.models import DatedHours, Facility, Station
from stations.registry.models import TemporaryClosure as Closure
from stations.rest.conditional import seen_version
from stations.rest.errors import found
from stations.rest.paging import refuse_unlisted
from stations.rest.parsing import StrictInput
from stations.rest.schema import IF_NONE_MATCH, refusals
from stations.unions.access import Ability

REPORTED = refusals(400, 401, 403, 404, 412)


class ConditionInput(StrictInput):
    facility = serializers.CharField(max_length=20, help_text="code of the facility, such as `microwave`")
    condition = serializers.ChoiceField([Condition.WORKING.value, Condition.BROKEN.value])


class ConditionSerializer(serializers.ModelSerializer):
    facility = serializers.CharField(source="type_id")

    class Meta:
        model = Facility
        fields = ["facility", "condition", "broken_since"]


@extend_schema_view(
    get=extend_schema(
        operation_id="conditions_list",
        parameters=[IF_NONE_MATCH],
        responses={200: ConditionSerializer(many=True), **READ},
        description="What stands in the station, and since when something is broken.",
    )
)
class Conditions(StationPart):
    queryset = Facility.objects.exclude(condition=Condition.REMOVED).order_by("type__position", "type")
    serializer_class = ConditionSerializer

    @extend_schema(
        operation_id="conditions_report",
        request=ConditionInput,
        responses={200: ConditionSerializer, **REPORTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Report that a facility is broken, or works again. The station's manager, its union's officers, the centre."""
        station = _reporting(request, pk)
        given = ConditionInput(data=request.data)
        given.is_valid(raise_exception=True)
        broken = given.validated_data["condition"] == Condition.BROKEN
        report = report_broken if broken else report_working
        try:
            facility = report(station=station, facility=given.validated_data["facility"], by=request.user)
        except NotThereError as error:
            message = gettext("This facility does not stand here: see the list of the station's facilities.")
            raise ValidationError({"facility": [message]}) from error
        return Response(ConditionSerializer(facility).data)


class ClosureInput(StrictInput):
    until = serializers.DateTimeField(help_text="such as `2026-12-01T08:00:00+08:00`")
    reason = serializers.CharField(required=False, allow_blank=True, max_length=120)


class ClosureSerializer(serializers.ModelSerializer):
    since = serializers.DateTimeField(source="during.lower")
    until = serializers.DateTimeField(source="during.upper", allow_null=True)

    class Meta:
        model = Closure
        fields = ["since", "until", "reason"]


@extend_schema_view(
    get=extend_schema(
        operation_id="closures_list",
        parameters=[IF_NONE_MATCH],
        responses={200: ClosureSerializer(many=True), **READ},
        description="Closures that hold now or are to come.",
    )
)
class Closures(StationPart):
    queryset = Closure.objects.order_by("during")
    serializer_class = ClosureSerializer

    def get_queryset(self) -> QuerySet[Closure]:
        to_come = Q(during__endswith__gt=timezone.now()) | Q(during__upper_inf=True)
        return super().get_queryset().filter(to_come)

    @extend_schema(
        operation_id="closures_create", request=ClosureInput, responses={201: ClosureSerializer, **REPORTED}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Shut the station from now until then. The station's manager, its union's officers, the centre."""
        station = _reporting(request, pk)
        given = ClosureInput(data=request.data)
        given.is_valid(raise_exception=True)
        with _told():
            closure = close_until(
                station=station, by=request.user, now=timezone.now(), **given.validated_data
            )
        return Response(ClosureSerializer(closure).data, status=201)

    @extend_schema(operation_id="closures_end", responses={204: None, **REPORTED})
    def delete(self, request: Request, pk: int) -> Response:
        """The station is open again: ends the closure that holds now, if there is one."""
        open_again(station=_reporting(request, pk), by=request.user, now=timezone.now())
        return Response(status=204)


class DatedHoursInput(StrictInput):
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    hours_text = serializers.CharField(help_text="OSM opening_hours or Chinese; `closed`: closed all day")
    reason = serializers.CharField(required=False, allow_blank=True)


class DatedHoursSerializer(serializers.ModelSerializer):
    first_day = serializers.DateField(source="days.lower")
    last_day = serializers.SerializerMethodField()

    class Meta:
        model = DatedHours
        fields = ["id", "first_day", "last_day", "hours_text", "reason"]

    @extend_schema_field(serializers.DateField)
    def get_last_day(self, dated: DatedHours) -> str:
        last: date = dated.days.upper - timedelta(days=1)
        return last.isoformat()


@extend_schema_view(
    get=extend_schema(
        operation_id="dated_hours_list",
        parameters=[IF_NONE_MATCH],
        responses={200: DatedHoursSerializer(many=True), **READ},
        description="Other opening hours on certain days, in place of the weekly ones.",
    )
)
class DatedHoursList(StationPart):
    queryset = DatedHours.objects.order_by("days")
    serializer_class = DatedHoursSerializer

    @extend_schema(
        operation_id="dated_hours_create",
        request=DatedHoursInput,
        responses={201: DatedHoursSerializer, **REPORTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Other hours hold on these days. The station's manager, its union's officers, the centre."""
        station = _reporting(request, pk)
        given = DatedHoursInput(data=request.data)
        given.is_valid(raise_exception=True)
        days = {"first": given.validated_data.pop("first_day"), "last": given.validated_data.pop("last_day")}
        with _told():
            dated = add_dated_hours(
                station=station, by=request.user, today=timezone.localdate(), **days, **given.validated_data
            )
        return Response(DatedHoursSerializer(dated).data, status=201)


class DatedHoursDetail(APIView):
    """Other hours on certain days."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="dated_hours_delete", responses={204: None, **REPORTED})
    def delete(self, request: Request, pk: int, dated_pk: int) -> Response:
        """The weekly hours hold again on these days."""
        station = _reporting(request, pk)
        remove_dated_hours(
            dated=found(station.dated_hours.select_related("station"), pk=dated_pk), by=request.user
        )
        return Response(status=204)


def _reporting(request: Request, pk: int) -> Station:
    """The station, for a report from one who may; an If-Match that is given is compared."""
    station = seen_station(request, pk, Ability.EDIT_STATION)
    refuse_unlisted(request, ())
    seen_version(request, station.version, required=False)
    return station


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except ClosureError as error:
        raise ValidationError({error.field: [error.message]}) from error
    except DatedHoursError as error:
        field = {"first": "first_day", "last": "last_day"}.get(error.field, error.field)
        raise ValidationError({field: [error.message]}) from error
