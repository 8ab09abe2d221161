"""A voucher list (every entry of every voucher, debit and credit) reduced to what moved cash and bank."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from portal.kinds.base import Row, Table
from portal.kinds.finance.accounts import BANK, CASH, resolve
from portal.kinds.finance.books import BASIC, COMPENSATION, book_named
from portal.kinds.finance.books import CASH as CASH_BOOK
from portal.kinds.finance.report import Report
from portal.kinds.privacy import suspicious_digits
from portal.money import shown
from portal.text import N_


def is_voucher_list(rows: Sequence[Row]) -> bool:
    """Do most vouchers have several entries that balance, and some an entry of cash or bank?"""
    lines = [row for row in rows if row.kind == "line"]
    if not any(_money_account(row) for row in lines):
        return False
    groups = list(_grouped(lines))
    balanced = sum(len(group) > 1 and not _difference(group) for group in groups)
    return balanced * 2 > len(groups)


def reduced(table: Table, report: Report) -> Table:
    """The table with one row for each entry against cash or bank: columns `income`, `expense`, `book` and account."""
    rows: list[Row] = []
    lines = (row for row in table.rows if row.kind == "line")
    for group in _grouped(lines):
        if difference := _difference(group):
            report.say(
                "voucher_unbalanced",
                N_("Debit and credit of voucher %(voucher)s differ by %(difference)s. Correct its entries."),
                {"voucher": str(group[0].values.get("voucher", "")), "difference": shown(difference)},
                table=table,
                row=group[0],
                column="debit",
            )
        rows += _reduced_voucher(group, table, report)
    columns = dict(table.columns)
    columns["income"], columns["expense"] = columns["credit"], columns["debit"]
    account = columns[_account_column(table)]
    for name in ("account_code", "account_name", "book"):
        columns.setdefault(name, account)
    return replace(table, rows=rows, columns=columns)


def _grouped(rows: Iterable[Row]) -> Iterable[list[Row]]:
    """The entries of each voucher: those in a row with the same number, a blank one belonging to the one above."""
    last: tuple[Any, Any] = (None, None)

    def voucher(row: Row) -> tuple[Any, Any]:
        nonlocal last
        number = row.values.get("voucher")
        if number is not None:
            last = (row.values.get("voucher_word"), number)
        return last

    return (list(group) for _, group in groupby(rows, voucher))


def _difference(group: Sequence[Row]) -> int:
    return sum((row.values.get("debit") or 0) - (row.values.get("credit") or 0) for row in group)


def _account_column(table: Table) -> str:
    """The column in which an entry's account stands: a voucher list has one, or there would be no entry of cash."""
    return next(name for name in ("account_name", "account", "account_code") if name in table.columns)


def _account(row: Row) -> tuple[str, str]:
    values = row.values
    return str(values.get("account_code") or ""), str(values.get("account_name") or values.get("account") or "")


def _money_account(row: Row) -> str | None:
    """101 or 102 if this is an entry of cash or bank."""
    top = resolve(*_account(row)).top
    return top if top in (CASH, BANK) else None


def _reduced_voucher(group: Sequence[Row], table: Table, report: Report) -> list[Row]:
    money = [row for row in group if _money_account(row)]
    others = [row for row in group if not _money_account(row)]
    for row in money:  # its name says the book
        if kind := suspicious_digits(_account(row)[1]):
            report.private(kind, table, row, _account_column(table))
    if len(money) == 1 and others:
        return [_line(group, entry, money[0], entry, is_mirrored=True) for entry in others]
    if len(money) == 2 and not others:
        first, second = money
        return [_line(group, first, first, second), _line(group, second, second, first)]
    if money and len(others) > 1 and len({resolve(*_account(row)).top for row in others}) > 1:
        report.say(
            "voucher_mixed",
            N_("Voucher %(voucher)s has several entries of cash or bank and several accounts: check them."),
            {"voucher": str(group[0].values.get("voucher", ""))},
            table=table,
            row=group[0],
            column="voucher",
        )
    counter = max(others, key=lambda row: abs(_difference([row])), default=None)
    return [_line(group, entry, entry, counter) for entry in money]


def _line(group: Sequence[Row], entry: Row, money: Row, counter: Row | None, is_mirrored: bool = False) -> Row:
    """`entry`'s amount in the book of `money`, under the account of `counter`; mirrored if `entry` is the other side.

    What stands only on the voucher's first entry (date, number, payee) holds for all of it.
    """
    values = {**group[0].values, **entry.values}
    for name in ("account", "account_code", "account_name", "balance", "opening"):
        values.pop(name, None)
    if "entry" not in entry.values:
        values.pop("entry", None)
    debit, credit = entry.values.get("debit") or 0, entry.values.get("credit") or 0
    values["income"], values["expense"] = (credit, debit) if is_mirrored else (debit, credit)
    if counter:
        values["account_code"], values["account_name"] = _account(counter)
    values.setdefault("book", _book(money))
    return Row(entry.number, values)


def _book(money: Row) -> str:
    if _money_account(money) == CASH:
        return CASH_BOOK
    name = _account(money)[1]
    book = book_named(name) if name else BASIC
    return book if book == COMPENSATION or ("户" in name and book.startswith("other:")) else BASIC
