"""The desk's tables: filter, sort, leaf through, and take away as a file.

A list is a queryset that went through `visible_to`, a `DeskTable` that names its columns and a `DeskFilters` that names what
may be asked. `listed` joins them:

    class PeopleTable(DeskTable):
        name = Column()
        remark = Column(visible=False)  # only in the file

    def people(request):
        return listed(request, found, table=PeopleTable, filters=PeopleFilters, template="unions/people.html", name="people")

The template includes "tables/desk_table.html". In the URL `sort` and `page` ignore what the table does not know, a filter says
what it does not understand, and `export=csv` or `export=xlsx` gives all rows that fit, in the same order.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django_filters import CharFilter, Filter, FilterSet
from django_tables2 import Column, Table, TemplateColumn

from stations.spreadsheets import csv_pieces, xlsx

__all__ = [
    "FILES",
    "Column",
    "DeskFilters",
    "DeskTable",
    "SearchFilter",
    "TemplateColumn",
    "TickFilter",
    "as_file",
    "listed",
]

PAGE_SIZE = 50
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class DeskTable(Table):
    """A table of the desk. On a phone each row is a card with the first column for its title."""

    @property
    def orders(self) -> list[tuple[str, str]]:
        """What may be sorted by where no headings are shown: value of `sort`, label."""
        return [
            (sign + column.name, f"{column.header} {arrow}")
            for column in self.columns
            if column.orderable
            for sign, arrow in (("", "↑"), ("-", "↓"))
        ]

    @property
    def ordered_by(self) -> str:
        return str(self.order_by[0]) if self.order_by else ""

    @property
    def first_order(self) -> str:
        """The column that the rows are sorted by before any other."""
        return self.ordered_by.removeprefix("-")


class Ticked(forms.BooleanField):
    """True or nothing: a box without a tick asks for nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "required": False})

    def clean(self, value: Any) -> bool | None:
        return super().clean(value) or None


class TickFilter(Filter):
    field_class = Ticked


class SearchFilter(CharFilter):
    """Each word of the text stands in at least one of `fields`."""

    def __init__(self, *, fields: tuple[str, ...], label: Any) -> None:
        self.fields = fields
        box = forms.TextInput(attrs={"type": "search", "placeholder": label})
        super().__init__(label=label, max_length=80, widget=box)

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        for word in (value or "").split():
            qs = qs.filter(reduce(or_, (Q(**{f"{field}__icontains": word}) for field in self.fields)))
        return qs


class DeskFilters(FilterSet):
    """The filters of a table. A value that one of them does not understand filters nothing, and the form says so."""

    @property
    def active(self) -> int:
        """How many of them are at work, the search aside."""
        searches = {name for name, one in self.filters.items() if isinstance(one, SearchFilter)}
        return sum(
            name not in searches and value not in (None, "", [])
            for name, value in getattr(self.form, "cleaned_data", {}).items()
        )

    @property
    def is_asked(self) -> bool:
        """Whether the URL asks for less than everything."""
        return any(self.data.get(name) for name in self.filters)


def listed(
    request: HttpRequest,
    found: QuerySet[Any],
    *,
    table: type[DeskTable],
    filters: type[DeskFilters],
    template: str,
    name: str,
    **context: Any,
) -> HttpResponseBase:
    """The page of the table that the URL asks for; or, with `export`, the file `name`."""
    asked = filters(request.GET, queryset=found, request=request)
    shown = table(asked.qs, order_by=request.GET.get("sort") or None, default="", request=request)
    _settle(shown)
    kind = request.GET.get("export")
    if kind in FILES:
        return as_file(kind, shown.as_values(), name)
    shown.paginator = Paginator(shown.rows, PAGE_SIZE)
    shown.page = shown.paginator.get_page(request.GET.get("page"))
    return render(request, template, {"table": shown, "filters": asked, "page": shown.page, **context})


def _settle(table: DeskTable) -> None:
    """Rows that are alike in what they are sorted by keep one order, so that no page misses or repeats one."""
    found = table.data.data
    table.data.data = found.order_by(*(found.query.order_by or found.model._meta.ordering), "pk")


def as_file(kind: str, rows: Iterable[Sequence[Any]], name: str) -> HttpResponseBase:
    """The rows, of which the first is the heading, as a file of one of the kinds of `FILES`; today is in its name."""
    return FILES[kind](rows, f"{name}-{timezone.localdate()}")


def _csv(rows: Iterable[Sequence[Any]], name: str) -> HttpResponseBase:
    content = csv_pieces(list(rows))
    return StreamingHttpResponse(content, "text/csv; charset=utf-8", headers=_headers(f"{name}.csv"))


def _xlsx(rows: Iterable[Sequence[Any]], name: str) -> HttpResponseBase:
    content = xlsx(rows, sheet=name[:31])
    return HttpResponse(content, XLSX_TYPE, headers=_headers(f"{name}.xlsx"))


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}


FILES = {"csv": _csv, "xlsx": _xlsx}
