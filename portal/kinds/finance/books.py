"""Which book a line belongs to, and whose it is.

A book is written ``cash``, ``basic``, ``compensation`` or ``other:NAME``; an owner ``committee``, ``collective`` or
``group:NAME``. The heading over a section of a sheet decides first, then an explicit column, then the voucher word (现
or 银), then sheet name, title and file name, then what the bookkeeper answered.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from portal.kinds.base import Context, Question, Table
from portal.kinds.finance.report import Report
from portal.kinds.privacy import LABELS as NUMBERS
from portal.kinds.privacy import suspicious_digits, without_digits
from portal.text import N_, Message

Key = tuple[str, str]
"""(owner, book)"""

CASH, BASIC, COMPENSATION = "cash", "basic", "compensation"
COMMITTEE, COLLECTIVE = "committee", "collective"
_ORDER = (CASH, BASIC, COMPENSATION)
_OWNER_ORDER = (COMMITTEE, COLLECTIVE)

LABELS = {CASH: N_("cash book"), BASIC: N_("basic account"), COMPENSATION: N_("compensation account")}
OWNER_LABELS = {COMMITTEE: N_("villagers' committee"), COLLECTIVE: N_("collective organisation")}

_COMPENSATION_WORDS = re.compile(r"补偿|征地|compensation", re.IGNORECASE)
_CASH_WORDS = re.compile(r"现金|(?<![a-z])cash(?![a-z])", re.IGNORECASE)
_BASIC_WORDS = re.compile(r"银行|基本账?户|基本存款|存款|(?<![a-z])(?:bank|basic)(?![a-z])", re.IGNORECASE)
_BOTH = r"(?:现金|cash).*(?:银行|存款|bank)|(?:银行|存款|bank).*(?:现金|cash)"
SECTIONS = rf"(?i)^(?!.*(?:{_BOTH})).*(?:现金|银行|存款|转账|补偿|征地|[专一般]户|基本账?户|信用社|农商行|cash|bank)"
"""Headings over the columns of one book where several stand side by side; what speaks of cash *and* bank is a sum."""
_OTHER_WORDS = re.compile(r"(\w*?(?:专户|专用账户|一般账户|一般户))")
_COLLECTIVE_WORDS = re.compile(r"合作社|集体经济|股份社|经联社|collective|co-?operative", re.IGNORECASE)
_COMMITTEE_WORDS = re.compile(r"村委|村民委员会|committee", re.IGNORECASE)
_GROUP_WORDS = re.compile(
    r"(第?[一二三四五六七八九十百\d]+(?:村民)?小?组|\w{1,6}(?:村民小组|小组))|\bgroup\b\s*(\w+)", re.I
)
_VOUCHER_WORD = re.compile(r"^\W*(现|银)(?:[收付支字\-–—_ 第\d]|$)")


@dataclass(frozen=True)
class Sheet:
    """What a table as a whole says: its owner, its book (None: it does not), and a question where nothing helps."""

    owner: str
    book: str | None
    question: Question | None = None


def book_label(book: str) -> Message:
    """A book in words: "cash book", or the name of another account as the file has it."""
    return (
        Message(LABELS[book]) if book in LABELS else Message(N_("account %(name)s"), {"name": book.partition(":")[2]})
    )


def owner_label(owner: str) -> Message:
    """An owner in words: "villagers' committee", "group NAME"."""
    if owner in OWNER_LABELS:
        return Message(OWNER_LABELS[owner])
    return Message(N_("group %(name)s"), {"name": owner.partition(":")[2]})


def full_label(key: Key) -> Message:
    """A book and whose it is: "cash book (villagers' committee)"."""
    return Message(N_("%(book)s (%(owner)s)"), {"book": book_label(key[1]), "owner": owner_label(key[0])})


def sort_key(key: Key) -> tuple[int, str, int, str]:
    """The order of books on a page: committee, collective, groups; cash, basic, compensation, others."""
    owner, book = key
    return (
        _OWNER_ORDER.index(owner) if owner in _OWNER_ORDER else len(_OWNER_ORDER),
        owner,
        _ORDER.index(book) if book in _ORDER else len(_ORDER),
        book,
    )


@lru_cache(maxsize=4096)
def book_named(text: str) -> str:
    """The book that a cell of an explicit column means; an unknown name is another account.

    Empty for an account's number, which is not printed: then the sheet decides.
    """
    text = _plain(text)
    if suspicious_digits(printable(text)):
        return ""
    if text.startswith("other:") or text in _ORDER:
        return text
    return _book_in(text) or {"现": CASH, "银": BASIC, "101": CASH, "102": BASIC}.get(text) or _other(text)


@lru_cache(maxsize=4096)
def owner_named(text: str) -> str:
    """The owner that a cell of an explicit column means; an unknown name is a group, a number is nothing ("")."""
    text = _plain(text)
    if not text or suspicious_digits(printable(text)):
        return ""
    if text.startswith("group:") or text in _OWNER_ORDER:
        return text
    return _owner_in(text) or "group:" + text.replace("/", "-")


@lru_cache(maxsize=65536)
def book_of_voucher(voucher: str, book: str | None) -> str | None:
    """The book by a voucher word, given the table's: 现 is cash; 银 its bank book, else the basic account."""
    match = _VOUCHER_WORD.match(voucher)
    if not match:
        return book
    if match[1] == "现":
        return CASH
    return book if book not in (None, CASH) else BASIC


def sheets(tables: Sequence[Table], context: Context, report: Report) -> list[Sheet]:
    """What each table says of itself; tables that say nothing of their book and have no answer carry a question.

    A book or an owner that is named by the number of an account or a person is an error, and starred.
    """
    owners = {owner for owner, _ in context.previous or {}}
    default = context.choices.get("owner") or (owners.pop() if len(owners) == 1 else COMMITTEE)
    silent = [_book_of_table(table) is None for table in tables]
    remembered = [_remember_key(table) for table, is_silent in zip(tables, silent, strict=True) if is_silent]
    found = _told_apart(tables, [_sheet(table, context, default, remembered) for table in tables])
    return [_checked(table, sheet, report) for table, sheet in zip(tables, found, strict=True)]


def _told_apart(tables: Sequence[Table], found: Sequence[Sheet]) -> list[Sheet]:
    """Two bank accounts side by side are two books: the second goes by its heading."""
    taken: set[tuple[str, str, str | None]] = set()
    told = []
    for table, sheet in zip(tables, found, strict=True):
        place = table.file, table.sheet, sheet.book
        if table.section and place in taken and not suspicious_digits(table.section):
            sheet = replace(sheet, book=_other(_plain(table.section)))
        taken.add(place)
        told.append(sheet)
    return told


def _checked(table: Table, sheet: Sheet, report: Report) -> Sheet:
    for name in (sheet.owner, sheet.book or ""):
        if kind := suspicious_digits(name):
            text = N_("The name or the title of this sheet holds %(what)s, which must not be printed. Take it out.")
            report.say("private_number", text, {"what": Message(NUMBERS[kind])}, table=table)
    return replace(sheet, owner=without_digits(sheet.owner), book=sheet.book and without_digits(sheet.book))


def _sheet(table: Table, context: Context, default: str, remembered: list[str]) -> Sheet:
    owner = _owner_of_table(table) or default
    if book := _book_of_table(table):
        return Sheet(owner, book)
    remember = _remember_key(table)
    is_unique = remembered.count(remember) == 1
    answer = context.choices.get(question_key(table)) or (context.choices.get(remember) if is_unique else None)
    if answer := answer or context.choices.get("book"):
        chosen, _, book = answer.rpartition("/")
        return Sheet(owner_named(chosen) or owner, book_named(book) or CASH)
    return Sheet(owner, None, _question(table, context, remember if is_unique else None))


def question_key(table: Table) -> str:
    """The key of the answer to "which book is this?" for one table of a draft."""
    return f"book:{table.file}:{table.name}"


def _remember_key(table: Table) -> str:
    return f"book:{table.layout}:{table.name}"


def _question(table: Table, context: Context, remember: str | None) -> Question:
    known = sorted({*(context.previous or {})}, key=sort_key)
    several = len({owner for owner, _ in known}) > 1
    options = [
        (f"{owner}/{book}", full_label((owner, book))) if several else (book, book_label(book)) for owner, book in known
    ]
    books = {book for _, book in known}
    options += [(book, book_label(book)) for book in _ORDER if book not in books]
    text = Message(
        N_("Which book is sheet %(sheet)s of file %(file)s?"), {"sheet": table.name or "1", "file": table.file}
    )
    return Question(question_key(table), text, options, remember)


def _book_of_table(table: Table) -> str | None:
    return _first(_book_in, [table.section] if table.section else (table.sheet, table.title, table.file))


def _owner_of_table(table: Table) -> str | None:
    return _first(_owner_in, (table.sheet, table.title, table.file))


def _first(read: Callable[[str], str | None], texts: Iterable[str]) -> str | None:
    return next((found for text in texts if text and (found := read(_plain(text)))), None)


@lru_cache(maxsize=4096)
def _book_in(text: str) -> str | None:
    """The only kind of book that a text speaks of; None where it speaks of none or of cash *and* bank."""
    if _COMPENSATION_WORDS.search(text):
        return COMPENSATION
    cash, basic = _CASH_WORDS.search(text), _BASIC_WORDS.search(text)
    if cash or basic:
        return None if cash and basic else CASH if cash else BASIC
    other = _OTHER_WORDS.search(text)
    return _other(other[1]) if other else None


def _other(name: str) -> str:
    return "other:" + printable(name) if name else ""


def printable(name: str) -> str:
    """A name without the signs that divide a key's and an answer's parts."""
    return name.replace("/", "-").replace(":", "-")


@lru_cache(maxsize=4096)
def _owner_in(text: str) -> str | None:
    if group := _GROUP_WORDS.search(text):
        return "group:" + (group[1] or group[2] or "")
    if _COLLECTIVE_WORDS.search(text):
        return COLLECTIVE
    return COMMITTEE if _COMMITTEE_WORDS.search(text) else None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
