"""The API of stations, and its own description."""

from tests.access.rows import row
from tests.access.who import CENTRE, EVERYBODY, MANAGER_OF_IT, SIGNED_IN, THOSE_IN_CARE, who
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

ROWS = [
    row("api/stations/", get=EVERYBODY, shows=NAMES, post=CENTRE.doing(new_station, json=True, status=201)),
    row("api/stations/<int:pk>/", pk="public", asks_sign_in=False,
        get=EVERYBODY, patch=CENTRE.doing(CHANGE, json=True, status=200)),
    row("api/stations/<int:pk>/", pk="hidden", asks_sign_in=False, sees=THOSE_IN_CARE,
        get=THOSE_IN_CARE, patch=CENTRE.doing(CHANGE, json=True, status=200)),
    row("api/tokens/", get=SIGNED_IN, post=EVERYBODY.doing(CREDENTIALS, json=True, status=201),
        delete=SIGNED_IN.doing(status=204, changes=who("mona"))),
    row("api/tokens/<slug:prefix>/", prefix="token.token_key", sees=MANAGER_OF_IT,
        delete=MANAGER_OF_IT.doing(status=204)),
    row("api/schema/", get=EVERYBODY),
    row("api/docs/", get=EVERYBODY),
]  # fmt: skip
