"""A station as a GeoJSON feature, and what may be written of one. Contacts are in no answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import Prefetch
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from geo.datum import convert
from geo.models import DatumChoices, SpecialDay
from stations.registry.choices import Condition, HostKind, Service, StationKind, StationStatus
from stations.registry.models import Facility, Station, StationQuerySet
from stations.rest.parsing import StrictInput
from stations.unions.models import TradeUnion

DECIMALS = 7  # of a degree: a centimetre


def displayed(stations: StationQuerySet, *, at: datetime) -> StationQuerySet:
    """With everything that a feature shows, in a fixed number of queries; `open` as of `at`."""
    facilities = Facility.objects.exclude(condition=Condition.REMOVED).select_related("type")
    return (
        stations.with_open(at, SpecialDay.objects.calendar())
        .select_related("district", "union")
        .defer("district__outline", "open_slots")
        .prefetch_related(Prefetch("facilities", facilities))
    )


class FacilitySerializer(serializers.Serializer):
    """A facility in an answer; what was removed is not there."""

    type = serializers.CharField()
    name_zh = serializers.CharField()
    name_en = serializers.CharField()
    condition = serializers.ChoiceField([Condition.WORKING.value, Condition.BROKEN.value])


class StationFeatureSerializer(GeoFeatureModelSerializer):
    """A row of `displayed(...)` as a feature, in WGS-84; `distance_m` where the question was `near`."""

    district = serializers.CharField(source="district.code", help_text="code of the district")
    district_name = serializers.CharField(source="district.name")
    union_name = serializers.CharField(source="union.name")
    area_m2 = serializers.FloatField(allow_null=True)
    open = serializers.BooleanField(
        source="is_open",
        allow_null=True,
        help_text="null: the opening hours are unknown, which is not closed",
    )
    distance_m = serializers.FloatField(
        source="distance", required=False, help_text="metres on the ellipsoid; only with near="
    )
    facilities = serializers.SerializerMethodField()

    class Meta:
        model = Station
        geo_field = "point"
        fields = [
            "id", "nameplate_no", "name", "kind", "status", "host_kind", "host_name", "address", "district",
            "district_name", "union", "union_name", "public_phone", "area_m2", "hours_text", "open", "services",
            "facilities", "planned_completion", "distance_m", "is_demo", "version", "updated_at",
        ]  # fmt: skip

    @extend_schema_field(FacilitySerializer(many=True))
    def get_facilities(self, station: Station) -> list[dict[str, str]]:
        """Written out: a nested serializer took most of the time of a page."""
        return [
            {
                "type": one.type_id,
                "name_zh": one.type.name_zh,
                "name_en": one.type.name_en,
                "condition": one.condition,
            }
            for one in station.facilities.all()
        ]

    def get_properties(self, instance: Station, fields: list[serializers.Field]) -> dict[str, Any]:
        near = hasattr(instance, "distance")
        shown = [field for field in fields if near or field.field_name != "distance_m"]
        properties: dict[str, Any] = super().get_properties(instance, shown)
        return properties


def in_datum(features: list[dict[str, Any]], datum: str) -> list[dict[str, Any]]:
    """The features with their coordinates moved from WGS-84 to `datum`, all at once."""
    if features and datum != "wgs84":
        lonlat = np.array([feature["geometry"]["coordinates"] for feature in features], dtype=float)
        lon, lat = convert(lonlat[:, 0], lonlat[:, 1], source="wgs84", target=datum)
        for feature, x, y in zip(features, np.asarray(lon), np.asarray(lat), strict=True):
            feature["geometry"]["coordinates"] = [round(float(x), DECIMALS), round(float(y), DECIMALS)]
    return features


class Number(serializers.FloatField):
    """A JSON number; no text, no true."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class PositionInput(serializers.Serializer):
    """Where a station stands, in the datum that is named; all three are required."""

    lon = Number()
    lat = Number()
    datum = serializers.ChoiceField(DatumChoices.choices)

    def to_internal_value(self, data: Any) -> Any:
        """All three even in a change, whose own fields may be left out."""
        if isinstance(data, Mapping):
            missing = {name: field for name, field in self.fields.items() if name not in data}
            if missing:
                raise serializers.ValidationError(
                    {name: [field.error_messages["required"]] for name, field in missing.items()}
                )
        return super().to_internal_value(data)


def known_union(pk: int) -> TradeUnion:
    union = TradeUnion.objects.filter(pk=pk).first()
    if union is None:
        raise serializers.ValidationError(gettext("There is no union with this id: look it up in a station."))
    return union


class StationInput(StrictInput):
    """What may be written. Everything else is refused by name; what the database computes cannot be given."""

    name = serializers.CharField()
    address = serializers.CharField()
    position = PositionInput()
    union = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, help_text="id of the recommending union"
    )
    nameplate_no = serializers.CharField(required=False, allow_null=True)
    kind = serializers.ChoiceField(StationKind.choices, required=False)
    status = serializers.ChoiceField(StationStatus.choices, required=False)
    host_kind = serializers.ChoiceField(HostKind.choices, required=False)
    host_name = serializers.CharField(required=False, allow_blank=True)
    public_phone = serializers.CharField(required=False, allow_blank=True)
    hours_text = serializers.CharField(
        required=False, allow_blank=True, help_text="OSM opening_hours or Chinese; empty: unknown"
    )
    area_m2 = serializers.DecimalField(max_digits=6, decimal_places=1, required=False, allow_null=True)
    services = serializers.ListField(
        child=serializers.ChoiceField(Service.choices), max_length=20, required=False
    )
    facilities = serializers.DictField(
        child=serializers.ChoiceField(Condition.choices),
        required=False,
        help_text="the whole list: from code to condition",
    )
    planned_completion = serializers.DateField(required=False, allow_null=True)
    manager_name = serializers.CharField(required=False, allow_blank=True, write_only=True)
    mobile = serializers.CharField(required=False, allow_blank=True, write_only=True)

    def validate_union(self, pk: int) -> TradeUnion:
        return known_union(pk)


class StationChange(StationInput):
    """A change: any of the fields; `version` refuses it where somebody else was faster."""

    version = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="the version that was read"
    )
    confirmed = serializers.BooleanField(
        required=False, help_text="the move was looked at twice: after a 409 with `doubts`"
    )
    accuracy_m = Number(
        required=False, min_value=0, max_value=100_000, help_text="of the phone that measured the position"
    )
