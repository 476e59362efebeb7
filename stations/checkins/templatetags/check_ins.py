"""{% check_in_panel station %}: a station's code, its use and what workers reported, on its page of the desk."""

from typing import Any

from django import template

from stations.checkins.qr import codes
from stations.registry.models import Station
from stations.unions.access import Ability

register = template.Library()


@register.inclusion_tag("checkins/panel.html", takes_context=True)
def check_in_panel(context: template.Context, station: Station) -> dict[str, Any]:
    return {
        "user": context["user"],
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "station": station,
        "may_print_code": station.allows(context["user"], Ability.PRINT_CODE),
        "code": codes.in_force(station),
    }
