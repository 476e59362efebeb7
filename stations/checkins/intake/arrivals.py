"""What a phone tells of a visit, and what it is answered (chapter 4, 1)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from stations.checkins.choices import SetAside
from stations.checkins.intake.rules import Position

CREATED, REPLAYED, CONFLICT, GONE, REFUSED = 201, 200, 409, 410, 422


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What a phone tells of a visit. `made_at` and `sent_at` are by its own clock."""

    id: UUID
    code: str
    made_at: datetime
    sent_at: datetime | None = None
    occupation: str = "unknown"
    position: Position | None = None
    ticket: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What became of it: `status` as in HTTP, 201 new, 200 known, 409 another of this id, 410 revoked code, 422 not taken."""

    id: UUID
    status: int
    station_id: int | None = None
    grade: str = ""
    set_aside: str = ""
    detail: str = ""


def accepted(arrival: Arrival, *, status: int, station_id: int, grade: str, set_aside: str) -> Answer:
    """It is stored, now or before."""
    detail = gettext("Checked in.")
    if set_aside:
        detail = gettext("Checked in, but not counted: {why}.").format(why=SetAside(set_aside).label)
    return Answer(
        id=arrival.id, status=status, station_id=station_id, grade=grade, set_aside=set_aside, detail=detail
    )


def refused(arrival: Arrival, detail: str, *, status: int = REFUSED) -> Answer:
    """It is not taken; `detail` says why and what to do."""
    return Answer(id=arrival.id, status=status, detail=detail)


def conflict(arrival: Arrival) -> Answer:
    """Another one is stored under its id."""
    return refused(
        arrival, gettext("Another check-in has this id: make a new id for a new check-in."), status=CONFLICT
    )


def again(arrival: Arrival, answer: Answer, *, same: bool) -> Answer:
    """The answer to one whose id came before in the same queue, and got `answer`."""
    if answer.status not in (CREATED, REPLAYED):
        return answer
    return replace(answer, status=REPLAYED) if same else conflict(arrival)
