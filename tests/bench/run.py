"""Runs the measurements beside their peers and limits and writes docs/performance.md: `make bench`."""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from portal.clock import today
from tests.bench import boards, importing, pages, paper, photos, rosters
from tests.bench.measure import ROOT, Result

MEASUREMENTS: dict[str, Callable[[Path], list[Result]]] = {
    "backfill": importing.backfill,
    "workbook": importing.workbook,
    "load": pages.load,
    "growth": pages.growth,
    "notice": paper.notice,
    "boards": boards.boards,
    "photos": photos.photos,
    "rosters": rosters.rosters,
}
HEAD = """# Performance

Written by `make bench`: every figure beside a peer or a limit measured in the same run, in turn where both are
short. Absolute figures move from machine to machine and from day to day: quote the ratios. `tests/bench` says how
each is taken. A roster is promised to cost at most half as much again as a month of as many lines; what it keeps inside
is encrypted and hashed, so beside its publication stands the month's and the bare keeping of the same values:
encrypted, hashed with a key, inserted by the driver into tables with the same indexes.

Machine: {machine}.

| what | ours | peer or limit | ratio | promised | | measured on |
|---|---|---|---|---|---|---|
"""
REPORT = ROOT / "docs" / "performance.md"


def main() -> int:
    """Measure what is named (default: all) and put its rows into the report, in the place of earlier ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*MEASUREMENTS, []], help="only these")
    rows = earlier_rows()
    for name in parser.parse_args().names or MEASUREMENTS:
        print(f"{name} …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            for result in MEASUREMENTS[name](Path(folder)):
                rows[result.name] = row(result)
                print(rows[result.name], flush=True)
        REPORT.write_text(report(list(rows.values())), encoding="utf-8")
    return 0


def earlier_rows() -> dict[str, str]:
    """The rows of the report as it stands, by the name of what was measured."""
    if not REPORT.exists():
        return {}
    rows = [line for line in REPORT.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
    return {line.split(" | ")[0].removeprefix("| "): line for line in rows}


def row(result: Result) -> str:
    """A line of the table."""
    verdict = "holds" if result.holds else "**does not hold**"
    return (
        f"| {result.name} | {result.ours:,.2f} {result.unit} | {result.peer_name}: {result.peer:,.2f} {result.unit} "
        f"| {result.ratio:.2f} × | {result.promise} | {verdict} | {today().isoformat()} |"
    )


def report(rows: list[str]) -> str:
    """The page of docs."""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return HEAD.format(machine=machine) + "\n".join(rows) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
