"""How a nameplate number is made (chapter 2, 2 (2)): a pattern from the settings, without database and without Django.

The running number stands last, so that a number is a text before it and a count; each such text has a count of its own.
"""

import re
from dataclasses import dataclass
from string import Formatter

FIELDS = ("district", "year", "kind", "number")
KIND_LETTERS = {"relay": "J", "sanitation": "H"}  # 接力, 环卫
MAX_LENGTH = 40
_COUNT = re.compile(r"(0\d{1,2})?d?")


class PatternError(ValueError):
    """The pattern of the settings cannot make numbers; the text says what to write."""


@dataclass(frozen=True)
class Pattern:
    """`before` is a format text over district, year and kind; `count` the format of the running number."""

    before: str
    count: str

    def text_before(self, *, district: str, year: int, kind: str) -> str:
        """What stands before the running number of a plate; `kind` is a station's, `district` the GB code."""
        return self.before.format(district=district, year=year, kind=KIND_LETTERS[kind])

    def number(self, before: str, count: int) -> str:
        return before + format(count, self.count)


def read_pattern(text: str) -> Pattern:
    """The pattern that `text` means, such as `{district}-{number:04d}`; PatternError says what is wrong with it."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise PatternError(f"the braces do not match ({error})") from error
    names = [name for _, name, _, _ in parts if name is not None]
    unknown = sorted(set(names) - set(FIELDS))
    if unknown:
        raise PatternError(f"it names {', '.join(unknown)}; known are {', '.join(FIELDS)}")
    if names.count("number") != 1 or parts[-1][1] != "number":
        raise PatternError("it must end with {number}, once, such as {district}-{number:04d}")
    if any(conversion or (name != "number" and form) for _, name, form, conversion in parts):
        raise PatternError("only {number} takes a format, such as {number:04d}")
    count = parts[-1][2] or ""
    if not _COUNT.fullmatch(count):
        raise PatternError("the format of {number} must be like 04d")
    before = text[: text.rindex("{number")]
    pattern = Pattern(before, count or "d")
    longest = pattern.number(pattern.text_before(district="310101", year=2026, kind="relay"), 9_999_999)
    if len(longest) > MAX_LENGTH:
        raise PatternError(f"its numbers are longer than {MAX_LENGTH} characters")
    return pattern
