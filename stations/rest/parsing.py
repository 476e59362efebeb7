"""What may be sent: JSON that is not nested without end, and only the fields that are listed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class StrictJSONParser(JSONParser):
    """JSON whose nesting has an end: the parser's own limit is a 400 here."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as error:
            raise ParseError(gettext("The JSON is nested too deeply: send a plain object.")) from error


class StrictInput(serializers.Serializer):
    """A body in which a field that is not listed is refused by its name, not passed over."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [str(name)[:60] for name in data if name not in self.fields]
            if unknown:
                message = gettext("This cannot be written: leave it out.")
                raise serializers.ValidationError({name: [message] for name in unknown})
        return super().to_internal_value(data)
