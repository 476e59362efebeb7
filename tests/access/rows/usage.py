"""How stations are used, and the paper tally."""

from django.utils import timezone

from tests.access.rows import row
from tests.access.who import MANAGER_OF_IT, OFFICER_OF_IT, OVERSEERS, THOSE_IN_CARE, who

SEE_SOME = who("mona", "bob", "beth", "ivy", "ines", "alice", "root")
TALLIERS = OFFICER_OF_IT | MANAGER_OF_IT
STATION = "desk/stations/<int:pk>"
API = {"asks_sign_in": False}


def today(world):
    return {"day": timezone.localdate().isoformat(), "rider": "3"}


ROWS = [
    row(f"{STATION}/usage/", pk="public", get=THOSE_IN_CARE),
    row(f"{STATION}/usage/", pk="public", query="export=csv", get=THOSE_IN_CARE),
    row(f"{STATION}/usage/", pk="public", query="export=xlsx", get=THOSE_IN_CARE),
    row(f"{STATION}/usage/", pk="hidden", sees=THOSE_IN_CARE, get=THOSE_IN_CARE),
    row(f"{STATION}/usage/", pk="planned", sees=OVERSEERS, get=OVERSEERS),
    row(f"{STATION}/tally/", pk="public", get=TALLIERS, post=TALLIERS.doing(today)),
    row(f"{STATION}/tally/", pk="hidden", sees=THOSE_IN_CARE, get=TALLIERS, post=TALLIERS.doing(today)),
    row("desk/usage/", get=SEE_SOME),
    row("desk/usage/", query="export=csv", get=SEE_SOME),
    row("desk/usage/stations/", get=SEE_SOME, shows={"public": THOSE_IN_CARE}),
    row("desk/usage/stations/", query="export=csv", get=SEE_SOME, shows={"public": THOSE_IN_CARE}),
    row("desk/usage/stations/", query="export=xlsx", get=SEE_SOME, shows={"public": THOSE_IN_CARE}),
    row("api/stations/<int:pk>/usage/", pk="public", **API, get=THOSE_IN_CARE),
    row("api/stations/<int:pk>/usage/", pk="public", query="by=hour&export=csv", **API, get=THOSE_IN_CARE),
    row("api/stations/<int:pk>/usage/", pk="hidden", sees=THOSE_IN_CARE, **API, get=THOSE_IN_CARE),
]
