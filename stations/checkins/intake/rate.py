"""How many check-ins one network address may send a minute, counted in Django's cache: by default each process for itself."""

import hashlib
import hmac
import time

from django.conf import settings
from django.core.cache import caches

MINUTE = 60


def seconds_to_wait(address: str, count: int = 1) -> int:
    """0 where `count` more may come now, else the seconds until the next minute. What is refused counts as well."""
    minute, passed = divmod(int(time.time()), MINUTE)
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"{address} {minute}".encode(), hashlib.sha256)
    key = f"check-ins-{digest.hex()[:24]}"  # the address itself stays out of whatever the cache writes to
    cache = caches["rates"]
    try:
        sent = cache.incr(key, count)
    except ValueError:
        sent = count if cache.add(key, count, timeout=2 * MINUTE) else cache.incr(key, count)
    return 0 if sent <= settings.JIELI_CHECKIN_RATE else MINUTE - passed
