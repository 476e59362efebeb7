"""Chapter 3, 3: 站点信息发生变化时，需填写备案表，上报区、局工会审核。同时由站长在电子地图上做出即时修改。

One action does both: the public sees the change at once, and the union finds it filed, to confirm it or to put back what was
there, field by field.
"""

import json

import pytest
from django.apps import apps
from django.test import Client

from stations.filing.changes import decide, edit_live
from stations.filing.models import FieldChange, Filing, FilingStep
from stations.registry.closures import close_until, next_morning
from stations.registry.conditions import report_broken
from tests.conftest import manages

StationEvent = apps.get_model("registry", "StationEvent")

THERE = {"lon": 121.2516, "lat": 31.25, "datum": "wgs84"}


@pytest.fixture
def station(make_station, mona):
    station = make_station(
        "爱心接力站",
        hours_text="9:00-17:00",
        facilities={"microwave": "working", "fridge": "working"},
        nameplate_no="310101-0001",
    )
    manages(mona, station)
    return station


def on_the_public_map(station):
    """What anybody's phone gets of it."""
    answer = Client().get("/emap/stations.geojson")
    data = json.loads(b"".join(answer) if answer.streaming else answer.content)
    [feature] = [one for one in data["features"] if one["id"] == station.pk]
    return {
        "name": feature["properties"]["name"],
        "at": feature["geometry"]["coordinates"],
        "hours": data["hours"][feature["properties"]["hours"]]["zh"],
        "works": feature["properties"].get("working", []),
        "broken": list(feature["properties"].get("broken", {})),
        "closed": [reason for _, _, reason in feature["properties"].get("closed", [])],
    }


def test_the_manager_edits_the_public_sees_it_the_union_confirms_and_restores(station, mona, bob, west_union):
    before = on_the_public_map(station)
    assert (before["name"], before["at"]) == ("爱心接力站", [121.25, 31.25])

    filing = edit_live(
        station=station,
        by=mona,
        version=station.version,
        name="最美接力站",
        position=THERE,
        hours_text="24小时",
        facilities={"microwave": "working", "wifi": "working"},
    )

    now = on_the_public_map(station)
    assert (now["name"], now["at"], now["works"]) == ("最美接力站", [121.2516, 31.25], ["microwave", "wifi"])
    assert now["hours"] != before["hours"]

    assert filing in Filing.objects.visible_to(bob)
    assert (filing.kind, filing.state, filing.union) == ("change", "submitted", west_union)
    filed = {one.field: one for one in FieldChange.objects.filter(item__filing=filing)}
    assert {field: (one.before, one.after) for field, one in filed.items()} == {
        "name": ("爱心接力站", "最美接力站"),
        "position": ({"lon": 121.25, "lat": 31.25, "datum": "wgs84"}, THERE),
        "hours_text": ("9:00-17:00", "24小时"),
        "facility:fridge": ("working", None),
        "facility:wifi": (None, "working"),
    }

    decide(changes=[filed["hours_text"], filed["facility:wifi"]], by=bob, confirm=True)
    decide(changes=[filed["name"]], by=bob, confirm=False, comment="名称须与铭牌一致")
    assert on_the_public_map(station)["name"] == "爱心接力站"
    assert on_the_public_map(station)["at"] == [121.2516, 31.25]
    decided = decide(changes=[filed["position"], filed["facility:fridge"]], by=bob, confirm=False)

    after = on_the_public_map(station)
    assert (after["name"], after["at"], after["hours"]) == (before["name"], before["at"], now["hours"])
    assert set(after["works"]) == {"microwave", "fridge", "wifi"}
    assert decided.state == "decided"
    assert {one.field: one.decision for one in FieldChange.objects.all()} == {
        "name": "restored",
        "position": "restored",
        "hours_text": "confirmed",
        "facility:fridge": "restored",
        "facility:wifi": "confirmed",
    }
    assert list(FilingStep.objects.values_list("to_state", "by__username", "comment")) == [
        ("submitted", "mona", ""),
        ("submitted", "bob", "名称须与铭牌一致"),
        ("decided", "bob", ""),
    ]
    assert decided in Filing.objects.visible_to(mona)  # who sees what became of it


def test_the_nameplate_the_status_and_the_union_are_not_the_managers_to_change(station, mona, signed_in):
    page = signed_in(mona).get(f"/desk/stations/{station.pk}/edit/").content.decode()
    for field in ("nameplate_no", "status", "union", "kind", "mobile", "manager_name"):
        assert f'name="{field}"' not in page


def test_a_fault_and_a_closure_are_seen_at_once_and_ask_for_no_filing(station, mona):
    now = station.updated_at
    report_broken(station=station, by=mona, facility="microwave")
    close_until(station=station, by=mona, until=next_morning(now), now=now, reason="停水")
    seen = on_the_public_map(station)
    assert (seen["works"], seen["broken"], seen["closed"]) == (["fridge"], ["microwave"], ["停水"])
    assert not Filing.objects.exists()


def test_every_change_and_every_restoring_is_in_the_stations_history(station, mona, bob):
    edit_live(station=station, by=mona, name="最美接力站")
    decide(changes=FieldChange.objects.all(), by=bob, confirm=False)
    kept = StationEvent.objects.filter(pgh_obj_id=station.pk).order_by("pgh_id")
    assert [one.name for one in kept][-2:] == ["最美接力站", "爱心接力站"]
