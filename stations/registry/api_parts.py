"""The parts of one station: what works, when it is shut, its photos, other hours, the six haves, and the private contact.

Reports (a fault, a closure) say what is so now and overwrite nothing that somebody typed, so they need no If-Match.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stations.registry.acceptance import AcceptanceError, accept
from stations.registry.choices import Condition
from stations.registry.closures import ClosureError, close_until, open_again
from stations.registry.conditions import NotThereError, report_broken, report_working
from stations.registry.managers import HandOverError, hand_over
from stations.registry.models import (
    Acceptance,
    DatedHours,
    Facility,
    Have,
    Photo,
    Station,
    StationContact,
    StationManager,
)
from stations.registry.models import TemporaryClosure as Closure
from stations.registry.rules import RuleError
from stations.registry.wording import told
from stations.rest.conditional import ConflictError, answered, seen_version
from stations.rest.errors import found, refuse
from stations.rest.filters import MAX_ID
from stations.rest.paging import refuse_unlisted
from stations.rest.parsing import StrictInput
from stations.rest.schema import IF_NONE_MATCH, UNCHANGED, refusals
from stations.unions.access import Ability
from stations.unions.models import User

READ = {**UNCHANGED, **refusals(400, 404)}
REPORTED = refusals(400, 401, 403, 404, 412)


def seen_station(request: Request, pk: int, ability: Ability | None = None) -> Station:
    """404 unless the reader sees it; 401 or 403 unless they may do this to it."""
    station = found(Station.objects.visible_to(request.user), pk=pk)
    if ability and not station.allows(request.user, ability):
        refuse(request)
    return station


class StationPart(generics.ListAPIView):
    """A list that belongs to one station, for whoever sees the station."""

    permission_classes = [AllowAny]

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        return rows.filter(station=self.station())

    def station(self) -> Station:
        return seen_station(self.request, self.kwargs["pk"])


class PartInCare(StationPart):
    """A list for those in whose care the station is."""

    def station(self) -> Station:
        station = super().station()
        if not Station.objects.in_care_of(self.request.user).filter(pk=station.pk).exists():
            refuse(self.request)
        return station


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


class PhotoSerializer(serializers.ModelSerializer):
    url = serializers.FileField(source="file", help_text="address of the picture")

    class Meta:
        model = Photo
        fields = ["id", "url", "caption", "at"]


@extend_schema_view(
    get=extend_schema(
        operation_id="photos_list",
        parameters=[IF_NONE_MATCH],
        responses={200: PhotoSerializer(many=True), **READ},
        description="Photos of the station.",
    )
)
class Photos(StationPart):
    queryset = Photo.objects.order_by("id")
    serializer_class = PhotoSerializer


class DatedHoursSerializer(serializers.ModelSerializer):
    first_day = serializers.DateField(source="days.lower")
    day_after = serializers.DateField(source="days.upper", help_text="the first day that it is no longer so")

    class Meta:
        model = DatedHours
        fields = ["first_day", "day_after", "hours_text", "reason"]


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


class FindingInput(StrictInput):
    have = serializers.CharField(max_length=20, help_text="code of one of the six haves")
    accepted = serializers.BooleanField()
    note = serializers.CharField(
        required=False, allow_blank=True, help_text="required where it is not accepted"
    )

    def validate_have(self, code: str) -> Have:
        have = Have.objects.filter(pk=code).first()
        if have is None:
            raise serializers.ValidationError(
                gettext("There is none with this code: see the list of the six haves.")
            )
        return have


class AcceptanceSerializer(serializers.ModelSerializer):
    by = serializers.CharField(source="by.__str__", help_text="name of who looked")

    class Meta:
        model = Acceptance
        fields = ["have", "accepted", "note", "by", "at"]


@extend_schema_view(
    get=extend_schema(
        operation_id="acceptances_list",
        parameters=[IF_NONE_MATCH],
        responses={200: AcceptanceSerializer(many=True), **READ, **refusals(401, 403)},
        description="The latest finding for each of the six haves. For those in whose care the station is.",
    )
)
class Acceptances(PartInCare):
    queryset = Acceptance.objects.select_related("by").order_by("have__position", "have")
    serializer_class = AcceptanceSerializer

    @extend_schema(
        operation_id="acceptances_write",
        request=FindingInput,
        responses={200: AcceptanceSerializer, **refusals(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Say what was found of one of the six haves. The officers of the station's union."""
        station = seen_station(request, pk, Ability.ACCEPT)
        refuse_unlisted(request, ())
        given = FindingInput(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            finding = accept(station=station, by=request.user, **given.validated_data)
        except AcceptanceError as error:
            if error.code == "why_refused":
                raise ValidationError({"note": [error.message]}) from error
            raise ConflictError({"detail": error.message}) from error
        except RuleError as error:
            raise ValidationError({"note": [told(error)]}) from error
        return Response(AcceptanceSerializer(finding).data)


class HandOverInput(StrictInput):
    user = serializers.IntegerField(min_value=1, max_value=MAX_ID, help_text="id of the next manager")


class ManagerSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="user.__str__")

    class Meta:
        model = StationManager
        fields = ["user", "name", "since", "until"]


@extend_schema_view(
    get=extend_schema(
        operation_id="managers_list",
        parameters=[IF_NONE_MATCH],
        responses={200: ManagerSerializer(many=True), **READ, **refusals(401, 403)},
        description="Who has looked after the station, the present one first. For those in whose care the station is.",
    )
)
class Managers(PartInCare):
    queryset = StationManager.objects.select_related("user").order_by("-since", "-id")
    serializer_class = ManagerSerializer

    @extend_schema(
        operation_id="managers_hand_over",
        request=HandOverInput,
        responses={201: ManagerSerializer, **refusals(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Hand the station over to its next manager. The officers of its union and the centre."""
        station = seen_station(request, pk, Ability.HAND_OVER)
        refuse_unlisted(request, ())
        given = HandOverInput(data=request.data)
        given.is_valid(raise_exception=True)
        by = cast(User, request.user)
        to = User.objects.visible_to(by).filter(pk=given.validated_data["user"]).first()
        if to is None:
            raise ValidationError(
                {"user": [gettext("There is nobody with this id: see the list of people.")]}
            )
        try:
            manager = hand_over(station=station, to=to, by=by)
        except HandOverError as error:
            raise ConflictError({"detail": str(error)}) from error
        return Response(ManagerSerializer(manager).data, status=201)


class StationContactSerializer(serializers.ModelSerializer):
    class Meta:
        model = StationContact
        fields = ["manager_name", "mobile"]


class Contact(APIView):
    """Annex 2's person in charge and mobile number."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="contact_retrieve",
        parameters=[IF_NONE_MATCH],
        responses={200: StationContactSerializer, **READ, **refusals(401, 403)},
    )
    def get(self, request: Request, pk: int) -> Response:
        """The private contact. For the station's manager, its union's officers and the centre."""
        station = seen_station(request, pk, Ability.SEE_CONTACT)
        refuse_unlisted(request, ())
        contact = StationContact.objects.filter(station=station).first() or StationContact()
        return answered(request, StationContactSerializer(contact).data)


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
