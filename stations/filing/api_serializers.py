"""A filing in an answer, and what may be written of one. Names and phones of people in charge are for those who need them."""

from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from geo.models import District
from stations.filing import rules
from stations.filing.choices import Decision, FilingKind
from stations.filing.models import FieldChange, Filing, FilingItem, FilingStep
from stations.registry.features import StationInput, known_union
from stations.rest.filters import MAX_ID
from stations.rest.parsing import StrictInput
from stations.unions.access import Ability
from stations.unions.models import TradeUnion

HEAD = (*rules.HEAD, "note")
MOST_STATIONS = 500


class FilingSummary(serializers.ModelSerializer):
    """A row of the list: `stations` counts them."""

    union_name = serializers.CharField(source="union.name")
    stations = serializers.IntegerField(source="station_count")

    class Meta:
        model = Filing
        fields = [
            "id", "kind", "state", "union", "union_name", "stations", "created_at", "submitted_at", "state_since", "version",
        ]  # fmt: skip


class StepSerializer(serializers.ModelSerializer):
    by = serializers.CharField(allow_null=True, help_text="name of who did it")

    class Meta:
        model = FilingStep
        fields = ["from_state", "to_state", "by", "at", "comment"]


class ChangeSerializer(serializers.ModelSerializer):
    before = serializers.JSONField()
    after = serializers.JSONField()
    decided_by = serializers.CharField(allow_null=True, help_text="name of who decided")

    class Meta:
        model = FieldChange
        fields = ["id", "field", "before", "after", "decision", "decided_by", "decided_at"]


class ItemContact(serializers.Serializer):
    manager_name = serializers.CharField()
    mobile = serializers.CharField()


class ItemSerializer(serializers.ModelSerializer):
    """A row of Annex 2's list. `filed`: the particulars as submitted, by the columns of the table."""

    station_name = serializers.CharField(source="station.name")
    filed = serializers.SerializerMethodField()
    contact = serializers.SerializerMethodField()
    changes = ChangeSerializer(many=True)

    class Meta:
        model = FilingItem
        fields = [
            "id", "position", "station", "station_name", "reason", "nameplate_no", "filed", "contact", "changes",
        ]  # fmt: skip

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}, "nullable": True})
    def get_filed(self, item: FilingItem) -> dict[str, str] | None:
        if item.filed is None:
            return None
        return {
            column: text for column, text in item.filed.items() if column not in ("manager_name", "mobile")
        }

    @extend_schema_field(ItemContact(allow_null=True))
    def get_contact(self, item: FilingItem) -> dict[str, str] | None:
        """As filed; nothing for who may not see contacts."""
        if item.filed is None or not self.context["sees_contact"]:
            return None
        return {"manager_name": item.filed.get("manager_name", ""), "mobile": item.filed_contact}


class FilingContact(serializers.ModelSerializer):
    class Meta:
        model = Filing
        fields = list(rules.HEAD)


class FilingSerializer(serializers.ModelSerializer):
    """The whole of a filing. `steps_due`: what the reader may do with it now."""

    union_name = serializers.CharField(source="union.name")
    created_by = serializers.CharField(help_text="name of who began it")
    contact = serializers.SerializerMethodField()
    items = ItemSerializer(many=True)
    steps = StepSerializer(many=True)
    steps_due = serializers.SerializerMethodField()

    class Meta:
        model = Filing
        fields = [
            "id", "kind", "state", "union", "union_name", "contact", "note", "created_by", "created_at", "submitted_at",
            "state_since", "version", "items", "steps", "steps_due",
        ]  # fmt: skip

    @extend_schema_field(FilingContact(allow_null=True))
    def get_contact(self, filing: Filing) -> dict[str, Any] | None:
        """The union's person in charge; nothing for who may not see contacts."""
        return FilingContact(filing).data if self.context["sees_contact"] else None

    @extend_schema_field(
        {
            "type": "array",
            "items": {"type": "string", "enum": sorted({one.step for one in rules.TRANSITIONS})},
        }
    )
    def get_steps_due(self, filing: Filing) -> list[str]:
        due = rules.steps_from(kind=filing.kind, state=filing.state)
        return [one.step for one in due if filing.allows(self.context["user"], Ability[one.who])]


class HeadInput(StrictInput):
    """The head of Annex 2, above the list."""

    contact_name = serializers.CharField(required=False, allow_blank=True)
    contact_email = serializers.CharField(required=False, allow_blank=True)
    contact_phone = serializers.CharField(required=False, allow_blank=True)
    note = serializers.CharField(required=False, allow_blank=True)


class DraftInput(HeadInput):
    kind = serializers.ChoiceField([one for one in FilingKind.choices if one[0] != FilingKind.CHANGE])
    union = serializers.IntegerField(min_value=1, max_value=MAX_ID, help_text="id of the recommending union")

    def validate_union(self, pk: int) -> TradeUnion:
        return known_union(pk)


class RowInput(StationInput):
    """A new station of the list: its union is the filing's, its status planned, its nameplate given at approval."""

    district = serializers.CharField(
        required=False, max_length=6, help_text="the declared district's code, to be checked"
    )
    union = None  # type: ignore[assignment]
    status = None  # type: ignore[assignment]
    nameplate_no = None  # type: ignore[assignment]

    def validate_district(self, code: str) -> District:
        district = District.objects.defer("outline").filter(code=code).first()
        if district is None:
            raise serializers.ValidationError(
                gettext("There is no district with this code: see the list of districts.")
            )
        return district


class ChosenInput(StrictInput):
    """Stations of the registry, to be upgraded or withdrawn, or planned ones to be filed as new."""

    stations = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID),
        min_length=1,
        max_length=MOST_STATIONS,
        help_text="ids",
    )
    reason = serializers.CharField(required=False, allow_blank=True)


class RowChange(RowInput):
    """A correction: any of the fields of a planned station, or the reason of an upgrade or withdrawal."""

    reason = serializers.CharField(required=False, allow_blank=True)


class StepInput(StrictInput):
    step = serializers.ChoiceField(sorted({one.step for one in rules.TRANSITIONS}))
    comment = serializers.CharField(
        required=False, allow_blank=True, help_text="required to return a filing: what is to be corrected"
    )


class DecisionInput(StrictInput):
    changes = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID),
        min_length=1,
        max_length=100,
        help_text="ids of field changes of this filing",
    )
    decision = serializers.ChoiceField([Decision.CONFIRMED.value, Decision.RESTORED.value])
    comment = serializers.CharField(required=False, allow_blank=True, max_length=500)
