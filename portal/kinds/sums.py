"""Subtotal rows (小计, 本月合计) and running ones (本年累计) checked against the lines above them."""

from collections.abc import Sequence

from portal.kinds.base import Level, Row, Table, Type
from portal.kinds.report import Report, written
from portal.text import N_


def has_unread_amounts(table: Table, columns: Sequence[str]) -> bool:
    """Is an amount unreadable? Then no sum or balance of the table can be right, and to say so would only confuse."""
    headings = {table.columns[name][1] for name in columns if name in table.columns}
    return any(finding.level is Level.ERROR and finding.column in headings for finding in table.findings)


def check_sums(table: Table, types: dict[str, Type], report: Report, is_year_so_far: bool = False) -> None:
    """Each subtotal equals the lines since the last one, or all lines of the sheet so far.

    `types` are the columns that are summed. 本年累计 can be checked from the sheet alone only where the sheet is the
    year so far (January, a year's list).
    """
    columns = [name for name in types if name in table.columns]
    if all(row.kind == "line" for row in table.rows) or has_unread_amounts(table, columns):
        return
    total, since = dict.fromkeys(columns, 0), dict.fromkeys(columns, 0)
    for row in table.rows:
        if row.kind == "line":
            for name in columns:
                amount = row.values.get(name) or 0
                total[name] += amount
                since[name] += amount
        elif row.kind == "subtotal":
            _compare(table, row, total, since, types, report)
            since = dict.fromkeys(columns, 0)
        elif row.kind == "running" and is_year_so_far:
            _compare(table, row, total, total, types, report)


def _compare(
    table: Table, row: Row, total: dict[str, int], since: dict[str, int], types: dict[str, Type], report: Report
) -> None:
    for name, expected in total.items():
        stated = row.values.get(name)
        if stated is not None and stated not in (expected, since[name]):
            report.say(
                "subtotal",
                N_(
                    "The rows above add up to %(expected)s, not %(stated)s. Correct the total or the row that is wrong."
                ),
                {"expected": written(expected, types[name]), "stated": written(stated, types[name])},
                table=table,
                row=row,
                column=name,
            )
