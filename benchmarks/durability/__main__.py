"""`python -m benchmarks.durability`: the proof, or with `--control` the proof that the proof can fail. Exit code 0 if it held."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.durability.run import (
    CAREFREE,
    ENVIRONMENT,
    LAZY_WRITER,
    TARGET_P95_MS,
    Course,
    places_of,
    run,
)
from benchmarks.served import temporary_site


def main() -> int:
    options = read_options()
    course = Course(
        rate=options.rate,
        calm_s=0 if options.control else options.calm,
        seconds=options.minutes * 60,
        kills=options.kills,
        seed=options.seed,
        only_database=options.control,
    )
    with temporary_site(ENVIRONMENT | (CAREFREE if options.control else {})) as site:
        if options.control:
            site.set_server(**LAZY_WRITER)
        report = run(site, places_of(site), course)
    told, faults = report.as_dict(), report.faults()
    print(text(told))
    print("faults:", json.dumps(faults, ensure_ascii=False) if faults else "none")
    if options.json:
        options.json.write_text(json.dumps(told | {"faults": faults}, indent=2, ensure_ascii=False) + "\n")
    if options.control:
        return 0 if faults.get("lost") else 1
    p95 = told["latency_ms"].get("p95", 0)
    if p95 > TARGET_P95_MS:
        print(f"p95 of {p95} ms misses the target of {TARGET_P95_MS} ms")
    return 1 if faults or p95 > TARGET_P95_MS else 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.durability", description=__doc__)
    parser.add_argument("--rate", type=float, default=100, help="check-ins a second")
    parser.add_argument("--minutes", type=float, default=30, help="with faults")
    parser.add_argument(
        "--calm", type=float, default=60, help="seconds without faults before, for the latencies"
    )
    parser.add_argument("--kills", type=int, default=20, help="of each of database, web server and worker")
    parser.add_argument("--seed", type=int, default=20180227)
    parser.add_argument(
        "--control", action="store_true", help="synchronous_commit=off: must lose, or exits with 1"
    )
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    return parser.parse_args()


def text(told: dict[str, Any], indent: str = "") -> str:
    """The figures, a line each."""
    lines = []
    for name, value in told.items():
        shown = text(value, indent + "  ") if isinstance(value, dict) else f"{value}"
        lines.append(f"{indent}{name}:{chr(10) if isinstance(value, dict) and value else ' '}{shown}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
