"""{% quick_panel station %}: what a manager reports with one tap, for any page of a station."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext

from stations.registry.closures import REASONS, next_morning
from stations.registry.models import Condition, Station

register = template.Library()


@register.inclusion_tag("stations/_quick.html", takes_context=True)
def quick_panel(context: template.Context, station: Station) -> dict[str, Any]:
    now = timezone.now()
    return {
        "csrf_token": context.get("csrf_token"),
        "station": station,
        "facilities": station.facilities.exclude(condition=Condition.REMOVED).select_related("type"),
        "running": station.closures.filter(during__contains=now).first(),
        "planned": station.closures.filter(during__startswith__gt=now).order_by("during"),
        "reasons": [(code, gettext(text)) for code, text in REASONS.items()],
        "morning": next_morning(now),
        "now": now,
    }
