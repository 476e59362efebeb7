"""What is wrong with the keeping of check-ins, in words: for the centre's desk, for `manage.py check` and at the start."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.db.models import Max
from django.utils.timezone import localtime
from django.utils.translation import gettext

from stations.checkins.keeping import partitions
from stations.checkins.models import UpkeepStep

SILENT_FOR = timedelta(days=1)
STRAYS = "SELECT to_regclass('checkins_checkin_default') IS NOT NULL"


def alarms(now: datetime) -> Iterator[str]:
    """A line for everything that somebody should look at; docs/operations.md says what to do."""
    if strays := partitions.strays():
        yield gettext("%(count)s check-ins lie outside all months.") % {"count": strays}
    last = UpkeepStep.objects.aggregate(last=Max("ran_at"))["last"]
    if last is None or now - last > SILENT_FOR:
        when = f"{localtime(last):%Y-%m-%d %H:%M}" if last else "—"
        yield gettext("The upkeep of check-ins is not running (last: %(when)s).") % {"when": when}
    for step in UpkeepStep.objects.exclude(trouble="").order_by("name"):
        yield gettext("The upkeep of check-ins went wrong (%(step)s); its log says how.") % {
            "step": step.name
        }


@register()
def kept_longer_than_late(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Else a check-in that is still accepted would belong to a day that is purged already."""
    if settings.JIELI_CHECKIN_KEPT_DAYS > settings.JIELI_CHECKIN_LATE_DAYS + 1:
        return []
    text = "JIELI_CHECKIN_KEPT_DAYS must be more than JIELI_CHECKIN_LATE_DAYS + 1."
    return [Error(text, hint="A late check-in would come for a day whose rows are gone.", id="checkins.E001")]


@register(Tags.database)
def every_row_in_its_month(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A warning, since `migrate` stops at an error, and a site that works must not stop for a row in the wrong place."""
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute(STRAYS)
            if not cursor.fetchone()[0]:
                continue
            cursor.execute(f"SELECT count(*) FROM {partitions.DEFAULT}")  # noqa: S608 - a constant
            if strays := cursor.fetchone()[0]:
                return [
                    Warning(
                        f"{strays} check-ins lie in {partitions.DEFAULT}, outside all months.",
                        hint="manage.py upkeep makes their months; see docs/operations.md, Upkeep of check-ins.",
                        id="checkins.W002",
                    )
                ]
    return []
