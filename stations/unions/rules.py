"""Rules of accounts that need no database."""

import re
import secrets
import unicodedata

# Without letters and digits that are taken for each other when a password is read out or copied by hand.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def as_phone(text: str) -> str | None:
    """A mobile as it is kept, 11 digits, however it was typed (spaces, dashes, +86, full width); None if it is not one."""
    plain = re.sub(r"[\s()\-‐–—.]", "", unicodedata.normalize("NFKC", text))
    match = re.fullmatch(r"(?:\+?86|0086)?(1[3-9][0-9]{9})", plain)
    return match[1] if match else None


def one_time_password() -> str:
    """Random, about 59 bits, in three groups of four; for its owner to replace at the first sign-in."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def is_printable(text: str) -> bool:
    """Without control characters and those that turn the direction of writing."""
    return text.isprintable()
