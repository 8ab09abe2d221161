"""Kinds that are lists: rows become lines, with the checks that all lists share; a `Recipe` says what is special."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.clock import MONTH, grain_of, period_bounds
from portal.kinds import subjects
from portal.kinds.base import NOTHING, Assembly, Column, Context, Level, Origin, Privacy, Question, Row, Table, Type
from portal.kinds.privacy import LABELS, suspicious_digits, without_digits
from portal.kinds.report import Report
from portal.kinds.sums import check_sums
from portal.text import N_, Message

SERIAL = Column("serial", N_("No."), Type.TEXT, ("序号", "编号", "序", "no", "no."), privacy=Privacy.INTERNAL)
"""The running number that lists have in front; it is read so that it is known, and left out."""
SUBJECT = Column("subject", N_("Subject"), Type.CODE, is_technical=True)
"""The column of lines that are about a subject (`Kind.subject`)."""

CHECKS: Mapping[str, Level] = {
    "no_lines": Level.ERROR,
    "period_unknown": Level.ERROR,
    "period_title": Level.ERROR,
    "period_future": Level.ERROR,
    "missing": Level.ERROR,
    "negative": Level.ERROR,
    "subtotal": Level.ERROR,
    "private_number": Level.ERROR,
}
"""The checks of every list; a kind adds its own."""

CHECK_LABELS = {
    "no_lines": N_("Files without any row"),
    "period_unknown": N_("Files that do not say their period"),
    "period_title": N_("A title that names another period"),
    "period_future": N_("A period that has not begun"),
    "missing": N_("A row that lacks what it must have"),
    "negative": N_("A negative number where there can be none"),
    "subtotal": N_("A sum in the file that does not add up"),
    "private_number": N_("A number that must not be printed: identity, telephone, bank card"),
}

_TEXTS = (Type.TEXT, Type.CODE)


class Entry:
    """A row on its way to a line: its content so far, what stays inside, and where it came from."""

    __slots__ = ("content", "internal", "row", "table", "table_index")

    def __init__(self, content: dict[str, Any], internal: dict[str, Any], table_index: int, table: Table, row: Row):
        self.content = content
        self.internal = internal
        self.table_index = table_index
        self.table = table
        self.row = row


class Desk:
    """What a recipe's functions work with: `say` reports at a row's cell, `context` holds settings, facts and today."""

    def __init__(self, context: Context, period: str, report: Report, tables: Sequence[Table]) -> None:
        self.context = context
        self.period = period
        self.report = report
        self.tables = tables
        self.questions: list[Question] = []
        self.decisions: list[Message] = []
        self.known: dict[str, Any] = {}
        """What `prepare` found out for the functions that come after it."""

    def say(self, check: str, text: str, entry: Entry | None = None, at: str = "", **params: Any) -> None:
        """A finding at the column `at` of an entry's row, or about the whole list."""
        if entry is None:
            self.report.say(check, text, params)
        else:
            self.report.say(check, text, params, table=entry.table, row=entry.row, column=at, line=entry)


def _nothing_more(_entries: Sequence[Entry], _desk: Desk) -> dict[str, Any]:
    return {}


def _by_place(_content: Mapping[str, Any]) -> str:
    return ""


@dataclass(frozen=True)
class Recipe:
    """How the rows of a list become lines.

    - `input`: the headings understood; `columns`: what a line holds. A column in both is carried over by its name; one
      that is INTERNAL goes into `Entry.internal`.
    - `key(content)`: what tells a line from the others and stays the same in a correction; lines of one key are
      numbered in order. Empty: by place in the list.
    - `prepare(tables, desk)`: asked before any row is read; questions put there (`desk.questions`) are the caller's.
    - `each(entry, desk)`: checks and completes one line; False drops the row.
    - `whole(entries, desk)`: checks the list, gives the rest of the content (totals, the rule).
    - `subject`: the columns that name a line's subject.
    - `empty(desk)`: what a posting that says "there was nothing" holds besides its period; it may ask and warn.
    - `may_be_negative`: number columns in which a minus is no mistake. `unsummed`: those that no total adds up.
    """

    input: tuple[Column, ...]
    columns: tuple[Column, ...]
    checks: Mapping[str, Level]
    key: Callable[[Mapping[str, Any]], str] = _by_place
    prepare: Callable[[Sequence[Table], Desk], None] = lambda tables, desk: None
    each: Callable[[Entry, Desk], bool] = lambda entry, desk: True
    whole: Callable[[Sequence[Entry], Desk], dict[str, Any]] = _nothing_more
    subject: tuple[str, ...] = ()
    may_be_negative: tuple[str, ...] = ()
    unsummed: tuple[str, ...] = ()
    empty: Callable[[Desk], dict[str, Any]] = lambda desk: {}
    summed: Mapping[str, Type] = field(init=False)
    checked: tuple[str, ...] = field(init=False)
    _required: tuple[Column, ...] = field(init=False)
    _never_negative: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        numbers = {one.name: one.type for one in self.input if one.type in (Type.MONEY, Type.QUANTITY, Type.INTEGER)}
        object.__setattr__(self, "summed", numbers)
        public = {one.name for one in self.columns}
        texts = tuple(one.name for one in self.input if one.name in public and one.type in _TEXTS)
        object.__setattr__(self, "checked", texts)
        object.__setattr__(self, "_required", tuple(one for one in self.input if one.required))
        object.__setattr__(self, "_never_negative", tuple(name for name in numbers if name not in self.may_be_negative))

    @property
    def parts(self) -> dict[str, Any]:
        """What a `Kind` takes from its recipe: ``Kind(name=…, **recipe.parts)``."""
        return {
            "input": self.input,
            "columns": self.columns,
            "checks": self.checks,
            "assemble": self.assemble,
            "nothing": self.nothing,
        }

    def assemble(self, tables: Sequence[Table], context: Context) -> Assembly:
        """The content of a list from all its tables; see `Kind.assemble`."""
        report = Report(context, self.checks, self.input)
        found = [finding for table in tables for finding in table.findings]
        period = _period(tables, context, report)
        if period is None:
            return Assembly(None, findings=[*found, *report.findings])
        desk = Desk(context, period, report, tables)
        self.prepare(tables, desk)
        for table in tables:
            summed = {name: type_ for name, type_ in self.summed.items() if name not in self.unsummed}
            check_sums(table, summed, report, is_year_so_far=grain_of(period) != MONTH)
        entries = [entry for entry in self._entries(tables, desk) if self.each(entry, desk)]
        if not entries and not any(finding.level is Level.ERROR for finding in found):
            report.say("no_lines", N_("No row was found in the files. Is it the right workbook?"))
        rest = self.whole(entries, desk)
        self._number(entries)
        content = {
            "period": period,
            **rest,
            "lines": [entry.content for entry in entries],
            "warnings": report.warnings(),
        }
        internal = [entry.internal for entry in entries] if any(entry.internal for entry in entries) else []
        origins = [Origin(e.table_index, e.table.file, e.table.sheet, e.row.number) for e in entries]
        return Assembly(content, origins, [*found, *report.findings], desk.questions, desk.decisions, internal)

    def nothing(self, context: Context) -> Assembly:
        """A posting that says that there was nothing in its period; see `Kind.nothing`."""
        report = Report(context, self.checks, self.input)
        period = _period((), context, report)
        if period is None:
            return Assembly(None, findings=report.findings)
        desk = Desk(context, period, report, ())
        content = {"period": period, **self.empty(desk), NOTHING: True, "lines": [], "warnings": report.warnings()}
        return Assembly(content, findings=report.findings, questions=desk.questions)

    def _entries(self, tables: Sequence[Table], desk: Desk) -> list[Entry]:
        inside = {one.name for one in self.input if one.privacy is Privacy.INTERNAL and one is not SERIAL}
        outside = {one.name: one.type for one in self.columns if one.name not in inside}
        entries = []
        for index, table in enumerate(tables):
            faulty = {finding.cell for finding in table.findings if finding.cell}
            for row in table.rows:
                if row.kind != "line" or row.values.keys() <= {SERIAL.name}:
                    continue
                content: dict[str, Any] = {"key": ""}
                internal = {}
                for name, value in row.values.items():
                    if name in outside:
                        if value is not None and value != "":
                            content[name] = _plain(value, outside[name])
                    elif name in inside:
                        internal[name] = _plain(value, Type.TEXT)
                entry = Entry(content, internal, index, table, row)
                self._check(entry, faulty, desk)
                entries.append(entry)
        return entries

    def _check(self, entry: Entry, faulty: set[str], desk: Desk) -> None:
        """What every list asks of a row; a number of a person is in no case part of the content."""
        content, table, row = entry.content, entry.table, entry.row
        for column in self._required:
            name = column.name
            if name not in row.values and table.cell(row, name) not in faulty:
                text = N_("The row lacks “%(column)s”. Fill it in, or delete the row.")
                desk.say("missing", text, entry, name, column=Message(column.label))
        for name in self._never_negative:
            if (row.values.get(name) or 0) < 0:
                desk.say("negative", N_("There can be no negative number here. Correct it."), entry, name)
        for name in self.checked:
            kind = suspicious_digits(content[name]) if name in content else None
            if kind:
                text = N_("This looks like %(what)s, which must not be printed. Take it out.")
                desk.say("private_number", text, entry, name, what=Message(LABELS[kind]))
                content[name] = without_digits(content[name])
        if self.subject and all(content.get(name) for name in self.subject):
            content[SUBJECT.name] = subjects.key(*(content[name] for name in self.subject))

    def _number(self, entries: Sequence[Entry]) -> None:
        seen: dict[str, int] = {}
        for entry in entries:
            key = self.key(entry.content)
            seen[key] = seen.get(key, 0) + 1
            if not key:
                entry.content["key"] = str(seen[key])
            else:
                entry.content["key"] = key if seen[key] == 1 else f"{key}#{seen[key]}"


def one_subject(content: Mapping[str, Any]) -> str | None:
    """The subject of a whole item: that of its lines if they are all about one."""
    found = {line.get(SUBJECT.name) for line in content.get("lines", ())}
    return found.pop() if len(found) == 1 else None


def _plain(value: Any, type_: Type) -> Any:
    """A value as JSON has it."""
    if type(value) is str:  # as most are
        return value
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if type_ in _TEXTS else value


def _period(tables: Sequence[Table], context: Context, report: Report) -> str | None:
    """The period asked for, checked against the titles; else the month that the titles name."""
    named = {table.period: table for table in tables if table.period}
    period = context.period
    if period is None:
        if len(named) != 1:
            report.say("period_unknown", N_("The files do not say which period they are of. Name it."))
            return None
        period = next(iter(named))
    first, last = period_bounds(period)
    if first > context.today:
        report.say("period_future", N_("%(period)s has not begun yet."), {"period": period})
    for month, table in named.items():
        begins, _ends = period_bounds(month)
        if not first <= begins <= last:
            text = N_("The title speaks of %(month)s, but the posting is for %(period)s. Is it the right file?")
            report.say("period_title", text, {"month": month, "period": period}, table=table)
    return period


__all__ = ["CHECKS", "CHECK_LABELS", "SERIAL", "SUBJECT", "Desk", "Entry", "Recipe", "one_subject"]
