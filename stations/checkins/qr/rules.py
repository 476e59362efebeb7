"""Chapter 4, 1 (1): what stands in a QR code and what it proves, without a database.

A code's text is signed once and printed. A screen's text has the running 30-second step and a proof behind it, which the server's
key makes: it cannot be worked out from what is printed, and a photo of it is worth nothing a minute later. A ticket keeps for one
phone that it scanned a fresh screen code, so that its check-in may be sent later.
"""

import hashlib
import hmac
import re
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SIGNATURE_LENGTH = 10  # base32 characters, 50 bits: each guess is a request, and opens a page only
SECRET_LENGTH = 26  # 130 bits, where one right guess is worth something for months
STEP_S = 30  # how long a screen shows one code
CLOCK_SLACK = timedelta(seconds=2)  # by which the clocks of two of our servers may differ
TICKET_FOR = timedelta(minutes=15)  # between the scan of a screen and the tap
_CODE = re.compile(r"([1-9][0-9]{0,9})-([1-9][0-9]{0,4})-([a-z2-7]{10})(?:-([0-9]{1,10})-([a-z2-7]{10}))?")
_SCREEN = re.compile(r"([1-9][0-9]{0,9})-([1-9][0-9]{0,4})-([a-z2-7]{26})")
_TICKET = re.compile(r"([0-9]{1,11})-([a-z2-7]{26})")


class BadCodeError(ValueError):
    """The code was not made by us: mistyped, cut off, or invented."""


@dataclass(frozen=True)
class Scanned:
    """What a code says. `screen_step`: the step at which our screen showed it; None for a poster's."""

    station_id: int
    version: int
    screen_step: int | None = None


def code_text(station_id: int, version: int, *, key: str) -> str:
    """What stands in the QR code behind the address: station, version of its key, signature."""
    return f"{station_id}-{version}-{_signature('code', station_id, version, key=key)}"


def screen_text(station_id: int, version: int, step: int, *, key: str) -> str:
    """A code as the station's screen shows it in `step`."""
    proof = _signature("screen step", station_id, version, step, key=key)
    return f"{code_text(station_id, version, key=key)}-{step}-{proof}"


def read_code(text: str, *, keys: Sequence[str]) -> Scanned:
    """What a code says that one of `keys` signed. BadCodeError for any other text.

    A screen's proof counts under the first key only. One that does not hold adds nothing, and the code is read as a poster's:
    a phone may send its check-in after the key was changed.
    """
    match = _CODE.fullmatch(text)
    if match is None:
        raise BadCodeError(text[:40])
    station_id, version = int(match[1]), int(match[2])
    if not any(_same(match[3], _signature("code", station_id, version, key=key)) for key in keys):
        raise BadCodeError(text[:40])
    step = int(match[4] or 0)
    proved = match[5] and _same(match[5], _signature("screen step", station_id, version, step, key=keys[0]))
    return Scanned(station_id, version, step if proved else None)


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP_S


def step_ends_in_s(now: datetime) -> float:
    """Seconds until the screen shows the next code."""
    return STEP_S - now.timestamp() % STEP_S


def is_fresh(step: int, now: datetime) -> bool:
    """Whether a screen shows this step now, or showed it just before: at least STEP_S and at most twice that to scan it."""
    return step_at(now) - 1 <= step <= step_at(now + CLOCK_SLACK)


def screen_key(station_id: int, version: int, *, key: str) -> str:
    """What a tablet's address holds: whoever has it sees the screen's codes, as long as this version is in force."""
    return (
        f"{station_id}-{version}-{_signature('screen', station_id, version, key=key, length=SECRET_LENGTH)}"
    )


def read_screen_key(text: str, *, key: str) -> Scanned:
    """Station and version of a tablet's address. BadCodeError for any other text."""
    match = _SCREEN.fullmatch(text)
    if match is None or not _same(text, screen_key(int(match[1]), int(match[2]), key=key)):
        raise BadCodeError(text[:40])
    return Scanned(int(match[1]), int(match[2]))


def ticket(station_id: int, *, device: str, now: datetime, key: str) -> str:
    """That this phone scanned the station's fresh screen code at `now`. The phone's name is bound and not written in it."""
    issued = int(now.timestamp())
    return f"{issued}-{_ticket_signature(station_id, device, issued, key)}"


def ticket_holds(text: str, station_id: int, *, device: str, made_at: datetime, key: str) -> bool:
    """Whether the ticket was given to this phone for this station, and the check-in made within TICKET_FOR of it.

    `made_at` is by our clock, not the phone's. It does not matter when the check-in is sent.
    """
    match = _TICKET.fullmatch(text)
    if match is None:
        return False
    issued = int(match[1])
    if not _same(match[2], _ticket_signature(station_id, device, issued, key)):
        return False
    after_s = made_at.timestamp() - issued
    return -CLOCK_SLACK.total_seconds() <= after_s <= TICKET_FOR.total_seconds()


def _ticket_signature(station_id: int, device: str, issued: int, key: str) -> str:
    return _signature("ticket", station_id, issued, device, key=key, length=SECRET_LENGTH)


def _signature(what: str, *parts: object, key: str, length: int = SIGNATURE_LENGTH) -> str:
    message = " ".join(map(str, ("station", what, *parts)))
    return b32encode(hmac.digest(key.encode(), message.encode(), hashlib.sha256)).decode().lower()[:length]


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given, right)
