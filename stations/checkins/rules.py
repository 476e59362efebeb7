"""Chapter 4, 1: rules of check-ins that need no database."""

import hashlib
import hmac
import re
from base64 import b32encode
from collections.abc import Sequence

SIGNATURE_LENGTH = 10  # base32 characters, 50 bits: each guess is a request, and opens a page only
_CODE = re.compile(r"([1-9][0-9]{0,9})-([1-9][0-9]{0,4})-([a-z2-7]{10})")


class BadCodeError(ValueError):
    """The code was not made by us: mistyped, cut off, or invented."""


def code_text(station_id: int, version: int, *, key: str) -> str:
    """What stands in the QR code behind the address: station, version of its key, signature."""
    return f"{station_id}-{version}-{_signature(station_id, version, key)}"


def read_code(text: str, *, keys: Sequence[str]) -> tuple[int, int]:
    """Station and version of a code that one of `keys` signed. BadCodeError for any other text."""
    match = _CODE.fullmatch(text)
    if match is None:
        raise BadCodeError(text[:40])
    station_id, version = int(match[1]), int(match[2])
    if not any(hmac.compare_digest(match[3], _signature(station_id, version, key)) for key in keys):
        raise BadCodeError(text[:40])
    return station_id, version


def _signature(station_id: int, version: int, key: str) -> str:
    digest = hmac.digest(key.encode(), f"station code {station_id} {version}".encode(), hashlib.sha256)
    return b32encode(digest).decode().lower()[:SIGNATURE_LENGTH]
