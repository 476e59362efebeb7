"""Every text that the interface shows, as the sources write it: (msgid, plural or None) by catalogue."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("geo", "stations", "analysis", "maps")
KEYWORDS = {
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop", "_"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
}
TRANSLATE = re.compile(r"""{%-?\s*trans(?:late)?\s+(?:"([^"]*)"|'([^']*)')|_\("([^"]*)"\)""")
BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b(.*?)%}(.*?){%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
VARIABLE = re.compile(r"{{\s*(\w+)\s*}}")

Text = tuple[str, str | None]


def texts(domain: str) -> dict[Text, str]:
    """The texts of `django` (Python and templates) or `djangojs`, each with the file that has it."""
    found: dict[Text, str] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if "migrations" not in path.parts:
                found |= dict.fromkeys(_in_file(path, domain), str(path.relative_to(ROOT)))
    return found


def _in_file(path: Path, domain: str) -> Iterator[Text]:
    if domain == "djangojs":
        if path.suffix == ".js":
            yield from _extracted(path, "javascript")
    elif path.suffix == ".py":
        yield from _extracted(path, "python")
    elif path.suffix == ".html":
        yield from _in_template(path.read_text())


def _extracted(path: Path, language: str) -> Iterator[Text]:
    with path.open("rb") as source:
        for _, message, _, _ in extract(language, source, keywords=KEYWORDS):
            yield (message, None) if isinstance(message, str) else (message[0], message[1])


def _in_template(source: str) -> Iterator[Text]:
    for match in TRANSLATE.finditer(source):
        yield next(group for group in match.groups() if group is not None), None
    for options, body in BLOCK.findall(source):
        parts = [_plain(part, trimmed="trimmed" in options) for part in re.split(r"{%\s*plural\s*%}", body)]
        yield parts[0], parts[1] if len(parts) == 2 else None


def _plain(body: str, *, trimmed: bool) -> str:
    body = VARIABLE.sub(r"%(\1)s", body)
    return " ".join(line.strip() for line in body.strip().splitlines()) if trimmed else body
