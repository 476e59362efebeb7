"""Check-ins as rows, for tests that only need them to be there."""

import hashlib
import uuid
from datetime import datetime
from typing import Any

from stations.checkins.models import CheckIn
from stations.registry.models import Station


def visit(station: Station, at: datetime, *, device: str = "a phone", **more: Any) -> CheckIn:
    """A visit as it would be stored; `device` stands for whatever the pseudonym was made of."""
    pseudonym = hashlib.sha256(device.encode()).digest()[:16]
    row = {"id": uuid.uuid4(), "made_at": at, "received_at": at, "pseudonym": pseudonym, **more}
    return CheckIn.objects.create(station=station, at=at, **row)
