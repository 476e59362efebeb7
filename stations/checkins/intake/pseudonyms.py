"""Who is who among phones and addresses within a month, without knowing who they are.

A pseudonym is an HMAC by a random key of the month. With the key goes the last way from a device or an address to its rows;
between two months there is none either.
"""

import hashlib
import hmac
import secrets
import time
from datetime import date, datetime

from django.db import connection

from geo.hours import ZONE
from stations.checkins.models import MonthKey

LENGTH = 16
REMEMBERED_SECONDS = 600  # so that a deleted key is soon gone from memory as well

_keys: dict[date, tuple[bytes, float]] = {}


def pseudonym(secret_text: str, at: datetime) -> bytes:
    """16 bytes that stand for `secret_text` in `at`'s month in Shanghai, and for nothing in any other."""
    key = _key(at.astimezone(ZONE).date().replace(day=1))
    return hmac.digest(key, secret_text.encode(errors="replace"), hashlib.sha256)[:LENGTH]


def _key(month: date) -> bytes:
    known, until = _keys.get(month, (b"", 0.0))
    if time.monotonic() < until:
        return known
    key = bytes.fromhex(_stored(month))
    if not connection.in_atomic_block:  # else it may yet be rolled back, and another process make another one
        _keys[month] = (key, time.monotonic() + REMEMBERED_SECONDS)
    return key


def _stored(month: date) -> str:
    """The month's key, made by whoever needs it first."""
    found = MonthKey.objects.filter(month=month).first()
    if found is None:
        made = MonthKey(month=month, key=secrets.token_hex(32))
        MonthKey.objects.bulk_create([made], ignore_conflicts=True)
        found = MonthKey.objects.get(month=month)
    return found.key
