"""The parent's side: starts the child that reads a file, watches it, and makes tables and findings of what it says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.errors import Invalid
from portal.kinds.base import Column, Finding, Kind, Level, Row, Table, letters
from portal.kinds.privacy import without_digits
from portal.sandbox import BrokenDown, Child, Refusal, TooSlow
from portal.text import N_, Message, translator
from portal.workbooks.addresses import Place, position
from portal.workbooks.containers import EMPTY
from portal.workbooks.grids import Sheet
from portal.workbooks.headings import Spec
from portal.workbooks.requests import Request, Result
from portal.workbooks.tables import Block, Problem
from portal.workbooks.values import seen

UNPACKED = 6  # a zipped workbook may unpack to so many times the largest file taken
"""64 MiB × 6 = 384 MiB: a sheet of 200,000 rows unpacks to about 100."""

TOO_LARGE = N_("The file has %(size)s MB; at most %(most)s MB are taken. Delete pictures, or upload it in parts.")
TOO_SLOW = N_(
    "The file could not be read within %(seconds)s seconds. Copy the table into a new workbook and upload that."
)
TOO_GREEDY = N_(
    "Reading the file needs too much memory: something stands very far from the table, or the file is damaged. "
    "Copy the table into a new workbook and upload that."
)
MACROS = N_("The file contains macros. They were not run; only the cells were read.")
NO_TABLE = N_("No table with known headings was found in the file. Download the template and compare the headings.")
NO_SHEET = N_("There is no sheet “%(sheet)s” in the file.")

Source = Path | str | bytes
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Limits:
    """What one file may take: seconds, bytes of memory above the reader's own, rows and columns of a sheet, bytes."""

    seconds: float = 20
    memory: int = 512 * 2**20
    rows: int = 200_000
    columns: int = 256
    size: int = 64 * 2**20


@dataclass(frozen=True)
class Extraction:
    """What a file holds: tables, findings about the file as a whole and all its cells, sheets left out and why."""

    tables: list[Table]
    findings: list[Finding] = field(default_factory=list)
    skipped: list[Message] = field(default_factory=list)


@dataclass(frozen=True)
class Grid:
    """Raw cell texts of a part of a sheet: `rows[i]` is row number `first_row` + i; `sheets` the file's visible sheets,
    `height` the number of the sheet's last row."""

    sheets: list[str]
    sheet: str
    first_row: int
    rows: list[list[str]]
    height: int


def extract(
    source: Source,
    filename: str,
    kind: Kind,
    *,
    overrides: Mapping[tuple[str, str], str] | None = None,
    mappings: Mapping[str, Mapping[int, str]] | None = None,
    limits: Limits = Limits(),
    progress: Progress | None = None,
    period: str | None = None,
    plain: bool = False,
) -> Extraction:
    """Tables of every visible sheet of a file (path or bytes; `filename` as the bookkeeper knows it).

    `overrides`: (sheet, ``F12``) → text read instead of the cell; `mappings`: layout → column index → column name (""
    to leave it out); `period`: the month, if it is known, for dates without a year; `plain`: a workbook that `filled`
    wrote, headings in row 1 and every row below a line. Findings of a table are also in `Extraction.findings`.
    Raises Invalid with a sentence for a file that cannot be read at all.
    """
    specs = [spec(column) for column in kind.input]
    request = _request("extract", source, filename, limits)._replace(
        specs=specs,
        sections=kind.sections,
        overrides=_by_sheet(overrides or {}),
        mappings=mappings or {},
        period=period,
        plain=plain,
    )
    result = run(request, limits, progress)
    labels = {column.name: column for column in kind.input}
    tables = [_table(block, filename, labels) for block in result.blocks]
    findings: list[Finding] = []
    for table in tables:  # tables side by side share columns, and what is wrong in them
        findings += [one for one in table.findings if one not in findings] if table.section else table.findings
    skipped = [Message(skip.message, {"sheet": without_digits(skip.sheet)}) for skip in result.skipped]
    if result.macros:
        skipped.append(Message(MACROS))
    if not tables:
        findings.append(Finding(Level.ERROR, "columns", Message(NO_TABLE), filename))
    if progress:
        progress(1.0)
    return Extraction(tables, findings, skipped)


def grids(source: Source, filename: str, overrides: Mapping[tuple[str, str], str] | None = None) -> list[Sheet]:
    """The raw cells of all visible sheets; Invalid as in `extract`."""
    limits = Limits()
    request = _request("grids", source, filename, limits)._replace(overrides=_by_sheet(overrides or {}))
    return run(request, limits, None).grids


def preview(source: Source, filename: str, sheet: str | None = None, first_row: int = 1, n: int = 20) -> Grid:
    """`n` rows of a sheet (default: the first) as texts, for the page where columns are matched, numbers of people
    masked; Invalid if there is no such sheet or the file cannot be read."""
    found = grids(source, filename)
    chosen = next((one for one in found if sheet is None or one.name == sheet), None)
    if chosen is None:
        raise Invalid(Message(NO_SHEET, {"sheet": sheet or ""}))
    cells = dict(zip(chosen.numbers, chosen.rows, strict=True))
    last = chosen.numbers[-1] if chosen.numbers else 0
    blank = [""] * (len(chosen.rows[0]) if chosen.rows else 0)
    rows = [
        [without_digits(seen(cell)) for cell in cells.get(r, blank)]
        for r in range(first_row, min(first_row + n, last + 1))
    ]
    return Grid([one.name for one in found], chosen.name, first_row, rows, last)


def spec(column: Column) -> Spec:
    """A column as plain data; its label counts as a heading in both languages, so that the template is read back."""
    headings = (*column.aliases, column.label, translator("zh")(column.label))
    return Spec(column.name, column.type.value, headings, column.required)


def _request(job: str, source: Source, filename: str, limits: Limits) -> Request:
    data = source if isinstance(source, bytes) else b""
    path = None if isinstance(source, bytes) else str(Path(source).resolve())
    size = len(data) if path is None else Path(path).stat().st_size
    if size > limits.size:
        raise Invalid(Message(TOO_LARGE, {"size": -(-size // 2**20), "most": limits.size // 2**20}))
    if size == 0:
        raise Invalid(Message(EMPTY))
    return Request(
        job, path, data, Path(filename).stem, None, [], "", {}, {},
        limits.memory, limits.size * UNPACKED, limits.rows, limits.columns, int(limits.seconds) + 1,
    )  # fmt: skip


def _by_sheet(overrides: Mapping[tuple[str, str], str]) -> dict[str, dict[Place, str]]:
    found: dict[str, dict[Place, str]] = {}
    for (sheet, address), text in overrides.items():
        found.setdefault(sheet, {})[position(address)] = text
    return found


def run(request: Request, limits: Limits, progress: Progress | None) -> Result:
    """The child's result; Invalid with its refusal, or because it took too long, too much memory, or broke down."""
    try:
        with Child("portal.workbooks.child", request.memory) as child:
            result: Result = child.ask(request, limits.seconds, progress)
            return result
    except Refusal as refusal:
        raise Invalid(Message(refusal.message, refusal.params)) from refusal
    except TooSlow as error:
        raise Invalid(Message(TOO_SLOW, {"seconds": int(limits.seconds)})) from error
    except BrokenDown as error:
        raise Invalid(Message(TOO_GREEDY)) from error


def _table(block: Block, filename: str, labels: Mapping[str, Column]) -> Table:
    findings = tuple(_finding(problem, block.sheet, filename, labels) for problem in block.problems)
    return Table(
        filename, block.sheet, block.columns, _rows(block), block.title, block.foot, block.layout, block.period,
        block.unknown, findings, block.section,
    )  # fmt: skip


def _rows(block: Block) -> Sequence[Row]:
    if not block.names:
        return []
    rows = typed_rows(block.names, block.cells, block.numbers)
    for at, kind in block.kinds.items():
        rows[at] = rows[at]._replace(kind=kind, marker=block.markers[at])
    return [row for row in rows if row.values or row.kind != "line"]


def typed_rows(names: Sequence[str], columns: Sequence[Sequence[Any]], numbers: Sequence[int]) -> list[Row]:
    """Columns turned into rows of values by column name, empty values absent.

    Runs for every line of a county's history: only columns that have empty cells are looked through for them.
    """
    values: list[dict[str, Any]] = [dict(zip(names, cells)) for cells in zip(*columns, strict=True)]  # noqa: B905
    for name, cells in zip(names, columns, strict=True):
        if None in cells:
            for one in values:
                if one[name] is None:
                    del one[name]
    return list(map(Row, numbers, values))


def _finding(problem: Problem, sheet: str, filename: str, labels: Mapping[str, Column]) -> Finding:
    params = {name: _param(name, value, labels) for name, value in problem.params.items()}
    cell = _address(problem.place) if problem.place else None
    message = Message(problem.message, params)
    return Finding(Level.ERROR, problem.check, message, filename, sheet, cell, problem.heading, problem.value)


def _address(place: Place) -> str:
    return f"{letters(place[1])}{place[0]}"


def _param(name: str, value: Any, labels: Mapping[str, Column]) -> Any:
    """Parameters as people read them: cells as addresses, a column by its label."""
    if isinstance(value, tuple):
        return _address(value)
    return Message(labels[value].label) if name == "label" and value in labels else value
