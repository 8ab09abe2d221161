"""What is printed, as plain values: the notice of an item and the supervision committee's review sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.text import N_, Message


@dataclass(frozen=True)
class Both:
    """A text that the caller has in both languages, such as a period: ``Both("2026年3月", "March 2026")``."""

    zh: str
    en: str


Text = str | Message | Both
"""A plain string is data and printed as it is; a Message is translated; Both gives its own language."""

Cell = Text | int | date | None
"""One cell of the entry table: text, fen (MONEY), a date or its ISO text (DATE), or None for nothing."""


YUAN = Message(N_("yuan"))


@dataclass(frozen=True)
class Amount:
    """One large figure: its label, fen, and the sign that stands before it (``""``, ``+``, ``−``, ``=``); `written` is
    what stands there for a figure that is no money."""

    label: Text
    fen: int
    sign: str = ""
    written: str = ""


@dataclass(frozen=True)
class Book:
    """One book of the period, all amounts in fen."""

    name: Text
    opening: int
    income: int
    expense: int
    closing: int


@dataclass(frozen=True)
class Payment:
    """One of the largest payments (fen)."""

    summary: str
    fen: int


@dataclass(frozen=True)
class Signature:
    """What an office said: `decision` is signed, reserved, refused, silent (it said nothing in time) or ordered (the
    township ordered the posting)."""

    office: Text
    name: str = ""
    day: date | None = None
    decision: str = "signed"
    reason: str = ""


@dataclass(frozen=True)
class Column:
    """One column of the entry table.

    `kind` is text, money or date. A text column with weight 0 is as wide as its longest cell (voucher numbers); the
    others share what is left by weight. `below` prints the value, with its label, under the first weighted column,
    which is how payee and handler find room at a size that can be read. `summed` gives page subtotals.
    """

    label: Text
    kind: str = "text"
    weight: float = 0
    below: bool = False
    summed: bool = False


@dataclass(frozen=True)
class Notice:
    """An item as paper shows it. `rows` run parallel to `columns`, as does `totals`; amounts are fen."""

    county: str
    township: str
    place: str
    kind: Text
    period: Text
    number: int
    code: str
    url: str
    figures: Sequence[Amount] = ()
    payments: Sequence[Payment] = ()
    books: Sequence[Book] = ()
    signatures: Sequence[Signature] = ()
    maker: str = ""
    posted_from: date | None = None
    posted_to: date | None = None
    ask: Sequence[Text] = ()
    phone: str = ""
    columns: Sequence[Column] = ()
    rows: Sequence[Sequence[Cell]] = ()
    totals: Sequence[Cell] | None = None
    moved: Sequence[int] = ()
    """Which rows (from 0) only move money between books: marked, and left out of the subtotals."""
    warnings: Sequence[Text] = ()
    erratum: Sequence[Text] = ()
    changed: Sequence[tuple[Text, Sequence[Text]]] = ()
    """What is different from the notice that this one replaces: what it is about, and each field; on page 2."""
    story: Sequence[Text] = ()
    """What explains the notice: the rule and the rate of a subsidy, the quorum of a decision."""
    sentences: Sequence[Text] = ()
    """Three sentences for the card; where there are none, the card says its own."""
    unit: Text = YUAN
    taken_over: bool = False
    demo: bool = False


@dataclass(frozen=True)
class Voucher:
    """A voucher, or a line of a list, drawn at random for the committee to look at (fen)."""

    day: date | str | None
    number: str
    summary: str
    fen: int | None


@dataclass(frozen=True)
class ReviewSheet:
    """What the supervision committee needs on one A4: figures to compare, drawn vouchers, changes and warnings."""

    county: str
    township: str
    place: str
    kind: Text
    period: Text
    code: str
    url: str
    questions: Sequence[tuple[Text, Text]] = ()
    """Each with the figures that it is about, in the words of the screen's, so that the township can enter what was
    ticked."""
    vouchers: Sequence[Voucher] = ()
    drawn_after: int = 0
    """Under which question (from 1) the drawn vouchers stand."""
    correction: Sequence[Text] = ()
    """What the sheet's posting corrects and why, then what is different; empty for one that corrects nothing."""
    changes: Sequence[Text] = ()
    warnings: Sequence[Text] = ()
    members: int = 3
    """Signature lines, three to five."""
    hand_in: Text = ""
    """Where the signed sheet goes and until when."""
    unit: Text = YUAN
    demo: bool = False


@dataclass(frozen=True)
class Letter:
    """A letter to be filled in and signed by hand, with a receipt to be torn off."""

    title: Text
    to: Text
    place: str
    url: str
    """What the code opens: the page on which everything can be looked up."""
    facts: Sequence[tuple[Text, Text]] = ()
    body: Sequence[Text] = ()
    remarks: Text = ""
    """What two empty lines are for."""
    blanks: Sequence[Text] = ()
    """Labels of lines to be filled in, two side by side."""
    receipt: Sequence[Text] = ()
    """The heading of the part to be torn off, then its text."""
    receipt_blanks: Sequence[Text] = ()
    foot: Text = ""
    demo: bool = False
