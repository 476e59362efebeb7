"""What a worker's phone opens after scanning: everybody's, whoever is signed in beside; and the reports that come of it."""

from tests.access.rows import row
from tests.access.who import EDITORS, EVERYBODY, NOBODY, SIGNED_IN, THOSE_IN_CARE

TAP = {
    "id": "6f1d1d0e-0000-4000-8000-0000000000aa",
    "made_at": "2026-03-02T12:00:00+08:00",
    "occupation": "rider",
}
UNKNOWN = "=6f1d1d0e-0000-4000-8000-0000000000bb"
NAMES = {"public": EVERYBODY}

ROWS = [
    row("q/<slug:code>/", code="code_text", get=EVERYBODY, shows=NAMES, post=EVERYBODY.doing(TAP)),
    row("q/<slug:code>/", code="=1-1-aaaaaaaaaa", sees=NOBODY, asks_sign_in=False, get=NOBODY),
    row("q/<slug:code>/<uuid:visit>/", code="code_text", visit="visit.id", get=EVERYBODY, shows=NAMES),
    row("q/<slug:code>/<uuid:visit>/opinion/", code="code_text", visit="visit.id", post=EVERYBODY.doing({"good": "yes"})),
    row("q/<slug:code>/<uuid:visit>/opinion/", code="code_text", visit=UNKNOWN,
        post=EVERYBODY.doing({"good": "yes"}, changes=False)),
    row("q/<slug:code>/report/", code="code_text", post=EVERYBODY.doing({"what": "closed"})),
    row("desk/usage/reports/", get=SIGNED_IN, shows={"public": THOSE_IN_CARE}),
    row("desk/usage/reports/", query="state=all&export=csv", get=SIGNED_IN, shows={"public": THOSE_IN_CARE}),
    row("desk/usage/reports/<int:pk>/settle/", pk="report", sees=THOSE_IN_CARE, post=EDITORS.doing()),
]  # fmt: skip
