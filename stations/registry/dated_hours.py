"""Other hours on certain days: live at once, kept in history, and nothing that Annex 2 asks for (as a temporary closure)."""

from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from stations.registry import rules
from stations.registry.models import DatedHours, Station
from stations.registry.rules import RuleError
from stations.registry.wording import told
from stations.unions.access import Ability
from stations.unions.models import User

LONGEST = timedelta(days=366)
CLOSED = "closed"

BACKWARDS = _("The last day is before the first: exchange them.")
OVER = _("These days are past already: choose later ones.")
TOO_LONG = _("These are more than %(days)s days: change the weekly hours instead.")
NO_HOURS = _("Write the hours of these days, or tick that the station is closed.")
TAKEN = _("Other hours hold on some of these days already, from %(first)s: delete those first.")


class DatedHoursError(ValueError):
    """Other hours that cannot be: `field` is `first`, `last` or `hours_text`, the text says what to do."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        self.message = message
        super().__init__(field, message)

    def __str__(self) -> str:
        return self.message


@transaction.atomic
def add_dated_hours(
    *,
    station: Station,
    by: User | AnonymousUser,
    first: date,
    last: date,
    hours_text: str,
    today: date,
    reason: str = "",
) -> DatedHours:
    """From the day `first` to the day `last` these hours hold in place of the weekly ones; `closed` for closed all day.

    DatedHoursError for days that are past, in the wrong order, too many or taken, and for hours that cannot be read.
    """
    _authorise(station, by)
    Station.objects.select_for_update().get(pk=station.pk)
    if last < first:
        raise DatedHoursError("last", gettext(BACKWARDS))
    if last < today:
        raise DatedHoursError("last", gettext(OVER))
    if last - first >= LONGEST:
        raise DatedHoursError("last", gettext(TOO_LONG) % {"days": LONGEST.days})
    after = last + timedelta(days=1)
    taken = station.dated_hours.filter(days__overlap=DateRange(first, after)).first()
    if taken is not None:
        raise DatedHoursError("first", gettext(TAKEN) % {"first": taken.days.lower.isoformat()})
    return DatedHours.objects.create(
        station=station,
        days=DateRange(first, after),
        hours_text=_read("hours_text", hours_text),
        reason=_read("reason", reason),
    )


@transaction.atomic
def remove_dated_hours(*, dated: DatedHours, by: User | AnonymousUser) -> None:
    """The weekly hours hold again on these days."""
    _authorise(dated.station, by)
    dated.delete()


def _read(field: str, text: str) -> str:
    try:
        if field == "reason":
            return rules.read_text(text, limit=120)
        read = rules.read_hours(rules.read_text(text, limit=rules.LENGTHS["hours"]))
    except RuleError as error:
        raise DatedHoursError(field, told(error)) from error
    if not read:
        raise DatedHoursError(field, gettext(NO_HOURS))
    return read


def _authorise(station: Station, by: User | AnonymousUser) -> None:
    if not station.allows(by, Ability.EDIT_STATION):
        raise PermissionDenied
