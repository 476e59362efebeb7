"""Weekly hours in OSM `opening_hours` syntax.

The `opening_hours` package checks the syntax and spells it canonically; what its canonical spelling says of
weekdays and holidays is read here, because its Chinese public holidays are wrong and weekly hours need no more.
"""

import re
from dataclasses import dataclass

from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]  # not in its stub

from geo.hours.errors import HoursError
from geo.hours.spans import MINUTES_PER_DAY, Span, Spans, day_spans, subtract

Week = tuple[tuple[Spans, ...] | None, Spans | None]  # the fields `days` and `holiday` of Hours

DAY_NAMES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
PH = 7  # public holidays stand behind the seven weekdays
WHOLE_DAY = (0, MINUTES_PER_DAY)

_DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)"
_RULE = re.compile(
    rf"(?:24/7|(?P<days>{_DAY}(?:[-,]{_DAY})*))?\s*"
    r"(?P<times>\d\d:\d\d-\d\d:\d\d(?:,\d\d:\d\d-\d\d:\d\d)*)?\s*"
    r'(?P<state>closed|unknown)?\s*(?P<comment>"\d+")?'
)
_COMMENT = re.compile(r'"([^"]*)"')
_BY_APPOINTMENT = re.compile(r"appointment|reserv|\bcall\b|phone|预约|预定|电话", re.IGNORECASE)
_HOLIDAY_AND_DAY = re.compile(rf"\bPH\s+{_DAY}|{_DAY}\s+PH\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Rule:
    text: str
    days: tuple[int, ...]
    times: tuple[Span, ...]
    closed: bool
    unknown: bool
    adds: bool


def read(text: str) -> Week:
    """The weekly hours that OSM text states; (None, None) where it says unknown, `||` or by appointment.

    Rules that name PH decide about public holidays wherever they stand. HoursError for anything a weekly
    table cannot keep: seasons, dates, weeks, school holidays, the sun's times, open ends.
    """
    text = text.strip().rstrip(";").strip()
    both = _HOLIDAY_AND_DAY.search(_COMMENT.sub("", text))
    if both:
        raise HoursError("unsupported", both[0])
    canonical, comments = _canonical(text)
    if "||" in canonical:
        _rules(canonical.replace(" || ", "; "), comments)  # a part that we cannot read is still an error
        return None, None
    rules = _rules(canonical, comments)
    if all(rule.days == (PH,) for rule in rules):  # "PH off" does not say that it is closed on other days
        raise HoursError("missing_hours", text)
    if any(rule.unknown for rule in rules):
        return None, None
    return _apply(rules)


def write(days: tuple[Spans, ...] | None, holiday: Spans | None) -> str:
    """Canonical OSM text of weekly hours."""
    if days is None:
        return "unknown"
    if all(spans == (WHOLE_DAY,) for spans in days):
        rules = ["24/7"]
    elif not any(days):
        rules = ["closed"]
    else:
        kinds = dict.fromkeys(spans for spans in days if spans)
        named = {spans: [day for day in range(7) if days[day] == spans] for spans in kinds}
        rules = [f"{_write_days(named[spans])} {_write_spans(spans)}" for spans in kinds]
    if holiday is not None:
        rules.append(f"PH {_write_spans(holiday) if holiday else 'off'}")
    return "; ".join(rules)


def _canonical(text: str) -> tuple[str, list[str]]:
    """The package's spelling with comments replaced by their numbers, and the comments."""
    try:
        canonical = str(OpeningHours(text))
    except ParserError as error:
        column = re.search(r"--> \d+:(\d+)", str(error))
        rest = text[int(column[1]) - 1 :] if column else text
        raise HoursError("not_understood", rest.split(";")[0].strip()[:40] or text[:40]) from error
    comments: list[str] = []

    def number(match: re.Match[str]) -> str:
        comments.append(match[1])
        return f'"{len(comments) - 1}"'

    return _COMMENT.sub(number, canonical), comments


def _rules(canonical: str, comments: list[str]) -> list[_Rule]:
    parts = re.split(r"(; |, )", canonical)
    separators = ["; ", *parts[1::2]]
    return [
        _rule(part, comments, adds=separator == ", ")
        for part, separator in zip(parts[::2], separators, strict=True)
    ]


def _rule(text: str, comments: list[str], *, adds: bool) -> _Rule:
    match = _RULE.fullmatch(text)
    if not match:
        raise HoursError(_why_unreadable(text), text)
    comment = comments[int(match["comment"].strip('"'))] if match["comment"] else ""
    bare_comment = bool(comment) and not (match["days"] or match["times"] or match["state"])
    return _Rule(
        text=text,
        days=_read_days(match["days"]) if match["days"] else tuple(range(7)),
        times=tuple(_read_span(span) for span in match["times"].split(",")) if match["times"] else (),
        closed=match["state"] == "closed",
        unknown=match["state"] == "unknown"
        or (match["state"] != "closed" and (bare_comment or bool(_BY_APPOINTMENT.search(comment)))),
        adds=adds,
    )


def _why_unreadable(text: str) -> str:
    if re.search(r"\d\d:\d\d\+", text):
        return "open_end"
    return "unsupported" if re.search(r"\d\d:\d\d/", text) else "seasonal"


def _read_days(text: str) -> tuple[int, ...]:
    names = (*DAY_NAMES, "PH")
    days: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        start, end = names.index(first), names.index(last or first)
        days.update([PH] if start == PH else ((start + step) % 7 for step in range((end - start) % 7 + 1)))
    return tuple(sorted(days))


def _read_span(text: str) -> Span:
    start, end = (int(hour) * 60 + int(minute) for hour, minute in re.findall(r"(\d\d):(\d\d)", text))
    if start == end:
        raise HoursError("same_time", text)
    return start, end if end > start else end + MINUTES_PER_DAY


def _apply(rules: list[_Rule]) -> Week:
    days: list[list[Span]] = [[] for _ in range(8)]
    timed: set[tuple[int, ...]] = set()
    for rule in rules:
        if rule.closed:
            _close(days, rule)
            continue
        if not rule.adds and rule.days in timed:
            # by the letter the second rule replaces the first; who writes this means both
            raise HoursError("ambiguous", rule.text)
        timed.add(rule.days)
        for day in rule.days:
            before = days[day] if rule.adds else []
            days[day] = before + list(rule.times or (WHOLE_DAY,))
    whole = " ".join(rule.text for rule in rules)
    week = tuple(day_spans(spans, whole) for spans in days[:7])
    names_holidays = any(PH in rule.days for rule in rules)
    return week, day_spans(days[PH], whole) if names_holidays else None


def _close(days: list[list[Span]], rule: _Rule) -> None:
    if not rule.times:
        for day in rule.days:
            days[day] = []
        return
    # taking a break out of a night would have to look at two days: the open spans say it better
    if any(end > MINUTES_PER_DAY for spans in (*days, rule.times) for _, end in spans) or PH in rule.days:
        raise HoursError("unsupported", rule.text)
    for day in rule.days:
        for gap in rule.times:
            days[day] = subtract(days[day], gap)


def _write_days(days: list[int]) -> str:
    """Runs of three or more days as Mo-Fr, others listed."""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        f"{DAY_NAMES[run[0]]}-{DAY_NAMES[run[-1]]}" if len(run) > 2 else ",".join(DAY_NAMES[d] for d in run)
        for run in runs
    )


def _write_spans(spans: Spans) -> str:
    return ",".join(f"{_write_time(start)}-{_write_time(end)}" for start, end in spans)


def _write_time(minute: int) -> str:
    if minute > MINUTES_PER_DAY:
        minute -= MINUTES_PER_DAY
    return f"{minute // 60:02d}:{minute % 60:02d}"
