"""What a station's particulars must be (chapter 2 and Annex 2 of the regulation), without database and without Django.

Each `read_...` takes what a person wrote and gives the value to keep, or raises `RuleError`. `read_row` reads a whole row of a
table and collects every fault of it. That a place lies in a district, and that a station is not there twice, is asked of the
database: see `places` and `exchange.importing`.
"""

import math
import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, TypeVar

from geo import hours
from stations.registry import words

LENGTHS = {
    "name": 80,
    "address": 160,
    "host_name": 80,
    "hours": 200,
    "manager_name": 40,
    "mobile": 20,
    "public_phone": 20,
    "nameplate_no": 40,
}
MAX_AREA_M2 = Decimal("99999.9")
DIRECTION_MARKS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

MESSAGES = {
    "required": "This is required: write it in.",
    "too_long": "This has {length} characters: shorten it to {limit}.",
    "control": "This contains a character that cannot be shown ({character}): type the text again.",
    "number": "“{given}” is not a number: write digits only, such as 3 or 12.5.",
    "area": "The area is {given} m²: it must be more than 0 and at most 99999.9.",
    "phone": "“{given}” is not a phone number: write 11 digits for a mobile, or the area code and number, such as 021-62345678.",
    "date": "“{given}” is not a date: write it as 2026-03-31.",
    "unknown_word": "“{given}” is not known here: write one of {known}.",
    "twice": "“{given}” is named twice: keep one.",
    "coordinate": "“{given}” is not a coordinate: write decimal degrees, such as {example}.",
    "swapped": "Longitude {lon} and latitude {lat} look swapped: exchange them.",
    "not_on_earth": "Longitude {lon}, latitude {lat} is not a place on earth: write degrees.",
    "outside_area": "Longitude {lon}, latitude {lat} is outside the service area: check the position and its datum.",
    "outside_districts": "Longitude {lon}, latitude {lat} is outside every district: check the position and its datum.",
    "other_district": "The position lies in {derived}, but the district says {declared}: "
    "correct one of them, or leave the district empty to take the one on the map.",
    "district": "“{given}” is not a district here: write its name or its code.",
    "union": "“{given}” is not a union here: write its full name, or have it added first.",
    "other_union": "This list is filed by {own}, and the row names “{given}”: leave it empty, or file the station there.",
    "no_union": "The recommending union is missing: write its full name here, or give it for the whole file.",
    "nameplate_taken": "Nameplate number {given} belongs to “{station}” already: nameplate numbers are never used twice.",
    "nameplate_in_file": "Nameplate number {given} is also in row {row}: nameplate numbers are never used twice.",
    "near_same_name": "“{station}” of the same name stands {metres} m away already: is it this one?",
    "near_same_row": "Row {row} has the same name and place: delete one of the two rows.",
    "formula": "The cell holds a formula, and formulas are not calculated: write the value itself.",
    "cell_error": "The cell holds the error {given}: write the value itself.",
    "nested": "The value is not plain text, a number or a list of them: write it as text.",
    "geometry": "The geometry is not a Point with longitude and latitude: give one.",
    "stale": "The station was changed meanwhile (version {version}): load it again and repeat the change.",
    **{f"hours.{code}": text for code, text in hours.MESSAGES.items()},
}


class RuleError(ValueError):
    """A particular that cannot be kept. `code` is a key of `messages`, `values` fill its text in."""

    messages: Mapping[str, str] = MESSAGES

    def __init__(self, code: str, **values: Any) -> None:
        self.code = code
        self.values = values
        super().__init__(code, values)

    def __str__(self) -> str:
        return self.messages[self.code].format(**self.values)


@dataclass(frozen=True)
class Problem:
    """One fault of one row: in which column, and what."""

    column: str
    error: RuleError


@dataclass(frozen=True, kw_only=True)
class FacilityState:
    code: str
    condition: str
    broken_since: date | None = None


@dataclass(frozen=True, kw_only=True)
class DeclaredPlace:
    """A position as declared, in the file's datum, and the district it is said to lie in."""

    lon: float
    lat: float
    district_id: int | None


@dataclass(frozen=True, kw_only=True)
class StationRow:
    """A row of the table with nothing wrong in itself."""

    name: str
    address: str
    place: DeclaredPlace
    union_id: int
    nameplate_no: str | None
    kind: str
    status: str
    host_kind: str
    host_name: str
    hours_text: str
    area_m2: Decimal | None
    services: tuple[str, ...]
    facilities: tuple[FacilityState, ...]
    planned_completion: date | None
    public_phone: str
    manager_name: str
    mobile: str


@dataclass(frozen=True)
class Vocabulary:
    """The names that the database knows, by `words.key`; and the union of rows that name none.

    `only_union`: the name of that union where rows may name no other.
    """

    facilities: Mapping[str, str] = field(default_factory=dict)
    districts: Mapping[str, int] = field(default_factory=dict)
    unions: Mapping[str, int] = field(default_factory=dict)
    default_union: int | None = None
    only_union: str = ""


@dataclass(frozen=True)
class RowReading:
    """`station` is there when the row has no fault in itself; `place` even when other columns have."""

    station: StationRow | None
    place: DeclaredPlace | None
    problems: tuple[Problem, ...]


T = TypeVar("T")


def read_row(cells: Mapping[str, str], vocabulary: Vocabulary, *, today: date) -> RowReading:
    """Read the cells of one row, by column name; every fault is collected. `today` dates a fault without a date."""
    problems: list[Problem] = []

    def take(column: str, read: Callable[[str], T]) -> T | None:
        try:
            return read(read_text(cells.get(column, ""), limit=LENGTHS.get(column, 500)))
        except RuleError as error:
            problems.append(Problem(column, error))
            return None

    lon = take("lon", lambda text: read_coordinate(text, example="121.4737"))
    lat = take("lat", lambda text: read_coordinate(text, example="31.2304"))
    before = len(problems)
    district_id = take("district", lambda text: _known(text, vocabulary.districts, "district"))
    place = None
    if lon is not None and lat is not None:
        try:
            check_on_earth(lon, lat)
        except RuleError as error:
            problems.append(Problem("lon", error))
        else:
            place = (
                DeclaredPlace(lon=lon, lat=lat, district_id=district_id) if len(problems) == before else None
            )
    values = {
        "name": take("name", _required),
        "address": take("address", _required),
        "union_id": take("union", lambda text: _union(text, vocabulary)),
        "nameplate_no": take("nameplate_no", lambda text: text or None),
        "kind": take("kind", lambda text: read_word(text, words.KINDS, default="relay")),
        "status": take("status", lambda text: read_word(text, words.STATUSES, default="active")),
        "host_kind": take("host_kind", lambda text: read_word(text, words.HOST_KINDS, default="other")),
        "host_name": take("host_name", str),
        "hours_text": take("hours", read_hours),
        "area_m2": take("area_m2", read_area),
        "services": take("services", read_services),
        "facilities": take(
            "facilities", lambda text: read_facilities(text, vocabulary.facilities, today=today)
        ),
        "planned_completion": take("planned_completion", read_date),
        "public_phone": take("public_phone", lambda text: read_phone(text) or "12351"),
        "manager_name": take("manager_name", str),
        "mobile": take("mobile", read_phone),
    }
    station = None if problems or place is None else StationRow(place=place, **values)  # type: ignore[arg-type]
    return RowReading(station, place, tuple(problems))


_SPACES = re.compile(r"[ \t\r\n\u3000]+")


def read_text(text: str, *, limit: int) -> str:
    """`text` without spaces around it and with single ones inside; no control or direction-turning characters."""
    plain = _SPACES.sub(" ", text).strip()
    for character in "" if plain.isprintable() else plain:
        if unicodedata.category(character) in ("Cc", "Cs") or character in DIRECTION_MARKS:
            raise RuleError("control", character=f"U+{ord(character):04X}")
    if len(plain) > limit:
        raise RuleError("too_long", length=len(plain), limit=limit)
    return plain


def read_coordinate(text: str, *, example: str) -> float:
    """Decimal degrees; NaN, infinity, 1e400 and everything that is not a plain number are refused."""
    if not text:
        raise RuleError("required")
    plain = unicodedata.normalize("NFKC", text).removesuffix("°")
    if re.fullmatch(r"[+-]?\d+(\.\d*)?([eE][+-]?\d{1,3})?", plain, re.ASCII):
        number = float(plain)
        if math.isfinite(number):
            return number
    raise RuleError("coordinate", given=shortened(text), example=example)


def check_on_earth(lon: float, lat: float) -> None:
    """Finite degrees; says "swapped" where exchanging the two would help."""
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise RuleError("not_on_earth", lon=lon, lat=lat)
    if abs(lat) > 90 >= abs(lon) and abs(lat) <= 180:
        raise RuleError("swapped", lon=lon, lat=lat)
    if abs(lon) > 180 or abs(lat) > 90:
        raise RuleError("not_on_earth", lon=lon, lat=lat)


@lru_cache(maxsize=1024)
def read_hours(text: str) -> str:
    """Opening hours that `geo.hours` understands, as written; empty when unknown."""
    try:
        known = hours.parse(text).is_known
    except hours.HoursError as error:
        raise RuleError(f"hours.{error.code}", fragment=shortened(error.fragment)) from error
    return text if known else ""


def read_area(text: str) -> Decimal | None:
    """Square metres, kept to 0.1; “约3㎡” and “3平方米” are 3. Chapter 2, 2 (1)."""
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").removeprefix("约")
    plain = re.sub(r"(平方米|平米|m2|m)(左右)?$", "", plain, flags=re.IGNORECASE)
    try:
        area = Decimal(plain)
    except InvalidOperation:
        area = Decimal("NaN")
    if not area.is_finite():
        raise RuleError("number", given=shortened(text))
    return check_area(area)


def check_area(area: Decimal) -> Decimal:
    if not 0 < area <= MAX_AREA_M2:
        raise RuleError("area", given=shortened(str(area)))
    rounded = area.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if not rounded:
        raise RuleError("area", given=shortened(str(area)))
    return rounded


_PHONE = re.compile(
    r"(?:(?:\+|00)?86)?1[3-9]\d{9}"  # mobile
    r"|(?:(?:\+|00)86\d{2,3}|0\d{2,3})?[2-9]\d{6,7}(?:(?:转|x|ext)\d{1,6})?"  # landline, with an extension
    r"|[48]00\d{7}|1\d{4}"  # 400 and 800 numbers, hotlines such as 12351
)


def read_phone(text: str) -> str:
    """A mobile, landline or hotline number as written; empty when none is given."""
    plain = unicodedata.normalize("NFKC", text)
    if plain and not _PHONE.fullmatch(re.sub(r"[ ()\-‐–—]", "", plain.casefold())):
        raise RuleError("phone", given=shortened(text))
    return plain


def read_date(text: str) -> date | None:
    """2026-03-31, 2026/3/31, 2026.3.31, 2026年3月31日; a month alone is its last day."""
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text)
    match = re.fullmatch(
        r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*日?|\s*月?)(?:[ T]00:00(?::00)?)?",
        plain,
        re.ASCII,
    )
    try:
        if match is None:
            raise ValueError(text)
        year, month = int(match[1]), int(match[2])
        if not 1990 <= year <= 2100:
            raise ValueError(text)
        return date(year, month, int(match[3]) if match[3] else monthrange(year, month)[1])
    except ValueError as error:
        raise RuleError("date", given=shortened(text)) from error


def read_word(text: str, known: words.Words, *, default: str) -> str:
    """The code of a word of a closed list; `default` when nothing is given."""
    if not text:
        return default
    code = known.codes.get(words.key(text))
    if code is None:
        listing = "、".join(spellings[0] for spellings in known.values())
        raise RuleError("unknown_word", given=shortened(text), known=listing)
    return code


def read_services(text: str) -> tuple[str, ...]:
    """Codes of the services of Annex 2, in its order, each once."""
    found = {read_word(part, words.SERVICES, default="") for part in _parts(text.replace(" ", "、"))}
    return tuple(code for code in words.SERVICES if code in found)


_STATE = re.compile(r"(?P<name>.*?)\s*\(\s*(?P<condition>[^()\d]+?)\s*(?P<since>\d{4}[^()]*)?\)")


def read_facilities(text: str, known: Mapping[str, str], *, today: date) -> tuple[FacilityState, ...]:
    """“空调、冰箱（损坏 2026-03-01）、微波炉（撤除）”: by name or code, working unless it says otherwise.

    `known`: from `words.key` of a name or code to the code.
    """
    states: dict[str, FacilityState] = {}
    for part in _parts(text):
        state = _facility(part, known, today)
        if state.code in states:
            raise RuleError("twice", given=shortened(part))
        states[state.code] = state
    return tuple(states.values())


def _facility(part: str, known: Mapping[str, str], today: date) -> FacilityState:
    code = known.get(words.key(part))
    if code is not None:
        return FacilityState(code=code, condition="working")
    match = _STATE.fullmatch(part)
    code = known.get(words.key(match["name"])) if match else None
    condition = words.CONDITIONS.codes.get(words.key(match["condition"])) if match else None
    if match is None or code is None or condition is None:
        raise RuleError("unknown_word", given=shortened(part), known="、".join(sorted(set(known.values()))))
    since = (read_date(match["since"] or "") or today) if condition == "broken" else None
    return FacilityState(code=code, condition=condition, broken_since=since)


def _parts(text: str) -> Iterable[str]:
    plain = unicodedata.normalize("NFKC", text)
    return [part.strip() for part in re.split(r"[、,;|]", plain) if part.strip()]


def _required(text: str) -> str:
    if not text:
        raise RuleError("required")
    return text


def _known(text: str, known: Mapping[str, int], code: str) -> int | None:
    if text and words.key(text) not in known:
        raise RuleError(code, given=shortened(text))
    return known[words.key(text)] if text else None


def _union(text: str, vocabulary: Vocabulary) -> int:
    if text and vocabulary.only_union and words.key(text) != words.key(vocabulary.only_union):
        raise RuleError("other_union", given=shortened(text), own=vocabulary.only_union)
    union = _known(text, vocabulary.unions, "union") or vocabulary.default_union
    if union is None:
        raise RuleError("no_union")
    return union


def shortened(text: str, limit: int = 60) -> str:
    """What a message shows of a text that may be long."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
