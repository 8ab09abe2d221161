"""Runs the measurements beside their peers and limits and writes docs/performance.md: `make bench`."""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from portal.clock import today
from tests.bench import importing, pages, paper
from tests.bench.measure import ROOT, Result

MEASUREMENTS: dict[str, Callable[[Path], list[Result]]] = {
    "backfill": importing.backfill,
    "workbook": importing.workbook,
    "load": pages.load,
    "growth": pages.growth,
    "notice": paper.notice,
}
HEAD = """# Performance

Written by `make bench`: every figure beside a peer or a limit measured in the same run, in turn where both are
short. Absolute figures move from machine to machine and from day to day: quote the ratios. `tests/bench` says how
each is taken.

Measured on {day}: {machine}.

| what | ours | peer or limit | ratio | promised | |
|---|---|---|---|---|---|
"""
REPORT = ROOT / "docs" / "performance.md"


def main() -> int:
    """Measure what is named (default: all); the report is written only by a whole run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*MEASUREMENTS, []], help="only these")
    names = parser.parse_args().names
    rows = []
    for name in names or MEASUREMENTS:
        print(f"{name} …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            for result in MEASUREMENTS[name](Path(folder)):
                rows.append(row(result))
                print(rows[-1], flush=True)
    if not names:
        REPORT.write_text(report(rows), encoding="utf-8")
    return 0


def row(result: Result) -> str:
    """A line of the table."""
    verdict = "holds" if result.holds else "**does not hold**"
    name = f"{result.name} ({result.note})" if result.note else result.name
    return (
        f"| {name} | {result.ours:,.2f} {result.unit} | {result.peer_name}: {result.peer:,.2f} {result.unit} "
        f"| {result.ratio:.2f} × | {result.promise} | {verdict} |"
    )


def report(rows: list[str]) -> str:
    """The page of docs."""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return HEAD.format(day=today().isoformat(), machine=machine) + "\n".join(rows) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
