"""Private texts, such as a mobile number: encrypted in the database, so that a dump, a log or a careless query tells nothing.

AES-SIV (RFC 5297) with a key from the settings. It is deterministic: one text is always one ciphertext, so that the field can be
unique and looked up by the whole text, and so that saving a row again leaves no trace of a change. Only equality can be asked
of it. The first of JIELI_PRIVATE_KEYS writes; the others still read.
"""

import base64
import hashlib
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models

MARK = "siv1:"
LOOKUPS = ("exact", "in", "isnull", "df", "ndf")  # the last two are pgtrigger's "is (not) distinct from"


@cache
def _ciphers(keys: tuple[str, ...]) -> tuple[AESSIV, ...]:
    return tuple(AESSIV(hashlib.sha512(key.encode()).digest()) for key in keys)


def encrypted(text: str) -> str:
    """`text` as it is stored; the empty text stays empty."""
    if not text:
        return text
    cipher = _ciphers(tuple(settings.JIELI_PRIVATE_KEYS))[0]
    return MARK + base64.b64encode(cipher.encrypt(text.encode(), None)).decode()


def decrypted(stored: str) -> str:
    """The text of what is stored. ImproperlyConfigured where no key of the settings fits: the data are not lost, the key is."""
    if not stored.startswith(MARK):
        return stored
    content = base64.b64decode(stored.removeprefix(MARK))
    for cipher in _ciphers(tuple(settings.JIELI_PRIVATE_KEYS)):
        try:
            return cipher.decrypt(content, None).decode()
        except InvalidTag:
            continue
    raise ImproperlyConfigured(
        "A private text was written with a key that is not in JIELI_PRIVATE_KEYS: add that key at the end."
    )


class PrivateTextField(models.TextField):
    """A text that is encrypted in the database and plain in Python. `max_length` limits the plain text in forms."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return None if value is None else encrypted(value)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else decrypted(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in LOOKUPS:
            raise FieldError(f"A private text can only be compared whole, not by {lookup_name}.")
        return super().get_lookup(lookup_name)
