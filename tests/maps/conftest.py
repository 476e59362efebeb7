import pytest
from django.core.cache import cache

from maps.emap import snapshot


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    """Each test begins with an empty cache and no snapshot."""
    cache.clear()
    monkeypatch.setattr(snapshot, "_kept", {})
