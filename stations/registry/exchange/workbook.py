"""The sheets of an XLSX file as streams of rows, in memory that does not depend on what the file holds.

openpyxl builds trees of whole rows and parts and walks through every row that a file pretends to skip, so that a small file can
cost gigabytes or hours. Here a parser only sees one element at a time, and a budget counts what passes.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel, from_ISO8601

from stations.formulas import restored
from stations.registry.exchange.table import MAX_CELLS, MAX_COLUMNS, FileError, Row
from stations.registry.rules import RuleError

MAX_ENTRIES = 1_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 200  # a sheet of text packs to about a tenth
MAX_TAGS = 6_000_000  # 20,000 rows of 20 columns have a third
MAX_KEPT = 800_000  # cells, and the texts that they share
MAX_PIECES = 16  # of a cell's text, each of at most CHUNK
MAX_CHARACTERS = 20_000_000
MAX_TOKEN = 1024 * 1024  # a tag with its attributes, or a comment, which the parser holds as a whole
CHUNK = 64 * 1024

Start = Callable[[str, dict[str, str]], None]
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_DIRECTORY_ENTRY = b"PK\x01\x02"


class Workbook:
    """An opened file: its sheets, and the rows of each. FileError, or what zip and XML raise, where it is damaged."""

    def __init__(self, content: bytes) -> None:
        _check_zip(content)
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self.budget = _Budget()
        self._paths: dict[str, str] = {}  # of each sheet, by its name
        self._epoch = WINDOWS_EPOCH
        self._read_structure()

    @property
    def sheets(self) -> list[str]:
        return list(self._paths)

    def rows(self, sheet: str) -> Iterator[Row]:
        """The rows that hold anything, numbered as a spreadsheet shows them."""
        reader = _SheetReader(self)
        for _ in self._elements(self._paths[sheet], reader.start, reader.end, reader.text):
            yield from reader.taken()

    def _read_structure(self) -> None:
        main = next(
            (path for kind, path in self._related("_rels/.rels", "").values() if kind == "officeDocument"), ""
        )
        found: list[tuple[str, str]] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "sheet":
                bare = {key.rsplit(":", 1)[-1]: value for key, value in attributes.items()}
                found.append((bare["name"], bare["id"]))
            elif tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
                self._epoch = MAC_EPOCH

        self._parse(main, start)
        folder, name = posixpath.split(main)
        related = self._related(f"{folder}/_rels/{name}.rels".lstrip("/"), folder)
        self._paths = {name: related[key][1] for name, key in found if related[key][0] == "worksheet"}
        parts = dict(related.values())
        self.dates = self._read_dates(parts["styles"]) if "styles" in parts else {}
        self.strings = self._read_strings(parts["sharedStrings"]) if "sharedStrings" in parts else []

    def _related(self, path: str, folder: str) -> dict[str, tuple[str, str]]:
        """From the id of each relation to the last word of its type and the path of its part."""
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
                found[attributes["Id"]] = (attributes["Type"].rsplit("/", 1)[-1], target)

        self._parse(path, start)
        return found

    def _read_dates(self, path: str) -> dict[str, bool]:
        """Which cell styles show dates, by their number; True: a duration."""
        formats = {str(number): text for number, text in BUILTIN_FORMATS.items()}
        styles: list[str] = []
        inside = False

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal inside
            if tag == "numFmt":
                formats[attributes["numFmtId"]] = attributes.get("formatCode", "")
            elif tag in ("cellXfs", "dxfs", "cellStyles", "cellStyleXfs"):
                inside = tag == "cellXfs"
            elif tag == "xf" and inside:
                styles.append(formats.get(attributes.get("numFmtId", "0"), ""))

        self._parse(path, start)
        return {
            str(number): bool(is_timedelta_format(text))
            for number, text in enumerate(styles)
            if text and is_date_format(text)
        }

    def _read_strings(self, path: str) -> list[str]:
        strings: list[str] = []
        parts: list[str] = []
        spoken = taking = False

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal spoken, taking
            if tag == "si":
                parts.clear()
            spoken = spoken or tag == "rPh"  # how a text is pronounced is no part of it
            taking = tag == "t" and not spoken

        def end(tag: str) -> None:
            nonlocal spoken, taking
            taking = False
            if tag == "rPh":
                spoken = False
            elif tag == "si":
                strings.append(self.budget.kept(_plain("".join(parts))))

        def text(piece: str) -> None:
            if taking:
                parts.append(piece)
                _check_length(parts)

        self._parse(path, start, end, text)
        return strings

    def _parse(self, path: str, start: Start, end: Any = None, text: Any = None) -> None:
        for _ in self._elements(path, start, end, text):
            pass

    def _elements(self, path: str, start: Start, end: Any, text: Any) -> Iterator[None]:
        """Parse a part; gives back control after each piece of it."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        if text:
            parser.CharacterDataHandler = text

        def handle(start: Start, end: Any) -> None:
            parser.StartElementHandler = start
            if end:
                parser.EndElementHandler = end

        def at_root(tag: str, attributes: dict[str, str]) -> None:
            """Nearly always no element has a prefix; where they have, it is taken off."""
            handle(start, end)
            if ":" in tag:
                handle(
                    lambda tag, attributes: start(tag.rsplit(":", 1)[-1], attributes),
                    end and (lambda tag: end(tag.rsplit(":", 1)[-1])),
                )

        parser.StartElementHandler = at_root
        fed = 0
        with self._archive.open(path) as part:
            while piece := part.read(CHUNK):
                self.budget.take_tags(piece.count(b"<"))
                parser.Parse(piece, False)
                fed += len(piece)
                if fed - parser.CurrentByteIndex > MAX_TOKEN:
                    raise FileError("zip_bomb", reason=f"> {MAX_TOKEN} B")
                yield
            parser.Parse(b"", True)
            yield

    def number(self, text: str, style: str) -> Any:
        """The value of a numeric cell: a date where its style shows one."""
        value = float(text) if re.search("[.eE]", text) else int(text)
        if style in self.dates:
            return from_excel(value, self._epoch, timedelta=self.dates[style])
        return value


class _SheetReader:
    """Puts the cells of a sheet together to rows."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._rows: list[Row] = []
        self._number = 0
        self._texts: dict[int, str] = {}
        self._faults: list[tuple[int, RuleError]] = []
        self._position = -1
        self._type = self._style = ""
        self._parts: list[str] | None = None  # of the element that is being read
        self._value = self._formula = self._inline = ""
        self._is_formula = self._spoken = False

    def taken(self) -> list[Row]:
        rows, self._rows = self._rows, []
        return rows

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            reference = attributes.get("r")
            self._position = _column(reference) if reference else self._position + 1
            self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._value = self._formula = self._inline = ""
            self._is_formula = False
        elif tag in ("v", "t", "f"):
            self._parts = None if self._spoken else []
        elif tag == "rPh":
            self._spoken = True
        elif tag == "row":
            number = attributes.get("r")
            self._number = int(number) if number else self._number + 1
            self._texts, self._faults, self._position = {}, [], -1

    def text(self, piece: str) -> None:
        if self._parts is not None:
            self._parts.append(piece)
            _check_length(self._parts)

    def end(self, tag: str) -> None:
        if tag == "c":
            self._take_cell()
        elif tag == "v":
            self._value = self._read()
        elif tag == "t":
            self._inline += self._read()
        elif tag == "f":
            self._is_formula, self._formula = True, self._read()
        elif tag == "rPh":
            self._spoken = False
        elif tag == "row" and self._texts:
            width = max(self._texts) + 1
            cells = tuple(self._texts.get(position, "") for position in range(width))
            self._rows.append(Row(self._number, cells, tuple(self._faults)))

    def _read(self) -> str:
        text, self._parts = "".join(self._parts or ()), None
        return text

    def _take_cell(self) -> None:
        if self._position >= MAX_COLUMNS:
            return
        text, fault = self._cell()
        if fault:
            self._faults.append((self._position, fault))
        if text:
            self._texts[self._position] = self._book.budget.kept(text)

    def _cell(self) -> tuple[str, RuleError | None]:
        if self._is_formula:
            return f"={self._formula}", RuleError("formula")
        if self._type == "s":
            return (self._book.strings[int(self._value)] if self._value else ""), None
        if self._type == "inlineStr":
            return _plain(self._inline), None
        if self._type == "str":
            return _plain(self._value), None
        if self._type == "e":
            return self._value, RuleError("cell_error", given=self._value)
        if not self._value:
            return "", None
        if self._type == "b":
            return cell_text(bool(int(self._value))), None
        if self._type == "d":
            return cell_text(from_ISO8601(self._value)), None
        try:
            return cell_text(self._book.number(self._value.strip(), self._style)), None
        except (OverflowError, ValueError):
            return self._value, RuleError("cell_error", given="#VALUE!")


class _Budget:
    """Counts what a whole workbook costs; FileError when it is more than a table needs."""

    def __init__(self) -> None:
        self._tags = self._cells = self._characters = 0

    def take_tags(self, count: int) -> None:
        self._tags += count
        if self._tags > MAX_TAGS:
            raise FileError("zip_bomb", reason=f"> {MAX_TAGS} XML")

    def kept(self, text: str) -> str:
        """A text that stays in memory, counted."""
        self._cells += 1
        self._characters += len(text)
        if self._cells > MAX_KEPT or self._characters > MAX_CHARACTERS:
            raise FileError("too_many_cells", limit=MAX_CELLS)
        return text


def cell_text(value: Any) -> str:
    """A value as a person would type it: no “.0” behind whole numbers, dates as 2026-03-31."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return restored(str(value))


def _check_zip(content: bytes) -> None:
    """Count and size of the packed files; zipfile reads no entry beyond the size that its header tells."""
    if content.count(_DIRECTORY_ENTRY) > MAX_ENTRIES:
        raise FileError("zip_bomb", reason=f"> {MAX_ENTRIES}")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise FileError("malformed", reason="zip")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED or (unpacked > 1024**2 and unpacked > MAX_RATIO * len(content)):
        raise FileError("zip_bomb", reason=f"{len(content)} -> {unpacked} B")


def _column(reference: str) -> int:
    """27 of "AB12"; everything far to the right is one column that is not read."""
    position = 0
    for letter in reference:
        if not "A" <= letter <= "Z":
            break
        position = position * 26 + ord(letter) - 64
        if position > MAX_COLUMNS:
            return MAX_COLUMNS
    if not position:
        raise FileError("malformed", reason=f"cell {reference[:20]}")
    return position - 1


def _plain(text: str) -> str:
    """As it was meant: without the _x000D_ for what XML cannot hold, and without the apostrophe before a formula."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return restored(text) if text.startswith("'") else text


def _check_length(pieces: list[str]) -> None:
    if len(pieces) > MAX_PIECES:
        raise FileError("zip_bomb", reason="cell")


def _refuse_doctype(*_: Any) -> None:
    raise FileError("malformed", reason="DOCTYPE")
