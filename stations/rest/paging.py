"""Lists: a page at a time, and filtered only by what is on the view's list of filters."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import gettext
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stations.rest.conditional import answered

PAGE = 100
MAX_PAGE = 500
MAX_OFFSET = 1_000_000
PARAMETERS = ("limit", "offset")


def refuse_unlisted(request: Request, allowed: Iterable[str]) -> None:
    """ValidationError names the first parameter that is not allowed or given twice: nothing is passed over in silence."""
    for name, values in request.query_params.lists():
        if name not in allowed:
            message = gettext("There is no such parameter: choose among {known}.")
            raise ValidationError({name[:60]: [message.format(known=", ".join(allowed) or "-")]})
        if len(values) > 1:
            message = gettext("The parameter is given {times} times: give it once.")
            raise ValidationError({name: [message.format(times=len(values))]})


class Pages(LimitOffsetPagination):
    """`limit` and `offset`; a value that is none is refused rather than replaced."""

    default_limit = PAGE
    max_limit = MAX_PAGE

    def get_limit(self, request: Request) -> int:
        return whole(request, "limit", PAGE, 1, MAX_PAGE)

    def get_offset(self, request: Request) -> int:
        return whole(request, "offset", 0, 0, MAX_OFFSET)

    def get_paginated_response(self, data: Any) -> Response:
        page = {
            "count": self.count,
            "next": self.get_next_link(),
            "previous": self.get_previous_link(),
            "results": data,
        }
        return answered(cast(Request, self.request), page)

    def get_paginated_response_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "description": "on all pages"},
                "next": link,
                "previous": link,
                "results": schema,
            },
        }


class ListedFilters(DjangoFilterBackend):
    """django-filter, in which a parameter that the view's filters do not list is a 400."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: APIView) -> QuerySet:
        filters = self.get_filterset_class(view, queryset)
        refuse_unlisted(request, (*(filters.base_filters if filters else ()), *PARAMETERS))
        filtered: QuerySet = super().filter_queryset(request, queryset, view)
        return filtered


def whole(request: Request, name: str, default: int, least: int, most: int) -> int:
    """A whole number of the URL; ValidationError says what it may be."""
    given = request.query_params.get(name, str(default))
    if not re.fullmatch(r"\d{1,9}", given, re.ASCII) or not least <= int(given) <= most:
        message = gettext("“{given}” is not a whole number from {least} to {most}.")
        raise ValidationError({name: [message.format(given=given[:60], least=least, most=most)]})
    return int(given)
