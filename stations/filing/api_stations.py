"""One station over HTTP: its reading is the registry's; its live edit is a filing too (chapter 3, 3), so it stands here."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from stations.filing.changes import NotOnTheMapError, UnconfirmedMoveError, edit_live
from stations.filing.models import Filing
from stations.registry.actions import LIVE_FIELDS, StaleStationError, StationError, change_station
from stations.registry.api import StationDetail, answer_of
from stations.registry.api_parts import seen_station
from stations.registry.features import StationChange, StationFeatureSerializer
from stations.registry.models import Station
from stations.rest.conditional import ConflictError, PreconditionFailedError, seen_version
from stations.rest.paging import refuse_unlisted
from stations.rest.schema import IF_MATCH, refusals
from stations.unions.access import Ability

ABOUT_THE_MOVE = ("confirmed", "accuracy_m")


class LiveStation(StationDetail):
    """One station: read, and changed by those in whose care it is."""

    @extend_schema(
        operation_id="stations_change",
        parameters=[IF_MATCH],
        request=StationChange(partial=True),
        responses={200: StationFeatureSerializer, **refusals(400, 401, 403, 404, 409, 412, 428)},
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is named, and nothing else, for all to see at once.

        For the station's manager, its union's officers and the centre; union, status, kind, nameplate, planned completion and the
        private contact for the centre only. What a manager changes is filed by the same action: `filing` beside the answer names
        the change filing. A move of more than 200 m or into another district is a 409 with `doubts`: look again, then repeat it
        with `confirmed`. Instead of If-Match, `version` may stand in the body; its mismatch is a 409.
        """
        station = seen_station(request, pk, Ability.EDIT_STATION)
        refuse_unlisted(request, ())
        in_body = isinstance(request.data, Mapping) and "version" in request.data
        seen = seen_version(request, station.version, required=not in_body)
        given = StationChange(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changes = {"version": seen, **given.validated_data}
        with _told(by_header=changes["version"] == seen):
            filing = _changed(station, request, changes)
        named = {"id": filing.pk, "state": filing.state} if filing else None
        return answer_of(request, pk, beside={"filing": named})


def _changed(station: Station, request: Request, changes: dict[str, Any]) -> Filing | None:
    """A live edit where a particular of Annex 2 is among the changes; else the centre's own administration."""
    if changes.keys() & LIVE_FIELDS:
        return edit_live(station=station, by=request.user, **changes)
    plain = {field: value for field, value in changes.items() if field not in ABOUT_THE_MOVE}
    change_station(station=station, by=request.user, **plain)
    return None


@contextmanager
def _told(*, by_header: bool) -> Iterator[None]:
    try:
        yield
    except StationError as error:
        raise ValidationError({error.field: [error.message]}) from error
    except StaleStationError as error:
        if by_header:
            raise PreconditionFailedError(error.version) from error
        raise ConflictError({"version": [str(error)]}) from error
    except NotOnTheMapError as error:
        message = gettext("This station is not on the map: it is changed by its filing.")
        raise ConflictError({"detail": message}) from error
    except UnconfirmedMoveError as error:
        message = gettext("The move is {metres} m: look again, then repeat it with “confirmed”.")
        told = {"detail": message.format(metres=round(error.move.metres)), "doubts": list(error.doubts)}
        raise ConflictError(told) from error
