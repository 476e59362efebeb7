"""Settings of this app that stop the start where they are wrong."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from stations.registry.numbering import PatternError, read_pattern


def nameplate_pattern() -> None:
    """ImproperlyConfigured where JIELI_NAMEPLATE_PATTERN cannot make numbers: better now than at the first approval."""
    try:
        read_pattern(settings.JIELI_NAMEPLATE_PATTERN)
    except PatternError as error:
        raise ImproperlyConfigured(
            f"JIELI_NAMEPLATE_PATTERN is {settings.JIELI_NAMEPLATE_PATTERN!r}: {error}."
        ) from error
