"""Unions, districts and people, to be named by their ids elsewhere in the API."""

from django.db.models import QuerySet
from django_filters import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.permissions import AllowAny, IsAuthenticated

from geo.models import District
from stations.rest.filters import ChoiceFilter, TextFilter
from stations.rest.schema import IF_NONE_MATCH, UNCHANGED, refusals
from stations.unions.models import TradeUnion, User


class TradeUnionSerializer(serializers.ModelSerializer):
    district = serializers.CharField(source="district.code", default=None, allow_null=True)

    class Meta:
        model = TradeUnion
        fields = ["id", "name", "level", "district"]


class TradeUnionFilters(FilterSet):
    level = ChoiceFilter(choices=TradeUnion.Level.choices)
    district = TextFilter(field_name="district__code", help_text="code of its territory")


@extend_schema_view(
    get=extend_schema(
        operation_id="unions_list",
        parameters=[IF_NONE_MATCH],
        responses={200: TradeUnionSerializer(many=True), **UNCHANGED, **refusals(400)},
        description="Trade unions that recommend stations.",
    )
)
class TradeUnions(generics.ListAPIView):
    queryset = TradeUnion.objects.select_related("district").defer("district__outline").order_by("id")
    serializer_class = TradeUnionSerializer
    filterset_class = TradeUnionFilters
    permission_classes = [AllowAny]


class DistrictSerializer(serializers.ModelSerializer):
    class Meta:
        model = District
        fields = ["code", "name", "name_en"]


@extend_schema_view(
    get=extend_schema(
        operation_id="districts_list",
        parameters=[IF_NONE_MATCH],
        responses={200: DistrictSerializer(many=True), **UNCHANGED, **refusals(400)},
        description="Districts, by their codes.",
    )
)
class Districts(generics.ListAPIView):
    queryset = District.objects.defer("outline").order_by("code")
    serializer_class = DistrictSerializer
    permission_classes = [AllowAny]


class PersonSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="__str__")

    class Meta:
        model = User
        fields = ["id", "name"]


class PersonFilters(FilterSet):
    name = TextFilter(lookup_expr="icontains", help_text="a part of the name")


@extend_schema_view(
    get=extend_schema(
        operation_id="people_list",
        parameters=[IF_NONE_MATCH],
        responses={200: PersonSerializer(many=True), **UNCHANGED, **refusals(400, 401)},
        description="People of whom you may know: no more than id and name.",
    )
)
class People(generics.ListAPIView):
    queryset = User.objects.order_by("id")
    serializer_class = PersonSerializer
    filterset_class = PersonFilters
    permission_classes = [IsAuthenticated]

    def get_queryset(self) -> QuerySet[User]:
        seen = User.objects.visible_to(self.request.user)
        return super().get_queryset().filter(pk__in=seen.values("pk"))
