"""A station's code: printed and replaced by those who look after it; its screen, for whoever has the address."""

from tests.access.rows import row
from tests.access.who import EDITORS, EVERYBODY, NOBODY, THOSE_IN_CARE

STATION = "desk/stations/<int:pk>"
REPLACE = {"version": "1", "why": "stolen"}


def of_station(key, sees, *, has_code):
    each = {"pk": key, "sees": sees}
    return [
        row(f"{STATION}/code/", **each, get=EDITORS, post=EDITORS.doing({}, changes=not has_code)),
        row(f"{STATION}/code/replace/", **each, post=EDITORS.doing(REPLACE, changes=has_code)),
        row(f"{STATION}/screen/", **each, get=EDITORS),
    ]


ROWS = [
    *of_station("public", EVERYBODY, has_code=True),
    *of_station("hidden", THOSE_IN_CARE, has_code=False),
    row(f"{STATION}/code/poster.pdf", pk="public", get=EDITORS),
    row(f"{STATION}/code/poster.png", pk="public", get=EDITORS),
    row("q/screen/<slug:key>/", key="screen_key", get=EVERYBODY, asks_sign_in=False),
    row("q/screen/<slug:key>/now/", key="screen_key", get=EVERYBODY, asks_sign_in=False),
    row("q/screen/<slug:key>/", key="forged_screen_key", sees=NOBODY, asks_sign_in=False, get=NOBODY),
    row("q/screen/<slug:key>/now/", key="forged_screen_key", sees=NOBODY, asks_sign_in=False, get=NOBODY),
]
