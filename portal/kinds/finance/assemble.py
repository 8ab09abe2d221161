"""Tables made into the content of a month: books, lines, what is wrong and what is to be asked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, overload

from portal.clock import is_period, period_of
from portal.kinds.base import Assembly, Context, Origin, Question, Table
from portal.kinds.finance import balances, sections, transfers
from portal.kinds.finance.books import Key, Sheet, sheets, sort_key
from portal.kinds.finance.columns import SUMMED
from portal.kinds.finance.direction import directed
from portal.kinds.finance.lines import Reading, read
from portal.kinds.finance.report import Line, Report, report_of
from portal.kinds.report import safe
from portal.kinds.sums import check_sums
from portal.text import N_

_UNCERTAIN = frozenset({"opening", "first_opening", "negative_cash", "balance", "closing", "unpaired_transfer"})
"""What cannot be said while a question about book or direction is open."""


class Origins(Sequence[Origin]):
    """Where each line came from, made when asked: most callers never ask."""

    def __init__(self, lines: Sequence[Line], tables: Sequence[Table]) -> None:
        self._lines, self._tables = lines, tables

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> Origin: ...
    @overload
    def __getitem__(self, index: slice) -> list[Origin]: ...
    def __getitem__(self, index: int | slice) -> Origin | list[Origin]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        line = self._lines[index]
        table = self._tables[line.table]
        return Origin(line.table, table.file, table.sheet, line.row.number)


def assemble(tables: Sequence[Table], context: Context) -> Assembly:
    """The content of a month from all its tables.

    Answers in `context.choices`: ``book:<file>:<sheet>`` (a book, or ``owner/book``; remembered as
    ``book:<layout>:<sheet>``; a section of a sheet adds its heading), ``book`` (for every table that does not say),
    ``owner`` (likewise),
    ``direction:<file>:<sheet>`` (``debit_in``, ``credit_in``, ``in``, ``out``; remembered as ``direction:<layout>``).
    Settings: ``check.<name>``, ``vague_words``, ``vague_summary_limit`` (fen), ``transfer_days``.
    Lines stand by book, then by date, then as in the file. A line without a voucher number is keyed by its date and
    its place within the date.
    """
    report = report_of(context)
    found = [finding for table in tables for finding in table.findings]
    period = _period(tables, context, report)
    if period is None:
        return Assembly(None, findings=[*found, *report.findings])
    whose = sheets(tables, context, report)
    ways = [directed(*one, report) for one in _with_opening(tables, whose, context)]
    for table in tables:
        check_sums(table, SUMMED, report, is_year_so_far=period.endswith("-01"))
    readings = [
        read(index, way, whose[index], period, context, report) for index, way in enumerate(ways) if way is not None
    ]
    sections.check_amounts(readings, report)
    silent = [whose[reading.index].question for reading in readings if reading.has_silent_lines]
    questions = [question for question in silent if question] + [way.question for way in ways if way and way.question]
    books = _lines_by_book(readings)
    _number(books, tables, report)
    questions = [replace(question, message=safe(question.message)) for question in questions]
    content = _content(period, books, readings, tables, context, report, questions)
    if not any(books.values()):
        _say_no_lines(report, bool(tables))
    return Assembly(
        content,
        Origins([line for lines in books.values() for line in lines], tables),
        [*found, *report.findings],
        questions,
        [safe(way.decision) for way in ways if way and way.decision],
    )


def no_dealings(context: Context) -> Assembly:
    """The content of a month without any dealings: no lines, every book carried over."""
    report = report_of(context)
    period = _period((), context, report)
    if period is None:
        return Assembly(None, findings=report.findings)
    balances.check_gap(context, period, report)
    previous = context.previous or {}
    books = [_book(key, [], previous[key]) for key in sorted(previous, key=sort_key)]
    content = {"period": period, "no_dealings": True, "books": books, "lines": [], "warnings": report.warnings()}
    return Assembly(content, findings=report.findings)


def _with_opening(
    tables: Sequence[Table], whose: Sequence[Sheet], context: Context
) -> list[tuple[Table, Context, int | None]]:
    previous = context.previous or {}
    return [
        (table, context, previous.get((sheet.owner, sheet.book)) if sheet.book else None)
        for table, sheet in zip(tables, whose, strict=True)
    ]


def _content(
    period: str,
    books: Mapping[Key, list[Line]],
    readings: Sequence[Reading],
    tables: Sequence[Table],
    context: Context,
    report: Report,
    questions: Sequence[Question],
) -> dict[str, Any]:
    """Openings, transfers and totals of the books, with the checks that need a whole book."""
    marked = {mark.book for reading in readings for mark in reading.marks if mark.book}
    keys = sorted({*books, *(context.previous or {}), *marked}, key=sort_key)
    opening = balances.openings(readings, keys, context, report)
    balances.check_running(readings, opening, report)
    balances.check_gap(context, period, report)
    for key, lines in books.items():
        if balances.is_cash(key):
            balances.check_cash(lines, opening[key], tables, report)
    sections.pair_transfers(readings)
    transfers.pair(books, int(context.settings.get("transfer_days", transfers.DAYS_APART)), report)
    if questions:
        report.drop(_UNCERTAIN)
    return {
        "period": period,
        "books": [_book(key, books.get(key, []), opening[key]) for key in keys],
        "lines": [line.content for lines in books.values() for line in lines],
        "warnings": report.warnings(),
    }


def _book(key: Key, lines: Sequence[Line], opening: int) -> dict[str, Any]:
    income = expense = transfer_in = transfer_out = 0
    for line in lines:
        if "transfer" in line.content:
            transfer_in += line.income
            transfer_out += line.expense
        else:
            income += line.income
            expense += line.expense
    return {
        "owner": key[0],
        "book": key[1],
        "opening": opening,
        "income": income,
        "expense": expense,
        "transfer_in": transfer_in,
        "transfer_out": transfer_out,
        "closing": opening + income - expense + transfer_in - transfer_out,
        "lines": len(lines),
    }


def _lines_by_book(readings: Sequence[Reading]) -> dict[Key, list[Line]]:
    books: dict[Key, list[Line]] = {}
    for reading in readings:
        for key, line in zip(reading.keys, reading.lines, strict=True):
            lines = books.get(key)
            if lines is None:
                lines = books[key] = []
            lines.append(line)
    for lines in books.values():
        lines.sort(key=lambda line: line.day)
    return {key: books[key] for key in sorted(books, key=sort_key)}


def _number(books: Mapping[Key, list[Line]], tables: Sequence[Table], report: Report) -> None:
    """Entry numbers and keys: the file's own numbers first, the free ones in order for the rest."""
    for (owner, book), lines in books.items():
        prefix = f"{owner}:{book}:"
        taken: set[tuple[str, str]] = set()
        for line in lines:
            if line.explicit is not None:
                _take(line, taken, tables, report)
        last: dict[str, int] = {}
        for line in lines:
            content = line.content
            voucher = content.get("voucher") or content["date"]
            entry = content["entry"]
            if not entry:
                number = last.get(voucher, 0) + 1
                while taken and (voucher, str(number)) in taken:
                    number += 1
                last[voucher] = number
                entry = content["entry"] = str(number)
            content["key"] = f"{prefix}{voucher}:{entry}"


def _take(line: Line, taken: set[tuple[str, str]], tables: Sequence[Table], report: Report) -> None:
    """Give the line its own entry number; one that is taken is an error, and the line gets a free one."""
    content = line.content
    voucher = content.get("voucher") or content["date"]
    assert line.explicit is not None
    if (voucher, line.explicit) in taken:
        report.say(
            "entry_duplicate",
            N_("Voucher %(voucher)s has entry %(entry)s twice. Give each row of a voucher its own number."),
            {"voucher": voucher, "entry": line.explicit},
            table=tables[line.table],
            row=line.row,
            column="entry",
        )
        return
    taken.add((voucher, line.explicit))
    content["entry"] = line.explicit


def _say_no_lines(report: Report, has_tables: bool) -> None:
    report.say(
        "no_lines",
        N_("The files have no rows with amounts. If there were no dealings this month, say so with “No dealings”.")
        if has_tables
        else N_(
            "No table was found in the files. Use the template, or a sheet with one row of headings above the rows."
        ),
    )


def _period(tables: Sequence[Table], context: Context, report: Report) -> str | None:
    """The month: as given, else as the titles say, else the one in which most dates are."""
    titles = [(table, table.period) for table in tables if table.period and is_period(table.period)]
    period = context.period or next((title for _, title in titles), None) or _period_of_dates(tables)
    if period is None or not is_period(period):
        report.say("period_unknown", N_("The files do not say which month this is. Give the month, e.g. 2026-03."))
        return None
    for table, title in titles:
        if title != period:
            report.say(
                "period_title",
                N_("The sheet's title says %(title)s, but this is for %(period)s. Take the right file or month."),
                {"title": title, "period": period},
                table=table,
            )
    if period > period_of(context.today):
        report.say(
            "period_future",
            N_("%(period)s has not begun yet. Give the month that the rows belong to."),
            {"period": period},
        )
    return period


def _period_of_dates(tables: Sequence[Table]) -> str | None:
    days = (row.values.get("date") for table in tables for row in table.rows if row.kind == "line")
    months = Counter((day.year, day.month) for day in days if day is not None and hasattr(day, "year"))
    if not months:
        return None
    (year, month), _ = months.most_common(1)[0]
    return f"{year:04d}-{month:02d}"
