"""Small conversions for the planner's page."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(labels: Mapping[str, Any], code: str) -> Any:
    """The label of a code; the code itself where it has none."""
    return labels.get(code, code)


@register.filter
def percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


@register.filter
def grouped(number: int) -> str:
    """1234567 as 1,234,567."""
    return f"{number:,}"


@register.filter
def tens(count: int | None) -> str:
    """A published count: "1–9" where it is hidden, "10+" and so on."""
    return "1–9" if count is None else f"{count:,}+" if count else "0"
