"""The bodies of check-ins, read strictly: what is not on the list is refused by its name.

Read by hand, since a phone's queue is a hundred of them; the serializers describe the same for the OpenAPI description.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.exceptions import APIException

from geo.datum import DATUMS
from stations.checkins.choices import Grade, SetAside
from stations.checkins.intake.actions import Arrival
from stations.checkins.intake.rules import Position
from stations.occupations import Occupation
from stations.rest.moments import read_moment

BATCH = 100
MAX_TEXT = 400
OCCUPATIONS = tuple(Occupation.values)  # once: asking for them translates their names
Faults = dict[str, Any]


class UnreadableError(APIException):
    """`faults` names each field and what is wrong; `status` is 400 for another shape than is described, 422 for values."""

    def __init__(self, faults: Faults, status: int = 422) -> None:
        super().__init__(faults)
        self.faults, self.status_code = faults, status


class PhonePosition(serializers.Serializer):
    lon = serializers.FloatField(help_text="degrees")
    lat = serializers.FloatField(help_text="degrees")
    accuracy_m = serializers.FloatField(required=False, allow_null=True)
    datum = serializers.ChoiceField(DATUMS)


class CheckInInput(serializers.Serializer):
    id = serializers.UUIDField(help_text="made by the phone, the same at each try")
    code = serializers.CharField(max_length=MAX_TEXT, help_text="what stands behind /q/ in the QR code")
    made_at = serializers.DateTimeField(help_text="by the phone's clock, with its offset")
    sent_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="the same clock when sending; the difference is the age"
    )
    occupation = serializers.ChoiceField(Occupation.choices, required=False, default=Occupation.UNKNOWN)
    position = PhonePosition(
        required=False, allow_null=True, help_text="compared with the station, never stored"
    )
    ticket = serializers.CharField(
        required=False, allow_blank=True, max_length=MAX_TEXT, help_text="from the page of a screen code"
    )


class QueueInput(serializers.Serializer):
    sent_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="for those that do not say their own"
    )
    check_ins = CheckInInput(many=True, help_text=f"1 to {BATCH}")


class CheckInAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    status = serializers.IntegerField(help_text="201 new, 200 known already")
    detail = serializers.CharField()
    station = serializers.IntegerField()
    grade = serializers.ChoiceField(Grade.choices)
    counted = serializers.BooleanField()
    set_aside = serializers.ChoiceField(SetAside.choices, help_text="why it is kept but not counted")


class QueuedAnswer(CheckInAnswer):
    id = serializers.UUIDField(allow_null=True)
    status = serializers.IntegerField(help_text="201, 200, 409, 410 or 422")
    station = serializers.IntegerField(required=False)
    grade = serializers.ChoiceField(Grade.choices, required=False)
    counted = serializers.BooleanField(required=False)
    set_aside = serializers.ChoiceField(SetAside.choices, required=False)
    faults = serializers.DictField(required=False, help_text="from a field to what is wrong with it")


class QueueAnswers(serializers.Serializer):
    answers = QueuedAnswer(many=True)


def read_batch(body: Any) -> list[Arrival | dict[str, Any]]:
    """The check-ins of a batch; of one that cannot be read its answer. UnreadableError where the batch itself cannot."""
    given = _Fields(body, ("check_ins",), ("sent_at",))
    sent_at = given.read("sent_at", _moment)
    rows = given.read("check_ins", _list)
    given.finish()
    return [_read_one(row, sent_at) for row in rows]


def read_arrival(body: Any, sent_at: datetime | None = None) -> Arrival:
    """UnreadableError names every field that is missing, unknown or wrong."""
    given = _Fields(body, ("id", "code", "made_at"), ("sent_at", "occupation", "position", "ticket"))
    fields = {
        "id": given.read("id", _uuid),
        "code": given.read("code", _text),
        "made_at": given.read("made_at", _moment),
        "sent_at": given.read("sent_at", _moment) or sent_at,
        "occupation": given.read("occupation", _occupation) or Occupation.UNKNOWN,
        "position": given.read("position", _position),
        "ticket": given.read("ticket", _text) or "",
    }
    given.finish()
    return Arrival(**fields)


def _read_one(row: Any, sent_at: datetime | None) -> Arrival | dict[str, Any]:
    try:
        return read_arrival(row, sent_at)
    except UnreadableError as error:
        told = gettext("This check-in cannot be read: see what is wrong with each field.")
        return {"id": _named(row), "status": 422, "detail": told, "faults": error.faults}


def _named(row: Any) -> str | None:
    """Its id, where it has one at all."""
    try:
        return str(_uuid(row["id"]))
    except (ValueError, TypeError, KeyError):
        return None


class _Fields:
    """Fields of an object, with a list of what is wrong with them."""

    def __init__(self, body: Any, needed: tuple[str, ...], optional: tuple[str, ...]) -> None:
        if not isinstance(body, Mapping):
            raise UnreadableError({"detail": gettext("Send an object with fields.")}, status=400)
        self._body, self._needed = body, needed
        self._faults: Faults = {}
        unknown = [name for name in body if name not in needed and name not in optional]
        if unknown:
            message = gettext("This cannot be written: leave it out.")
            raise UnreadableError({_printable(name): [message] for name in unknown}, status=400)

    def read(self, name: str, reader: Callable[[Any], Any]) -> Any:
        given = self._body.get(name)
        if given is None:
            if name in self._needed:
                self._faults[name] = [gettext("This is needed.")]
            return None
        try:
            return reader(given)
        except UnreadableError as error:
            self._faults[name] = error.faults
        except (ValueError, OverflowError) as error:
            self._faults[name] = [str(error)]
        return None

    def finish(self) -> None:
        if self._faults:
            raise UnreadableError(self._faults)


def _printable(name: Any) -> str:
    """A name as it can be answered: JSON may hold half a character."""
    return str(name)[:60].encode(errors="replace").decode()


def _text(given: Any) -> str:
    if not isinstance(given, str) or len(given) > MAX_TEXT:
        raise ValueError(gettext("This is no text of at most {most} characters.").format(most=MAX_TEXT))
    return given


def _uuid(given: Any) -> UUID:
    try:
        return UUID(_text(given))
    except ValueError as error:
        raise ValueError(gettext("This is no UUID: make a random one for each check-in.")) from error


def _moment(given: Any) -> datetime:
    try:
        return read_moment(_text(given))
    except ValueError as error:
        raise ValueError(
            gettext("This is not a time: write it with its offset, such as 2026-03-31T12:00:00+08:00.")
        ) from error


def _occupation(given: Any) -> str:
    if given not in OCCUPATIONS:
        raise ValueError(gettext("Choose among {known}.").format(known=", ".join(OCCUPATIONS)))
    return str(given)


def _number(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ValueError(gettext("This is no number."))
    return float(given)


def _datum(given: Any) -> str:
    if given not in DATUMS:
        raise ValueError(gettext("Choose among {known}.").format(known=", ".join(DATUMS)))
    return str(given)


def _position(given: Any) -> Position:
    fields = _Fields(given, ("lon", "lat", "datum"), ("accuracy_m",))
    lon, lat = fields.read("lon", _number), fields.read("lat", _number)
    accuracy_m, datum = fields.read("accuracy_m", _number), fields.read("datum", _datum)
    fields.finish()
    try:
        return Position(lon=lon, lat=lat, accuracy_m=accuracy_m, datum=datum)
    except ValueError as error:
        message = gettext("This is not a place on earth with an accuracy in metres: leave the position out.")
        raise ValueError(message) from error


def _list(given: Any) -> list[Any]:
    if not isinstance(given, list) or not 1 <= len(given) <= BATCH:
        raise ValueError(gettext("Send a list of 1 to {most} check-ins.").format(most=BATCH))
    return given
