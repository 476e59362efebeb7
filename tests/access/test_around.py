"""What holds for every address at once: the administration is the superuser's, pages carry the policy, forms need their token."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver

from tests.access.rows import all_rows
from tests.access.who import READERS

pytestmark = pytest.mark.django_db


def administration(patterns, prefix=""):
    for one in patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route
        else:
            yield from administration(one.url_patterns, route)


OPEN = ("admin/login/", "admin/logout/", "admin/jsi18n/", "admin/(?P<url>.*)$")


def test_requests_are_made_with_the_rights_of_the_role_that_serves(matrix, settings):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] == (settings.JIELI_APP_ROLE or connection.settings_dict["USER"])


def test_the_administration_is_for_the_superuser(matrix):
    pages = [one for one in administration(get_resolver().url_patterns) if one.startswith("admin/")]
    assert len(pages) > 20
    for route in set(pages) - set(OPEN):
        path = "/" + route.replace("<path:object_id>", "1").replace("<int:content_type_id>", "1")
        path = path.replace("<path:object_id>", "1").replace("<id>", "1").replace("<path:url>", "x")
        for reader in set(READERS) - {"root"}:
            for method in ("get", "post"):
                answer = getattr(matrix.clients[reader], method)(path)
                assert answer.status_code in (302, 403, 404), (reader, method, path)
                if answer.status_code == 302:
                    assert answer["Location"].startswith(("/admin/login/", "/accounts/password/")), (
                        reader,
                        path,
                    )


def test_every_page_carries_the_policy(matrix):
    for route in ("/", "/stations/", "/api/docs/", "/accounts/login/", "/nothing/"):
        headers = matrix.clients["nobody"].get(route).headers
        policy = dict(one.strip().split(" ", 1) for one in headers["Content-Security-Policy"].split(";"))
        assert policy["script-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["object-src"] == "'none'"
        assert headers["X-Content-Type-Options"] == "nosniff"


READING = ("get", "head")
WITHOUT_THE_SESSION = (  # posted by whoever sends it
    "api/tokens/",
    "api/check-ins/",
    "api/check-ins/batch/",
    "q/<slug:code>/",
    "q/<slug:code>/report/",
    "q/<slug:code>/<uuid:visit>/opinion/",
)
WRITES = [
    (row, method)
    for row in all_rows()
    for method in row.deeds
    if method not in READING and (row.route not in WITHOUT_THE_SESSION or method != "post")
]


@pytest.mark.parametrize(("row", "method"), WRITES, ids=lambda one: str(one))
def test_a_write_with_a_session_needs_the_token_of_its_form(matrix, row, method):
    """Else any page that a signed-in person opens elsewhere could write in their name."""
    client = Client(enforce_csrf_checks=True)
    client.cookies["sessionid"] = matrix.clients["root"].cookies["sessionid"].value
    answer = client.generic(
        method.upper(), matrix.path(row, "own"), **matrix.sent(method, row.deeds[method], "own")
    )
    assert answer.status_code == 403
