"""What an upload asks for: the file, and the datum of its positions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from geo.models import DatumChoices


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(
            attrs={
                "accept": ".xlsx,.csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,text/csv"
            }
        ),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty: choose another.")},
        max_length=500,
    )
    datum = forms.ChoiceField(
        label=_("Datum of the positions"),
        choices=[("", _("Choose …")), *DatumChoices.choices],
        error_messages={"required": _("Choose the datum: a wrong one moves every station by 500 m or more.")},
    )
    sheet = forms.CharField(
        label=_("Sheet, if the file has several lists"), max_length=60, required=False, strip=True
    )
