"""`manage.py prepare` collects static files again only when one of them has changed."""

import pytest
from django.contrib.staticfiles import finders

from geo.management.commands.prepare import fingerprint


@pytest.fixture
def folder(tmp_path, settings):
    (tmp_path / "page.css").write_text("a {}")
    settings.STATICFILES_DIRS = [tmp_path]
    finders.get_finder.cache_clear()
    yield tmp_path
    finders.get_finder.cache_clear()


def test_the_same_files_have_the_same_fingerprint(folder):
    assert fingerprint() == fingerprint()


def test_a_changed_file_changes_the_fingerprint(folder):
    before = fingerprint()
    (folder / "page.css").write_text("a { color: red }")
    assert fingerprint() != before


def test_a_new_file_changes_the_fingerprint(folder):
    before = fingerprint()
    (folder / "new.css").write_text("")
    assert fingerprint() != before
