"""{% check_in_panel station %}: a station's code, its use and what workers reported, on its page of the desk."""

from typing import Any

from django import template
from django.template.loader import get_template

from stations.checkins.qr import codes
from stations.registry.models import Station
from stations.unions.access import Ability

register = template.Library()
BLOCKS = tuple(f"checkins/panel/{name}.html" for name in ("code", "usage", "reports"))


@register.inclusion_tag("checkins/panel.html", takes_context=True)
def check_in_panel(context: template.Context, station: Station) -> dict[str, Any]:
    return {
        "user": context["user"],
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "station": station,
        "may_print_code": station.allows(context["user"], Ability.PRINT_CODE),
        "code": codes.in_force(station),
        "blocks": [name for name in BLOCKS if _is_there(name)],
    }


def _is_there(name: str) -> bool:
    try:
        get_template(name)
    except template.TemplateDoesNotExist:
        return False
    return True
