"""A station shut for a while, and open again: live at once, kept in history, and nothing that Annex 2 asks for."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from geo.hours import ZONE
from stations.registry import rules
from stations.registry.models import Station, TemporaryClosure
from stations.registry.rules import RuleError
from stations.registry.wording import told
from stations.unions.access import Ability
from stations.unions.models import User

REASON_LENGTH = 120
MORNING = time(8)
LONGEST = timedelta(days=366)  # longer is no closure but a change of the station's status

REASONS = {
    "power": _("No water or power"),
    "repair": _("Repairs"),
    "stocktaking": _("Stocktaking or training"),
    "holiday": _("Holiday"),
    "weather": _("Bad weather"),
}


class ClosureError(ValueError):
    """A closure that cannot be: `field` is `until` or `reason`, the text says what to do."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        self.message = message
        super().__init__(field, message)

    def __str__(self) -> str:
        return self.message


@transaction.atomic
def close_until(
    *, station: Station, by: User | AnonymousUser, until: datetime, now: datetime, reason: str = ""
) -> TemporaryClosure:
    """Shut the station from `now` until then. What is said last holds: a running closure gets this end and this reason,
    one planned for later gives way as far as the two overlap. ClosureError for a time that is past or a year away.
    """
    _authorise(station, by)
    Station.objects.select_for_update().get(pk=station.pk)
    if until <= now:
        raise ClosureError("until", gettext("This time is past already: choose a later one."))
    if until - now > LONGEST:
        message = gettext("A station cannot be shut for more than a year this way: ask your union.")
        raise ClosureError("until", message)
    since = now
    for one in station.closures.filter(during__overlap=DateTimeTZRange(now, until)):
        since = min(since, one.during.lower)
        _give_way(one, now=now, until=until)
    return TemporaryClosure.objects.create(
        station=station, during=DateTimeTZRange(since, until), reason=_read_reason(reason)
    )


def next_morning(now: datetime) -> datetime:
    """Tomorrow at 8:00 in Shanghai."""
    tomorrow = now.astimezone(ZONE).date() + timedelta(days=1)
    return datetime.combine(tomorrow, MORNING, tzinfo=ZONE)


def reason_text(code: str) -> str:
    """One of `REASONS` as the public map shows it: in the site's language, whatever the writer reads."""
    with override(settings.LANGUAGE_CODE):
        return gettext(REASONS[code]) if code in REASONS else ""


@transaction.atomic
def open_again(*, station: Station, by: User | AnonymousUser, now: datetime) -> None:
    """End the closure that holds now; nothing happens where none does."""
    _authorise(station, by)
    Station.objects.select_for_update().get(pk=station.pk)
    running = station.closures.filter(during__contains=now).first()
    if running is None:
        return
    if running.during.lower == now:
        running.delete()
        return
    running.during = DateTimeTZRange(running.during.lower, now)
    running.save(update_fields=["during"])


def _give_way(closure: TemporaryClosure, *, now: datetime, until: datetime) -> None:
    """A closure planned beyond `until` begins then; every other one that overlaps is replaced."""
    end = closure.during.upper
    if closure.during.lower <= now or (end is not None and end <= until):
        closure.delete()
        return
    closure.during = DateTimeTZRange(until, end)
    closure.save(update_fields=["during"])


def _authorise(station: Station, by: User | AnonymousUser) -> None:
    if not station.allows(by, Ability.EDIT_STATION):
        raise PermissionDenied


def _read_reason(reason: str) -> str:
    try:
        return rules.read_text(reason, limit=REASON_LENGTH)
    except RuleError as error:
        raise ClosureError("reason", told(error)) from error
