"""The small forms of a station's page and of the centre's lists. The actions check again; here is what a browser can tell."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from geo.models import District
from stations.registry.models import CareDrive, FacilityType, Have, Pledge, Station, StationStatus
from stations.registry.photos import FORMATS
from stations.unions.models import TradeUnion


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=DayInput(),
        input_formats=["%Y-%m-%d", "%Y/%m/%d"],
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))],
    )


class PhotoForm(forms.Form):
    file = forms.FileField(
        label=_("Photo"),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ",".join(f"image/{one.lower()}" for one in FORMATS)}),
    )
    caption = forms.CharField(label=_("caption"), max_length=80, required=False)


class DatedHoursForm(forms.Form):
    first = day(_("First day"))
    last = day(_("Last day"))
    closed = forms.BooleanField(label=_("Closed on these days"), required=False)
    hours_text = forms.CharField(
        label=_("opening hours"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "9:00-17:00"}),
    )
    reason = forms.CharField(label=_("reason"), max_length=120, required=False)


class JoinForm(forms.Form):
    drive = forms.ModelChoiceField(CareDrive.objects.none(), label=_("Care drive"), empty_label=_("Choose"))

    def __init__(self, *args: Any, station: Station, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = CareDrive.objects.exclude(participations__station=station)
        self.fields["drive"].queryset = found if station.status == StationStatus.ACTIVE else found.none()  # type: ignore[attr-defined]


class PledgeForm(forms.Form):
    pledge = forms.ModelChoiceField(
        Pledge.objects.all(), label=_("service pledge"), required=False, empty_label=_("not given")
    )


class DriveForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=80)
    season = forms.ChoiceField(label=_("season"), choices=CareDrive.Season.choices)
    first = day(_("First day"))
    last = day(_("Last day"))
    note = forms.CharField(label=_("remark"), max_length=200, required=False)


class JoinAllForm(forms.Form):
    """An empty field is all of them; what is not in the list is no choice, and never all."""

    district = forms.ModelChoiceField(District.objects.defer("outline"), to_field_name="code", required=False)
    union = forms.ModelChoiceField(TradeUnion.objects.all(), required=False)


class FacilityTypeForm(forms.ModelForm):
    class Meta:
        model = FacilityType
        fields = ["name_zh", "name_en", "is_basic"]
        labels = {
            "name_zh": _("Chinese name"),
            "name_en": _("English name"),
            "is_basic": _("One of the basic facilities"),
        }

    name_en = forms.CharField(label=_("English name"), max_length=40, required=False)


class HaveForm(forms.ModelForm):
    class Meta:
        model = Have
        fields = ["name_zh", "name_en", "asks_zh", "asks_en", "in_force"]
        labels = {
            "name_zh": _("Chinese name"),
            "asks_zh": _("What is looked for, in Chinese"),
            "in_force": _("in force"),
        }
        help_texts = {"asks_zh": ""}

    name_en = forms.CharField(label=_("English name"), max_length=60, required=False)
    asks_en = forms.CharField(label=_("What is looked for, in English"), max_length=300, required=False)


class PledgeTextForm(forms.Form):
    version = forms.CharField(label=_("version"), max_length=20)
    since = day(_("in force since"))
    text_zh = forms.CharField(
        label=_("Chinese text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8})
    )
    text_en = forms.CharField(
        label=_("English text"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
