"""The desk's pages of stations."""

from tests.access.rows import row
from tests.access.who import CENTRE, EDITORS, OVERSEERS, SIGNED_IN, THOSE_IN_CARE

NAMES = {"public": THOSE_IN_CARE, "hidden": THOSE_IN_CARE, "planned": OVERSEERS}
DRIVE = {"name": "送温暖", "season": "winter", "first": "2026-12-01", "last": "2027-02-01"}

ROWS = [
    row("desk/stations/", get=SIGNED_IN, shows=NAMES),
    row("desk/stations/", query="export=csv", get=SIGNED_IN, shows=NAMES),
    row("desk/stations/", query="export=xlsx", get=SIGNED_IN, shows=NAMES),
    row("desk/stations/<int:pk>/", pk="public", get=THOSE_IN_CARE),
    row("desk/stations/<int:pk>/", pk="hidden", sees=THOSE_IN_CARE, get=THOSE_IN_CARE),
    row("desk/stations/<int:pk>/", pk="planned", sees=OVERSEERS, get=OVERSEERS),
    # what is added on a station's page
    row("desk/stations/<int:pk>/photos/", pk="hidden", sees=THOSE_IN_CARE,
        post=EDITORS.doing({"caption": "门口"}, status=200, changes=False)),  # no file: the form comes back
    row("desk/stations/<int:pk>/photos/<int:photo>/delete/", pk="hidden", photo="photo", sees=THOSE_IN_CARE,
        post=EDITORS.doing({})),
    row("desk/stations/<int:pk>/hours/", pk="public",
        post=EDITORS.doing({"first": "2099-10-01", "last": "2099-10-07", "closed": "on"})),
    row("desk/stations/<int:pk>/hours/<int:dated>/delete/", pk="public", dated="dated_hours",
        post=EDITORS.doing({})),
    row("desk/stations/<int:pk>/care/", pk="public", post=EDITORS.doing(lambda world: {"drive": world.drive.pk})),
    row("desk/stations/<int:pk>/care/<int:drive>/leave/", pk="public", drive="drive",
        post=EDITORS.doing({}, changes=False)),  # it takes no part
    row("desk/stations/<int:pk>/pledge/", pk="hidden", sees=THOSE_IN_CARE, post=EDITORS.doing({"pledge": ""})),
    # the centre's lists
    row("desk/stations/lists/", get=CENTRE),
    row("desk/stations/lists/<slug:kind>/add/", kind="=facilities", get=CENTRE,
        post=CENTRE.doing({"name_zh": "按摩椅", "name_en": "Massage chair"})),
    row("desk/stations/lists/<slug:kind>/<slug:code>/", kind="=haves", code="=staff", get=CENTRE,
        post=CENTRE.doing({"name_zh": "有专人", "asks_zh": "明确一名站长"})),
    row("desk/stations/lists/<slug:kind>/<slug:code>/move/", kind="=facilities", code="=fridge",
        post=CENTRE.doing({"to": "up"})),
    row("desk/stations/lists/facilities/<slug:code>/delete/", code="=reading", post=CENTRE.doing({})),
    row("desk/stations/lists/pledges/add/", get=CENTRE,
        post=CENTRE.doing({"version": "2026", "since": "2026-01-01", "text_zh": "一、热情接待"})),
    row("desk/stations/lists/care/", get=CENTRE, post=CENTRE.doing(DRIVE)),
    row("desk/stations/lists/care/<int:pk>/", pk="drive", get=CENTRE, post=CENTRE.doing(DRIVE)),
    row("desk/stations/lists/care/<int:pk>/join/", pk="drive", post=CENTRE.doing({})),
]  # fmt: skip
