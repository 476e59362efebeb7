"""Rows whose every text is an attack, on the desk's pages that have scripts: nothing runs."""

import pytest
from django.conf import settings
from django.test import Client

from tests.access.poison import poison
from tests.access.worlds import build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(tmp_path, settings):
    settings.MEDIA_ROOT = str(tmp_path)
    made = build()
    poison()
    return made


def paths(world):
    station, change = world.public.pk, world.change.pk
    return [
        "/desk/",
        "/desk/stations/",
        f"/desk/stations/{station}/",
        f"/desk/stations/{station}/edit/",
        f"/desk/stations/{station}/history/",
        f"/desk/filings/{change}/changes/",
        f"/desk/filings/{world.submitted.pk}/",
        "/desk/filings/?state=all",
        "/desk/people/",
        f"/desk/stations/{station}/hand-over/",
        f"/#station-{station}",
    ]


@pytest.mark.parametrize("name", ["mona", "bob", "alice"])
def test_nothing_runs_on_the_desk(visit, cast, name):
    client = Client()
    client.force_login(cast.people[name])
    page = visit.open("/", width=1366, height=900)
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": client.cookies["sessionid"].value,
                "url": visit.site,
            }
        ]
    )
    visit.forgive("status of 40")  # mona may not enter every room
    for path in paths(cast.worlds["own"]):
        page.goto(visit.site + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.pwned === undefined && window.broken === undefined"), path
        assert page.locator("img[src=x], svg[onload], main script:not([src]):not([type])").count() == 0, path
