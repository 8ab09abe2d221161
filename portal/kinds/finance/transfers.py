"""Money moved between books (提现, 存现) is neither income nor spending: its two lines are found and marked."""

from collections.abc import Mapping, Sequence

from portal.kinds.finance.accounts import BANK, CASH
from portal.kinds.finance.books import Key
from portal.kinds.finance.report import Line, Report
from portal.text import N_

DAYS_APART = 3
"""A withdrawal and its deposit may be booked so many days apart (setting ``transfer_days``)."""

Place = tuple[bool, int, int, Key]
"""Money in?, fen, ordinal of the day, book: where the other half of a transfer is looked for."""


def pair(books: Mapping[Key, Sequence[Line]], days: int, report: Report) -> None:
    """Marks ``transfer`` on both lines of each pair: same amount, out of one book and into another, at most `days`
    apart, and one of them says so by its words or its account. A withdrawal without its deposit is reported."""
    named = [(sure, key, line) for key, lines in books.items() for line in lines if (sure := _sure(line))]
    if not named:
        return
    places = _places(books) if len(books) > 1 else {}
    for sure, key, line in sorted(named, key=lambda one: (-one[0], one[2].day)):
        if "transfer" in line.content:
            continue
        other = _nearest(key, line, places, books, days)
        if other:
            line.content["transfer"] = other.content["transfer"] = True
        elif sure == 2:
            _say_unpaired(line, report)


def _sure(line: Line) -> int:
    """How sure the line is of being half of a transfer; its account, where it has one, must not say otherwise."""
    account = line.content.get("account")
    if account is None:
        return line.says
    if account[:3] in (CASH, BANK):
        return 2
    return line.says if line.says == 2 else 0


def may_move(line: Line) -> bool:
    """May the line be half of a transfer?"""
    return _sure(line) > 0 or "account" not in line.content


def _places(books: Mapping[Key, Sequence[Line]]) -> dict[Place, list[Line]]:
    """Every line that may be half of a transfer, by its place."""
    places: dict[Place, list[Line]] = {}
    for key, lines in books.items():
        for line in lines:
            if may_move(line):
                places.setdefault((line.income != 0, line.net, line.day.toordinal(), key), []).append(line)
    return places


def _nearest(
    key: Key, line: Line, places: Mapping[Place, list[Line]], books: Mapping[Key, Sequence[Line]], days: int
) -> Line | None:
    """The free line of another book with the opposite amount, on the same day or the nearest one."""
    for apart in range(days + 1):
        for day in {line.day.toordinal() + apart, line.day.toordinal() - apart}:
            for other in books:
                lines = places.get((line.income == 0, -line.net, day, other), []) if other != key else []
                while lines:
                    found = lines.pop()
                    if "transfer" not in found.content:
                        return found
    return None


def _say_unpaired(line: Line, report: Report) -> None:
    report.say(
        "unpaired_transfer",
        N_(
            "“%(summary)s” on %(date)s looks like a transfer, but no other book has its other half: it counts "
            "as income or spending. Add the other book, or correct the row."
        ),
        {"summary": line.content["summary"], "date": line.content["date"]},
        line=line,
    )
