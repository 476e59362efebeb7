"""Lists that are data: kinds of facilities, the six haves, care drives; and the register of nameplates, for the centre."""

from django_filters import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from stations.registry.models import CareDrive, FacilityType, Have, Nameplate
from stations.rest.filters import BooleanFilter, ChoiceFilter, IdFilter, MomentFilter, TextFilter
from stations.rest.schema import IF_NONE_MATCH, UNCHANGED, refusals
from stations.unions.access import Ability, may


class FacilityTypeSerializer(serializers.ModelSerializer):
    class Meta:
        model = FacilityType
        fields = ["code", "name_zh", "name_en", "is_basic"]


class FacilityTypeFilters(FilterSet):
    is_basic = BooleanFilter(help_text="one of the six basic ones, or one of the X")


@extend_schema_view(
    get=extend_schema(
        operation_id="facility_types_list",
        parameters=[IF_NONE_MATCH],
        responses={200: FacilityTypeSerializer(many=True), **UNCHANGED, **refusals(400)},
        description="Kinds of facilities: the six basic ones, and the X that a province adds.",
    )
)
class FacilityTypes(generics.ListAPIView):
    queryset = FacilityType.objects.order_by("position", "code")
    serializer_class = FacilityTypeSerializer
    filterset_class = FacilityTypeFilters
    permission_classes = [AllowAny]


class HaveSerializer(serializers.ModelSerializer):
    class Meta:
        model = Have
        fields = ["code", "name_zh", "name_en", "asks_zh", "asks_en", "in_force"]


class HaveFilters(FilterSet):
    in_force = BooleanFilter()


@extend_schema_view(
    get=extend_schema(
        operation_id="haves_list",
        parameters=[IF_NONE_MATCH],
        responses={200: HaveSerializer(many=True), **UNCHANGED, **refusals(400)},
        description="The six haves that a station is accepted against, and what is looked for.",
    )
)
class Haves(generics.ListAPIView):
    queryset = Have.objects.order_by("position", "code")
    serializer_class = HaveSerializer
    filterset_class = HaveFilters
    permission_classes = [AllowAny]


class CareDriveSerializer(serializers.ModelSerializer):
    first_day = serializers.DateField(source="days.lower")
    day_after = serializers.DateField(source="days.upper", help_text="the first day that it is over")

    class Meta:
        model = CareDrive
        fields = ["id", "name", "season", "first_day", "day_after", "note"]


class CareDriveFilters(FilterSet):
    season = ChoiceFilter(choices=CareDrive.Season.choices)
    station = IdFilter(field_name="participations__station", help_text="in which this station takes part")


@extend_schema_view(
    get=extend_schema(
        operation_id="care_drives_list",
        parameters=[IF_NONE_MATCH],
        responses={200: CareDriveSerializer(many=True), **UNCHANGED, **refusals(400, 401)},
        description="City-wide care drives. For everybody who is signed in.",
    )
)
class CareDrives(generics.ListAPIView):
    queryset = CareDrive.objects.order_by("-days", "id")
    serializer_class = CareDriveSerializer
    filterset_class = CareDriveFilters
    permission_classes = [IsAuthenticated]


class ForTheCentre(BasePermission):
    """Who issues and withdraws nameplates reads their register."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return may(request.user, Ability.APPROVE_FILING)


class NameplateSerializer(serializers.ModelSerializer):
    issued_by = serializers.CharField(allow_null=True, help_text="name")
    withdrawn_by = serializers.CharField(allow_null=True, help_text="name")

    class Meta:
        model = Nameplate
        fields = ["number", "station", "issued_at", "issued_by", "withdrawn_at", "withdrawn_by", "reason"]


class NameplateFilters(FilterSet):
    number = TextFilter(help_text="the whole number")
    station = IdFilter()
    withdrawn = BooleanFilter(field_name="withdrawn_at", lookup_expr="isnull", exclude=True)
    since = MomentFilter(field_name="issued_at", lookup_expr="gte", help_text="issued then or later")


@extend_schema_view(
    get=extend_schema(
        operation_id="nameplates_list",
        parameters=[IF_NONE_MATCH],
        responses={200: NameplateSerializer(many=True), **UNCHANGED, **refusals(400, 401, 403)},
        description="The register of nameplates: every number that was ever used. For the centre.",
    )
)
class Nameplates(generics.ListAPIView):
    queryset = Nameplate.objects.select_related("issued_by", "withdrawn_by").order_by("number")
    serializer_class = NameplateSerializer
    filterset_class = NameplateFilters
    permission_classes = [ForTheCentre]
