"""Two versions of a posting, told to people: figures, books, sentences and lines that changed, field by field.

Only columns of a line are told, so nothing internal can be; where names are no longer shown, none is told here either.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.kinds import names
from portal.kinds.base import Column, Figure, Kind, Privacy, Type
from portal.kinds.changes import changes
from portal.kinds.finance import book_label, english_name, owner_label
from portal.kinds.finance.books import full_label, sort_key
from portal.money import quantity, shown
from portal.text import N_, Bilingual, Message

Content = Mapping[str, Any]
Value = str | Message | Bilingual | date
"""What a cell says, to be written in the reader's language."""

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
WHAT = {ADDED: N_("new"), REMOVED: N_("gone"), CHANGED: N_("changed")}
_TOLD_TECHNICAL = ("owner", "transfer")
_OF_A_BOOK = (("opening", N_("Opening balance")), ("closing", N_("Closing balance")))


@dataclass(frozen=True)
class Field:
    """One field of a line, as it was and as it is; None where there is nothing."""

    label: str
    before: Value | None
    now: Value | None

    @property
    def is_hidden(self) -> bool:
        """Was a name corrected of which nothing but the surname is shown, and that is the same?"""
        return self.before == self.now


@dataclass(frozen=True)
class LineTold:
    """A line that came, went or changed: its number in the list as it was (`was`) and as it is (`n`), what it is
    called, and its fields; of a new line all that it says, of one that went all that it said."""

    what: str
    n: int | None
    was: int | None
    title: str
    fields: Sequence[Field]


@dataclass(frozen=True)
class BookTold:
    """One balance of a book that changed, in fen."""

    book: Message
    label: str
    before: int
    now: int


@dataclass(frozen=True)
class Compared:
    """All that changed between two versions; nothing of it if they say the same."""

    figures: Sequence[tuple[Figure, int, int]] = ()
    books: Sequence[BookTold] = ()
    words: Sequence[tuple[Message | None, Message | None]] = ()
    """Sentences that explain the posting: (as it was, as it is)."""
    lines: Sequence[LineTold] = ()

    def __bool__(self) -> bool:
        return bool(self.figures or self.books or self.words or self.lines)

    def was(self, n: int) -> LineTold | None:
        """What became of line `n` of the older version; None if it stayed as it was."""
        return next((line for line in self.lines if line.was == n), None)

    def became(self, n: int) -> LineTold | None:
        """What line `n` of the newer version was; None if it stayed as it was."""
        return next((line for line in self.lines if line.n == n), None)


def compared(kind: Kind, before: Content, now: Content, hides_names: bool = False) -> Compared:
    """What changed from `before` to `now`; with people as surname + 某 where names are no longer shown."""
    shown_before, shown_now = before, now
    if hides_names:
        shown_before, _ = names.hidden(kind, dict(before), (), now)
        shown_now, _ = names.hidden(kind, dict(now), (), before)
    return Compared(
        figures=_figures(kind, before, now),
        books=_books(before, now),
        words=_words(kind.story(before), kind.story(now)),
        lines=_lines(kind, before, now, shown_before, shown_now),
    )


def _figures(kind: Kind, before: Content, now: Content) -> list[tuple[Figure, int, int]]:
    then, found = kind.figures(before), kind.figures(now)
    pairs = [(figure, then.get(figure.name, 0), found.get(figure.name, 0)) for figure in kind.headline]
    return [(figure, old, new) for figure, old, new in pairs if old != new]


def _books(before: Content, now: Content) -> list[BookTold]:
    """Opening and closing of each book, where there are several; those of all books together are large figures."""
    old, new = ({(book["owner"], book["book"]): book for book in content.get("books", ())} for content in (before, now))
    keys = sorted({*old, *new}, key=sort_key)
    if len(keys) < 2:
        return []
    found = [
        BookTold(full_label(key), label, old.get(key, {}).get(name, 0), new.get(key, {}).get(name, 0))
        for key in keys
        for name, label in _OF_A_BOOK
    ]
    return [one for one in found if one.before != one.now]


def _words(before: Sequence[Message], now: Sequence[Message]) -> list[tuple[Message | None, Message | None]]:
    gone = [text for text in before if text not in now]
    come = [text for text in now if text not in before]
    more = max(len(gone), len(come))
    return list(zip(gone + [None] * (more - len(gone)), come + [None] * (more - len(come)), strict=True))


def _lines(kind: Kind, before: Content, now: Content, shown_before: Content, shown_now: Content) -> list[LineTold]:
    """The lines in the order of the newer version, then those that went."""
    found = changes(before.get("lines", ()), now.get("lines", ()))
    old = {line["key"]: n for n, line in enumerate(before.get("lines", ()), 1)}
    new = {line["key"]: n for n, line in enumerate(now.get("lines", ()), 1)}
    came_from = {now_key: then for then, now_key in found.became.items()}
    told = [_whole(kind, ADDED, new[line["key"]], shown_now) for line in found.added]
    for line, fields in found.changed:
        n, was = new[line["key"]], old[came_from.get(line["key"], line["key"])]
        then, is_now = shown_before["lines"][was - 1], shown_now["lines"][n - 1]
        told.append(LineTold(CHANGED, n, was, title(kind, is_now), _fields(kind, then, is_now, fields)))
    told.sort(key=lambda line: line.n or 0)
    return told + [_whole(kind, REMOVED, old[line["key"]], shown_before) for line in found.removed]


def _whole(kind: Kind, what: str, n: int, content: Content) -> LineTold:
    """A line that came or went, with all that it says."""
    line = content["lines"][n - 1]
    is_new = what == ADDED
    said = [
        (column.label, value(column, line[column.name]))
        for column in kind.columns
        if column.name in line and not column.is_technical
    ]
    fields = [Field(label, None if is_new else text, text if is_new else None) for label, text in said]
    return LineTold(what, n if is_new else None, None if is_new else n, title(kind, line), fields)


def _fields(kind: Kind, then: Content, now: Content, differing: Mapping[str, Any]) -> list[Field]:
    """The fields that differ, in the order of the columns; technical ones only where nothing else does."""
    columns = [c for c in kind.columns if c.name in differing and c.privacy is not Privacy.INTERNAL]
    plain = [column for column in columns if not column.is_technical or column.name in _TOLD_TECHNICAL]
    return [
        Field(c.label, *(value(c, line[c.name]) if c.name in line else None for line in (then, now)))
        for c in plain or columns
    ]


def title(kind: Kind, line: Mapping[str, Any]) -> str:
    """What a line is called where it stands alone: its voucher and summary, or the person and the group."""
    if kind.names_key is not None:
        return f"{names.who(kind, line)} {line.get('group', '')}".strip() or kind.title(line)
    return f"{line.get('voucher', '')} {kind.title(line)}".strip()


_WORDS: Mapping[str, Callable[[str], Value]] = {
    "book": book_label,
    "owner": owner_label,
    "account_name": lambda name: Bilingual(name, english_name(name)),
}


def value(column: Column, stored: Any) -> Value:
    """A line's value, to be written in the reader's language."""
    if column.type is Type.MONEY:
        return shown(stored)
    if column.type is Type.QUANTITY:
        return quantity(stored)
    if column.type is Type.DATE:
        return date.fromisoformat(stored)
    if column.type is Type.FLAG:
        return Message(N_("yes")) if stored else Message(N_("no"))
    if stored in column.words:
        return Message(column.words[stored])
    return _WORDS[column.name](stored) if column.name in _WORDS else str(stored)
