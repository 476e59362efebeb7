from typing import Any

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
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


class AdministrationConfig(AdminConfig):
    """Django's admin knows neither unions nor districts, so it is for superusers only; the staff have the desk."""

    default_site = "geo.administration.SuperusersSite"
