"""What workers reported of a station and nobody has settled yet, for its page of the desk."""

from typing import Any

from django import template

from stations.checkins.models import WorkerReport
from stations.checkins.pages.reports import in_words
from stations.registry.models import Station
from stations.unions.access import Ability

register = template.Library()
register.filter("in_words", in_words)


@register.simple_tag(takes_context=True)
def open_reports(context: template.Context, station: Station) -> dict[str, Any]:
    user = context["user"]
    waiting = WorkerReport.objects.visible_to(user).filter(station=station, settled_at=None)
    return {
        "listed": waiting.select_related("facility").order_by("first_at"),
        "may_settle": station.allows(user, Ability.SETTLE_REPORT),
    }
