"""Which way money went: 借方 and 贷方 mean different things in a day book, a voucher list and a bank's statement.

Decided for each table by its running balance (from opening to closing), else by the class of the accounts, else by
what the bookkeeper answered once; where nothing decides, a `Question`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from portal.kinds.base import Context, Question, Row, Table
from portal.kinds.finance.accounts import resolve, segment
from portal.kinds.finance.report import Report
from portal.kinds.finance.vouchers import is_voucher_list, reduced
from portal.text import N_, Message

DEBIT_IN, CREDIT_IN, IN, OUT = "debit_in", "credit_in", "in", "out"

_DEBIT_SIDE = {"借", "借方", "d", "dr", "debit"}
_IN_SIDE = {"收", "收入", "入", "存入", "转入", "in", "income", "+"}
_OUT_SIDE = {"支", "支出", "付", "出", "支取", "转出", "out", "expense", "-"}


@dataclass(frozen=True)
class Directed:
    """A table whose rows hold money in under the column `income` and money out under `expense`."""

    table: Table
    income: str
    expense: str
    decision: Message | None = None
    question: Question | None = None


def directed(table: Table, context: Context, opening: int | None, report: Report) -> Directed | None:
    """The table with its direction; None (and a finding) for one without any column of amounts.

    `opening` is what the table's book last closed with, where that is known.
    """
    table = _in_time_order(table)
    columns = table.columns
    if "income" in columns or "expense" in columns:
        return Directed(table, "income", "expense")
    if "debit" in columns and "credit" in columns:
        if not table.section and is_voucher_list(table.rows):
            return Directed(reduced(table, report), "income", "expense", _heard(table))
        return _debit_and_credit(table, context, opening)
    if "signed_amount" in columns:
        if any(row.values.get("side") for row in table.rows):
            return _with_sides(table, context, opening)
        return _signed(table, context, opening)
    if "debit" in columns or "credit" in columns:
        return _debit_and_credit(table, context, opening)
    report.say(
        "no_amounts",
        N_("This sheet has no column for money in or money out. Tell which columns they are, or leave the sheet out."),
        table=table,
    )
    return None


def _heard(table: Table) -> Message:
    return Message(
        N_("Sheet %(sheet)s is a voucher list: its entries of cash and bank were taken, with the account they face."),
        {"sheet": table.name},
    )


def _in_time_order(table: Table) -> Table:
    """Banks often put the newest first: such a table is turned round."""
    days = [day for row in table.rows if row.kind == "line" and type(day := row.values.get("date")) is date]
    return replace(table, rows=tuple(reversed(table.rows))) if days and days[0] > days[-1] else table


def _debit_and_credit(table: Table, context: Context, opening: int | None) -> Directed:
    debit_in, reason = _by_balance(table.rows, "debit", "credit", opening), N_("as the balance shows")
    if debit_in is None:
        debit_in, reason = _by_accounts(table.rows), N_("as the accounts show")
    if debit_in is None and table.section:
        debit_in, reason = True, N_("as in every account of the village's own")
    if debit_in is None:
        answer = _answer(table, context)
        debit_in, reason = (answer == DEBIT_IN if answer in (DEBIT_IN, CREDIT_IN) else None), N_("as you answered")
    sides = ("credit", "debit") if debit_in is False else ("debit", "credit")
    if debit_in is None:
        return Directed(table, *sides, question=_question(table, _is_in(table, "debit"), _is_in(table, "credit")))
    decision = Message(
        N_("Sheet %(sheet)s: “%(column)s” is money in, %(reason)s."),
        {"sheet": table.name, "column": _heading(table, sides[0]), "reason": Message(reason)},
    )
    return Directed(table, *sides, decision=decision)


def _is_in(table: Table, column: str) -> tuple[str, Message]:
    value = DEBIT_IN if column == "debit" else CREDIT_IN
    return value, Message(N_("“%(column)s” is money in"), {"column": _heading(table, column)})


def _with_sides(table: Table, context: Context, opening: int | None) -> Directed:
    """One amount and a column that says its side: made into two columns."""
    is_plain = any(_side(row) in _IN_SIDE | _OUT_SIDE for row in table.rows)
    first, second = ("income", "expense") if is_plain else ("debit", "credit")
    in_first = _IN_SIDE | _DEBIT_SIDE
    rows = [
        _moved(row, first if _side(row) in in_first else second, abs(row.values["signed_amount"]))
        if row.kind == "line" and row.values.get("signed_amount")
        else row
        for row in table.rows
    ]
    place = table.columns["signed_amount"]
    table = replace(table, rows=rows, columns={**table.columns, first: place, second: place})
    return Directed(table, first, second) if is_plain else _debit_and_credit(table, context, opening)


def _side(row: Row) -> str:
    return str(row.values.get("side") or "").strip().lower()


def _signed(table: Table, context: Context, opening: int | None) -> Directed:
    """One signed amount: the sign is the direction unless the balance says otherwise; without signs, the balance."""
    amounts = [
        row.values["signed_amount"] for row in table.rows if row.kind == "line" and row.values.get("signed_amount")
    ]
    if all(amount > 0 for amount in amounts) or all(amount < 0 for amount in amounts):
        return _unsigned(table, context, opening)
    minus_is_in = _by_balance(table.rows, "signed_amount", "", opening) is False
    rows = [_split(row, -1 if minus_is_in else 1) for row in table.rows]
    decision = Message(
        N_("Sheet %(sheet)s: a minus in “%(column)s” is money in, as the balance shows.")
        if minus_is_in
        else N_("Sheet %(sheet)s: a minus in “%(column)s” is money out."),
        {"sheet": table.name, "column": _heading(table, "signed_amount")},
    )
    return Directed(_with_rows(table, rows), "income", "expense", decision)


def _unsigned(table: Table, context: Context, opening: int | None) -> Directed:
    """All amounts of one sign: each row by its balance, else all by the sheet's words or the bookkeeper's answer."""
    sign = _by_words(table) or {IN: 1, OUT: -1}.get(_answer(table, context) or "")
    rows, decided = _by_each_balance(table.rows, opening)
    params = {"sheet": table.name, "column": _heading(table, "signed_amount")}
    if decided:
        decision = Message(N_("Sheet %(sheet)s: the balance shows which of “%(column)s” is money in and out."), params)
        return Directed(_with_rows(table, rows), "income", "expense", decision)
    rows = [_split(row, sign or 1, is_unsigned=True) for row in table.rows]
    if sign is None:
        options = (IN, Message(N_("all money in"))), (OUT, Message(N_("all money out")))
        return Directed(_with_rows(table, rows), "income", "expense", question=_question(table, *options))
    text = (
        N_("Sheet %(sheet)s: all of “%(column)s” is money in.")
        if sign > 0
        else N_("Sheet %(sheet)s: all of “%(column)s” is money out.")
    )
    return Directed(_with_rows(table, rows), "income", "expense", Message(text, params))


def _by_words(table: Table) -> int | None:
    text = f"{table.sheet} {table.title}".lower()
    is_in = any(word in text for word in ("收入", "income", "receipts"))
    is_out = any(word in text for word in ("支出", "expense", "payments", "spending"))
    return None if is_in == is_out else 1 if is_in else -1


def _by_each_balance(rows: Sequence[Row], opening: int | None) -> tuple[list[Row], bool]:
    """Each row's side by the step of the balance; True if every row after the first known balance has one."""
    directed_rows, before, is_decided = [], opening, True
    for row in rows:
        amount, balance = row.values.get("signed_amount") or 0, row.values.get("balance")
        if row.kind == "line" and amount:
            step = None if before is None or balance is None else balance - before
            if step is None and balance == amount:
                step = amount
            is_decided = is_decided and step is not None and abs(step) == abs(amount)
            row = _moved(row, "income" if (step or 0) > 0 else "expense", abs(amount))
        before = balance if balance is not None else before
        directed_rows.append(row)
    return directed_rows, is_decided


def _split(row: Row, sign: int, is_unsigned: bool = False) -> Row:
    amount = row.values.get("signed_amount")
    if row.kind != "line" or not amount:
        return row
    if is_unsigned:
        return _moved(row, "income" if sign > 0 else "expense", abs(amount))
    return _moved(row, "income" if amount * sign > 0 else "expense", abs(amount))


def _moved(row: Row, column: str, amount: int) -> Row:
    return Row(row.number, {**row.values, column: amount}, row.kind)


def _with_rows(table: Table, rows: Sequence[Row]) -> Table:
    place = table.columns["signed_amount"]
    return replace(table, rows=rows, columns={**table.columns, "income": place, "expense": place})


def _by_balance(rows: Iterable[Row], plus: str, minus: str, opening: int | None) -> bool | None:
    """True if the balance rises by `plus` and falls by `minus`, False if the other way round, None if it is silent."""
    up = down = net = 0
    before = opening
    for row in rows:
        values = row.values
        if row.kind == "line":
            net += (values.get(plus) or 0) - (values.get(minus) or 0)
        elif row.kind == "subtotal":
            continue
        balance = _balance(values)
        if balance is None:
            continue
        if before is not None and net:
            up += balance - before == net
            down += before - balance == net
        before, net = balance, 0
    return None if up == down else up > down


def _balance(values: Mapping[str, Any]) -> int | None:
    balance = values.get("balance")
    return values.get("opening") if balance is None else balance


def _by_accounts(rows: Iterable[Row]) -> bool | None:
    """The same, by the accounts' class: income in the column that is money in, an expense in the other."""
    votes = {True: 0, False: 0}
    for row in rows:
        values = row.values
        side = _segment(values) if row.kind == "line" else ""
        if side and bool(values.get("debit")) != bool(values.get("credit")):
            votes[bool(values.get("debit")) == (side == "income")] += 1
    if votes[True] == votes[False] or min(votes.values()) * 4 > max(votes.values()):
        return None
    return votes[True] > votes[False]


def _segment(values: Mapping[str, Any]) -> str:
    name = values.get("account_name") or values.get("account") or ""
    return segment(resolve(str(values.get("account_code") or ""), str(name)).code)


def _answer(table: Table, context: Context) -> str | None:
    return context.choices.get(question_key(table)) or context.choices.get(f"direction:{table.layout}")


def question_key(table: Table) -> str:
    """The key of the answer to "which column is money in?" for one table of a draft."""
    return f"direction:{table.file}:{table.name}"


def _question(table: Table, *options: tuple[str, Message]) -> Question:
    text = Message(
        N_("Nothing in sheet %(sheet)s of file %(file)s tells which amounts are money in. Which are?"),
        {"sheet": table.name or "1", "file": table.file},
    )
    return Question(question_key(table), text, options, f"direction:{table.layout}" if table.layout else None)


def _heading(table: Table, column: str) -> str:
    return (
        table.columns[column][1] if column in table.columns else {"debit": "借方", "credit": "贷方"}.get(column, column)
    )
