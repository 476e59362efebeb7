from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class GeoConfig(AppConfig):
    name = "geo"
    verbose_name = "Districts and special days"

    def ready(self) -> None:
        from geo import checks  # noqa: F401 - registers them

        post_migrate.connect(protect_history, sender=self)


def protect_history(*, using: str, **kwargs: Any) -> None:
    """After whatever migration: new tables and triggers come without these rights."""
    from geo import history

    history.protect(using=using)
