"""A station with a poster, and phones that scan it."""

import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from stations.checkins.intake import pseudonyms
from stations.checkins.intake.devices import COOKIE
from stations.checkins.models import StationCode
from stations.checkins.qr.rules import code_text


@pytest.fixture(autouse=True)
def nothing_remembered():
    """The keys of a database that was emptied since."""
    pseudonyms._keys.clear()


@pytest.fixture
def poster() -> Callable[..., str]:
    """`poster(station)` is the text of its code in force, issued."""

    def issue(station, version=1, **fields) -> str:
        StationCode.objects.create(station=station, version=version, issued_at=timezone.now(), **fields)
        return code_text(station.pk, version, key=django_settings.JIELI_CODE_KEYS[0])

    return issue


class Phone:
    """Sends check-ins as the page does. `device` is its cookie; None: it keeps no cookies."""

    def __init__(self, device: str | None = None, **headers: str) -> None:
        self.client = Client(headers=headers)
        if device:
            self.client.cookies[COOKIE] = device

    def post(self, body: Any, path: str = "", **more: Any):
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return self.client.post(f"/api/check-ins/{path}", text, content_type="application/json", **more)

    def scan(self, code: str, **fields: Any):
        return self.post(said(code, **fields))

    def queue(self, rows: list[dict], **fields: Any):
        return self.post({"check_ins": rows, **fields}, "batch/")


def said(code: str, *, made_at: datetime | None = None, ago: timedelta | None = None, **fields: Any) -> dict:
    """The body of a check-in made now, or `ago` and sent now."""
    now = timezone.now()
    if ago is not None:
        fields = {"sent_at": now.isoformat(), **fields}
    return {
        "id": str(uuid.uuid4()),
        "code": code,
        "made_at": (made_at or now - (ago or timedelta(0))).isoformat(),
        **fields,
    }


@pytest.fixture
def phone() -> Callable[..., Phone]:
    """`phone()` is another phone each time."""
    return lambda device=None, **headers: Phone(device or uuid.uuid4().hex, **headers)
