"""Taking in: a county's history by `portal backfill`, one large workbook to its checked preview."""

import sqlite3
import sys
import time
from datetime import date
from pathlib import Path

import openpyxl
import polars
import python_calamine

from portal.kinds import KINDS
from portal.kinds.base import Context
from portal.workbooks import extract
from tests.bench.ledger import COLUMNS, county_csv, month_xlsx
from tests.bench.measure import PORTAL, Result, at_most, in_turn, process


def county(folder: Path, villages: int, months: int = 36) -> tuple[Path, dict[str, str]]:
    """An instance in `folder` with a backfilled county; returns its csv and the environment of its commands."""
    ledger = folder / f"ledger-{villages}.csv"
    county_csv(ledger, villages, months)
    instance = folder / f"instance-{villages}"
    environ = {"PORTAL_INSTANCE": str(instance), "PORTAL_DATABASE_URL": f"sqlite:///{instance}/portal.db"}
    process(
        [PORTAL, "init", "--county", "990110", "--name", "青禾县", "--origin", "bench.example/log", "--yes"], environ
    )
    return ledger, environ


def backfill(folder: Path) -> list[Result]:
    """324,000 rows (300 villages × 36 months × 30 lines) beside polars reading them and sqlite3 writing them."""
    ledger, environ = county(folder, 300)
    # First ours: a process begins with its parent's peak of memory, and the peer holds all rows in ours.
    seconds, memory = process([PORTAL, "backfill", ledger, "--kind", "finance", "--create-places"], environ)
    floor = in_turn(lambda: _floor(ledger, folder / "floor.db"), runs=3)[0]
    return [
        at_most("backfill of 324,000 rows", seconds, floor, "s", "polars + sqlite3.executemany", 12),
        at_most("memory of the backfill", memory, 600, "MiB", "limit", 1),
    ]


def _floor(ledger: Path, database: Path) -> None:
    database.unlink(missing_ok=True)
    rows = polars.read_csv(ledger, infer_schema=False).rows()
    connection = sqlite3.connect(database)
    connection.execute(f"CREATE TABLE line ({', '.join(COLUMNS)})")
    connection.executemany(f"INSERT INTO line VALUES ({', '.join('?' * len(COLUMNS))})", rows)
    connection.commit()
    connection.close()


def workbook(folder: Path) -> list[Result]:
    """An xlsx of 100,000 rows to a checked preview beside python-calamine and openpyxl reading it."""
    path = folder / "large.xlsx"
    month_xlsx(path, 100_000)
    ours, peer = in_turn(lambda: _preview(path), lambda: _calamine(path), runs=3)
    start = time.perf_counter()
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    count = sum(1 for _ in sheet.iter_rows(values_only=True))
    slow = time.perf_counter() - start
    print(f"  openpyxl read {count} rows in {slow:.1f} s, {slow / peer:.1f} × calamine", file=sys.stderr)
    return [at_most("xlsx of 100,000 rows to a checked preview", ours, peer, "s", "python-calamine reading it", 5)]


def _preview(path: Path) -> None:
    kind = KINDS["finance"]
    extraction = extract(path, path.name, kind)
    context = Context("990110001201", "2026-03", date(2026, 4, 2), choices={"book": "basic"})
    assembly = kind.assemble(extraction.tables, context)
    if not assembly.acceptable or len(assembly.origins) != 100_000:
        raise RuntimeError(f"not the preview that was meant: {assembly.findings[:3]} {assembly.questions[:3]}")


def _calamine(path: Path) -> None:
    python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
