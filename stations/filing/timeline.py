"""What the history of a filing tells, and its part in the history of a station."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext

from stations.filing.models import FieldChange, Filing, FilingItem, FilingStep
from stations.registry.models import Station
from stations.registry.showing import field_label
from stations.timeline import Names, Source, Told, fields, remarked, text_of

SHOWN = ("kind", "state", "union", "contact_name", "contact_email", "contact_phone", "note")


def of_filing(pk: int) -> Sequence[Source]:
    """One filing: its head, its list of stations, its way, and the decisions on changes."""
    items = FilingItem.objects.filter(filing=pk)
    return [
        Source(Filing, {"pgh_obj": pk}, fields(*SHOWN), names=("union",), entered=gettext("Filing begun")),
        Source(FilingItem, {"filing": pk}, _item, names=("station",)),
        _changes(items),
        Source(FilingStep, {"filing": pk}, _comment),
    ]


def of_station(pk: int) -> Sequence[Source]:
    """What filings did about one station."""
    items = FilingItem.objects.filter(station=pk)
    return [
        Source(FilingItem, {"station": pk}, _listed),
        _changes(items),
        Source(FilingStep, {"filing__in": items.values("filing")}, _step),
    ]


def _item(row: Any, names: Names) -> Told:
    return {gettext("Station in the filing"): names[Station, row.station_id]}


def _listed(row: Any, names: Names) -> Told:
    return {_filing(row): gettext("in the list, number %(number)s") % {"number": row.position}}


def _step(row: Any, names: Names) -> Told:
    state = text_of(row, "to_state", names)
    return {_filing(row): remarked(state, row.comment)}


def _comment(row: Any, names: Names) -> Told:
    """The state itself is told by the filing."""
    return {gettext("Comment"): row.comment} if row.comment else {}


def _filing(row: Any) -> str:
    return gettext("Filing %(number)s") % {"number": row.filing_id}


def _changes(items: QuerySet[FilingItem]) -> Source:
    label = cache(field_label)  # some are asked of the database

    def told(row: Any, names: Names) -> Told:
        return {gettext("Change of %(field)s") % {"field": label(row.field)}: text_of(row, "decision", names)}

    return Source(FieldChange, {"item__in": items.values("pk")}, told)
