"""Use in words, and in short for a station's page."""

from typing import Any

from django import template
from django.utils import timezone

from stations.checkins.usage.counts import today_and_week
from stations.checkins.usage.periods import day_of
from stations.checkins.usage.pictures import growth_words
from stations.registry.models import Station
from stations.unions.access import Ability

register = template.Library()
register.filter("growth_words", growth_words)


@register.simple_tag(takes_context=True)
def use_summary(context: template.Context, station: Station) -> dict[str, Any] | None:
    """Today's and this week's visits, and whether the reader may enter a tally; None for who may not read it."""
    user = context["user"]
    if not station.allows(user, Ability.SEE_USAGE):
        return None
    today, week = today_and_week([station.pk], day_of(timezone.now()))[station.pk]
    return {"today": today, "week": week, "may_tally": station.allows(user, Ability.TALLY)}
