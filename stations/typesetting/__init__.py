"""Papers set by typst: Annex 2, a station's poster. What people wrote is data to the typesetter, never markup."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from stations.typesetting.program import NO_CHINESE_FONT

PROGRAM = Path(__file__).with_name("program.py")
LIMIT_S = 60
_LONG_RUN = re.compile(r"[!-~]{4}(?=[!-~])")
_BREAK = "\N{ZERO WIDTH SPACE}"


class NoChineseFontError(RuntimeError):
    """No font with Chinese characters was found, so that the paper would be empty boxes."""


class TooLongError(RuntimeError):
    """The paper takes longer than it may to set."""


class TypesettingError(RuntimeError):
    """The typesetter failed; the text is what it said."""


def typeset(source: Path, data: dict[str, Any], *, png_ppi: int = 0, limit_s: float = LIMIT_S) -> bytes:
    """`source` set with `data` as PDF; with `png_ppi`, its one page as PNG of so many dots an inch.

    NoChineseFontError where the machine has no font for it, TooLongError after `limit_s`.
    """
    command = [
        sys.executable, "-I", str(PROGRAM), str(source), str(png_ppi), *settings.JIELI_FONT_PATHS
    ]  # fmt: skip
    given = json.dumps(data, ensure_ascii=False).encode()
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=limit_s)  # noqa: S603 - our own program
    except subprocess.TimeoutExpired as error:
        raise TooLongError from error
    if done.returncode == NO_CHINESE_FONT:
        raise NoChineseFontError
    if done.returncode != 0:
        raise TypesettingError(done.stderr.decode(errors="replace")[-2000:])
    return done.stdout


def breakable(text: str) -> str:
    """With places to break in long runs of Latin letters and digits, which would leave their box otherwise."""
    return _LONG_RUN.sub(lambda run: run[0] + _BREAK, text) if len(text) > 12 else text
