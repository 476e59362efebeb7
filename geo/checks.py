"""A public site is served by a database role that cannot rewrite history."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


@register()
def served_by_a_role_of_its_own(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.JIELI_PUBLIC or settings.JIELI_APP_ROLE:
        return []
    return [
        Warning(
            "JIELI_PUBLIC is on and the site is served as the owner of its tables, who can rewrite history.",
            hint="Make a second database role and set JIELI_APP_DATABASE_URL: see docs/operations.md, Two database roles.",
            id="geo.W001",
        )
    ]
