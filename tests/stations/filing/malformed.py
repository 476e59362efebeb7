"""200 malformed uploads, the same ones each time: damaged, cut short, of other kinds, and made to cost memory or time."""

import gzip
import io
import json
import random
import zipfile
from collections.abc import Iterator

from tests.stations.exchange.test_import_hostile import damaged, repacked
from tests.stations.exchange.test_workbook import SHEET, with_shared_strings
from tests.stations.filing.files import GOOD, form, table

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PARTS = (
    "sheet1.xml", "workbook.xml", "styles.xml", "[Content_Types].xml", "workbook.xml.rels", "sheet3.xml", ".rels",
)  # fmt: skip


def malformed() -> Iterator[tuple[str, bytes]]:
    """Pairs of a name and a content."""
    xlsx = form(*({**GOOD, "推荐站点名称": f"站{n}"} for n in range(20)))
    csv = table(*({**GOOD, "推荐站点名称": f"站{n}"} for n in range(20)))
    for seed in range(50):
        yield f"damaged {seed}.xlsx", damaged(xlsx, seed)
    for seed in range(30):
        yield f"damaged {seed}.csv", damaged(csv, seed)
    for seed in range(35):
        part = PARTS[seed % len(PARTS)]
        yield f"inside {seed}.xlsx", repacked(xlsx, **{part: damaged(_part(xlsx, part), seed)})
    for seed in range(15):
        yield f"cut {seed}.xlsx", xlsx[: len(xlsx) * (seed + 1) // 16]
    for seed in range(20):
        yield f"random {seed}.xlsx", b"PK" * (seed % 2) + random.Random(seed).randbytes(20_000)
    yield from _other_kinds()
    yield from _costly(xlsx)


def _part(xlsx: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(xlsx)) as archive:
        return next(archive.read(one) for one in archive.namelist() if one.rsplit("/", 1)[-1] == name)


def _zip(**entries: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _other_kinds() -> Iterator[tuple[str, bytes]]:
    text = ",".join(GOOD)
    yield from {
        "picture.xlsx": b"\x89PNG\r\n\x1a\n" + bytes(2000),
        "paper.xlsx": b"%PDF-1.7\n" + b"x" * 2000,
        "program.xlsx": b"\x7fELF" + bytes(4000),
        "page.csv": b"<html><script>alert(1)</script></html>" * 50,
        "list.csv": json.dumps({"type": "FeatureCollection", "features": []}).encode(),
        "deep.csv": b"[" * 100_000,
        "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9000),
        "packed.csv": gzip.compress(text.encode()),
        "word.xlsx": _zip(**{"word/document.xml": b"<document/>", "[Content_Types].xml": b"<Types/>"}),
        "nothing inside.xlsx": _zip(),
        "zip in zip.xlsx": _zip(inner=_zip(inner=b"0" * 100_000)),
        "utf-16.csv": text.encode("utf-16"),
        "nul.csv": text.encode() + b"\n" + b"\0" * 5000,
        "one line.csv": text.encode(),
        "no headings.csv": b"1,2,3\n" * 500,
        "too wide.csv": b"," * 100_000,
        "quote.csv": text.encode() + b'\n"' + b"a" * 300_000,
        "bom.csv": b"\xef\xbb\xbf",
        "spaces.csv": b" \n" * 10_000,
        "half a character.csv": text.encode()[:-1],
    }.items()


def _costly(xlsx: bytes) -> Iterator[tuple[str, bytes]]:
    def sheet(xml: str) -> bytes:
        return repacked(xlsx, **{"sheet1.xml": SHEET.format(xml).encode()})

    rng = random.Random(1)
    noise = "".join(rng.choices("abcdefgh0123456789", k=40_000))
    headings = "".join(f'<c t="str"><v>{one}</v></c>' for one in GOOD)
    line = f"<row r='{{}}'>{'<c><v>1</v></c>' * 9}</row>"
    yield "bomb.xlsx", _zip(**{"xl/worksheets/sheet1.xml": b"0" * (90 * 1024 * 1024)})
    yield (
        "quiet bomb.xlsx",
        sheet("<row>" + "".join(f"<c><v>{n}</v></c>" for n in range(1_500_000)) + "</row>"),
    )
    yield (
        "many rows.xlsx",
        sheet(f"<row>{headings}</row>" + "".join(line.format(n) for n in range(2, 60_000))),
    )
    yield "far row.xlsx", sheet(f"<row>{headings}</row>" + line.format(2_147_483_647) + line.format(10**30))
    yield "backwards.xlsx", sheet(f"<row>{headings}</row>" + line.format(-5) + line.format(2))
    yield "far column.xlsx", sheet('<row><c r="ZZZZZZZZZZZZ1"><v>1</v></c></row>')
    yield "no column.xlsx", sheet('<row><c r="17"><v>1</v></c></row>')
    yield "long cell.xlsx", sheet(f'<row><c t="str"><v>{noise * 60}</v></c></row>')
    yield "long tag.xlsx", sheet(f'<row><c x="{noise * 60}"><v>1</v></c></row>')
    yield "long remark.xlsx", sheet(f"<!--{noise * 60}-->")
    yield "deep.xlsx", sheet("<row>" * 200_000 + "</row>" * 200_000)
    yield "deep and open.xlsx", sheet("<a>" * 300_000)
    yield "missing text.xlsx", sheet('<row><c t="s"><v>99999999</v></c><c t="s"><v>-1</v></c></row>')
    yield "big number.xlsx", sheet(f"<row>{headings}</row><row>{'<c><v>' + '9' * 5000 + '</v></c>'}</row>")
    yield "odd date.xlsx", sheet('<row><c t="d"><v>9999-99-99</v></c></row>')
    styles = f'<styleSheet xmlns="{MAIN}">' + "<xf/>" * 1_500_000 + "</styleSheet>"
    yield "styles.xlsx", repacked(xlsx, **{"styles.xml": styles.encode()})
    strings = "".join(f"<si><t>{n}</t></si>" for n in range(900_000))
    yield "strings.xlsx", with_shared_strings(f"<sst xmlns='{MAIN}'>{strings}</sst>", "<row/>")
    entity = (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        + SHEET.format("<row>&b;</row>")[21:]
    )
    yield "entities.xlsx", repacked(xlsx, **{"sheet1.xml": entity.encode()})
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(3000):
            archive.writestr(f"{number}.xml", b"")
    yield "many parts.xlsx", many.getvalue()
    emoji = ("😀" + "a" * 11 + ",") * 150 + "\n"
    yield "emoji.csv", (",".join(GOOD) + "\n" + emoji * 4000).encode()[: 5 * 1024 * 1024]
    words = ",".join("ab" for _ in range(190)) + "\n"
    yield "cells.csv", (",".join(GOOD) + "\n" + words * 8_500).encode()
    lies = bytearray(xlsx)
    for at in range(len(lies) - 4):
        if lies[at : at + 4] == b"PK\x01\x02":
            lies[at + 24 : at + 28] = (10_000).to_bytes(4, "little")  # less than what is inside
    yield "lies.xlsx", bytes(lies)
    locked = bytearray(xlsx)
    for at in range(len(locked) - 4):
        if locked[at : at + 4] == b"PK\x01\x02":
            locked[at + 8] |= 1
    yield "locked.xlsx", bytes(locked)
    yield "twice.xlsx", xlsx + xlsx[:-200]
    yield "in front.xlsx", b"PK" + noise.encode() + xlsx
    yield "loop.xlsx", repacked(xlsx, **{"workbook.xml.rels": _relations("../_rels/workbook.xml.rels")})
    yield "outside.xlsx", repacked(xlsx, **{"workbook.xml.rels": _relations("../../../../etc/passwd")})
    yield (
        "elsewhere.xlsx",
        repacked(xlsx, **{"workbook.xml.rels": _relations("http://127.0.0.1/x", external=True)}),
    )
    yield "formulas.xlsx", sheet(f"<row>{headings}</row><row>" + "<c><f>1+1</f><v>2</v></c>" * 9 + "</row>")
    yield "too long.csv", (",".join(GOOD) + "\n").encode() + b"x" * (10 * 1024 * 1024)


def _relations(target: str, *, external: bool = False) -> bytes:
    mode = ' TargetMode="External"' if external else ""
    one = f'<Relationship Id="rId1" Type="x/worksheet" Target="{target}"{mode}/>'
    return f"<Relationships>{one}</Relationships>".encode()
