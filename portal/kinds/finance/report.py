"""A line of a ledger on its way to the content."""

from datetime import date
from typing import Any

from portal.kinds.base import Context, Row
from portal.kinds.finance.columns import CHECKS, INPUT
from portal.kinds.report import Report

__all__ = ["Line", "Report", "report_of"]


class Line:
    """A line on its way: its content so far, where it came from, its amounts and its balance cell.

    `says` tells how sure its words are that it is a transfer between books (`words.Traits.transfer`).
    """

    __slots__ = ("balance", "content", "day", "expense", "explicit", "income", "net", "row", "says", "table")

    def __init__(
        self, content: dict[str, Any], table: int, row: Row, day: date, income: int, expense: int, says: int
    ) -> None:
        self.content = content
        self.table = table
        self.row = row
        self.day = day
        self.income = income
        self.expense = expense
        self.net = income - expense
        self.says = says
        self.balance: int | None = None
        self.explicit: str | None = None


def report_of(context: Context) -> Report:
    """A report of the checks of a ledger."""
    return Report(context, CHECKS, INPUT)
