"""One photographed code and a script (security.md): counted at most the cap, however the script dresses up."""

import uuid

import pytest
from django.http import HttpResponse

from stations.checkins.intake.devices import COOKIE, address_of, device_of, set_device
from stations.checkins.models import CheckIn, Usage
from tests.stations.checkins.conftest import Phone


@pytest.fixture(autouse=True)
def any_rate(settings):
    """The rate would stop it much earlier."""
    settings.JIELI_CHECKIN_RATE = 10**6
    settings.JIELI_CHECKIN_ADDRESS_CAP = 30


def test_a_thousand_posts_with_other_names_each_are_counted_at_most_the_cap(make_station, poster):
    code = poster(make_station())
    for n in range(1000):
        phone = Phone(uuid.uuid4().hex if n % 3 else None, x_forwarded_for=f"10.0.{n // 250}.{n % 250}")
        assert phone.scan(code, occupation="rider").status_code == 201
    assert CheckIn.objects.count() == 1000
    assert sum(Usage.objects.values_list("count", flat=True)) == 30


def test_a_script_without_cookies_is_one_phone(make_station, poster):
    code = poster(make_station())
    for n in range(20):
        Phone(x_forwarded_for=f"10.0.0.{n}").scan(code)
    assert sum(Usage.objects.values_list("count", flat=True)) == 1


def asked(rf, forwarded=None, remote="192.0.2.9", cookie=None):
    request = rf.get("/", REMOTE_ADDR=remote, **({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}))
    if cookie is not None:
        request.COOKIES[COOKIE] = cookie
    return request


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "192.0.2.9"),
        (0, "203.0.113.1", "192.0.2.9"),
        (1, None, "192.0.2.9"),
        (1, "203.0.113.1", "203.0.113.1"),
        (1, "10.9.9.9, 203.0.113.1", "203.0.113.1"),
        (2, "10.9.9.9, 203.0.113.1, 203.0.113.2", "203.0.113.1"),
        (2, "203.0.113.1", "203.0.113.1"),
        (1, "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        (1, "2001:db8:1:2:ffff::5", "2001:db8:1:2::/64"),
        (1, "::ffff:203.0.113.1", "203.0.113.1"),
        (1, "203.0.113.1:50123", "203.0.113.1"),
        (1, "[2001:db8:1:2::4]:50123", "2001:db8:1:2::/64"),
        (1, "whatever", ""),
        (1, "\x00", ""),
    ],
)
def test_an_address_is_believed_only_as_far_as_our_own_proxies_tell_it(
    rf, settings, proxies, forwarded, address
):
    settings.JIELI_PROXY_COUNT = proxies
    assert address_of(asked(rf, forwarded)) == address


def test_a_phone_is_its_cookie_and_without_one_of_ours_its_address(rf):
    assert device_of(asked(rf, cookie="a" * 32)) == "a" * 32
    for cookie in (None, "", "a" * 31, "A" * 32, "at 192.0.2.7", "a" * 5000, "\x00" * 32):
        assert device_of(asked(rf, cookie=cookie)) == "at 192.0.2.9"


def test_the_cookie_is_given_once_and_tells_nothing(rf, settings):
    settings.HTTPS = True
    responses = [HttpResponse(), HttpResponse()]
    set_device(responses[0], asked(rf))
    given = responses[0].cookies[COOKIE]
    assert (given["httponly"], given["samesite"], given["secure"]) == (True, "Lax", True)
    set_device(responses[1], asked(rf, cookie=given.value))
    assert COOKIE not in responses[1].cookies
    assert len(given.value) == 32
