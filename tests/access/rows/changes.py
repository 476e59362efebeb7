"""A station edited live, what is reported in one tap, and the change that the union decides."""

from stations.filing.live_form import filled
from stations.registry.models import Station
from stations.registry.particulars import live_fields
from tests.access.rows import row
from tests.access.who import (
    CENTRE_OR_OFFICER,
    EDITORS,
    EVERYBODY,
    NOBODY,
    OVERSEERS,
    READERS_OF_CHANGE,
    SIGNED_IN,
    THOSE_IN_CARE,
)

MOVE = "lon=121.05&lat=31.11&datum=wgs84&show=gcj02"
BROKEN = {"condition": "broken"}
CONFIRM = {"confirm": "all", "version": 1}


def renamed(key):
    """What the page of the edit sends, with another name."""

    def body(world):
        station = Station.objects.get(pk=getattr(world, key).pk)
        return {
            **filled(live_fields(station)),
            "accuracy_m": "",
            "name": "改名",
            "version": station.version,
        }

    return body


def of_station(key, sees):
    each = {"pk": key, "sees": sees}
    address = "desk/stations/<int:pk>"
    return [
        row(f"{address}/edit/", **each, get=EDITORS, post=EDITORS.doing(renamed(key))),
        row(f"{address}/move/", **each, query=MOVE, get=EDITORS),
        row(f"{address}/close/", **each, post=EDITORS.doing({"why": "power"})),
        row(f"{address}/open/", **each, post=EDITORS.doing({}, changes=key == "public")),
        row(f"{address}/facilities/<slug:code>/", **each, code="=microwave", post=EDITORS.doing(BROKEN)),
    ]


ROWS = [
    *of_station("public", EVERYBODY),
    *of_station("hidden", THOSE_IN_CARE),
    row("desk/stations/<int:pk>/edit/", pk="planned", sees=OVERSEERS, get=CENTRE_OR_OFFICER),
    row("desk/filings/<int:pk>/changes/", pk="change", sees=READERS_OF_CHANGE,
        get=READERS_OF_CHANGE, post=CENTRE_OR_OFFICER.doing(CONFIRM)),
    row("desk/filings/<int:pk>/changes/", pk="decided", sees=READERS_OF_CHANGE,
        get=READERS_OF_CHANGE, post=CENTRE_OR_OFFICER.doing(CONFIRM, changes=False)),
    row("desk/filings/<int:pk>/changes/", pk="submitted", sees=NOBODY, get=NOBODY),
    row("desk/map.js", get=SIGNED_IN),
]  # fmt: skip
