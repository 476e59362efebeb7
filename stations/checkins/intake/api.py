"""Check-ins by phones. No account, no session and no CSRF token: see stations/checkins/intake/devices.py for why that is safe."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from geo.health import DATABASE_AWAY
from stations.checkins.intake.actions import CREATED, REPLAYED, Answer, Arrival, check_in
from stations.checkins.intake.devices import address_of, device_of
from stations.checkins.intake.rate import seconds_to_wait
from stations.checkins.intake.reading import (
    CheckInAnswer,
    CheckInInput,
    QueueAnswers,
    QueueInput,
    read_arrival,
    read_batch,
)
from stations.rest.paging import refuse_unlisted
from stations.rest.schema import refusals

_REASON = {
    "type": "object",
    "additionalProperties": True,
    "description": "`detail`, or from a field to what is wrong",
}
NOT_TAKEN = {
    **refusals(400, 429),
    409: OpenApiResponse(_REASON, "Another check-in has this id."),
    410: OpenApiResponse(_REASON, "The code was revoked: the station has a new poster."),
    422: OpenApiResponse(_REASON, "Not taken; says what is wrong and what to do."),
    503: OpenApiResponse(_REASON, "The database is away: send the same again after `Retry-After` seconds."),
}


class AwayError(APIException):
    """The outcome is unknown; sent again, it is either new or a replay."""

    status_code = 503
    wait = 5  # seconds, which DRF writes into Retry-After

    def __init__(self) -> None:
        super().__init__(
            gettext("The check-in could not be saved just now: keep it and send the same again.")
        )


class TooManyError(APIException):
    status_code = 429

    def __init__(self, wait: int) -> None:
        self.wait = wait
        message = gettext("Too many check-ins from your network: send this again in {seconds} seconds.")
        super().__init__(message.format(seconds=wait))


class Intake(APIView):
    """What both addresses share."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[JSONRenderer, str]:
        """JSON, whatever is asked for: there is nothing to choose, and choosing takes time."""
        return JSONRenderer(), "application/json"

    def admit(self, request: Request, count: int = 1) -> None:
        """TooManyError where the address has sent too many in this minute; `count` more come now."""
        wait = seconds_to_wait(address_of(request._request), count)
        if wait:
            raise TooManyError(wait)

    def take(self, request: Request, arrivals: Sequence[Arrival]) -> list[Answer]:
        asked = request._request
        try:
            return check_in(arrivals, device=device_of(asked), address=address_of(asked), now=timezone.now())
        except DATABASE_AWAY as error:
            raise AwayError from error


class CheckIns(Intake):
    @extend_schema(
        operation_id="check_ins_create",
        auth=[],
        request=CheckInInput,
        responses={201: CheckInAnswer, 200: CheckInAnswer, **NOT_TAKEN},
    )
    def post(self, request: Request) -> Response:
        """Check in. The id is made by the phone, so sending again is safe: 200 with the first answer. 201 comes after commit."""
        refuse_unlisted(request, ())
        self.admit(request)
        [answer] = self.take(request, [read_arrival(request.data)])
        told = shown(answer) if answer.status in (CREATED, REPLAYED) else {"detail": answer.detail}
        return Response(told, status=answer.status)


class CheckInBatch(Intake):
    @extend_schema(
        operation_id="check_ins_batch",
        auth=[],
        request=QueueInput,
        responses={200: QueueAnswers, **{code: NOT_TAKEN[code] for code in (400, 422, 429, 503)}},
    )
    def post(self, request: Request) -> Response:
        """Send up to 100 check-ins that waited in the phone. Each has its own answer, in their order, with its own status."""
        refuse_unlisted(request, ())
        self.admit(request)
        given = read_batch(request.data)
        self.admit(request, len(given) - 1)
        taken = iter(self.take(request, [one for one in given if isinstance(one, Arrival)]))
        return Response(
            {"answers": [shown(next(taken)) if isinstance(one, Arrival) else one for one in given]}
        )


def shown(answer: Answer) -> dict[str, Any]:
    told: dict[str, Any] = {"id": str(answer.id), "status": answer.status, "detail": answer.detail}
    if answer.status in (CREATED, REPLAYED):
        told |= {
            "station": answer.station_id,
            "grade": answer.grade,
            "counted": not answer.set_aside,
            "set_aside": answer.set_aside,
        }
    return told
