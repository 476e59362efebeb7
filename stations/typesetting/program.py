"""Typeset a paper in a process of its own: `program.py SOURCE PPI [FONT FOLDER ...]`, data as JSON on stdin, the file on stdout:
a PDF where PPI is 0, else a PNG.

The typesetter keeps everything it ever set in memory (100 MB for a form of 500 stations), so it must end with each form.
Ends with NO_CHINESE_FONT where the machine has none.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typst

NO_CHINESE_FONT = 3
# In the order of preference; any one of them will do.
CHINESE = (
    "Source Han Serif SC", "Noto Serif CJK SC", "Source Han Sans SC", "Noto Sans CJK SC", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "Noto Serif SC", "Noto Sans SC", "SimSun", "SimHei", "Microsoft YaHei", "PingFang SC", "Songti SC",
    "Heiti SC", "HarmonyOS Sans SC", "AR PL UMing CN", "AR PL UKai CN", "FandolSong", "Droid Sans Fallback",
)  # fmt: skip
LATIN = ("DejaVu Sans",)


def main(source: str, ppi: str, *folders: str) -> int:
    fonts = typst.Fonts(font_paths=[folder for folder in folders if Path(folder).is_dir()])
    names = usable(fonts.families())
    if not names:
        return NO_CHINESE_FONT
    data = {**json.load(sys.stdin.buffer), "fonts": names}
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    root = str(Path(source).parent)
    kind: dict[str, Any] = {"format": "png", "ppi": float(ppi)} if int(ppi) else {"format": "pdf"}
    sys.stdout.buffer.write(typst.compile(source, root=root, font_paths=fonts, sys_inputs=inputs, **kind))
    return 0


def usable(families: Sequence[str]) -> list[str]:
    """The fonts to set the paper in, the first for what it has; none where no Chinese one is there."""
    chinese = [name for name in CHINESE if name in families]
    return [*chinese, *LATIN] if chinese else []


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
