"""Names that are data, in the reader's language."""

from django import template

from stations.registry.naming import in_language

register = template.Library()
register.filter("in_language", in_language)
