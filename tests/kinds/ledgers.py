"""Small ledgers written in a test: a table by its headings and rows of text."""

from datetime import date
from typing import Any

from portal.kinds import KINDS
from portal.kinds.base import Assembly, Column, Context, Row, Table, Type
from portal.money import fen

FINANCE = KINDS["finance"]
TODAY = date(2026, 11, 1)

_COLUMNS = {alias: column for column in FINANCE.input for alias in column.aliases}
_KINDS = {"小计": "subtotal", "合计": "subtotal", "本月合计": "subtotal", "本年累计": "running"}
_CARRIED = {"上月结余", "承前页", "过次页", "期末余额"}


def table(headings: str, *rows: str, sheet: str = "现金账", **more: Any) -> Table:
    """A table from headings and rows divided by spaces; ``-`` is an empty cell, dates are ``5`` (March 2026) or ISO."""
    columns = [_COLUMNS[heading] for heading in headings.split()]
    made = [_row(number, columns, text.split()) for number, text in enumerate(rows, 2)]
    places = {
        column.name: (at, heading) for at, (column, heading) in enumerate(zip(columns, headings.split(), strict=True))
    }
    return Table(more.pop("file", "三月.xlsx"), sheet, places, made, layout=more.pop("layout", "L1"), **more)


def _row(number: int, columns: list[Column], cells: list[str]) -> Row:
    pairs = [(column, cell) for column, cell in zip(columns, cells, strict=True) if cell != "-"]
    values = {column.name: _value(column, cell.replace("_", " ")) for column, cell in pairs}
    summary = values.get("summary", "")
    kind = _KINDS.get(summary, "carried" if summary in _CARRIED else "line")
    return Row(number, values, kind)


def _value(column: Column, cell: str) -> Any:
    if column.type is Type.MONEY:
        return fen(cell)
    if column.type is Type.DATE:
        return date.fromisoformat(cell) if "-" in cell else date(2026, 3, int(cell))
    return int(cell) if column.type is Type.INTEGER else cell


def assembled(*tables: Table, **more: Any) -> Assembly:
    """The tables as March 2026 of a village that has published its February, unless the test says otherwise."""
    settings = {
        "period": "2026-03",
        "today": TODAY,
        "previous": {("committee", "cash"): 0},
        "previous_period": "2026-02",
    }
    return FINANCE.assemble(tables, Context(village="110101001001", **{**settings, **more}))


def checks(assembly: Assembly) -> list[tuple[str, str | None]]:
    """(check, cell) of each finding."""
    return [(finding.check, finding.cell) for finding in assembly.findings]


def book(assembly: Assembly, name: str = "cash", owner: str = "committee") -> dict[str, Any]:
    """One book of the content."""
    assert assembly.content is not None
    return next(one for one in assembly.content["books"] if (one["owner"], one["book"]) == (owner, name))
