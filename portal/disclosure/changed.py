"""What a correction changes, gathered for its page and its review: lines, sums, the months after it, the two ways."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal import clock
from portal.disclosure import originals, queries
from portal.disclosure.originals import CARRY
from portal.disclosure.queries import DraftView, Reading
from portal.gazette import queries as gazette
from portal.kinds.changes import Changes, changes
from portal.kinds.compared import Compared, compared
from portal.kinds.finance import book_label, carrying
from portal.kinds.finance.books import full_label
from portal.money import shown
from portal.text import N_, Message


@dataclass(frozen=True)
class Moved:
    """One book of a later month: its opening and its closing, as they are and as they will be (fen)."""

    label: Message
    opening: tuple[int, int]
    closing: tuple[int, int]


@dataclass(frozen=True)
class LaterMonth:
    """A later month that goes along, and the warnings that its new balances will carry."""

    number: int
    period: str
    books: Sequence[Moved]
    warnings: Sequence[Message]


@dataclass(frozen=True)
class RedEntry:
    """A line of the open month that takes back, or makes up for, a sum of a closed one (fen, red ones negative)."""

    summary: Message
    book: Message
    account: str
    income: int
    expense: int


@dataclass(frozen=True)
class Correction:
    """A draft against the item that it corrects; `found` is None if that is withheld, or nothing was read yet; `months`
    are those that go along, or would have to."""

    number: int
    is_withheld: bool
    found: Compared | None
    months: Sequence[LaterMonth]
    is_carried: bool
    is_undecided: bool
    red_entries: Sequence[RedEntry]
    open_period: str
    open_draft: int | None
    """The draft of the open month, if it was begun."""


def correction_of(view: DraftView, reading: Reading) -> Correction | None:
    """What a draft changes; None for one that corrects nothing."""
    if view.supersedes is None:
        return None
    before, now = originals.content_of(view.supersedes), reading.content
    is_undecided = any(error.check == CARRY for error in reading.errors)
    rows = (now or {}).get("carried", ())
    if is_undecided and now is not None:
        found = originals.original(view.place.id, view.kind, view.supersedes, view.reason or "")
        rows = originals.shifts(found, now)
    open_period = _open_period(view) if is_undecided else ""
    red = _red_entries(view, before, now, changes(before["lines"], now["lines"])) if before and now and rows else []
    return Correction(
        number=view.supersedes,
        is_withheld=before is None,
        found=compared(view.kind, before, now) if before is not None and now is not None else None,
        months=_months(rows),
        is_carried=bool((now or {}).get("carried")),
        is_undecided=is_undecided,
        red_entries=red if is_undecided else (),
        open_period=open_period,
        open_draft=_open_draft(view, open_period),
    )


def _months(rows: Sequence[Mapping[str, Any]]) -> list[LaterMonth]:
    months = []
    periods = {row["number"]: row["period"] for row in rows}
    for number, deltas in carrying.by_month(rows).items():
        content = originals.content_of(number)
        if content is None:
            continue
        now = carrying.shifted(content, deltas)
        books = {(book["owner"], book["book"]): book for book in content["books"]}
        moved = []
        for key, delta in deltas.items():
            opening, closing = (books[key][name] if key in books else 0 for name in ("opening", "closing"))
            moved.append(Moved(full_label(key), (opening, opening + delta), (closing, closing + delta)))
        new = [warning for warning in now["warnings"] if warning not in content["warnings"]]
        told = [Message.from_json(warning["message"]) for warning in new]
        months.append(LaterMonth(number, periods[number], moved, told))
    return months


def _open_period(view: DraftView) -> str:
    """The month that is open: the one after the last that was published."""
    newest = gazette.items_of(view.place.id, view.kind.name)
    return clock.shift_period(newest[0].period or view.period, 1)


def _open_draft(view: DraftView, period: str) -> int | None:
    found = queries.open_draft(view.place.id, view.kind.name, period) if period else None
    return found.id if found else None


def _red_entries(
    view: DraftView, before: Mapping[str, Any], now: Mapping[str, Any], differing: Changes
) -> list[RedEntry]:
    """The lines that would say the same in the open month: what was too much is taken back in red."""
    old = {line["key"]: line for line in before["lines"]}
    entries = [_red(view, N_("Forgotten in %(period)s: %(voucher)s %(summary)s"), {}, line) for line in differing.added]
    entries += [
        _red(view, N_("Wrongly entered in %(period)s: %(voucher)s %(summary)s"), line, {}) for line in differing.removed
    ]
    became = {new: key for key, new in differing.became.items()}
    for line, fields in differing.changed:
        if {"income", "expense", "book", "owner"} & fields.keys():
            text = N_("Correction of %(period)s: %(voucher)s %(summary)s, %(old)s should be %(new)s")
            entries.append(_red(view, text, old[became.get(line["key"], line["key"])], line))
    return [entry for entry in entries if entry.income or entry.expense]


def _red(view: DraftView, text: str, then: Mapping[str, Any], line: Mapping[str, Any]) -> RedEntry:
    told = line or then
    income, expense = (line.get(side, 0) - then.get(side, 0) for side in ("income", "expense"))
    params = {"period": view.period, "voucher": told.get("voucher", ""), "summary": told["summary"]}
    if then and line:
        params |= {"old": shown(_sum(then)), "new": shown(_sum(line))}
    return RedEntry(Message(text, params), book_label(told["book"]), told.get("account_name", ""), income, expense)


def _sum(line: Mapping[str, Any]) -> int:
    return int(line.get("income", 0) or line.get("expense", 0))
