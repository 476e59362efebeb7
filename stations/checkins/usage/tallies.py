"""The paper tally: visits of a day that a manager counted by hand. Self-reported, and never added to what was scanned."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from stations.checkins.models import Tally
from stations.occupations import Occupation
from stations.registry.models import Station
from stations.unions.access import Ability
from stations.unions.models import User

DAYS_BACK = 30  # today and the 30 days before it
MOST = 5000  # of one occupation on one day; the table's constraint says the same

NOT_YET = _("This day has not begun: enter visits of today or of a day before.")
TOO_OLD = _("Visits can be entered for today and the {days} days before it only.")
TOO_MANY = _("Write a whole number from 0 to {most}.")


class TallyError(ValueError):
    """A tally that cannot be: `field` is "day" or an occupation, the text says what to do."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        self.message = message
        super().__init__(field, message)


@transaction.atomic
def tally(*, station: Station, by: User, day: date, counts: Mapping[str, int], today: date) -> None:
    """The day's paper tally is this, by occupation, in place of what was entered for it before; all zero takes it back.

    TallyError for a day in the future or too far back, and for a count that cannot be. What was replaced stays in the history.
    """
    if not station.allows(by, Ability.TALLY):
        raise PermissionDenied
    refuse_day(day, today)
    for occupation, count in counts.items():
        if not 0 <= count <= MOST:
            raise TallyError(occupation, gettext(TOO_MANY).format(most=MOST))
    Station.objects.select_for_update(no_key=True).only("pk").get(
        pk=station.pk
    )  # two people enter one after the other
    kept = {one.occupation: one for one in Tally.objects.filter(station=station, day=day)}
    for occupation in Occupation.values:
        _write(kept.get(occupation), station, by, day, occupation, counts.get(occupation, 0))


def refuse_day(day: date, today: date) -> None:
    """TallyError for a day that no tally may be of."""
    if day > today:
        raise TallyError("day", gettext(NOT_YET))
    if day < first_day(today):
        raise TallyError("day", gettext(TOO_OLD).format(days=DAYS_BACK))


def first_day(today: date) -> date:
    """The earliest day that may be entered."""
    return today - timedelta(days=DAYS_BACK)


def _write(kept: Tally | None, station: Station, by: User, day: date, occupation: str, count: int) -> None:
    """What stays as it was is not written, so that it stays whose it was."""
    if kept and not count:
        kept.delete()
    elif kept and kept.count != count:
        kept.count, kept.by = count, by
        kept.save(update_fields=["count", "by", "at"])
    elif count and not kept:
        Tally.objects.create(station=station, day=day, occupation=occupation, count=count, by=by)
