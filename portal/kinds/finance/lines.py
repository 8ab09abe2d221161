"""Rows of a table made into lines of books: date, voucher, account, payee, and what each row alone may have wrong."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from portal.clock import period_bounds
from portal.kinds.base import Context, Row, Table
from portal.kinds.finance import words
from portal.kinds.finance.accounts import Resolved, resolve
from portal.kinds.finance.books import CASH, Key, Sheet, book_named, book_of_voucher, owner_named, printable
from portal.kinds.finance.direction import Directed
from portal.kinds.finance.report import Line, Report
from portal.kinds.payees import hide_names, is_organisation, masked, normalised, people
from portal.kinds.privacy import has_digits, is_personal, suspicious_digits, without_digits
from portal.money import shown
from portal.text import N_

TEXTS = ("payee", "handler", "witness", "approver", "document", "note")
_ACCOUNTS = ("account_code", "account", "account_name")
_BOOKS = ("book", "owner")
_CHECKED = ("summary", *_ACCOUNTS, *_BOOKS, "entry", *TEXTS)
"""The texts in which a number of a person is an error; `voucher_of` sees to the voucher."""
_JOINED = str.maketrans("", "", "./:-")
"""What the numbers of accounts and the names of books lose on their way into a line."""
_INVOICE = re.compile(r"(?<!\d)(?:\d{8}|\d{10}|\d{12}|\d{20})(?![\dxX])")
"""Invoice codes and numbers, which may stand in the column of papers."""


_WITHOUT_LINE = {"opening", "village", "period", "book", "owner"}
"""A row that holds only these states an opening, and needs no amount."""


@dataclass(frozen=True)
class Mark:
    """A row that states a balance (承前页, 上月结余, 过次页), after `position` lines of its table."""

    row: Row
    position: int
    book: Key | None
    amount: int | None
    is_aside: bool = False
    """Stands beside money that moved in another book, so it is no statement of where this book begins."""


@dataclass
class Reading:
    """One table read: its lines in file order, the book of each, its marks, and openings stated in a column."""

    table: Table
    index: int
    income: str
    expense: str
    lines: list[Line] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    openings: dict[Key, tuple[int, Row]] = field(default_factory=dict)
    has_unread_days: bool = False
    """Was a row left out for its day? Its amount is missing then, and no balance below it is to blame."""
    has_silent_lines: bool = False
    """Does a line say its book neither itself nor by its voucher word? Then its sheet must."""
    idle: list[Row] = field(default_factory=list)
    """Rows of a section that move nothing in its book."""
    faulty: set[str] = field(default_factory=set)
    """Numbers of rows with a cell that could not be read."""


def read(index: int, one: Directed, sheet: Sheet, period: str, context: Context, report: Report) -> Reading:
    """Lines of one table; rows that cannot be one (no date, no amount) are reported and left out."""
    reading = Reading(one.table, index, one.income, one.expense)
    _Reader(reading, sheet, period, context, report).run()
    return reading


class _Reader:
    """Reads one table; an object because a row needs what the row above said."""

    def __init__(self, reading: Reading, sheet: Sheet, period: str, context: Context, report: Report) -> None:
        self.reading, self.table, self.sheet, self.report = reading, reading.table, sheet, report
        self.period, self.year = period, int(period[:4])
        self.first, self.last = period_bounds(period)
        self.days: dict[Any, tuple[str, bool]] = {}
        self.books: dict[str, Key] = {}
        self.known: dict[tuple[Any, Any, Any], Resolved] = {}
        self.day: date | None = None
        self.voucher = ""
        self.unknown_accounts: dict[str | None, tuple[Row, Resolved]] = {}
        self.without_account: list[Row] = []
        self.without_voucher: list[Row] = []
        self.own_book = sheet.book if reading.table.section else None
        self.faulty_rows = reading.faulty
        self.faulty_rows |= {
            finding.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for finding in reading.table.findings if finding.cell
        }
        vague_words = context.settings.get("vague_words")
        self.traits = words.reader(words.VAGUE_WORDS if vague_words is None else tuple(vague_words))
        self.vague_limit = int(context.settings.get("vague_summary_limit", words.VAGUE_LIMIT))
        columns = reading.table.columns
        self.has_entries = "entry" in columns and "序" not in columns["entry"][1]

    def run(self) -> None:
        table, rows = self.table, self.table.rows
        joined = (text.translate(_JOINED) for text in _texts(table, (*_ACCOUNTS, *_BOOKS)))
        self.has_private = has_digits(_texts(table, _CHECKED)) or has_digits(joined)
        self.has_long_vouchers = "voucher_word" in table.columns or has_digits(_texts(table, ("voucher",)))
        has_balance, has_opening = "balance" in table.columns, "opening" in table.columns
        reading, income_name, expense_name = self.reading, self.reading.income, self.reading.expense
        traits, vague_limit, days, known = self.traits, self.vague_limit, self.days, self.known
        names_book = "book" in table.columns or "owner" in table.columns or income_name not in table.columns
        plain_vouchers = not self.has_long_vouchers
        texts = [name for name in TEXTS if name in table.columns]
        for row in rows:
            values = row.values
            get = values.get
            if row.kind != "line":
                self.mark(row)
                continue
            summary = get("summary") or ""
            if type(summary) is not str:
                summary = str(summary)
            income, expense = get(income_name) or 0, get(expense_name) or 0
            trait = traits(summary)
            if trait.opening:
                self.mark(row)
                continue
            if (not income) == (not expense) and not self.is_one_sided(row, income, expense):
                continue
            day: Any = get("date")
            seen = days.get(day)
            if seen is None:
                own = self.date_of(row)
                if own is None:
                    reading.has_unread_days = True
                    continue
                day, seen = own, days[own]
            if not seen[1]:
                self.outside(row, day)
            voucher = get("voucher") if plain_vouchers else None
            if type(voucher) is str and voucher:
                self.voucher = voucher
            else:
                voucher = self.voucher_of(row, day)
            self.day = day
            key = self.book_of(values, voucher) if names_book else self.books.get(voucher)
            if key is None:
                key = self.books[voucher] = self.book_of(values, voucher)
            content: dict[str, Any] = {"key": "", "owner": key[0], "book": key[1], "date": seen[0]}
            if voucher:
                content["voucher"] = voucher
            else:
                self.without_voucher.append(row)
            content["entry"] = ""
            content["summary"] = summary
            written = get("account_code"), get("account_name"), get("account")
            resolved = known.get(written)
            if resolved is None:
                resolved = known[written] = _resolved(*written)
            if resolved.code:
                content["account"] = resolved.code
            if resolved.name:
                content["account_name"] = resolved.name
            if resolved.check or not resolved.name:
                self.doubtful_account(row, resolved)
            if income:
                content["income"] = income
            if expense:
                content["expense"] = expense
            for name in texts:
                text = get(name)
                if text is not None and text != "":
                    content[name] = text if type(text) is str else str(text)
            line = Line(content, reading.index, row, day, income, expense, trait.transfer)
            if has_balance:
                line.balance = get("balance")
            if self.has_entries and (entry := get("entry")) is not None:
                line.explicit = without_digits(str(entry)) if self.has_private else str(entry)
            if has_opening and key not in reading.openings and (opening := get("opening")) is not None:
                reading.openings[key] = (opening, row)
            if self.has_private:
                self.private(row, content)
            if "payee" in content:
                payee = content["payee"] = normalised(content["payee"])
                if not payee:
                    del content["payee"]
                elif trait.relief or words.is_relief(content.get("account_name", "")):
                    _mask(content, payee)
            if not summary:
                self.say("summary_missing", N_("The row has no summary. Write what the money was for."), row, "summary")
            elif trait.vague and abs(line.net) > vague_limit:
                self.vague(row, content, line)
            reading.lines.append(line)
            reading.keys.append(key)
        self.say_gathered()

    def say(self, check: str, text: str, row: Row, column: str, **params: Any) -> None:
        self.report.say(check, text, params, table=self.table, row=row, column=column)

    def mark(self, row: Row) -> None:
        """Keep a row that states a balance; subtotals are checked elsewhere (`sums`)."""
        if row.kind in ("subtotal", "running"):
            return
        values = row.values
        amount = values.get("balance")
        if amount is None:
            amount = values.get("opening")
        if amount is None:
            income, expense = values.get(self.reading.income), values.get(self.reading.expense)
            if not self.reading.lines and (income is None) != (expense is None):
                amount = (income or 0) - (expense or 0)
        says = values.get("book") or values.get("voucher") or self.sheet.book
        key = self.book_of(values, str(values.get("voucher") or "")) if says else None
        self.reading.marks.append(Mark(row, len(self.reading.lines), key, amount))

    def is_one_sided(self, row: Row, income: int, expense: int) -> bool:
        """Reports a row with both amounts or with none; False (skip the row) in the latter case."""
        if income and expense:
            self.say(
                "one_side",
                N_("The row has both money in and money out. Write them in two rows."),
                row,
                self.reading.expense,
            )
            return True
        if self.table.section:
            self.pass_over(row)
        else:
            say_no_amount(self.reading, row, self.report)
        return False

    def pass_over(self, row: Row) -> None:
        """A row that moves money in another section only: it says the day and the voucher for blank cells below it,
        and perhaps what this book holds."""
        self.reading.idle.append(row)
        day = row.values.get("date")
        day = (day if type(day) is date else _own_date(row.values, self.year, self.day)) or self.day
        if day:
            self.voucher_of(row, day)
            self.day = day
        if held := row.values.get("balance"):
            key = self.book_of(row.values, self.voucher)
            self.reading.marks.append(Mark(row, len(self.reading.lines), key, held, is_aside=True))

    def date_of(self, row: Row) -> date | None:
        """The row's date: its own, put together from year, month and day, or the one above in the same voucher."""
        day = row.values.get("date")
        if type(day) is not date:
            day = _own_date(row.values, self.year, self.day)
        voucher = row.values.get("voucher")
        if day is None and self.day and (voucher is None or str(voucher) == self.voucher):
            day = self.day
        if day is None:
            if str(row.number) not in self.faulty_rows:
                self.say("date_missing", N_("The row has no date. Write the day, e.g. 2026-03-05."), row, "date")
            return None
        if day not in self.days:
            self.days[day] = (day.isoformat(), self.first <= day <= self.last)
        return day

    def outside(self, row: Row, day: date) -> None:
        self.say(
            "date_outside",
            N_("%(date)s is not in %(period)s. Correct the date, or put the row into its own month."),
            row,
            "date" if "date" in self.table.columns else "day",
            date=day.isoformat(),
            period=self.period,
        )

    def voucher_of(self, row: Row, day: date) -> str:
        """The voucher number with its word; a blank one below the same date continues the voucher above."""
        voucher = row.values.get("voucher")
        if voucher is None or voucher == "":
            if "date" not in row.values and "day" not in row.values and day == self.day:
                return self.voucher
            self.voucher = ""
            return ""
        voucher = voucher if type(voucher) is str else str(voucher)
        if word := row.values.get("voucher_word"):
            word = unicodedata.normalize("NFKC", str(word)).strip().removesuffix("字")
            voucher = voucher if voucher.startswith(word) else f"{word}-{voucher}"
        if self.has_long_vouchers and (kind := suspicious_digits(voucher)):
            voucher = self.private_voucher(row, voucher, kind)
        self.voucher = voucher
        return voucher

    def private_voucher(self, row: Row, voucher: str, kind: str) -> str:
        """A number of a person is an error here too; a bank's serial number is no voucher's, and left out as too long
        to be told from a card's."""
        if "流水" in self.table.columns["voucher"][1]:
            return ""
        word = str(row.values.get("voucher_word") or "")
        self.say_private(row, "voucher_word" if suspicious_digits(word) else "voucher", kind)
        return without_digits(voucher)

    def book_of(self, values: Mapping[str, Any], voucher: str) -> Key:
        text = values.get("book")
        book = self.own_book or (book_named(str(text)) if text else "")
        if not book:
            book = (book_of_voucher(voucher, self.sheet.book) if voucher else self.sheet.book) or ""
        if not book:
            book, self.reading.has_silent_lines = CASH, True
        text = values.get("owner")
        return (owner_named(str(text)) or self.sheet.owner) if text else self.sheet.owner, book

    def doubtful_account(self, row: Row, resolved: Resolved) -> None:
        if resolved.check == "account_disagrees":
            self.wrong_account(row, resolved)
        elif resolved.check:
            self.unknown_accounts.setdefault(resolved.name, (row, resolved))
        else:
            self.without_account.append(row)

    def wrong_account(self, row: Row, resolved: Resolved) -> None:
        assert resolved.check and resolved.problem
        self.say(resolved.check, resolved.problem.id, row, self.account_column(row), **resolved.problem.params)

    def account_column(self, row: Row) -> str:
        return next((name for name in _ACCOUNTS if row.values.get(name)), "account")

    def private(self, row: Row, content: dict[str, Any]) -> None:
        """Numbers of people are an error at their cell, and in no case part of the content."""
        found: dict[str, str] = {}
        for name in _CHECKED:
            text = row.values.get(name)
            if text is not None and (kind := _private_in(name, str(text))):
                found[name] = kind
        for name, text in content.items():
            if type(text) is str and (kind := _private_in(name, text)):
                content[name] = without_digits(text)
                if name in _ACCOUNTS and not found.keys() & {*_ACCOUNTS}:  # what only became one: 138.0013.8000
                    found[self.account_column(row)] = kind
        for name, kind in found.items():
            self.say_private(row, name, kind)

    def say_private(self, row: Row, column: str, kind: str) -> None:
        self.report.private(kind, self.table, row, column)

    def vague(self, row: Row, content: dict[str, Any], line: Line) -> None:
        self.report.say(
            "summary_vague",
            N_("“%(summary)s” for %(amount)s yuan says too little. Write what was bought or paid, one row for each."),
            {"summary": content["summary"], "amount": shown(line.expense or line.income)},
            table=self.table,
            row=row,
            column="summary",
            line=line,
        )

    def say_gathered(self) -> None:
        """One finding for each unknown account, and one for all rows without account or voucher."""
        account = next((name for name in reversed(_ACCOUNTS) if name in self.table.columns), "account")
        for row, resolved in self.unknown_accounts.values():
            self.wrong_account(row, resolved)
        if self.without_account:
            text = N_("%(n)s lines have no account: the chart of income and spending shows them as “not stated”.")
            self.say("account_missing", text, self.without_account[0], account, n=len(self.without_account))
        if self.without_voucher:
            text = N_(
                "%(n)s lines have no voucher number and are numbered by date. Write the numbers if there are any."
            )
            self.say("voucher_missing", text, self.without_voucher[0], "voucher", n=len(self.without_voucher))


def say_no_amount(reading: Reading, row: Row, report: Report) -> None:
    """Report a row that moves nothing, unless one of its cells could not be read or it only states an opening."""
    if str(row.number) in reading.faulty or not row.values.keys() - _WITHOUT_LINE:
        return
    report.say(
        "one_side",
        N_("The row has no amount. Write the money in or the money out, or delete the row."),
        table=reading.table,
        row=row,
        column=reading.income if reading.income in reading.table.columns else reading.expense,
    )


def _mask(content: dict[str, Any], payee: str) -> None:
    """Who gets relief is surname + 某, in the payee's place and wherever the full name stands in the line."""
    if is_organisation(payee):
        return
    names = people(payee)
    content["payee"] = masked(payee)
    for name in ("summary", "handler", "witness", "document", "note", "account_name"):
        if name in content:
            content[name] = hide_names(normalised(content[name]), names)


def _resolved(code: Any, name: Any, either: Any) -> Resolved:
    """The account of three cells: its code, its name, and a column that may hold either."""
    if either and not name:
        name = either
    elif either and not code and str(either)[0].isdigit():
        code = either
    return resolve(str(code or ""), str(name or ""))


def _texts(table: Table, names: tuple[str, ...]) -> list[str]:
    """All texts of some columns of a table, each distinct one once."""
    values = [row.values for row in table.rows]
    texts: set[Any] = set()
    for name in table.columns.keys() & names:
        texts.update([one[name] for one in values if name in one])
    return [str(text) for text in texts]


def _private_in(name: str, text: str) -> str | None:
    """The kind of number that a text of this column holds; a book's name is looked at as it would be printed."""
    if name == "document" and _is_invoice(text):
        return None
    return suspicious_digits(printable(text) if name in _BOOKS else text)


def _is_invoice(text: str) -> bool:
    """Is nothing left that could be another's number once the invoice codes and numbers are taken out?"""
    rest = _INVOICE.sub(lambda run: run[0] if is_personal(run[0]) else "#", normalised(text))
    return suspicious_digits(rest) is None


def _own_date(values: Mapping[str, Any], year: int, above: date | None) -> date | None:
    day = values.get("date")
    if isinstance(day, datetime):
        return day.date()
    if isinstance(day, date):
        return day
    if values.get("day") is None:
        return None
    month = values.get("month") or (above.month if above else None)
    try:
        return date(int(values.get("year") or year), int(month), int(values["day"])) if month else None
    except (ValueError, TypeError, OverflowError):
        return None
