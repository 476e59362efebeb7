"""The API of stations, and its own description."""

from datetime import timedelta

from django.utils import timezone

from tests.access.rows import row
from tests.access.who import (
    CENTRE,
    CENTRE_OR_OFFICER,
    EDITORS,
    EVERYBODY,
    MANAGER_OF_IT,
    OFFICER_OF_IT,
    SIGNED_IN,
    THOSE_IN_CARE,
    who,
)
from tests.access.worlds import PASSWORD

NAMES = {"public": EVERYBODY, "hidden": THOSE_IN_CARE}


def new_station(world):
    return {
        "name": "新站",
        "address": "测试路2号",
        "union": world.union.pk,
        "position": {"lon": 121.26, "lat": 31.26, "datum": "wgs84"},
    }


CREDENTIALS = {"username": "bob", "password": PASSWORD}
CHANGE = {"name": "改名"}
FINDING = {"have": "premises", "accepted": True}
HEAT = {"first_day": "2099-07-01", "last_day": "2099-07-09", "hours_text": "8:00-20:00"}
FAULT = {"facility": "microwave", "condition": "broken"}


def next_manager(world):
    return {"user": world.person.pk}


def until(world):
    return {"until": (timezone.now() + timedelta(hours=1)).isoformat(), "reason": "停电"}


def parts(key, sees):
    """What belongs to one station that `sees` may see."""
    closed = key == "public"  # one of the worlds' stations is shut already
    each = {"pk": key, "sees": sees, "asks_sign_in": False}
    address = "api/stations/<int:pk>"
    return [
        row(f"{address}/conditions/", **each, get=sees, post=EDITORS.doing(FAULT, json=True, status=200)),
        row(
            f"{address}/closures/",
            **each,
            get=sees,
            post=EDITORS.doing(until, json=True, status=201),
            delete=EDITORS.doing({}, json=True, status=204, changes=closed),
        ),
        row(f"{address}/photos/", **each, get=sees),
        row(f"{address}/dated-hours/", **each, get=sees, post=EDITORS.doing(HEAT, json=True, status=201)),
        row(
            f"{address}/acceptances/",
            **each,
            get=THOSE_IN_CARE,
            post=OFFICER_OF_IT.doing(FINDING, json=True, status=200),
        ),
        row(
            f"{address}/managers/",
            **each,
            get=THOSE_IN_CARE,
            post=CENTRE_OR_OFFICER.doing(next_manager, json=True, status=201),
        ),
        row(f"{address}/history/", **each, get=THOSE_IN_CARE),
        row(f"{address}/contact/", **each, get=EDITORS),
    ]


ROWS = [
    row("api/stations/", get=EVERYBODY, shows=NAMES, post=CENTRE.doing(new_station, json=True, status=201)),
    row("api/stations/<int:pk>/", pk="public", asks_sign_in=False,
        get=EVERYBODY, patch=EDITORS.doing(CHANGE, json=True, status=200)),
    row("api/stations/<int:pk>/", pk="hidden", asks_sign_in=False, sees=THOSE_IN_CARE,
        get=THOSE_IN_CARE, patch=EDITORS.doing(CHANGE, json=True, status=200)),
    row("api/stations/<int:pk>/dated-hours/<int:dated_pk>/", pk="public", dated_pk="dated_hours", asks_sign_in=False,
        delete=EDITORS.doing({}, json=True, status=204)),
    *parts("public", EVERYBODY),
    *parts("hidden", THOSE_IN_CARE),
    row("api/tokens/", get=SIGNED_IN, post=EVERYBODY.doing(CREDENTIALS, json=True, status=201),
        delete=SIGNED_IN.doing(status=204, changes=who("mona"))),
    row("api/tokens/<slug:prefix>/", prefix="token.token_key", sees=MANAGER_OF_IT,
        delete=MANAGER_OF_IT.doing(status=204)),
    *(row(f"api/{name}/", get=EVERYBODY) for name in ("unions", "districts", "facility-types", "haves")),
    *(row(f"api/{name}/", get=SIGNED_IN) for name in ("people", "care-drives")),
    row("api/nameplates/", get=CENTRE),
    row("api/schema/", get=EVERYBODY),
    row("api/docs/", get=EVERYBODY),
]  # fmt: skip
