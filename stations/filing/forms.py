"""What is typed into a filing. Texts are checked by the actions, by the registry's rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stations.filing.choices import FilingKind
from stations.filing.models import Filing
from stations.filing.rules import HEAD
from stations.unions.models import TradeUnion, User


class NewFilingForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("kind of filing"),
        choices=[one for one in FilingKind.choices if one[0] != FilingKind.CHANGE],
        initial=FilingKind.NEW,
        widget=forms.RadioSelect,
    )
    for_union = forms.ModelChoiceField(
        label=_("recommending union"), queryset=TradeUnion.objects.none(), empty_label=None, required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unions = TradeUnion.objects.filter(pk__in=user.union_ids())
        field = self.fields["for_union"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
        field.queryset = unions
        self.only_union = unions[0] if len(unions) == 1 else None

    def union(self) -> TradeUnion:
        """The one that was chosen; where the writer is of one union only, that one."""
        union: TradeUnion | None = self.cleaned_data["for_union"] or self.only_union
        assert union  # noqa: S101 - see clean()
        return union

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("for_union") and not self.only_union and "for_union" not in self.errors:
            self.add_error("for_union", _("Choose the union that recommends the stations."))
        return given


class HeadForm(forms.Form):
    """The head of Annex 2: the union's person in charge, and how to reach them."""

    contact_name = forms.CharField(label=_("person in charge of the union"), max_length=40, required=False)
    contact_email = forms.CharField(
        label=_("mail of the person in charge"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email"}),
    )
    contact_phone = forms.CharField(
        label=_("phone of the person in charge"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    note = forms.CharField(label=_("remark"), max_length=500, required=False)

    @staticmethod
    def filled(filing: Filing) -> dict[str, str]:
        return {field: getattr(filing, field) for field in (*HEAD, "note")}
