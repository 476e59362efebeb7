"""How the API refuses: from a field's or parameter's name to what is wrong with it, or `detail` where it is about the whole."""

from typing import Any, NoReturn, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.exceptions import NotAuthenticated, NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from stations.rest.conditional import PreconditionFailedError

Row = TypeVar("Row", bound=Model)


def found(rows: QuerySet[Row], **lookup: Any) -> Row:
    """The one row, of those that the reader may see; NotFound tells nothing of any other."""
    row = rows.filter(**lookup).first()
    if row is None:
        raise NotFound
    return row


def refuse(request: Request) -> NoReturn:
    """Who asks may not: 401 to nobody, who may be somebody after all; 403 to everybody else."""
    raise PermissionDenied if request.user.is_authenticated else NotAuthenticated


def refused(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's answer in our two shapes; None for what is no fault of the asker."""
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(response.data, list):
        response.data = {"detail": " ".join(map(str, response.data))}
    elif api_settings.NON_FIELD_ERRORS_KEY in response.data:
        whole = response.data.pop(api_settings.NON_FIELD_ERRORS_KEY)
        response.data = {"detail": " ".join(map(str, whole)), **response.data}
    if isinstance(error, PreconditionFailedError):
        response.data["version"] = error.version
    return response
