"""Signing in and out."""

from tests.access.rows import row
from tests.access.who import EVERYBODY, OUTSIDERS, SIGNED_IN

LOGIN = {"username": "bob", "password": "test-password"}
PASSWORD = {"old_password": "test-password", "new_password1": "Xk3vTq8wLm", "new_password2": "Xk3vTq8wLm"}

ROWS = [
    row("accounts/login/", get=EVERYBODY.doing(status={"gone": 200, "nobody": 200, "": 302}),
        post=EVERYBODY.doing(LOGIN, changes=OUTSIDERS), strays=(302,)),  # who is signed in is led on
    row("accounts/logout/", post=EVERYBODY.doing({}, changes=SIGNED_IN)),
    row("accounts/password/", get=SIGNED_IN, post=SIGNED_IN.doing(PASSWORD)),
]  # fmt: skip
