"""What a kind is made of: columns, tables read from files, findings, and what a file becomes.

A kind is data and a few small functions (`Kind`). The importer, the preview, the page's table, the notice, the
downloads and the line table of the gazette are made from it; none of them knows a kind by name.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

from portal.clock import MONTH
from portal.kinds.measures import Measure
from portal.kinds.privacy import without_digits
from portal.text import N_, Message


class Type(Enum):
    """What a column holds. MONEY is integer fen; DATE a `date` (ISO text inside a payload); INTEGER an int; QUANTITY
    (mu, days, a rate per mu) an int of ten-thousandths, for a payload has no floats; FLAG a bool; TEXT and CODE strings
    (a CODE that Excel made a float is mended: ``1020101.0`` → ``1020101``)."""

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    MONEY = "money"
    INTEGER = "integer"
    QUANTITY = "quantity"
    FLAG = "flag"


class Privacy(Enum):
    """Who may see a column. MASKED names people: on paper and on the village's page only (masked by `assemble` where
    the law says so), not in bulk data or the search; INTERNAL never enters a payload."""

    PUBLIC = "public"
    MASKED = "masked"
    INTERNAL = "internal"


class Rhythm(Enum):
    """What an item of the kind is due for: a period of the calendar, or an event of a subject."""

    PERIOD = "period"
    EVENT = "event"


@dataclass(frozen=True)
class Column:
    """One column. `label` is English and marked with N_(); `aliases` are the headings of files, Chinese and English.

    On paper a column is as wide as its longest cell, or shares what is left by `weight`; `below` puts it in small print
    under the first weighted one (on pages too); `is_technical` keeps it off both.
    """

    name: str
    label: str
    type: Type
    aliases: tuple[str, ...] = ()
    required: bool = False
    privacy: Privacy = Privacy.PUBLIC
    searchable: bool = False
    weight: float = 0
    below: bool = False
    is_technical: bool = False
    words: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What stored values are called, where they are codes: value → English source string."""
    is_matched: bool = False
    """An INTERNAL column whose values find each other across lists, by a keyed hash."""
    is_summed: bool = True
    """MONEY of which a page of paper gives a subtotal; not so what each step of one project states anew."""


def column(name: str, label: str, type_: Type, aliases: str, **more: Any) -> Column:
    """A column whose aliases are written as one text, divided by bars (as in the domain's list of headings)."""
    return Column(name, label, type_, tuple(aliases.split("|")), **more)


class Level(Enum):
    """An ERROR refuses the draft; a WARNING is shown to the signers and printed in the item."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """Something a check has to say, with its place in the file where it has one.

    `check` is the stable name of the check (its level is the county's setting); `cell` is like ``F12``; `column` the
    heading as written in the file (or the column's label); `value` the cell's text as the user sees it, but no number
    of a person that stands there, in whatever column.
    """

    level: Level
    check: str
    message: Message
    file: str | None = None
    sheet: str | None = None
    cell: str | None = None
    column: str | None = None
    value: str | None = None

    def __post_init__(self) -> None:
        for name in ("column", "value"):
            if text := getattr(self, name):
                object.__setattr__(self, name, without_digits(text))


class Row(NamedTuple):
    """One row of a table: typed values by column name (empty ones absent) and its 1-based row number in the sheet.

    `kind` is ``line``; ``subtotal`` (小计 本月合计 …), ``running`` (本年累计) or ``carried`` (承前页 上月结余 …: a
    balance); `marker` the words that say so, as written, wherever in the row they stand.
    """

    number: int
    values: Mapping[str, Any]
    kind: str = "line"
    marker: str = ""


@dataclass(frozen=True)
class Table:
    """One sheet's table as the workbook room hands it over.

    `columns` maps a column name to (0-based column index, heading as written). `title` holds the text above the
    header, `foot` that below the last row. `layout` tells what the headings look like, for remembering choices:
    a digest of the normalised headings. `findings` are cell errors (text in a number, unreadable date …).
    """

    file: str
    sheet: str
    columns: Mapping[str, tuple[int, str]]
    rows: Sequence[Row]
    title: str = ""
    foot: str = ""
    layout: str = ""
    period: str | None = None
    unknown: Mapping[int, str] = field(default_factory=dict)
    """Headings nobody knows: 0-based column index → text."""
    findings: Sequence[Finding] = ()
    section: str = ""
    """Where tables stand side by side under one header: the heading over this one's own columns, such as 现金. Each of
    them has all rows of the sheet, with the columns that they share and those of its section."""

    @property
    def name(self) -> str:
        """What people call it: the sheet, and its section if it has one."""
        return f"{self.sheet} {self.section}" if self.section else self.sheet

    def cell(self, row: Row, column: str) -> str:
        """The address of a column's cell in a row, like ``F12``; the row's first cell if the column is absent."""
        return f"{letters(self.columns[column][0] if column in self.columns else 0)}{row.number}"


@dataclass(frozen=True)
class Question:
    """Something the files do not say and the bookkeeper is asked once. The answer goes into `Context.choices[key]`.

    `options` are (value, label) pairs. The answer is remembered for the village under `remember` (usually with the
    table's layout digest in it) when that is not None.
    """

    key: str
    message: Message
    options: Sequence[tuple[str, Message]]
    remember: str | None = None


@dataclass(frozen=True)
class Context:
    """What a kind must know besides the files; plain values, gathered by the caller.

    `settings` are the county's dated settings in force; `choices` the answers to questions, by key; `previous` the
    closing last published of each book, ``{(owner, book): fen}``, None for a village that never published;
    `previous_period` the month of that closing.
    """

    village: str
    period: str | None
    today: date
    settings: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    previous: Mapping[tuple[str, str], int] | None = None
    previous_period: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the kind asked for by name (`Kind.facts`), such as the ledger's lines."""
    about: str = ""
    """Which of several postings of a period it is, in the bookkeeper's words (`Draft.about`)."""


@dataclass(frozen=True)
class Origin:
    """Where a line came from: index of the table in the list given to `assemble`, file, sheet, row number."""

    table: int
    file: str
    sheet: str
    row: int


@dataclass(frozen=True)
class Assembly:
    """What the files became.

    `content` is the payload's content without names that are not public, or None if even a preview is impossible.
    Its lines stand under ``content["lines"]``, each a flat dict of JSON values (no floats, dates ISO, empty values
    absent) with a ``key``; `origins` runs parallel to them. `decisions` are sentences for the preview ("the balance
    says that 借方 is money in"). `internal` has the values of INTERNAL columns, one dict a line, or nothing at all. A
    draft may be handed over when there is no ERROR and no open question.
    """

    content: dict[str, Any] | None
    origins: Sequence[Origin] = ()
    findings: Sequence[Finding] = ()
    questions: Sequence[Question] = ()
    decisions: Sequence[Message] = ()
    internal: Sequence[Mapping[str, Any]] = ()

    @property
    def acceptable(self) -> bool:
        return (
            self.content is not None
            and not self.questions
            and not any(finding.level is Level.ERROR for finding in self.findings)
        )


@dataclass(frozen=True)
class Leaf:
    """A sheet to be written: its name, the columns in order, and rows of values by column name (a Message is written in
    the reader's language)."""

    name: str | Message
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Figure:
    """One large figure of an item: `name` is its key in `Kind.figures`, `sign` what stands before it (+ − = or ""),
    `type` MONEY, INTEGER (a count) or QUANTITY."""

    name: str
    label: str
    sign: str = ""
    type: Type = Type.MONEY


class Posted(NamedTuple):
    """A published line with its place: the item's number and period, its own `n`, the day it was published (`on`)."""

    number: int
    n: int
    period: str | None
    on: date
    line: Mapping[str, Any]


DRAWN = "vouchers"
LIST_QUESTIONS = (
    ("known", N_("Do you know everybody and everything on this list?")),
    ("rule", N_("Do the sums agree with the rule and with the papers?")),
    ("done", N_("Has everything that it calls paid or done really been paid or done?")),
    (DRAWN, N_("Have you looked into the five lines that were drawn?")),
    ("wrong", N_("Is anybody or anything on it that should not be?")),
    ("absent", N_("Is anybody or anything missing that should be on it?")),
)
"""What is asked about a list, where a kind has no questions of its own."""


PRINTABLE = ("unprintable", Level.WARNING, N_("A sign that the notice's font lacks"))
"""A check of every kind, made when the kind has done its own: its name, its usual level, what it looks at."""


NOTHING = "no_dealings"
"""In a content: there was nothing in its period, and that is what it says."""


@dataclass(frozen=True)
class Kind:
    """A kind of item: data, and small pure functions.

    - `input`: the headings the importer knows (some never reach a line: debit, balance …).
    - `sections`: a regular expression; columns that repeat under headings that it finds (现金, 银行存款) are tables of
      their own, side by side.
    - `columns`: a line's columns in the payload, the line table, CSV and pages, in order. Besides these every line
      has ``key`` (stable within village + kind + period).
    - `assemble(tables, context)`: what files become. - `figures(content)`: named integers (fen, counts) of an item,
      kept beside it for comparisons. - `headline`: which of them stand large on page and notice.
    - `checks`: every check's name and default level; a county setting ``check.<name>`` overrides it. `check_labels`:
      what each looks at, as the county's settings name it.
    - `upgrade[n]`: content of schema version n made into version n + 1.
    - `search_text(line)`: the words of a line that the public search may find (names of people are not among them).
    - `grains`: which periods an item may be of (`portal.clock`: month, quarter, year), the usual one first.
    - `nothing(context)`: what "nothing happened" becomes, with `NOTHING` in its content; None where there is no such
      thing. `nothing_label` is what its button says, `nothing_said(content)` the sentence of page and paper.
    - `is_carried`: balances go on from period to period, so a period is closed when a later one is published.
    - `subject`: the columns of a line that say what it is about (a project, an asset); their lines carry ``subject``, a
      key (`portal.kinds.subjects.key`), under which the postings of one subject are found. `subject_of(content)` is the
      one subject of a whole item, or None.
    - `is_single`: of one period (and subject) there is one posting; a second one has to correct the first.
    - `split`: columns of a history's rows that part one village's period into several items (such as the programme).
    - `facts`: what `Context.facts` must hold, by the names that `portal.disclosure.assembling.FACTS` knows.
    - `title(line)`: what a line is called in a list; `amount(line)`: its sum in fen, where it has one.
    - `heading(content)`: what an item is called on page and paper, if more than `label` (the programme's name).
    - `story(content)`: sentences that explain the item, such as the rule and the rate of a subsidy.
    - `fold(postings, today)`: what the current postings of one subject (oldest first) come to. Its page shows it by
      ``templates/public/kinds/subject_<kind>.html``, a village's list of subjects by ``subjects_<kind>.html`` there.
    - `in_ledger(posted, lines)`: which of the lines of money (as in the fact ``ledger``) a line speaks of.
    - `asked`: by value of the column that says the step: which input columns the typing form asks for then.
    - `measures(content)`: which figures are compared with earlier postings, or per head with neighbours.
    - `breakdown(content)`: parts for the charts, ``{title: [(label, fen)]}``; a title is an English source string.
    - `is_indexed`: may search engines list its pages? Not where they name people who were given something.
    - `names_key(content)`: the county's setting that says how people stand once the notice is over (`names.hidden`).
    - `questions`: what the review sheet asks of the signers, (key, question); under the one with the key `DRAWN` stand
      the lines drawn by lot.
    - `reads_table(names)`: can rows be read from columns of these meanings? By default all required ones.
    """

    name: str
    version: int
    label: str
    rhythm: Rhythm
    columns: tuple[Column, ...]
    input: tuple[Column, ...]
    assemble: Callable[[Sequence[Table], Context], Assembly]
    figures: Callable[[Mapping[str, Any]], dict[str, int]]
    headline: tuple[Figure, ...]
    checks: Mapping[str, Level]
    check_labels: Mapping[str, str] = field(default_factory=dict)
    sections: str = ""
    subject: tuple[str, ...] = ()
    upgrade: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = field(default_factory=dict)
    search_text: Callable[[Mapping[str, Any]], str] = lambda line: ""
    grains: tuple[str, ...] = (MONTH,)
    nothing: Callable[[Context], Assembly] | None = None
    nothing_label: str = N_("Nothing to post for this period")
    nothing_said: Callable[[Mapping[str, Any]], Message] = lambda content: Message(N_("There was nothing to post."))
    is_carried: bool = False
    is_single: bool = False
    split: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    subject_of: Callable[[Mapping[str, Any]], str | None] = lambda content: None
    title: Callable[[Mapping[str, Any]], str] = lambda line: str(line.get("summary") or line.get("name") or line["key"])
    amount: Callable[[Mapping[str, Any]], int | None] = lambda line: line.get("amount")
    heading: Callable[[Mapping[str, Any]], Message] | None = None
    story: Callable[[Mapping[str, Any]], list[Message]] = lambda content: []
    breakdown: Callable[[Mapping[str, Any]], dict[str, list[tuple[str, int]]]] = lambda content: {}
    measures: Callable[[Mapping[str, Any]], Sequence[Measure]] = lambda content: ()
    is_indexed: bool = True
    names_key: Callable[[Mapping[str, Any]], str] | None = None
    questions: tuple[tuple[str, str], ...] = LIST_QUESTIONS
    reads_table: Callable[[Collection[str]], bool] | None = None
    fold: Callable[[Sequence[Posted], date], Any] | None = None
    in_ledger: Callable[[Posted, Sequence[Mapping[str, Any]]], list[Mapping[str, Any]]] | None = None
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    leaves: Callable[[Mapping[str, Any]], list[Leaf]] | None = None
    """A content written down again, for corrections: sheets from which `assemble` makes the same lines with the same
    keys; where it is None, one sheet of the lines (`written`)."""
    order: int = 50
    """Where it stands among the kinds in menus and on a village's page; lower comes first."""

    @property
    def schema(self) -> str:
        """What a payload carries, e.g. ``finance/1``."""
        return f"{self.name}/{self.version}"

    def makes_a_table(self, names: Collection[str]) -> bool:
        """Can rows be read from columns of these meanings?"""
        if self.reads_table is not None:
            return self.reads_table(names)
        return {column.name for column in self.input if column.required} <= set(names)

    def written(self, content: Mapping[str, Any]) -> list[Leaf]:
        """A content as sheets; INTERNAL columns have a heading and empty cells."""
        if self.leaves is not None:
            return self.leaves(content)
        known = {column.name for column in self.columns}
        inside = [column for column in self.input if column.privacy is Privacy.INTERNAL and column.name != "serial"]
        columns = [column for column in self.input if column.required or column in inside or column.name in known]
        names = [column.name for column in columns if column not in inside]
        rows = [{name: line[name] for name in names if name in line} for line in content.get("lines", ())]
        return [Leaf(Message(self.label), columns, rows)]

    def answers(self, content: Mapping[str, Any]) -> dict[str, str]:
        """What must be answered so that a content comes out again: the columns that part a period's items (`split`)."""
        return {name: str(content[name]) for name in self.split if content.get(name)}

    def told_of_nothing(self, content: Mapping[str, Any]) -> Message | None:
        """The sentence of an item that says that there was nothing; None for any other."""
        return self.nothing_said(content) if content.get(NOTHING) else None

    def called(self, content: Mapping[str, Any]) -> Message:
        """What an item with this content is called."""
        return self.heading(content) if self.heading else Message(self.label)

    def current(self, schema: str, content: dict[str, Any]) -> dict[str, Any]:
        """Old content brought up to this version."""
        version = int(schema.rpartition("/")[2])
        while version < self.version:
            content = self.upgrade[version](content)
            version += 1
        return content


def letters(index: int) -> str:
    """0-based column index as spreadsheet letters: 0 → ``A``, 26 → ``AA``."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text
