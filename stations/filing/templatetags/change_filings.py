"""{% change_filings station %}: what of a station was changed live lately, and what the union made of it."""

from typing import Any

from django import template

from stations.filing.choices import FilingKind
from stations.filing.models import Filing
from stations.registry.models import Station
from stations.registry.showing import field_label

register = template.Library()
SHOWN = 5


@register.inclusion_tag("filing/_change_filings.html", takes_context=True)
def change_filings(context: template.Context, station: Station) -> dict[str, Any]:
    found = (
        Filing.objects.visible_to(context["user"])
        .filter(kind=FilingKind.CHANGE, items__station=station)
        .select_related("created_by")
        .prefetch_related("items__changes")[:SHOWN]
    )
    return {"rows": [{"filing": one, "changes": _changes(one)} for one in found]}


def _changes(filing: Filing) -> list[dict[str, Any]]:
    return [
        {"label": field_label(change.field), "change": change}
        for item in filing.items.all()
        for change in item.changes.all()
    ]
