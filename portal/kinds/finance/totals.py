"""What the figures of a published month are, and where its money came from and went."""

from collections.abc import Mapping
from typing import Any

from portal.kinds.finance.accounts import top_name
from portal.text import N_

NOT_STATED = N_("not stated")

Breakdown = dict[str, list[tuple[str, int]]]


def figures(content: Mapping[str, Any]) -> dict[str, int]:
    """opening, income, expense, closing (fen) and lines (a count) over all books; transfers are neither."""
    books = content.get("books", ())
    names = ("opening", "income", "expense", "closing")
    return {name: sum(book[name] for book in books) for name in names} | {"lines": len(content.get("lines", ()))}


def breakdown(content: Mapping[str, Any]) -> Breakdown:
    """``{"income": [(account name, fen)], "expense": …}`` by first-level account, largest first, transfers left out.

    Names are Chinese as in the chart, or what the file says where the chart does not know it; lines without an account
    stand under `NOT_STATED`, an English source string.
    """
    sums: dict[str, dict[str, int]] = {"income": {}, "expense": {}}
    for line in content.get("lines", ()):
        if line.get("transfer"):
            continue
        name = top_name(line.get("account")) or line.get("account_name") or NOT_STATED
        for side, by_name in sums.items():
            if line.get(side):
                by_name[name] = by_name.get(name, 0) + line[side]
    return {side: sorted(by_name.items(), key=lambda pair: (-pair[1], pair[0])) for side, by_name in sums.items()}
