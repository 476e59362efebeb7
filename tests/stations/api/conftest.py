import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from stations.checkins.models import StationCode
from stations.checkins.qr.rules import code_text
from stations.filing.actions import add_station, draft_filing, edit_head
from stations.filing.changes import edit_live
from stations.filing.models import FieldChange
from stations.registry.models import DatedHours
from stations.unions.tokens import issue_token
from tests.conftest import manages


@pytest.fixture
def send():
    """`send(client, "patch", path, {...}, if_match="*")`: JSON, with the header where a test gives one."""

    def sending(client, method, path, body=None, if_match=None):
        headers = {"If-Match": if_match} if if_match else {}
        content = "" if body is None else json.dumps(body)
        return getattr(client, method)(path, content, content_type="application/json", headers=headers)

    return sending


@pytest.fixture
def made(make_station, mona, bob, alice, west_union):
    """One of everything that a path or a body of `operations` names, by that name."""
    station = make_station("站", facilities=["wifi"], hours_text="24/7")
    manages(mona, station)
    change = edit_live(station=station, by=mona, name="新名")
    filing = draft_filing(by=bob, kind="new", union=west_union)
    item = add_station(
        filing=filing,
        by=bob,
        name="拟建",
        address="路",
        position={"lon": 121.1, "lat": 31.1, "datum": "wgs84"},
        hours_text="24/7",
        manager_name="甲某",
        mobile="13900000001",
        area_m2=3,
        services=["water"],
    )
    head = {"contact_name": "乙某", "contact_email": "b@example.org", "contact_phone": "13900000002"}
    edit_head(filing=item.filing, by=bob, **head)
    StationCode.objects.create(station=station, version=1, issued_at=timezone.now())
    return {
        "station": station.pk,
        "check_in": {
            "id": "6f1d1d0e-0000-4000-8000-000000000001",
            "code": code_text(station.pk, 1, key=settings.JIELI_CODE_KEYS[0]),
            "made_at": timezone.now().isoformat(),
        },
        "filing": filing.pk,
        "item": item.pk,
        "change": change.pk,
        "changes": [one.pk for one in FieldChange.objects.all()],
        "withdrawal": draft_filing(by=bob, kind="withdrawal", union=west_union).pk,
        "prefix": issue_token(to=alice)[0].token_key,
        "dated": DatedHours.objects.create(station=station, days=("2098-07-01", "2098-07-02")).pk,
        "somebody": alice.pk,
        "union": west_union.pk,
        "soon": (timezone.now() + timedelta(hours=1)).isoformat(),
    }
