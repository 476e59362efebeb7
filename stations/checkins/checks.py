"""Settings of this app: what stops the start where it is wrong, and what a public site is warned of."""

import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY = 16
_ORIGIN = re.compile(r"https?://([a-z0-9][a-z0-9.-]*|\[[0-9a-f:]+\])(:[0-9]{1,5})?", re.IGNORECASE | re.ASCII)


def site_url() -> None:
    """ImproperlyConfigured where JIELI_SITE_URL is no address that a QR code may hold: better now than on a thousand posters."""
    url = settings.JIELI_SITE_URL
    if url and not _ORIGIN.fullmatch(url):
        raise ImproperlyConfigured(
            f"JIELI_SITE_URL is {url!r}: write scheme and host as phones reach the site, such as https://jieli.example.org."
        )


def code_keys() -> None:
    """ImproperlyConfigured where a key of JIELI_CODE_KEYS could be guessed. The message does not repeat it."""
    if any(len(key) < SHORTEST_KEY for key in settings.JIELI_CODE_KEYS):
        raise ImproperlyConfigured(
            f"JIELI_CODE_KEYS has a key shorter than {SHORTEST_KEY} characters: make one by `openssl rand -hex 32`."
        )


@register()
def posters_lead_to_https(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.JIELI_PUBLIC or settings.JIELI_SITE_URL.startswith("https://"):
        return []
    what = "is not https" if settings.JIELI_SITE_URL else "is empty"
    return [
        Warning(
            f"JIELI_PUBLIC is on and JIELI_SITE_URL {what}: it is printed in the QR code of every poster.",
            hint="Set JIELI_SITE_URL to the https address of the site before the first poster is printed.",
            id="checkins.W001",
        )
    ]


@register()
def phones_are_told_apart_behind_a_proxy(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.HTTPS or settings.JIELI_PROXY_COUNT:
        return []
    return [
        Warning(
            "JIELI_HTTPS says that a proxy stands in front, and JIELI_PROXY_COUNT is 0: all phones have the proxy's address.",
            hint="Set JIELI_PROXY_COUNT: else JIELI_CHECKIN_ADDRESS_CAP and JIELI_CHECKIN_RATE hold for all of them together.",
            id="checkins.W003",
        )
    ]
