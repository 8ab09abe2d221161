"""Subtotal rows (小计, 本月合计) and running ones (本年累计) checked against the lines above them."""

from portal.kinds.base import Level, Row, Table
from portal.kinds.finance.report import Report
from portal.money import shown
from portal.text import N_

COLUMNS = ("income", "expense", "debit", "credit", "signed_amount")


def has_unread_amounts(table: Table) -> bool:
    """Is an amount unreadable? Then no sum or balance of the table can be right, and to say so would only confuse."""
    headings = {table.columns[name][1] for name in (*COLUMNS, "balance") if name in table.columns}
    return any(finding.level is Level.ERROR and finding.column in headings for finding in table.findings)


def check_sums(table: Table, period: str, report: Report) -> None:
    """Each subtotal equals the lines since the last one, or all lines of the sheet so far.

    本年累计 can be checked from the sheet alone only in January.
    """
    if all(row.kind == "line" for row in table.rows) or has_unread_amounts(table):
        return
    columns = [name for name in COLUMNS if name in table.columns]
    total, since = dict.fromkeys(columns, 0), dict.fromkeys(columns, 0)
    for row in table.rows:
        if row.kind == "line":
            for name in columns:
                amount = row.values.get(name) or 0
                total[name] += amount
                since[name] += amount
        elif row.kind == "subtotal":
            _compare(table, row, total, since, report)
            since = dict.fromkeys(columns, 0)
        elif row.kind == "running" and period.endswith("-01"):
            _compare(table, row, total, total, report)


def _compare(table: Table, row: Row, total: dict[str, int], since: dict[str, int], report: Report) -> None:
    for name, expected in total.items():
        stated = row.values.get(name)
        if stated is not None and stated not in (expected, since[name]):
            report.say(
                "subtotal",
                N_(
                    "The rows above add up to %(expected)s, not %(stated)s. Correct the total or the row that is wrong."
                ),
                {"expected": shown(expected), "stated": shown(stated)},
                table=table,
                row=row,
                column=name,
            )
