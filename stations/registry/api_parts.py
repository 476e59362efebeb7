"""The parts of one station: its photos, the six haves, who looks after it, and the private contact."""

from typing import Any, cast

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stations.registry.acceptance import AcceptanceError, accept
from stations.registry.managers import HandOverError, hand_over
from stations.registry.models import (
    Acceptance,
    Have,
    Photo,
    Station,
    StationContact,
    StationManager,
)
from stations.registry.rules import RuleError
from stations.registry.wording import told
from stations.rest.conditional import ConflictError, answered
from stations.rest.errors import found, refuse
from stations.rest.filters import MAX_ID
from stations.rest.paging import refuse_unlisted
from stations.rest.parsing import StrictInput
from stations.rest.schema import IF_NONE_MATCH, UNCHANGED, refusals
from stations.unions.access import Ability
from stations.unions.models import User

READ = {**UNCHANGED, **refusals(400, 404)}


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


class PhotoSerializer(serializers.ModelSerializer):
    url = serializers.SerializerMethodField()

    class Meta:
        model = Photo
        fields = ["id", "url", "caption", "at"]

    @extend_schema_field({"type": "string", "description": "address of the picture, a JPEG"})
    def get_url(self, photo: Photo) -> str:
        return reverse("emap:photo", args=[photo.station_id, photo.pk])


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
