"""ETag, If-None-Match and If-Match (RFC 9110, 13): nothing is sent twice, and nobody overwrites what they have not seen.

The tag of an object is `W/"<version>-<hash of the answer>"`. If-None-Match compares all of it: the answer also changes with the
moment, the datum and the reader. If-Match compares the version alone, since a write is made from what the object *is*, however
it was shown; so one tag serves for both. It is weak, since an answer also states the moment that it speaks of.
"""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import gettext
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

BESIDE = ("open_as_of", "filing")  # in an answer, but not of the thing itself
ANY = "*"


class PreconditionRequiredError(APIException):
    """A write that does not say which version it was made from."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "precondition_required"

    def __init__(self) -> None:
        super().__init__(
            gettext("Say what you have seen: read it first, and send the ETag of the answer as If-Match.")
        )


class PreconditionFailedError(APIException):
    """A write made from a version that is no longer the present one; `version` is."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "precondition_failed"

    def __init__(self, version: int) -> None:
        self.version = version
        super().__init__(gettext("It was changed since you read it: read it again, then repeat your change."))


class ConflictError(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


def answered(
    request: Request, data: Mapping[str, Any], *, version: int | None = None, **more: Any
) -> Response:
    """`data` with its ETag, or 304 where the reader has it already. `version`: of the one object that is answered."""
    tag = _tag(data, version)
    if request.method in ("GET", "HEAD") and tag in _tags(request.headers.get("If-None-Match", "")):
        response = Response(status=status.HTTP_304_NOT_MODIFIED)
    else:
        response = Response(data, **more)
    response["ETag"] = f'W/"{tag}"'
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Accept-Language", "Authorization", "Cookie"])
    return response


def seen_version(request: Request, present: int, *, required: bool = True) -> int | None:
    """The version that a write was made from, by If-Match; None where it says `*`, or nothing though it is not `required`.

    PreconditionRequiredError where it says nothing, PreconditionFailedError where it is not of the `present` version.
    """
    if "If-Match" not in request.headers:
        if required:
            raise PreconditionRequiredError
        return None
    header = request.headers["If-Match"]
    if header.strip() == ANY:
        return None
    if str(present) not in {tag.partition("-")[0] for tag in _tags(header)}:
        raise PreconditionFailedError(present)
    return present


def _tag(data: Mapping[str, Any], version: int | None) -> str:
    said = JSONRenderer().render({name: value for name, value in data.items() if name not in BESIDE})
    digest = hashlib.blake2b(said, digest_size=10).hexdigest()
    return digest if version is None else f"{version}-{digest}"


def _tags(header: str) -> set[str]:
    """The tags of a header, without quotes and without the mark of weak ones."""
    return {re.sub(r'^W/|"', "", tag) for tag in parse_etags(header)}
