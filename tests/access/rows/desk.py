"""The desk's frame and home."""

from tests.access.rows import row
from tests.access.who import MANAGER_OF_IT, SIGNED_IN

ROWS = [
    row("desk/", get=SIGNED_IN.doing(status={"paul": 302, "": 200}), shows={"hidden": MANAGER_OF_IT}),
]
