"""Times of day as they are written in Chinese: 9:00, 上午9点, 下午5时30分, 晚8点半, 次日6点."""

import re

from geo.hours.errors import HoursError
from geo.hours.spans import MINUTES_PER_DAY, Span

LONGEST_NIGHT = 16 * 60  # 17:00-9:00; a longer one without 次日 is more likely a 12-hour clock

_NUMERALS = {character: number for number, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}

# hours (as written) that a word may go with, and what it adds to them
_DAWN = {12: -12} | dict.fromkeys(range(8), 0)
_MORNING = dict.fromkeys(range(13), 0)
_NOON = dict.fromkeys(range(10, 15), 0) | {1: 12, 2: 12}
_AFTERNOON = {12: 0} | dict.fromkeys(range(1, 12), 12) | dict.fromkeys(range(13, 20), 0)
_EVENING = {12: 12} | dict.fromkeys(range(5, 12), 12) | dict.fromkeys(range(17, 25), 0)
_PERIODS = {
    "凌晨": _DAWN,
    **dict.fromkeys(("清晨", "早晨", "早上", "早", "上午"), _MORNING),
    **dict.fromkeys(("中午", "午间"), _NOON),
    **dict.fromkeys(("下午", "午后"), _AFTERNOON),
    **dict.fromkeys(("傍晚", "晚上", "晚间", "晚", "夜间", "夜里", "深夜"), _EVENING),
}
_NEXT_DAY = ("次日", "翌日", "第二天", "隔天", "隔日")

_NUMBER = r"(?:\d{1,2}(?!\d)|[零〇一二两三四五六七八九十]{1,3})"
TIME = (
    rf"(?:(?:{'|'.join(_NEXT_DAY)}|当天|当日)\s*)?"
    rf"(?:(?:{'|'.join(_PERIODS)})\s*:?\s*)?"
    rf"{_NUMBER}"
    rf"(?:\s*[:.]\s*\d{{2}}(?!\d)分?|[点时]钟?(?:半|整|[一三]刻|{_NUMBER}分|\d{{2}}(?![\d:点时]))?)?"
)
_PARTS = re.compile(
    rf"(?P<next>{'|'.join(_NEXT_DAY)})?(?:当天|当日)?\s*"
    rf"(?P<period>{'|'.join(_PERIODS)})?\s*:?\s*"
    rf"(?P<hour>{_NUMBER})"
    r"(?P<unit>\s*[:.]\s*|[点时]钟?)?(?P<minute>.*)"
)
_SPAN = re.compile(rf"({TIME})\s*(?:-+|至|到)\s*({TIME})")


def read_span(text: str) -> Span:
    """Minutes (start, end) of 上午9:00-下午5:00; an end past 1440 is the next day's."""
    match = _SPAN.fullmatch(text)
    if not match:
        raise HoursError("not_understood", text)
    first, last = _PARTS.fullmatch(match[1]), _PARTS.fullmatch(match[2])
    if (
        first is None
        or last is None
        or first["next"]
        or not any(m["unit"] or m["period"] for m in (first, last))
    ):
        raise HoursError("not_understood", text)
    start, end = _minutes(first, text), _minutes(last, text)
    if last["period"] is None and not last["next"]:
        end = _in_period_of(first, last, start, end)
    if start >= MINUTES_PER_DAY:
        raise HoursError("bad_time", text)
    if last["next"]:
        end += MINUTES_PER_DAY
    elif end == start:
        raise HoursError("same_time", text)
    elif end < start:
        end += MINUTES_PER_DAY
        if end - start > LONGEST_NIGHT and last["period"] is None:
            raise HoursError("ambiguous", text)
    return _within_a_day(start, end, text)


def _in_period_of(first: re.Match[str], last: re.Match[str], start: int, end: int) -> int:
    """The end of 下午2:00-5:00 takes over 下午 where that makes it later than the start."""
    afternoon = first["period"] and start >= MINUTES_PER_DAY // 2
    later = end + MINUTES_PER_DAY // 2
    return later if afternoon and 1 <= _number(last["hour"]) < 12 and later > start else end


def _within_a_day(start: int, end: int, text: str) -> Span:
    if end > MINUTES_PER_DAY and end - MINUTES_PER_DAY >= start and (start, end) != (0, MINUTES_PER_DAY):
        raise HoursError("same_time" if end - start == MINUTES_PER_DAY else "ambiguous", text)
    return start, end


def _minutes(match: re.Match[str], text: str) -> int:
    hour, minute = _number(match["hour"]), _minute(match["minute"])
    if minute > 59:
        raise HoursError("bad_time", text)
    if hour * 60 + minute > MINUTES_PER_DAY:
        raise HoursError("past_midnight", text)
    if match["period"]:
        shifts = _PERIODS[match["period"]]
        if hour not in shifts:
            raise HoursError("ambiguous", text)
        hour += shifts[hour]
    if hour * 60 + minute > MINUTES_PER_DAY:  # 晚上12点30分 is the next day
        raise HoursError("ambiguous", text)
    return hour * 60 + minute


def _minute(text: str) -> int:
    text = text.strip().removesuffix("分")
    words = {"": 0, "整": 0, "半": 30, "一刻": 15, "三刻": 45}
    return words[text] if text in words else _number(text)


def _number(text: str) -> int:
    """9, 09, 九, 十七, 二十四, 三十."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        digits = [_NUMERALS[character] for character in text]
        return digits[-1] if digits[0] == 0 or len(digits) == 1 else 99
    return (_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0)
