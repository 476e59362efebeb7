"""A row of Annex 2 as a form: what the live edit asks of a station, and what only the filing asks."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from geo.models import DatumChoices, District
from stations.filing.live_form import PLACE, TEXTS, LiveEditForm, filled
from stations.registry import rules
from stations.registry.actions import Particulars
from stations.registry.choices import Condition, StationKind
from stations.registry.models import Station, StationContact
from stations.registry.naming import in_language
from stations.registry.particulars import live_fields


class StationForm(LiveEditForm):
    accuracy_m = None  # type: ignore[assignment]
    kind = forms.ChoiceField(label=_("kind"), choices=StationKind.choices, initial=StationKind.RELAY)
    district = forms.ChoiceField(
        label=_("district"),
        required=False,
        help_text=_("Checked against the position; empty: as the map says."),
    )
    planned_completion = forms.CharField(
        label=_("planned completion"),
        max_length=20,
        required=False,
        help_text=_("Such as 2026-03-31 or 2026年3月. Empty: it is ready."),
    )
    manager_name = forms.CharField(
        label=_("person in charge"), max_length=rules.LENGTHS["manager_name"], required=False
    )
    mobile = forms.CharField(
        label=_("mobile"),
        max_length=rules.LENGTHS["mobile"],
        required=False,
        help_text=_("Not public: the union and the centre see it."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices("datum", [("", _("Choose the datum")), *DatumChoices.choices])
        districts = District.objects.defer("outline").order_by("code")
        self._choices("district", [("", "—"), *((str(one.pk), in_language(one)) for one in districts)])

    @classmethod
    def of(cls, station: Station) -> "StationForm":
        """The form filled with the station as it is."""
        contact = StationContact.objects.filter(station=station).first()
        completion = station.planned_completion
        return cls(
            initial={
                **filled(live_fields(station)),
                "kind": station.kind,
                "district": str(station.district_id),
                "planned_completion": completion.isoformat() if completion else "",
                "manager_name": contact.manager_name if contact else "",
                "mobile": contact.mobile if contact else "",
            }
        )

    def clean_planned_completion(self) -> date | None:
        return self._read("planned_completion", rules.read_date)

    def clean_mobile(self) -> str:
        return self._read("mobile", rules.read_phone)

    def declared_district(self) -> District | None:
        declared: str = self.cleaned_data["district"]
        return District.objects.get(pk=declared) if declared else None

    def particulars(self, station: Station | None = None) -> Particulars:
        """What `create_station` takes; a facility that stays keeps the condition that it has at `station`."""
        given = self.cleaned_data
        standing = dict(station.facilities.values_list("type", "condition")) if station else {}
        found: Any = {
            **{name: given[name] for name in TEXTS},
            **{name: given[name] for name in ("kind", "area_m2", "services", "manager_name", "mobile")},
            "planned_completion": given["planned_completion"],
            "position": {name: given[name] for name in PLACE},
            "facilities": {code: _standing(standing.get(code)) for code in given["facilities"]},
        }
        return found

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices


def _standing(condition: str | None) -> str:
    return condition if condition == Condition.BROKEN else Condition.WORKING.value
