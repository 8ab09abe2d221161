"""What a correction of a closed month means for those after it: openings and closings shift, no line moves."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from portal.kinds.finance.balances import BELOW_NOTHING, is_cash
from portal.kinds.finance.books import Key, book_label, sort_key
from portal.money import shown
from portal.text import Message

Content = Mapping[str, Any]
_FIXED = ("income", "expense", "transfer_in", "transfer_out", "lines")
_OF_OPENINGS = ("opening", "first_opening")
_OF_CASH = "negative_cash"


@dataclass(frozen=True)
class Month:
    """A month published after the one that is corrected."""

    number: int
    period: str
    content: Content


def shifts(before: Content | None, now: Content, later: Sequence[Month]) -> list[dict[str, Any]]:
    """``{number, period, owner, book, delta}`` for every book of each later month (oldest first) whose opening changes.

    What a month began from is the closing before it; its own opening where that did not have the book, or was withheld.
    """
    then, found = _closings(before) if before else {}, _closings(now)
    rows = []
    for month in later:
        openings, closings = _openings(month.content), _closings(month.content)
        deltas = {}
        for key in sorted({*then, *found, *openings}, key=sort_key):
            if key in found or key in then:
                deltas[key] = found.get(key, 0) - then.get(key, openings.get(key, 0))
        rows += [
            {"number": month.number, "period": month.period, "owner": key[0], "book": key[1], "delta": delta}
            for key, delta in deltas.items()
            if delta
        ]
        then = closings
        found = {key: closings.get(key, 0) + deltas.get(key, 0) for key in {*closings, *deltas}}
    return rows


def by_month(rows: Iterable[Mapping[str, Any]]) -> dict[int, dict[Key, int]]:
    """Shifts as ``{number: {(owner, book): delta}}``, in order."""
    return {
        number: {(row["owner"], row["book"]): row["delta"] for row in of_month}
        for number, of_month in groupby(rows, lambda row: row["number"])
    }


def shifted(content: Content, deltas: Mapping[Key, int], told: Collection[str] = (_OF_CASH,)) -> dict[str, Any]:
    """A month's content with the openings and closings of some books shifted. Its lines stay; what was said about the
    balances of these books is said anew, by the checks that are `told`."""
    books = {(book["owner"], book["book"]): dict(book) for book in content["books"]}
    for key, delta in deltas.items():
        book = books.setdefault(key, {"owner": key[0], "book": key[1], "opening": 0, "closing": 0})
        for name in _FIXED:
            book.setdefault(name, 0)
        book["opening"] += delta
        book["closing"] += delta
    kept = [warning for warning in content["warnings"] if not _is_stale(warning, deltas, content)]
    shifted_books = [books[key] for key in sorted(books, key=sort_key)]
    if _OF_CASH in told:
        kept += [_below_nothing(content, key, books[key]["opening"]) for key in deltas if is_cash(key)]
    return {**content, "books": shifted_books, "warnings": [warning for warning in kept if warning]}


def _is_stale(warning: Mapping[str, Any], deltas: Mapping[Key, int], content: Content) -> bool:
    """Does a warning speak of a balance that is another now?"""
    if warning["check"] in _OF_OPENINGS:
        labels = [book_label(book).to_json() for _owner, book in deltas]
        return warning["message"]["params"].get("book") in labels
    if warning["check"] != _OF_CASH:
        return False
    line = next((line for line in content["lines"] if line["key"] == warning.get("key")), None)
    return line is not None and (line["owner"], line["book"]) in deltas


def _below_nothing(content: Content, key: Key, opening: int) -> dict[str, Any] | None:
    """The warning at the first moment at which a cash book is below zero."""
    total = opening
    for line in content["lines"]:
        if (line["owner"], line["book"]) != key:
            continue
        net = line.get("income", 0) - line.get("expense", 0)
        total += net
        if total < 0 and net < 0:
            params = {"summary": line["summary"], "date": line["date"], "balance": shown(total)}
            return {"check": _OF_CASH, "message": Message(BELOW_NOTHING, params).to_json(), "key": line["key"]}
    return None


def _closings(content: Content) -> dict[Key, int]:
    return {(book["owner"], book["book"]): book["closing"] for book in content["books"]}


def _openings(content: Content) -> dict[Key, int]:
    return {(book["owner"], book["book"]): book["opening"] for book in content["books"]}
