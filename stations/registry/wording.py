"""The messages of `rules` in the reader's language."""

from django.utils.translation import gettext

from stations.registry.rules import RuleError


def told(error: RuleError) -> str:
    return gettext(error.messages[error.code]).format(**error.values)
