"""Texts that are attacks, and what is true of every page that only shows them."""

from html.parser import HTMLParser

# Whatever runs sets `pwned` on the window, or opens a dialog, or asks another host.
HOSTILE = [
    "`${alert(1)}</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>'",
    "${window.pwned=1}`+alert(1)+`",
    "<script>window.pwned=1</script>",
    "javascript:alert(1)//{{7*7}}{%x%}",
    "\\u003cimg src=x onerror=alert(1)\\u003e",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|x",
    "＝1+1",
    "+1+1",
    "-1+1",
    '#read("/etc/passwd") $x$ @ref \\',
    '*粗* _斜_ #panic("x") <label> // /*',
    "\u202egnp.exe\u202c",
    "😀👨‍👩‍👧‍👦 ﷽",
    "' OR 1=1 --",
    "../../etc/passwd",
    "a\r\nX-Injected: 1",
]
# What a form or an API may refuse but must not choke on.
REFUSABLE = [
    *HOSTILE,
    "a\0b",
    "x" * 100_000,
    "\u202e" * 30,
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "9" * 400,
    "NaN",
    "1e400",
    "-1",
]
ADDRESSED = '"<svg/onload=alert(1)>"@example.org'  # a valid mail address
FORMULA = tuple("=+-@\t\r＝＋－＠")
LINKING = {"href", "src", "action", "formaction", "xlink:href", "srcdoc", "data"}


class Page(HTMLParser):
    """Collects what a page of ours never has: inline scripts, event handlers, addresses that run, tags out of a text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.forms: list[Form] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.faults += [f"<{tag} {name}>" for name in given if name.startswith("on")]
        self.faults += [
            f"<{tag} {name}={value[:40]}>"
            for name, value in given.items()
            if name in LINKING and value.strip().lower().startswith(("javascript:", "data:text", "vbscript:"))
        ]
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.faults.append("<script> without src")
        if given.get("src") == "x":
            self.faults.append(f"<{tag} src=x>")
        self._note_form(tag, given)

    def _note_form(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif self.forms and given.get("name"):
            self.forms[-1].add(tag, given)
        elif self.forms and tag == "option" and self.forms[-1].open_choice:
            self.forms[-1].offer(given)


class Form:
    """A form as a page shows it: its fields with what stands in them, and which of them take a text."""

    TEXTS = ("text", "search", "tel", "email", "url", "password", "number", "date", "datetime-local", "time")

    def __init__(self, action: str, method: str) -> None:
        self.action, self.method = action, method
        self.values: dict[str, str] = {}
        self.texts: list[str] = []
        self.files: list[str] = []
        self.open_choice = ""

    def add(self, tag: str, given: dict[str, str]) -> None:
        name, kind = given["name"], given.get("type", "text")
        self.open_choice = name if tag == "select" else ""
        if tag == "textarea" or (tag == "input" and kind in self.TEXTS):
            self.texts.append(name)
        if kind == "file":
            self.files.append(name)
        elif tag != "button" and (kind not in ("checkbox", "radio") or "checked" in given):
            self.values[name] = given.get("value", "")

    def offer(self, given: dict[str, str]) -> None:
        """The chosen option, else the first one that says something."""
        if "selected" in given or not self.values.get(self.open_choice):
            self.values[self.open_choice] = given.get("value", "")
