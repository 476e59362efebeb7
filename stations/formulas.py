"""Text that a spreadsheet would take for a formula is written with an apostrophe before it, and read without."""

import re

STARTS = "=+-@\t\r＝＋－＠"  # with their full-width twins, which some programs fold
_RISKY = re.compile(f"'*[{re.escape(STARTS)}]")
_NEUTRALISED = re.compile(f"''*[{re.escape(STARTS)}]")


def neutralised(text: str) -> str:
    """`=1+1` becomes `'=1+1`, and `'=1+1` `''=1+1`, so that the way back is exact."""
    return f"'{text}" if _RISKY.match(text) else text


def restored(text: str) -> str:
    return text[1:] if _NEUTRALISED.match(text) else text
