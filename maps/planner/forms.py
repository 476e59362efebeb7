"""What a planner may ask for a new run."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from analysis.runs import LIMITS_M


class RunForm(forms.Form):
    limit_m = forms.TypedChoiceField(
        label=_("Walking limit (m, straight line)"),
        coerce=float,
        choices=[(limit_m, f"{limit_m:.0f}") for limit_m in LIMITS_M],
        initial=500.0,
    )
    weekdays = forms.ChoiceField(
        label=_("Weekdays"),
        choices=[
            ("as_observed", _("As observed; days never observed stay empty")),
            ("every_day", _("Every day the mean of the observed days")),
        ],
    )
    untimed = forms.ChoiceField(
        label=_("Points without a time"),
        choices=[
            ("profile", _("Spread by the occupation's usual day")),
            ("flat", _("Spread evenly over the day")),
            ("drop", _("Leave out")),
        ],
    )

    def wanted(self) -> dict[str, Any]:
        """Arguments for `analysis.runs.run_coverage`."""
        return dict(self.cleaned_data)
