"""A model field for PostgreSQL's int4multirange, which Django does not bring."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Lookup

Spans = list[tuple[int, int]]


def to_multirange(spans: Iterable[tuple[int, int]]) -> str:
    """PostgreSQL's text of half-open spans: `[(1, 5), (7, 9)]` -> `{[1,5),[7,9)}`."""
    return "{" + ",".join(f"[{int(start)},{int(end)})" for start, end in spans) + "}"


def from_multirange(text: str) -> Spans:
    """Spans of PostgreSQL's canonical text."""
    return [(int(start), int(end)) for start, end in re.findall(r"\[(-?\d+),(-?\d+)\)", text)]


class MultiRangeField(models.Field):
    """Sorted, disjoint, half-open spans of whole numbers, as a list of (start, end); None for SQL NULL."""

    description = "int4multirange"

    def db_type(self, connection: Any) -> str:
        return "int4multirange"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Spans | None:
        return None if value is None else from_multirange(str(value))

    def to_python(self, value: Any) -> Spans | None:
        return from_multirange(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else to_multirange(value)


@MultiRangeField.register_lookup
class Overlap(Lookup):
    """`field__overlap=[(a, b), ...]`: the stored spans and the given ones share a number (PostgreSQL `&&`)."""

    lookup_name = "overlap"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} && {right}::int4multirange", [*left_params, *right_params]
