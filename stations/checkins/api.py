"""Check-ins by phones. No account, no session and no CSRF token: see stations/checkins/devices.py for why that is safe."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from geo.health import DATABASE_AWAY
from stations.checkins.actions import CREATED, REPLAYED, Answer, Arrival, check_in
from stations.checkins.api_serializers import (
    CheckInAnswer,
    CheckInInput,
    QueueAnswers,
    QueueInput,
    UnreadableError,
    read_arrival,
    read_batch,
)
from stations.checkins.devices import address_of, device_of
from stations.checkins.rate import seconds_to_wait
from stations.rest.paging import refuse_unlisted
from stations.rest.schema import refusals

SOON = 5  # seconds

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


class Intake(APIView):
    """What both addresses share."""

    authentication_classes = []
    permission_classes = [AllowAny]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[JSONRenderer, str]:
        """JSON, whatever is asked for: there is nothing to choose, and choosing takes time."""
        return JSONRenderer(), "application/json"

    def take(
        self, request: Request, arrivals: Sequence[Arrival], answer: Callable[[list[Answer]], Response]
    ) -> Response:
        try:
            taken = check_in(
                arrivals,
                device=device_of(request._request),
                address=address_of(request._request),
                now=timezone.now(),
            )
        except DATABASE_AWAY:
            return away()
        return answer(taken)


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
        wait = seconds_to_wait(address_of(request._request))
        if wait:
            return too_many(wait)
        try:
            arrival = read_arrival(request.data)
        except UnreadableError as error:
            return Response(error.faults, status=error.status)
        return self.take(request, [arrival], lambda answers: one(answers[0]))


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
        try:
            given = read_batch(request.data)
        except UnreadableError as error:
            return Response(error.faults, status=error.status)
        wait = seconds_to_wait(address_of(request._request), len(given))
        if wait:
            return too_many(wait)
        arrivals = [arrival for arrival in given if isinstance(arrival, Arrival)]

        def answer(taken: list[Answer]) -> Response:
            told = iter(taken)
            return Response(
                {"answers": [shown(next(told)) if isinstance(one, Arrival) else one for one in given]}
            )

        return self.take(request, arrivals, answer)


def one(answer: Answer) -> Response:
    if answer.status in (CREATED, REPLAYED):
        return Response(shown(answer), status=answer.status)
    return Response({"detail": answer.detail}, status=answer.status)


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


def away() -> Response:
    """The outcome is unknown; sent again, it is either new or a replay."""
    message = gettext("The check-in could not be saved just now: keep it and send the same again.")
    return Response({"detail": message}, status=503, headers={"Retry-After": str(SOON)})


def too_many(seconds: int) -> Response:
    message = gettext("Too many check-ins from your network: send this again in {seconds} seconds.")
    return Response(
        {"detail": message.format(seconds=seconds)}, status=429, headers={"Retry-After": str(seconds)}
    )
