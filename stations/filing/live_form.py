"""The form in which a manager changes a station on the map; what is typed comes back as `particulars.Fields`."""

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from geo.models import DatumChoices
from stations.registry import rules
from stations.registry.choices import Condition, HostKind, Service
from stations.registry.models import FacilityType
from stations.registry.naming import in_language
from stations.registry.particulars import FACILITY, Fields, stands
from stations.registry.rules import RuleError
from stations.registry.wording import told

TEXTS = ("name", "address", "host_kind", "host_name", "public_phone", "hours_text")
PLACE = ("lon", "lat", "datum")


class LiveEditForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=rules.LENGTHS["name"])
    address = forms.CharField(label=_("address"), max_length=rules.LENGTHS["address"])
    hours_text = forms.CharField(
        label=_("opening hours"),
        max_length=rules.LENGTHS["hours"],
        required=False,
        help_text=_("As you would say it: 9:00-17:00, 周一至周五 8:30-17:00, 24小时. Empty: unknown."),
    )
    services = forms.MultipleChoiceField(
        label=_("services"), choices=Service.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    facilities = forms.MultipleChoiceField(
        label=_("What stands in the station"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick what is there, even if it is broken just now."),
    )
    area_m2 = forms.CharField(label=_("area (m²)"), max_length=20, required=False)
    host_kind = forms.ChoiceField(label=_("kind of host"), choices=HostKind.choices)
    host_name = forms.CharField(label=_("host unit"), max_length=rules.LENGTHS["host_name"], required=False)
    public_phone = forms.CharField(
        label=_("public phone"), max_length=rules.LENGTHS["public_phone"], required=False
    )
    lon = forms.CharField(label=_("longitude"), max_length=30)
    lat = forms.CharField(label=_("latitude"), max_length=30)
    datum = forms.ChoiceField(label=_("datum"), choices=DatumChoices.choices)
    accuracy_m = forms.CharField(max_length=30, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facilities = self.fields["facilities"]
        assert isinstance(facilities, forms.MultipleChoiceField)  # noqa: S101
        facilities.choices = [(one.code, in_language(one)) for one in FacilityType.objects.all()]
        for name in ("lon", "lat"):
            self.fields[name].widget.attrs["inputmode"] = "decimal"
        self.fields["public_phone"].widget.attrs["inputmode"] = "tel"
        self.fields["area_m2"].widget.attrs["inputmode"] = "decimal"

    @classmethod
    def showing(cls, fields: Fields, **kwargs: Any) -> "LiveEditForm":
        """The form filled with these values."""
        return cls(initial=filled(fields), **kwargs)

    def clean_area_m2(self) -> Decimal | None:
        return self._read("area_m2", rules.read_area)

    def clean_hours_text(self) -> str:
        return self._read("hours_text", rules.read_hours)

    def clean_public_phone(self) -> str:
        return self._read("public_phone", rules.read_phone) or "12351"

    def clean_lon(self) -> float:
        return self._read("lon", lambda text: rules.read_coordinate(text, example="121.4737"))

    def clean_lat(self) -> float:
        return self._read("lat", lambda text: rules.read_coordinate(text, example="31.2304"))

    def clean_accuracy_m(self) -> float | None:
        """What the page wrote of the phone; anything else is no statement."""
        try:
            metres = float(self.cleaned_data["accuracy_m"])
        except ValueError:
            return None
        return metres if math.isfinite(metres) else None

    def typed(self, base: Fields) -> Fields:
        """What was typed, field by field. `base` is what the writer had before them: a facility that was there and still is keeps
        its condition, since the form says nothing of it."""
        given = self.cleaned_data
        fields: Fields = {name: given[name] for name in TEXTS}
        fields["position"] = {name: given[name] for name in PLACE}
        fields["area_m2"] = None if given["area_m2"] is None else str(given["area_m2"])
        fields["services"] = [code for code in Service.values if code in given["services"]]
        facilities = self.fields["facilities"]
        for code, _label in facilities.choices:  # type: ignore[attr-defined]
            field = f"{FACILITY}{code}"
            if (code in given["facilities"]) == stands(base.get(field)):
                fields |= {field: base[field]} if field in base else {}
            else:
                fields[field] = (
                    Condition.WORKING.value if code in given["facilities"] else Condition.REMOVED.value
                )
        return fields

    def fault(self, field: str, message: str) -> None:
        """A fault that the action found, beside the field that has it."""
        self.add_error({"position": "lon"}.get(field, field if field in self.fields else None), message)

    def _read(self, name: str, read: Callable[[str], Any]) -> Any:
        try:
            return read(rules.read_text(self.cleaned_data[name], limit=200))
        except RuleError as error:
            raise forms.ValidationError(told(error)) from error


def filled(fields: Fields) -> dict[str, Any]:
    """Values for the form's fields."""
    return {
        **{name: fields[name] for name in (*TEXTS, "area_m2", "services")},
        **{name: fields["position"][name] for name in PLACE},
        "facilities": [
            field.removeprefix(FACILITY)
            for field, condition in fields.items()
            if field.startswith(FACILITY) and stands(condition)
        ],
    }
