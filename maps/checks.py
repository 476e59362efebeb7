"""What the law wants on a public map, asked for at every start in public mode."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

WANTED = {
    "JIELI_MAP_APPROVAL_NO": ("maps.W001", "the map approval number (审图号)"),
    "JIELI_ICP_NO": ("maps.W002", "the ICP number (备案号)"),
}


@register()
def public_map_numbers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """One warning for each number that is missing while JIELI_PUBLIC is on."""
    if not settings.JIELI_PUBLIC:
        return []
    return [
        Warning(
            f"JIELI_PUBLIC is on and {name} is empty.", hint=f"Set {name}: {what} must be shown.", id=code
        )
        for name, (code, what) in WANTED.items()
        if not getattr(settings, name)
    ]
