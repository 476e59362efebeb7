"""Chapter 4, 1 (1): the manager prints the QR code, hangs it, and workers scan it; a stolen one is replaced."""

import io
import re
import uuid

import pytest
import zxingcpp
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from PIL import Image

from stations.checkins.models import CheckIn
from tests.conftest import manages


@pytest.fixture
def station(make_station, mona):
    cache.clear()
    made = make_station("测试路网点", hours_text="24/7")
    manages(mona, made)
    return made


def scanned(desk, station):
    """The address that a phone reads from the printed poster."""
    content = desk.get(reverse("codes:poster-png", args=[station.pk])).content
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(content)))
    assert found.text.startswith("http://testserver/q/")
    return found.text


def test_a_printed_poster_is_scanned_until_it_is_replaced(station, mona, signed_in):
    desk, worker = signed_in(mona), Client()
    desk.post(reverse("codes:code", args=[station.pk]))
    poster = scanned(desk, station)
    page = worker.get(poster).content.decode()
    assert station.name in page
    form = {**dict(re.findall(r'name="(id|made_at)" value="([^"]+)"', page)), "occupation": "rider"}
    assert worker.post(poster, form).status_code == 302
    assert CheckIn.objects.get().station == station
    desk.post(reverse("codes:replace", args=[station.pk]), {"version": "1", "why": "stolen"})
    assert worker.get(poster).status_code == 410
    assert worker.post(poster, {**form, "id": str(uuid.uuid4())}).status_code == 410
    assert worker.get(scanned(desk, station)).status_code == 200
    assert CheckIn.objects.count() == 1
