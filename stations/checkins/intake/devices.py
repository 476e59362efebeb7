"""What stands for a phone in one request: its cookie, else its network address. Neither is ever stored or logged.

The cookie is random and says nothing. It is SameSite=Lax and checking in needs no session, so no CSRF token is asked for: another
site's page cannot make a browser send the cookie with a POST, and a visit without it is counted for the address, within its cap.
"""

import ipaddress
import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "jieli_device"
YEAR = 365 * 24 * 3600
_OURS = re.compile(r"[0-9a-f]{32}")
_WITH_PORT = re.compile(r"(\d+\.\d+\.\d+\.\d+):\d+|\[(.+)\](?::\d+)?", re.ASCII)  # as some proxies write it
IPV6_HOUSEHOLD = 64  # bits that one subscriber cannot change


def device_of(request: HttpRequest) -> str:
    """The phone's cookie; its address where there is none, so that a script without cookies is one phone."""
    cookie: str = request.COOKIES.get(COOKIE, "")
    return cookie if _OURS.fullmatch(cookie) else f"at {address_of(request)}"


def set_device(response: HttpResponse, request: HttpRequest) -> None:
    """Give the phone a cookie where it has none."""
    if _OURS.fullmatch(request.COOKIES.get(COOKIE, "")):
        return
    response.set_cookie(
        COOKIE, secrets.token_hex(16), max_age=YEAR, httponly=True, samesite="Lax", secure=settings.HTTPS
    )


def address_of(request: HttpRequest) -> str:
    """The network address; of IPv6 the /64, whose rest a subscriber chooses.

    X-Forwarded-For is believed for as many hops from its end as JIELI_PROXY_COUNT says, as DRF does; with none, never.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR")
    given: str = request.META.get("REMOTE_ADDR", "")
    if settings.JIELI_PROXY_COUNT and forwarded:
        hops = forwarded.split(",")
        given = hops[-min(settings.JIELI_PROXY_COUNT, len(hops))]
    return _network(given.strip())


def _network(text: str) -> str:
    match = _WITH_PORT.fullmatch(text)
    try:
        address = ipaddress.ip_address(match[1] or match[2] if match else text)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((address, IPV6_HOUSEHOLD), strict=False))
