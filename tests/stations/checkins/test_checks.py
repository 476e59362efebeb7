"""What is printed on a thousand posters is looked at before the start."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from stations.checkins.checks import (
    code_keys,
    phones_are_told_apart_behind_a_proxy,
    posters_lead_to_https,
    site_url,
)


@pytest.mark.parametrize(
    "url", ["", "https://jieli.example", "http://10.0.0.5:8000", "https://xn--fiq.example", "http://[::1]:81"]
)
def test_an_address_that_phones_can_open(url, settings):
    settings.JIELI_SITE_URL = url
    site_url()


@pytest.mark.parametrize(
    "url",
    [
        "jieli.example", "https://", "https:// jieli.example", "ftp://jieli.example", "https://jieli.example/path", "https://a@b.example",
        "https://jieli.example?x=1", "https://jieli.example#x", "https://jieli.example:x", "https://接力.example", "https://[::1",
        "javascript:alert(1)", "https://jieli.example\n",
    ],
)  # fmt: skip
def test_any_other_stops_the_start(url, settings):
    settings.JIELI_SITE_URL = url
    with pytest.raises(ImproperlyConfigured, match="JIELI_SITE_URL"):
        site_url()


def test_a_key_that_can_be_guessed_stops_the_start_and_is_not_repeated(settings):
    settings.JIELI_CODE_KEYS = ["k" * 16]
    code_keys()
    settings.JIELI_CODE_KEYS = ["k" * 16, "hunter2"]
    with pytest.raises(ImproperlyConfigured) as raised:
        code_keys()
    assert "hunter2" not in str(raised.value)


def warned(settings, *, public, url):
    settings.JIELI_PUBLIC, settings.JIELI_SITE_URL = public, url
    return [one.id for one in posters_lead_to_https(None)]


def test_a_public_site_is_warned_of_posters_that_lead_nowhere_safe(settings):
    assert warned(settings, public=True, url="") == ["checkins.W001"]
    assert warned(settings, public=True, url="http://jieli.example") == ["checkins.W001"]
    assert warned(settings, public=True, url="https://jieli.example") == []
    assert warned(settings, public=False, url="") == []


def test_a_site_behind_a_proxy_that_tells_no_phones_apart_is_warned(settings):
    for https, proxies, expected in [(True, 0, ["checkins.W003"]), (True, 1, []), (False, 0, [])]:
        settings.HTTPS, settings.JIELI_PROXY_COUNT = https, proxies
        assert [one.id for one in phones_are_told_apart_behind_a_proxy(None)] == expected
