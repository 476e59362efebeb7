"""The desk's frame and home."""

from tests.access.rows import row
from tests.access.who import SIGNED_IN, THOSE_IN_CARE

ROWS = [
    row("desk/", get=SIGNED_IN.doing(status={"paul": 302, "": 200}), shows={"hidden": THOSE_IN_CARE}),
]
