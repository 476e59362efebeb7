"""The desk's pages of stations."""

from tests.access.rows import row
from tests.access.who import OVERSEERS, SIGNED_IN, THOSE_IN_CARE

NAMES = {"public": THOSE_IN_CARE, "hidden": THOSE_IN_CARE, "planned": OVERSEERS}

ROWS = [
    row("desk/stations/", get=SIGNED_IN, shows=NAMES),
    row("desk/stations/", query="export=csv", get=SIGNED_IN, shows=NAMES),
    row("desk/stations/", query="export=xlsx", get=SIGNED_IN, shows=NAMES),
    row("desk/stations/<int:pk>/", pk="public", get=THOSE_IN_CARE),
    row("desk/stations/<int:pk>/", pk="hidden", sees=THOSE_IN_CARE, get=THOSE_IN_CARE),
    row("desk/stations/<int:pk>/", pk="planned", sees=OVERSEERS, get=OVERSEERS),
]
