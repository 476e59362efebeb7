"""Filters of lists that refuse what is none, each with its words for the OpenAPI description."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, Filter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from stations.rest.moments import read_moment

MAX_ID = 2**63 - 1
MAX_TEXT = 80

__all__ = ["BooleanFilter", "ChoiceFilter", "IdFilter", "MomentFilter", "TextFilter"]


@extend_schema_field(OpenApiTypes.INT64)
class IdFilter(Filter):
    """The id of something."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=MAX_ID, **kwargs)


class TextFilter(CharFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, max_length=MAX_TEXT, **kwargs)


def no_moment(text: str) -> str:
    message = gettext("“{given}” is not a time: write it with its offset, such as 2026-03-31T12:00:00+08:00.")
    return message.format(given=text[:60])


class MomentField(forms.CharField):
    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_moment(text)
        except ValueError as error:
            raise forms.ValidationError(no_moment(text)) from error


@extend_schema_field(OpenApiTypes.DATETIME)
class MomentFilter(Filter):
    """A time with its offset."""

    field_class = MomentField
