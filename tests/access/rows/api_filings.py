"""The API of filings."""

from tests.access.rows import row
from tests.access.who import (
    CENTRE,
    CENTRE_OR_OFFICER,
    OFFICER_OF_IT,
    READERS_OF_CHANGE,
    READERS_OF_FILING,
    SIGNED_IN,
)

FILING = "api/filings/<int:pk>/"
OF_FILING = {"sees": READERS_OF_FILING}
NEW_ROW = {
    "name": "新站",
    "address": "测试路2号",
    "position": {"lon": 121.3, "lat": 31.3, "datum": "wgs84"},
}


def draft(world):
    return {"kind": "new", "union": world.union.pk}


def decision(world):
    changes = world.change.items.get().changes
    return {"changes": list(changes.values_list("pk", flat=True)), "decision": "confirmed"}


def active_one(world):
    """Which cannot be filed as new: who may is told so."""
    return {"stations": [world.public.pk]}


def step(name):
    return {"step": name, "comment": "说明"}


ROWS = [
    row("api/filings/", get=SIGNED_IN, post=OFFICER_OF_IT.doing(draft, json=True, status=201)),
    row(FILING, pk="draft", **OF_FILING, get=READERS_OF_FILING,
        patch=OFFICER_OF_IT.doing({"note": "新"}, json=True, status=200),
        delete=OFFICER_OF_IT.doing({}, json=True, status=204)),
    row(FILING, pk="change", sees=READERS_OF_CHANGE, get=READERS_OF_CHANGE),
    row(f"{FILING}history/", pk="draft", **OF_FILING, get=READERS_OF_FILING),
    row(f"{FILING}history/", pk="change", sees=READERS_OF_CHANGE, get=READERS_OF_CHANGE),
    row(f"{FILING}steps/", pk="submitted", **OF_FILING, post=OFFICER_OF_IT.doing(step("take_back"), json=True, status=200)),
    row(f"{FILING}steps/", pk="recommended", **OF_FILING, post=CENTRE.doing(step("return"), json=True, status=200)),
    row(f"{FILING}decisions/", pk="change", sees=READERS_OF_CHANGE,
        post=CENTRE_OR_OFFICER.doing(decision, json=True, status=200)),
    row(f"{FILING}stations/", pk="draft", **OF_FILING, post=OFFICER_OF_IT.doing(NEW_ROW, json=True, status=200)),
    row(f"{FILING}items/", pk="draft", **OF_FILING, post=OFFICER_OF_IT.doing(active_one, json=True, status=409, changes=False)),
    row(f"{FILING}items/<int:item_pk>/", pk="draft", item_pk="item", **OF_FILING,
        patch=OFFICER_OF_IT.doing({"reason": "说明"}, json=True, status=200),
        delete=OFFICER_OF_IT.doing({}, json=True, status=200)),
]  # fmt: skip
