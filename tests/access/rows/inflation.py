"""The report of stations that may inflate themselves, for the centre only."""

from tests.access.rows import row
from tests.access.who import CENTRE

FOUND = {"month": "", "finding": "explained", "note": "与站长核实过"}

ROWS = [
    row("desk/usage/inflation/", get=CENTRE),
    row("desk/usage/inflation/", query="export=csv", get=CENTRE),
    row("desk/usage/inflation/", query="export=xlsx", get=CENTRE),
    row("desk/usage/inflation/<int:pk>/", pk="public", get=CENTRE),
    row("desk/usage/inflation/<int:pk>/", pk="hidden", get=CENTRE),
    row("desk/usage/inflation/<int:pk>/mark/", pk="public", post=CENTRE.doing(FOUND)),
]
