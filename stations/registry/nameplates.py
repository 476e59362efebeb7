"""Nameplates are issued, withdrawn and voided here (chapter 2, 2 (2) and (6); chapter 5, 2), by the centre alone.

The trigger on stations writes the register; these verbs add who did it and why, and take the next number under a lock.
"""

from collections.abc import Iterable
from typing import cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from geo.hours import ZONE
from stations.registry import rules
from stations.registry.models import Nameplate, NameplateCounter, Station
from stations.registry.numbering import Pattern, read_pattern
from stations.registry.rules import RuleError, read_text
from stations.registry.wording import told
from stations.unions.access import Ability, may
from stations.unions.models import User

AHEAD = 100  # numbers looked up at once where many are taken already
REASON_LENGTH = 200

NAMEPLATE_MESSAGES = {
    "no_plate": "“{station}” has no nameplate: there is nothing to withdraw.",
    "reason": "Write why: the register keeps it for ever.",
    "required": "This is required: write it in.",
    "used": "Nameplate number {number} is in the register already: numbers are never used twice.",
}


class NameplateError(RuleError):
    """The register does not allow it; the message says why."""

    messages = NAMEPLATE_MESSAGES

    @property
    def message(self) -> str:
        return told(self)


def pattern() -> Pattern:
    return read_pattern(settings.JIELI_NAMEPLATE_PATTERN)


@transaction.atomic
def issue(*, station: Station, by: User | AnonymousUser, reason: str = "") -> str:
    """Give the station the next number, which nobody ever had; a plate that it has is withdrawn with `reason`.

    PermissionDenied unless `by` may approve filings.
    """
    _authorise(by)
    station = _locked(station)
    old = station.nameplate_no
    number = _give_next(station)
    Nameplate.objects.filter(number=number).update(issued_by=by)
    if old:
        Nameplate.objects.filter(number=old).update(withdrawn_by=by, reason=reason)
    return number


@transaction.atomic
def withdraw(*, station: Station, by: User | AnonymousUser, reason: str) -> str:
    """Take the station's plate off the wall for ever; gives its number. NameplateError without a reason or a plate."""
    _authorise(by)
    why = _reason(reason)
    station = _locked(station)
    number = station.nameplate_no
    if not number:
        raise NameplateError("no_plate", station=station.name)
    station.nameplate_no = None
    station.save(update_fields=["nameplate_no"])
    Nameplate.objects.filter(number=number).update(withdrawn_by=by, reason=why)
    return number


@transaction.atomic
def void(*, number: str, by: User | AnonymousUser, reason: str) -> Nameplate:
    """Keep a number from ever being issued, as when its plate was spoiled before it hung; the reason explains the gap.

    NameplateError where the number is in the register already, or no reason is given.
    """
    _authorise(by)
    why = _reason(reason)
    number = read_text(number, limit=rules.LENGTHS["nameplate_no"])
    if not number:
        raise NameplateError("required")
    list(NameplateCounter.objects.select_for_update())  # nobody is just being given this number
    now, who = timezone.now(), cast(User, by)
    plate, is_new = Nameplate.objects.get_or_create(
        number=number,
        defaults={
            "issued_at": now,
            "issued_by": who,
            "withdrawn_at": now,
            "withdrawn_by": who,
            "reason": why,
        },
    )
    if not is_new:
        raise NameplateError("used", number=number)
    return plate


def last_numbers() -> list[str]:
    """The last number of each series, as it is written."""
    form = pattern()
    return [form.number(one.before, one.last) for one in NameplateCounter.objects.order_by("before")]


def unexplained() -> list[str]:
    """Numbers below a counter that the register does not know: none, unless somebody changed the counter by hand."""
    form = pattern()
    known = set(Nameplate.objects.values_list("number", flat=True))
    return [
        form.number(counter.before, count)
        for counter in NameplateCounter.objects.order_by("before")
        for count in range(1, counter.last + 1)
        if form.number(counter.before, count) not in known and not _padded_otherwise(counter, count, known)
    ]


def _padded_otherwise(counter: NameplateCounter, count: int, known: set[str]) -> bool:
    """Whether the number stands there as an earlier pattern wrote it: 7 as 007."""
    return any(f"{counter.before}{count:0{width}d}" in known for width in range(1, 9))


def _authorise(by: User | AnonymousUser) -> None:
    if not may(by, Ability.APPROVE_FILING):
        raise PermissionDenied


def _locked(station: Station) -> Station:
    return Station.objects.select_for_update().get(pk=station.pk)


def _reason(text: str) -> str:
    why = read_text(text, limit=REASON_LENGTH)
    if not why:
        raise NameplateError("reason")
    return why


def _give_next(station: Station) -> str:
    """Write the next number on the station's row; again where an import was faster with that number."""
    for last_try in (False, False, True):
        number = _next_number(station)
        station.nameplate_no = number
        try:
            with transaction.atomic():
                station.save(update_fields=["nameplate_no"])
        except IntegrityError:
            if last_try:
                raise
        else:
            return number
    raise AssertionError("the last try returns or raises")


def _next_number(station: Station) -> str:
    """The next free number of its series; the series' counter stays locked until the transaction ends."""
    form = pattern()
    year = timezone.now().astimezone(ZONE).year
    before = form.text_before(district=station.district.code, year=year, kind=station.kind)
    NameplateCounter.objects.get_or_create(before=before)
    counter = NameplateCounter.objects.select_for_update().get(before=before)
    while True:
        counts = range(counter.last + 1, counter.last + 1 + AHEAD)
        free = _free(form.number(before, count) for count in counts)
        for count in counts:
            if form.number(before, count) in free:
                counter.last = count
                counter.save(update_fields=["last"])
                return form.number(before, count)
        counter.last += AHEAD


def _free(numbers: Iterable[str]) -> set[str]:
    """Those that the register does not hold: imports and voided plates hold numbers as well as issued ones."""
    wanted = set(numbers)
    return wanted - set(Nameplate.objects.filter(number__in=wanted).values_list("number", flat=True))
