"""Words for the OpenAPI description that every view uses."""

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

_WHY = {
    400: "From the name of a field or parameter to what is wrong with it; `detail` where it is about the whole.",
    401: "Nobody, or a token that does not hold.",
    403: "You may not.",
    404: "There is no such thing, or none that you may see.",
    409: "It was changed meanwhile, or stands where this cannot be done; says what to do.",
    412: "If-Match is not of the present version, which the answer names as `version`.",
    428: "If-Match is missing: read first, and send the ETag of the answer.",
    429: "Too many tries: wait.",
}
_FIELDS = {
    "type": "object",
    "additionalProperties": {
        "oneOf": [
            {"type": "array", "items": {"type": "string"}},
            {"type": "string"},
            {"type": "object", "description": "the same for the parts of a field"},
        ]
    },
}
_DETAIL = {
    "type": "object",
    "required": ["detail"],
    "properties": {"detail": {"type": "string"}},
}
_STALE = {
    "type": "object",
    "required": ["detail", "version"],
    "properties": {"detail": {"type": "string"}, "version": {"type": "integer"}},
}


class DescribedOperation(AutoSchema):
    """An operation is summed up by the first sentence of its description."""

    def get_summary(self) -> str | None:
        given: str | None = super().get_summary()
        return given or (self.get_description() or "").partition(".")[0].partition("\n")[0]


def refusals(*codes: int) -> dict[int, OpenApiResponse]:
    """The refusals of an operation, by status."""
    shapes = {400: _FIELDS, 409: _FIELDS, 412: _STALE}
    return {code: OpenApiResponse(shapes.get(code, _DETAIL), _WHY[code]) for code in codes}


UNCHANGED = {304: OpenApiResponse(None, "You have it already: `If-None-Match` is the ETag of this answer.")}

IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=(
        'The ETag that was read, such as `W/"7-1f0c…"`: only the version before the hyphen is compared, so that the moment and '
        "the datum of the reading do not matter. `*` writes over whatever is there. Without it 428, of another version 412."
    ),
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The ETag of an earlier answer: 304 without a body where nothing has changed.",
)
