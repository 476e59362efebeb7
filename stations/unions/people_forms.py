"""What officers type about the accounts below them. The actions check it; a form only reads it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from geo.models import District
from stations.unions.access import MANAGER
from stations.unions.models import Role, TradeUnion, User

ROLES = [(MANAGER, _("Station manager")), *Role.choices]


class PersonForm(forms.Form):
    """Name and mobile."""

    name = forms.CharField(label=_("Full name"), max_length=40)
    phone = forms.CharField(
        label=_("Mobile"),
        max_length=30,
        required=False,
        help_text=_("For signing in, never public."),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )


class AccountForm(PersonForm):
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        required=False,
        help_text=_("Not needed where there is a mobile."),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    field_order = ["name", "phone", "username"]


class DistrictField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(District.objects.defer("outline").order_by("code"), label=_("District"), **kwargs)


class PlaceForm(forms.Form):
    """Where a role is held: an officer's union, an inspector's district, nothing for city-wide roles."""

    def __init__(self, *args: Any, role: str, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if role == Role.UNION_OFFICER:
            unions = TradeUnion.objects.visible_to(user)
            self.fields["union"] = forms.ModelChoiceField(unions, label=_("Union"))
        if role == Role.INSPECTOR:
            self.fields["district"] = DistrictField()


class AppointedAccountForm(AccountForm, PlaceForm):
    """A new account with its role."""


class AppointmentForm(forms.Form):
    """One more role for somebody. A place that the role does not have is left out."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    union = forms.ModelChoiceField(TradeUnion.objects.none(), label=_("Union"), required=False)
    district = DistrictField(required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["union"].queryset = TradeUnion.objects.visible_to(user)  # type: ignore[attr-defined]


class TradeUnionForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=80)
    level = forms.ChoiceField(label=_("level"), choices=TradeUnion.Level.choices)
    district = DistrictField(required=False, help_text=_("For a district union only: its territory."))


class RenameForm(forms.Form):
    name = forms.CharField(label=_("name"), max_length=80)


def refused(form: forms.Form, error: Exception) -> None:
    """Show what an action said against what was typed, at the field where the form has it."""
    if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
        for name, faults in error.error_dict.items():
            form.add_error(name if name in form.fields else None, faults)
    else:
        form.add_error(None, error if isinstance(error, ValidationError) else str(error))
