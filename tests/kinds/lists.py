"""Small lists in the words of files, for the tests of the kinds that are lists."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from portal.kinds.base import Assembly, Context, Finding, Kind, Level, Row, Table

TODAY = date(2026, 4, 16)


def table(kind: Kind, rows: Sequence[Mapping[str, Any]], title: str = "", sheet: str = "Sheet1") -> Table:
    """A table with these typed rows; columns stand in the order in which the rows name them, from A."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    labels = {column.name: column.label for column in kind.input}
    columns = {name: (index, labels[name]) for index, name in enumerate(names)}
    return Table("list.xlsx", sheet, columns, [Row(n, row) for n, row in enumerate(rows, 2)], title=title, layout="x")


def assembled(
    kind: Kind, rows: Sequence[Mapping[str, Any]], period: str = "2026-03", title: str = "", **more: Any
) -> Assembly:
    """What rows become; `more` are fields of the context."""
    context = Context("青禾村", period, TODAY, **more)
    return kind.assemble([table(kind, rows, title)], context)


def said(assembly: Assembly, check: str) -> list[Finding]:
    return [finding for finding in assembly.findings if finding.check == check]


def errors(assembly: Assembly) -> list[str]:
    return [finding.check for finding in assembly.findings if finding.level is Level.ERROR]
