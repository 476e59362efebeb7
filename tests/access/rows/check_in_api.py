"""Check-ins by phones: anybody's, signed in or not."""

import uuid

from django.conf import settings
from django.utils import timezone

from stations.checkins.qr.rules import code_text
from tests.access.rows import row
from tests.access.who import EVERYBODY


def check_in(world):
    code = code_text(world.public.pk, 1, key=settings.JIELI_CODE_KEYS[0])
    return {"id": str(uuid.uuid4()), "code": code, "made_at": timezone.now().isoformat()}


def queue(world):
    return {"check_ins": [check_in(world)]}


ROWS = [
    row("api/check-ins/", post=EVERYBODY.doing(check_in, json=True, status=201)),
    row("api/check-ins/batch/", post=EVERYBODY.doing(queue, json=True, status=200)),
]
