"""A phone's check-ins are taken: one path for one of them and for a hundred that waited in a queue (chapter 4, 1)."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext

from geo.health import DATABASE_AWAY
from stations.checkins.choices import Band, Grade, SetAside
from stations.checkins.intake import rules
from stations.checkins.intake.arrivals import (
    CONFLICT,
    CREATED,
    GONE,
    REPLAYED,
    Answer,
    Arrival,
    accepted,
    again,
    conflict,
    refused,
)
from stations.checkins.intake.pseudonyms import pseudonym
from stations.checkins.qr import codes
from stations.checkins.qr import rules as code_rules
from stations.checkins.qr.rules import Scanned
from stations.registry.choices import StationStatus

__all__ = ["CONFLICT", "CREATED", "REPLAYED", "Answer", "Arrival", "check_in"]  # the first five of `arrivals`
NOT_YET_OR_NO_MORE = (StationStatus.PLANNED, StationStatus.WITHDRAWN)

CARDS = """
SELECT code.station_id, code.version, code.revoked_at IS NOT NULL, station.status,
       ST_X(station.point::geometry), ST_Y(station.point::geometry)
  FROM checkins_stationcode code JOIN registry_station station ON station.id = code.station_id
 WHERE code.station_id = ANY (%s)
"""
TAKE = "SELECT n, status, station, proof, aside FROM checkins_take(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True)
class _Card:
    """What must be known of a code and its station."""

    station_id: int
    version: int
    revoked: bool
    status: str
    lon: float
    lat: float


@dataclass(frozen=True)
class _Visit:
    """An arrival that is of a station of ours; `refusal` says why it would not be taken if it were new."""

    arrival: Arrival
    code: Scanned
    card: _Card
    at: datetime
    refusal: Answer | None


def check_in(arrivals: Sequence[Arrival], *, device: str, address: str, now: datetime) -> list[Answer]:
    """Take a phone's check-ins, an answer each in their order, given only after the database has committed them.

    Do not call it inside a transaction. One that is known already gets the answer it got first, whatever has become of its code
    since; so after any error the same may be sent again. DatabaseError where the database is away: then nothing is known.
    """
    answers: dict[int, Answer] = {}
    visits: dict[int, _Visit] = {}
    first: dict[UUID, int] = {}
    scanned = [_scanned(one.code) for one in arrivals]
    cards = _cards({code.station_id for code in scanned if code})
    for n, (arrival, code) in enumerate(zip(arrivals, scanned, strict=True)):
        card = cards.get((code.station_id, code.version)) if code else None
        if code is None or card is None:
            answers[n] = refused(
                arrival, gettext("This is no code of ours: scan the poster at the station again.")
            )
        elif first.setdefault(arrival.id, n) == n:
            visits[n] = _visit(arrival, code, card, now)
    answers |= _taken(visits, device=device, address=address, now=now)
    for n, arrival in enumerate(arrivals):
        if n not in answers:
            before = first[arrival.id]
            same = _same(arrival, scanned[n], arrivals[before], scanned[before])
            answers[n] = again(arrival, answers[before], same=same)
    return [answers[n] for n in range(len(arrivals))]


def _scanned(text: str) -> Scanned | None:
    try:
        return codes.read(text)
    except codes.BadCodeError:
        return None


def _cards(stations: set[int]) -> dict[tuple[int, int], _Card]:
    """Every version of the stations' codes. This reading is also what finds a connection broken, instead of a query more."""
    if not stations:
        return {}
    connection.health_check_done = True  # type: ignore[attr-defined]  # not in the stubs
    try:
        rows = _read_cards(stations)
    except DATABASE_AWAY:
        connection.close()
        rows = _read_cards(stations)
    return {(row[0], row[1]): _Card(*row) for row in rows}


def _read_cards(stations: set[int]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(CARDS, [list(stations)])
        rows: list[Any] = cursor.fetchall()
        return rows


def _visit(arrival: Arrival, code: Scanned, card: _Card, now: datetime) -> _Visit:
    refusal, at = None, now
    try:
        late = timedelta(days=settings.JIELI_CHECKIN_LATE_DAYS)
        at = rules.counted_moment(
            made_at=arrival.made_at, sent_at=arrival.sent_at, received_at=now, late=late
        )
    except rules.TooLateError:
        days = settings.JIELI_CHECKIN_LATE_DAYS
        message = gettext("This check-in is more than {days} days old and is no longer taken.")
        refusal = refused(arrival, message.format(days=days))
    except rules.BadTimeError:
        refusal = refused(
            arrival,
            gettext("It was made after it was sent, or in another century: set the phone's clock right."),
        )
    return _Visit(arrival, code, card, at, _refused_by(card, arrival) or refusal)


def _refused_by(card: _Card, arrival: Arrival) -> Answer | None:
    if card.revoked:
        message = gettext(
            "This poster is no longer in force: scan the new one at the station, or tell its manager."
        )
        return refused(arrival, message, status=GONE)
    if card.status in NOT_YET_OR_NO_MORE:
        return refused(
            arrival, gettext("This is not a station at present: look on the map for another one nearby.")
        )
    return None


def _taken(visits: dict[int, _Visit], *, device: str, address: str, now: datetime) -> dict[int, Answer]:
    """The answers to `visits` by their keys, after the one statement that looks, decides and stores."""
    if not visits:
        return {}
    rows = list(_rows(visits, device=device, address=address, now=now))
    limits = [
        timedelta(minutes=settings.JIELI_CHECKIN_COOLING_MINUTES),
        settings.JIELI_CHECKIN_DEVICE_CAP,
        settings.JIELI_CHECKIN_ADDRESS_CAP,
        settings.JIELI_CHECKIN_SCREEN_CAP,
        rules.SPEED_KMH / 3.6,
        rules.SPEED_FLOOR_M,
        rules.AROUND,
        rules.ROUND_HOURS,
    ]
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [json.dumps(rows), now, *limits])
        found = {n: row for n, *row in cursor.fetchall()}
    return {n: _answer(visit, found.get(n)) for n, visit in visits.items()}


def _rows(visits: dict[int, _Visit], *, device: str, address: str, now: datetime) -> Iterator[dict[str, Any]]:
    """What the database is told of them: no position, no device and no address."""
    metres = _metres(visits.values())
    for n, visit in visits.items():
        arrival, at = visit.arrival, visit.at
        wrong = rules.clock_is_wrong(made_at=arrival.made_at, sent_at=arrival.sent_at, received_at=now)
        grade = _grade(visit, metres.get(arrival.id), device=device, now=now)
        network = (
            "screen address" if grade == Grade.SCREEN else "address"
        )  # each has its own cap, and so its own counter
        yield {
            "n": n,
            "refused": visit.refusal is not None,
            "id": str(arrival.id),
            "at": at.isoformat(),
            "made_at": arrival.made_at.isoformat(),
            "station_id": visit.card.station_id,
            "occupation": arrival.occupation,
            "grade": grade,
            "band": rules.band(metres[arrival.id]) if arrival.id in metres else Band.UNKNOWN,
            "set_aside": SetAside.CLOCK if wrong else SetAside.COUNTED,
            "pseudonym": rf"\x{pseudonym(f'device {device}', at).hex()}",
            "address": rf"\x{pseudonym(f'{network} {address}', at).hex()}",
        }


def _metres(visits: Iterable[_Visit]) -> dict[UUID, float]:
    placed = [(one, one.arrival.position) for one in visits if one.arrival.position]
    if not placed:
        return {}
    places = [(visit.card.lon, visit.card.lat) for visit, _ in placed]
    metres = rules.distances_m([position for _, position in placed], places)
    return {visit.arrival.id: float(far) for (visit, _), far in zip(placed, metres, strict=True)}


def _grade(visit: _Visit, metres: float | None, *, device: str, now: datetime) -> str:
    """The best that it proves: the station's screen (scanned just now, or by a ticket), a position near, or the code alone."""
    step, position = visit.code.screen_step, visit.arrival.position
    if step is not None and code_rules.is_fresh(step, now):
        return Grade.SCREEN
    if visit.arrival.ticket and codes.ticket_holds(
        visit.arrival.ticket, station_id=visit.card.station_id, device=device, made_at=visit.at
    ):
        return Grade.SCREEN
    if position and metres is not None and rules.is_near(metres, position.accuracy_m):
        return Grade.NEAR
    return Grade.CODE


def _answer(visit: _Visit, found: list[Any] | None) -> Answer:
    if found is None:  # new, and not to be taken
        return cast(Answer, visit.refusal)
    status, station, grade, aside = found
    if status == CONFLICT:
        return conflict(visit.arrival)
    return accepted(visit.arrival, status=status, station_id=station, grade=grade, set_aside=aside)


def _same(one: Arrival, code: Scanned | None, other: Arrival, other_code: Scanned | None) -> bool:
    """What the database compares with a stored row."""
    of_one_station = code and other_code and code.station_id == other_code.station_id
    return bool(of_one_station) and (one.made_at, one.occupation) == (other.made_at, other.occupation)
