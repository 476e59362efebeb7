"""Who changed what."""

from tests.access.rows import row
from tests.access.who import CENTRE, READERS_OF_CHANGE, READERS_OF_FILING, THOSE_IN_CARE

STATION, FILING = "desk/stations/<int:pk>/history/", "desk/filings/<int:pk>/history/"

ROWS = [
    row(STATION, pk="public", get=THOSE_IN_CARE, shows={"public": THOSE_IN_CARE}),
    row(STATION, pk="hidden", sees=THOSE_IN_CARE, get=THOSE_IN_CARE),
    row(FILING, pk="submitted", sees=READERS_OF_FILING, get=READERS_OF_FILING),
    row(FILING, pk="change", sees=READERS_OF_CHANGE, get=READERS_OF_CHANGE),
    row("desk/people/<int:pk>/history/", pk="person", get=CENTRE),
]
