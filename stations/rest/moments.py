"""A moment in a URL, without Django."""

import re
from datetime import UTC, datetime


def read_moment(text: str) -> datetime:
    """An aware datetime; a plus that the URL turned into a space is read as a plus. ValueError where it has no offset."""
    at = datetime.fromisoformat(re.sub(r" (?=\d\d:?\d\d$)", "+", text[:40]))
    if at.utcoffset() is None or not 2000 <= at.year <= 2100:
        raise ValueError(text)
    return at.astimezone(UTC)
