"""What may be asked of the stations in a URL. Every parameter is on the list, and each wrong value says what to write."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import numpy as np

from geo.datum import DATUMS, convert
from stations.registry import words
from stations.registry.rules import RuleError, check_on_earth, shortened
from stations.rest.moments import read_moment

PAGE = 100
MAX_PAGE = 500
MAX_OFFSET = 1_000_000
MAX_WITHIN_M = 50_000.0
MAX_TEXT = 80
MAX_ID = 2**63 - 1

QUERY_MESSAGES = {
    "unknown": "There is no such parameter: choose among {known}.",
    "once": "The parameter is given {times} times: give it once.",
    "bbox": "“{given}” is not a box: write west,south,east,north in degrees, such as 121.4,31.2,121.5,31.3.",
    "bbox_order": "West {west} is east of east {east}, or south {south} north of north {north}: write west,south,east,north.",
    "lonlat": "“{given}” is not a position: write longitude,latitude in degrees, such as 121.4737,31.2304.",
    "position_swapped": "“{given}” looks swapped: write the longitude before the latitude.",
    "within": "“{given}” is not a distance: write metres, more than 0 and at most {limit}.",
    "without_near": "A distance needs a place: give near=longitude,latitude too.",
    "open": "“{given}” is not understood: write open=now, or open_at= with a time.",
    "open_at": "“{given}” is not a time: write it with its offset, such as 2026-03-31T12:00:00+08:00.",
    "open_twice": "Give open=now or open_at=, not both.",
    "choice": "“{given}” is not known here: write one of {known}.",
    "whole": "“{given}” is not a whole number from {least} to {most}.",
    "text": "“{given}” is not a text to look for: write 1 to {most} characters.",
    "since": "“{given}” is not a time: write it with its offset, such as 2026-03-31T12:00:00+08:00.",
}


class ParameterError(RuleError):
    """A parameter that cannot be answered; `parameter` names it."""

    messages = QUERY_MESSAGES

    def __init__(self, parameter: str, code: str, **values: Any) -> None:
        self.parameter = parameter
        super().__init__(code, **values)


@dataclass(frozen=True, kw_only=True)
class StationQuery:
    """A question. bbox and near are in WGS-84 already; `datum` is the one of the answer."""

    datum: str = "wgs84"
    at: datetime
    open_only: bool = False
    bbox: tuple[float, float, float, float] | None = None
    near: tuple[float, float] | None = None
    within_m: float | None = None
    services: tuple[str, ...] = ()
    facilities: tuple[str, ...] = ()
    district: str | None = None
    kind: str | None = None
    host_kind: str | None = None
    status: str | None = None
    union: int | None = None
    nameplate_no: str | None = None
    text: str | None = None
    updated_since: datetime | None = None
    limit: int = PAGE
    offset: int = 0


@dataclass(frozen=True)
class Known:
    """The codes that the database knows; asked only where a parameter needs them."""

    facilities: Callable[[], list[str]] = field(default=list)
    districts: Callable[[], list[str]] = field(default=list)


Params = Mapping[str, list[str]]
REPEATED = ("service", "facility")
LIST_PARAMETERS = (
    "bbox", "near", "within", "open", "open_at", "service", "facility", "district", "kind", "host_kind", "status", "union",
    "nameplate_no", "q", "updated_since", "datum", "limit", "offset",
)  # fmt: skip
DETAIL_PARAMETERS = ("datum", "open_at")


def read_query(params: Params, *, now: datetime, known: Known, allowed: tuple[str, ...]) -> StationQuery:
    """Read the parameters, each a list of its values as the URL gave them. ParameterError names the first bad one."""
    for name, values in params.items():
        if name not in allowed:
            raise ParameterError(shortened(name), "unknown", known=", ".join(allowed))
        if len(values) > 1 and name not in REPEATED:
            raise ParameterError(name, "once", times=len(values))
    given = {name: values[0] for name, values in params.items() if name not in REPEATED}
    datum = _choice("datum", given.get("datum", "wgs84"), list(DATUMS))
    if "open" in given and "open_at" in given:
        raise ParameterError("open", "open_twice")
    if given.get("open", "now") != "now":
        raise ParameterError("open", "open", given=shortened(given["open"]))
    if "within" in given and "near" not in given:
        raise ParameterError("within", "without_near")
    return StationQuery(
        datum=datum,
        at=_at("open_at", given["open_at"]) if "open_at" in given else now,
        open_only="open" in given or "open_at" in given,
        bbox=_bbox(given["bbox"], datum) if "bbox" in given else None,
        near=_near(given["near"], datum) if "near" in given else None,
        within_m=_within(given["within"]) if "within" in given else None,
        services=_choices("service", params, lambda: list(words.SERVICES)),
        facilities=_choices("facility", params, known.facilities),
        district=_choice("district", given["district"], known.districts()) if "district" in given else None,
        kind=_listed("kind", given, words.KINDS),
        host_kind=_listed("host_kind", given, words.HOST_KINDS),
        status=_listed("status", given, words.STATUSES),
        union=_whole("union", given["union"], 1, MAX_ID) if "union" in given else None,
        nameplate_no=_text("nameplate_no", given),
        text=_text("q", given),
        updated_since=_at("updated_since", given["updated_since"], "since")
        if "updated_since" in given
        else None,
        limit=_whole("limit", given.get("limit", str(PAGE)), 1, MAX_PAGE),
        offset=_whole("offset", given.get("offset", "0"), 0, MAX_OFFSET),
    )


T = TypeVar("T")


def _choices(name: str, params: Params, known: Callable[[], list[str]]) -> tuple[str, ...]:
    if name not in params:
        return ()
    codes = known()
    return tuple(dict.fromkeys(_choice(name, value, codes) for value in params[name]))


def _listed(name: str, given: Mapping[str, str], known: Mapping[str, Any]) -> str | None:
    return _choice(name, given[name], list(known)) if name in given else None


def _text(name: str, given: Mapping[str, str]) -> str | None:
    """A text to look for; the database refuses a NUL by an error."""
    if name not in given:
        return None
    text = given[name].strip()
    if not 0 < len(text) <= MAX_TEXT or "\0" in text:
        raise ParameterError(name, "text", given=shortened(given[name]), most=MAX_TEXT)
    return text


def _choice(name: str, value: str, known: list[str]) -> str:
    if value not in known:
        raise ParameterError(name, "choice", given=shortened(value), known=", ".join(known))
    return value


def _whole(name: str, value: str, least: int, most: int) -> int:
    if not re.fullmatch(r"\d{1,19}", value, re.ASCII) or not least <= int(value) <= most:
        raise ParameterError(name, "whole", given=shortened(value), least=least, most=most)
    return int(value)


def _numbers(text: str, count: int) -> list[float] | None:
    """Exactly `count` finite plain numbers between commas."""
    parts = text.split(",") if len(text) < 200 else []
    if len(parts) != count or not all(re.fullmatch(r"\s*-?\d+(\.\d*)?\s*", part, re.ASCII) for part in parts):
        return None
    numbers = [float(part) for part in parts]
    return numbers if all(map(math.isfinite, numbers)) else None


def _near(text: str, datum: str) -> tuple[float, float]:
    numbers = _numbers(text, 2)
    if numbers is None:
        raise ParameterError("near", "lonlat", given=shortened(text))
    _check_position("near", text, numbers[0], numbers[1], "lonlat")
    lon, lat = convert(numbers[0], numbers[1], source=datum, target="wgs84")
    return float(lon), float(lat)


def _bbox(text: str, datum: str) -> tuple[float, float, float, float]:
    """The box in WGS-84. Of another datum's box it is the smallest box around its curved sides: up to some metres more."""
    numbers = _numbers(text, 4)
    if numbers is None:
        raise ParameterError("bbox", "bbox", given=shortened(text))
    west, south, east, north = numbers
    _check_position("bbox", text, west, south, "bbox")
    _check_position("bbox", text, east, north, "bbox")
    if west > east or south > north:
        raise ParameterError("bbox", "bbox_order", west=west, south=south, east=east, north=north)
    if datum == "wgs84":
        return west, south, east, north
    x, y = np.linspace(west, east, 33), np.linspace(south, north, 33)
    around_x = np.concatenate((x, x, np.full(33, west), np.full(33, east)))
    around_y = np.concatenate((np.full(33, south), np.full(33, north), y, y))
    lon, lat = convert(around_x, around_y, source=datum, target="wgs84")
    return float(np.min(lon)), float(np.min(lat)), float(np.max(lon)), float(np.max(lat))


def _check_position(name: str, text: str, lon: float, lat: float, code: str) -> None:
    try:
        check_on_earth(lon, lat)
    except RuleError as error:
        told = "position_swapped" if error.code == "swapped" else code
        raise ParameterError(name, told, given=shortened(text)) from error


def _within(text: str) -> float:
    numbers = _numbers(text, 1)
    if numbers is None or not 0 < numbers[0] <= MAX_WITHIN_M:
        raise ParameterError("within", "within", given=shortened(text), limit=f"{MAX_WITHIN_M:g}")
    return numbers[0]


def _at(name: str, text: str, code: str = "open_at") -> datetime:
    try:
        return read_moment(text)
    except ValueError as error:
        raise ParameterError(name, code, given=shortened(text)) from error
