"""Weekly hours as they are written in Chinese, such as 周一至周五 上午9:00-下午5:00，节假日休息.

How the words are read:
- 节假日 and 法定节假日 are the public holidays, not the weekends. 工作日 is Monday to Friday, closed on public
  holidays.
- A time without 上午 or 下午 is on the 24-hour clock, except that the end takes over the 下午 of its start
  (下午2:00-5:00). An end before its start is the next day's, up to 16 hours; longer nights need 次日, since
  9:00-5:00 more likely means 17:00.
- Hours of some days replace those of the whole week (每天 9:00-17:00，周六 10:00-16:00).
- Days may stand behind the hours of the whole text: 9:00-17:00（周一至周五）.
- 需预约 (by appointment) makes the hours unknown: neither open nor closed would be true.
What fits none of this is refused.
"""

import re
from dataclasses import dataclass, field

from geo.hours.errors import HoursError
from geo.hours.spans import MINUTES_PER_DAY, Span, Spans, clock, contains, day_spans, overlaps, subtract
from geo.hours.times import TIME, read_span

Week = tuple[tuple[Spans, ...] | None, Spans | None]  # the fields `days` and `holiday` of Hours

PH = 7  # public holidays stand behind the seven weekdays
EVERY_DAY = frozenset(range(7))
WHOLE_DAY = (0, MINUTES_PER_DAY)
DAY_CHARACTERS = "一二三四五六日"

_SEASONAL = re.compile(
    "[^,;、。()]*(?:[春夏秋冬](?:季|天|令|时|日)|暑[期假]|寒假|汛期|高温|[旺淡]季|月|单周|双周|隔周|第.周"
    "|元旦|春节|除夕|清明|五一|劳动节|端午|中秋|国庆)[^,;、。()]*"
)
_WEEKDAY = f"(?:周|星期|礼拜)[{DAY_CHARACTERS}天]+"
_HOLIDAY = "(?:国家|国定)?(?:法定)?(?:节假日|节日|假日|假期)"
_CLOSED = "除外|休息|不开放|不对外开放|不营业|关闭|关门|闭馆|休馆|停业|停止服务|休"
_TOKENS = re.compile(
    "|".join(
        f"(?P<{name}>{pattern})"
        for name, pattern in {
            "space": r"\s+",
            "always": (
                f"全年无休|年中无休|全年开放|{_HOLIDAY}(?:不休息?|无休|照常|正常)|(?:包括|包含|含){_HOLIDAY}"
            ),
            "holiday_closed": rf"{_HOLIDAY}\s*(?:{_CLOSED})",
            "holiday": _HOLIDAY,
            "every_day": "每天|每日|天天",
            "workdays": "工作日",
            "weekend": "双休日|周末",
            "weekdays": (
                rf"[逢每]?{_WEEKDAY}(?:\s*(?:[、和及与至到]|-+)\s*"
                rf"(?:{_WEEKDAY}|[{DAY_CHARACTERS}]+(?![点时])))*"
            ),
            "whole_day": (
                r"(?:全天候?|全年365天|365天)?\s*(?:7\s*[x×*]\s*)?(?:24|二十四)小时(?:365天)?|全天候?"
            ),
            "break_word": "午休|午间休息|中午休息",
            "closed": _CLOSED,
            "span": rf"{TIME}\s*(?:-+|至|到)\s*{TIME}",
            "filler": (
                r"无需预约|不需预约|免预约|(?:开放|服务|营业|对外|工作)*时间\s*:?"
                "|开放|服务|营业|对外|正常|均|都|为|从|自|:"
            ),
            "also": "[、和及与]|以及",
            "stop": r"[,;。./()\[\]|]",
        }.items()
    )
)


@dataclass
class _Rule:
    """Hours of some days; `days` None where the text names none."""

    text: str
    days: frozenset[int] | None
    spans: list[Span] = field(default_factory=list)
    breaks: list[Span] = field(default_factory=list)
    closed: bool = False

    def open_spans(self) -> list[Span]:
        if overlaps(self.spans):
            raise HoursError("overlap", self.text)
        if self.spans != sorted(self.spans):
            # 上午8:00-12:00、1:00-5:00: the second is likely 13:00-17:00
            raise HoursError("ambiguous", self.text)
        spans = self.spans
        for gap in self.breaks:
            if not contains(self.spans, gap):
                raise HoursError("break_outside", f"{clock(gap[0])}-{clock(gap[1])}")
            spans = subtract(spans, gap)
        if self.breaks and not spans:
            raise HoursError("ambiguous", self.text)
        return spans


class _Reader:
    """Walks over the tokens and gathers the rules they state."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.rules: list[_Rule] = []
        self.current: _Rule | None = None  # takes the next spans
        self.pending: frozenset[int] = frozenset()  # days that were named and have no hours yet
        self.pending_text = ""
        self.days_behind = False  # the pending days came right behind hours: 9:00-17:00（周一至周五）
        self.no_holidays = False  # 工作日
        self.holidays_too = False  # 全年无休
        self.break_follows = False  # 午休, and its span is still to come
        self.before = self.before_text = ""  # the token before, spaces and fillers aside

    def read(self) -> Week:
        at = 0
        while at < len(self.text):
            token = _TOKENS.match(self.text, at)
            if not token:
                raise HoursError("not_understood", _word_at(self.text, at))
            at = token.end()
            kind = token.lastgroup or ""
            if kind in ("space", "filler"):
                continue
            self._take(kind, token[0].strip(), followed_by=self.text[at:].lstrip())
            self.before, self.before_text = kind, token[0]
        self._stop(";")
        if self.break_follows:
            raise HoursError("missing_hours", self.text)
        return self._week()

    def _take(self, kind: str, text: str, *, followed_by: str) -> None:
        if kind in ("weekdays", "every_day", "weekend", "workdays", "holiday"):
            self.no_holidays |= kind == "workdays"
            self._name_days(_days(kind, text), text)
        elif kind == "always":
            self.holidays_too = True
        elif kind == "holiday_closed":
            self._close_holidays(text)
        elif kind in ("span", "whole_day"):
            self._add_span(WHOLE_DAY if kind == "whole_day" else read_span(text), text)
        elif kind == "break_word" and (self.before != "span" or re.match(TIME, followed_by)):
            self.break_follows = True
        elif kind in ("closed", "break_word"):
            self._close(text)
        elif kind == "stop":
            self._stop(text)

    def _name_days(self, days: frozenset[int], text: str) -> None:
        if not self.pending:
            self.days_behind = self.before in ("span", "whole_day") or self.before_text == "("
        elif self.days_behind and self.before != "also":
            raise HoursError("ambiguous", self.text)  # 9:00-17:00 周六 周日休息: is Saturday open?
        self.pending |= days
        self.pending_text += text

    def _take_pending(self) -> tuple[frozenset[int] | None, str]:
        days, text = self.pending or None, self.pending_text
        self.pending, self.pending_text = frozenset(), ""
        return days, text

    def _stop(self, mark: str) -> None:
        """At the end of a clause its days must have hours, before or behind them."""
        if not self.pending or mark not in ";。)":
            return
        last = self.rules[-1] if self.rules else None
        if self.days_behind and last is not None and last.spans and last.days is None:
            last.days, _ = self._take_pending()
            self.current = None
        elif mark != ")":
            raise HoursError("missing_hours", self.pending_text)

    def _close_holidays(self, text: str) -> None:
        days = frozenset({PH})
        if self.pending and self.before == "also":  # 周日及节假日休息
            days |= self._take_pending()[0] or frozenset()
        self.rules.append(_Rule(text, days, closed=True))

    def _add_span(self, span: Span, text: str) -> None:
        if self.break_follows:
            self.break_follows = False
            if self.current is None or self.pending:
                raise HoursError("break_outside", text)
            self.current.breaks.append(span)
            return
        if self.pending or self.current is None:
            days, named = self._take_pending()
            self.current = _Rule(named + text, days)
            self.rules.append(self.current)
        else:
            self.current.text += "、" + text
        self.current.spans.append(span)

    def _close(self, text: str) -> None:
        if self.pending:
            days, named = self._take_pending()
            self.rules.append(_Rule(named + text, days, closed=True))
            self.current = None
        elif self.before == "span" and self.current is not None:
            self.current.breaks.append(self.current.spans.pop())  # 12:00-13:00休息
        elif not self.rules and self.before == "":
            self.rules.append(_Rule(text, None, closed=True))  # 不开放
        else:
            raise HoursError("ambiguous", self.text)

    def _week(self) -> Week:
        days = _combine(self.rules, self.text)
        holiday = days.pop(PH, None)
        if self.no_holidays and holiday is None:
            holiday = []
        week = tuple(day_spans(days.get(day, []), self.text) for day in range(7))
        if self.holidays_too and (holiday is not None or not all(week)):
            raise HoursError("ambiguous", self.text)
        return week, None if holiday is None else day_spans(holiday, self.text)


def read(text: str) -> Week:
    """The weekly hours that Chinese text states, after NFKC and with every dash as "-"."""
    seasonal = _SEASONAL.search(text)
    if seasonal:
        raise HoursError("seasonal", seasonal[0].strip())
    if re.search("(?<!无需)(?<!不需)(?<!免)预约", text):
        return None, None
    return _Reader(text).read()


def _combine(rules: list[_Rule], text: str) -> dict[int, list[Span]]:
    """Spans by day: first the rule without days, then named days, closed days last."""
    general = [rule for rule in rules if rule.days is None]
    timed = [rule for rule in rules if not rule.closed]
    if not general and not any(rule.days != {PH} for rule in timed):
        raise HoursError("missing_hours", text)
    if len(general) > 1 or any(rule.spans and rule is not timed[0] for rule in general):
        raise HoursError("ambiguous", text)
    _check_breaks(timed, text)
    days: dict[int, list[Span]] = {}
    seen: list[frozenset[int]] = []
    for rule in general + [rule for rule in timed if rule.days is not None]:
        named = (EVERY_DAY if rule.days is None else rule.days) - {PH}
        # some days out of an earlier group replace it; any other overlap is unclear
        if any(named & earlier and not named < earlier for earlier in seen):
            raise HoursError("ambiguous", rule.text)
        seen.append(named)
        days.update(dict.fromkeys(rule.days or EVERY_DAY, rule.open_spans()))
    for rule in rules:
        if rule.closed and rule.days is not None:
            days.update({day: [] for day in rule.days})
    return days


def _check_breaks(timed: list[_Rule], text: str) -> None:
    """A break at the end of several groups of days may be meant for all of them: ask."""
    for gap in timed[-1].breaks if timed else ():
        if any(not rule.breaks and contains(rule.spans, gap) for rule in timed[:-1]):
            raise HoursError("ambiguous", text)


def _days(kind: str, text: str) -> frozenset[int]:
    groups = {"every_day": EVERY_DAY, "workdays": range(5), "weekend": (5, 6), "holiday": (PH,)}
    return _weekdays(text) if kind == "weekdays" else frozenset(groups[kind])


def _weekdays(text: str) -> frozenset[int]:
    """Of 周一至周五, 周一、三、五, 周六日, 星期天."""
    marks = re.sub("[逢每周星期礼拜\\s]", "", text.replace("星期日", "日").replace("天", "日"))
    days: set[int] = set()
    for part in re.split("[、和及与]+", marks):
        ends = re.split("[至到-]+", part)
        first, last = DAY_CHARACTERS.index(ends[0][-1]), DAY_CHARACTERS.index(ends[-1][0])
        if len(ends) > 2 or (len(ends) == 2 and last == first):
            raise HoursError("ambiguous", text)
        if len(ends) == 2:
            days.update((first + step) % 7 for step in range((last - first) % 7))
        days.update(DAY_CHARACTERS.index(mark) for end in ends for mark in end)
    return frozenset(days)


def _word_at(text: str, at: int) -> str:
    return re.split(r"[\s,;、。()]", text[at:].strip(), maxsplit=1)[0][:20] or text[:20]


def write(days: tuple[Spans, ...] | None, holiday: Spans | None) -> str:
    """Weekly hours in Chinese; `read` gives them back."""
    if days is None:
        return "开放时间不详"
    parts = []
    for spans in dict.fromkeys(days):
        named = [day for day in range(7) if days[day] == spans]
        label = _write_days(named)
        parts.append(f"{label} {_write_spans(spans)}".strip() if len(named) < 7 or spans else "不开放")
    if len(parts) == 1 and days[0] == (WHOLE_DAY,):
        parts = ["24小时"]
    if holiday is not None:
        parts.append(f"法定节假日 {_write_spans(holiday)}" if holiday else "法定节假日休息")
    return "；".join(parts)


def _write_days(days: list[int]) -> str:
    if len(days) == 7:
        return "每天"
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = [
        f"周{DAY_CHARACTERS[run[0]]}至周{DAY_CHARACTERS[run[-1]]}"
        if len(run) > 2
        else "、".join(f"周{DAY_CHARACTERS[day]}" for day in run)
        for run in runs
    ]
    return "、".join(names)


def _write_spans(spans: Spans) -> str:
    if spans == (WHOLE_DAY,):
        return "24小时"
    texts = [f"{clock(start)}-{'次日' if end > MINUTES_PER_DAY else ''}{clock(end)}" for start, end in spans]
    return "、".join(texts) or "休息"
