"""A database for one benchmark, migrated, empty, and gone afterwards. Django must be set up before this is imported."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings, setup_test_environment


@contextmanager
def own_database(**changed: object) -> Iterator[None]:
    """The default connection is to a database of its own; `changed` are Django settings that differ meanwhile."""
    setup_test_environment()
    settings.ALLOWED_HOSTS = ["testserver"]
    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with override_settings(**changed):
            yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
