"""A real Chromium against the running site. A page that calls another host, logs an error, is stopped by the content policy or
opens a dialog fails its test."""

import os
import shutil

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import sync_playwright

from maps.emap import snapshot


@pytest.fixture(scope="session", autouse=True)
def sync_orm():
    """Playwright's sync API keeps an event loop in this thread; Django would refuse the ORM beside it."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def chromium(sync_orm):
    path = os.environ.get("JIELI_CHROMIUM") or shutil.which("chromium")
    assert path, "No Chromium: install it (apt-get install chromium) or set JIELI_CHROMIUM to its path."
    # Chromium's sandbox cannot run as root
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture
def site(live_server, monkeypatch):
    """The address of the running site, with nothing remembered from the test before."""
    cache.clear()
    monkeypatch.setattr(snapshot, "_kept", {})
    return live_server.url


class Visit:
    """Opens pages and writes down whatever a good page never does."""

    def __init__(self, browser, site):
        self.browser, self.site = browser, site
        self.faults = []
        self.contexts = []
        self.forgiven = []

    def open(self, path="/", *, width=390, height=844, language=None, **options):
        """A page at `path` in a context of its own."""
        context = self.browser.new_context(viewport={"width": width, "height": height}, **options)
        self.contexts.append(context)
        if language:
            context.add_cookies([{"name": "django_language", "value": language, "url": self.site}])
        page = context.new_page()
        page.on("request", self._request)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("dialog", self._dialog)
        page.goto(self.site + path)
        return page

    def forgive(self, text):
        """A console error with `text` belongs to this test."""
        self.forgiven.append(text)

    def _request(self, request):
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.faults.append(f"request to {request.url}")

    def _console(self, message):
        # content policy violations are console errors too
        if message.type == "error" and not any(text in message.text for text in self.forgiven):
            self.faults.append(f"console: {message.text}")

    def _dialog(self, dialog):
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@pytest.fixture
def visit(chromium, site):
    """`visit.open("/")` is a page; see `Visit`."""
    visit = Visit(chromium, site)
    yield visit
    for context in visit.contexts:
        context.close()
    assert visit.faults == []


@pytest.fixture
def enter(visit):
    """`enter(mona, "/desk/")`: a window of its own in which mona is signed in."""

    def open_as(user, path, **options):
        client = Client()
        client.force_login(user)
        session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": visit.site}
        page = visit.open("/accounts/login/", **options)
        page.context.add_cookies([session])
        page.goto(visit.site + path)
        return page

    return open_as
