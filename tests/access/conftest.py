import pytest
from django.core.cache import cache
from django.db import connection, transaction

from maps.emap import snapshot
from tests.access.matrix import Matrix
from tests.access.worlds import build


@pytest.fixture(scope="module")
def matrix(django_db_setup, django_db_blocker, tmp_path_factory):
    """The cast and both worlds, built once a module in a transaction that is rolled back.

    The requests are made with the rights of the database role that serves the site (geo/history.py), where there is one.
    """
    from django.conf import settings  # of the tests, which override it a function at a time

    media, settings.MEDIA_ROOT = settings.MEDIA_ROOT, str(tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), transaction.atomic():
        asking = Matrix(build())
        with connection.cursor() as cursor:
            if settings.JIELI_APP_ROLE:
                cursor.execute(f"SET LOCAL ROLE {settings.JIELI_APP_ROLE}")
        yield asking
        transaction.set_rollback(True)
    settings.MEDIA_ROOT = media


@pytest.fixture(autouse=True)
def nothing_remembered():
    cache.clear()
    snapshot._kept.clear()
