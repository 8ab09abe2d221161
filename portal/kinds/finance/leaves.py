"""A published month written down as a bookkeeper would: one sheet a book, its opening on top, then its lines."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from portal.kinds.base import Leaf
from portal.kinds.finance.accounts import resolve
from portal.kinds.finance.books import LABELS, Key, book_label, book_named, owner_label, owner_named
from portal.kinds.finance.columns import INPUT
from portal.text import LANGUAGES, N_, Message, translator

_COLUMNS = (
    *("date", "voucher", "entry", "summary", "account", "income", "expense", "opening", "payee", "handler"),
    *("witness", "approver", "document", "note", "book", "owner"),
)
_PARTED = ("account_code", "account_name")
_CARRIED_OVER = ("voucher", "entry", "summary", "income", "expense", "payee", "handler", "witness", "approver")
_INPUT = {column.name: column for column in INPUT}


def leaves(content: Mapping[str, Any]) -> list[Leaf]:
    """The sheets of a month, in the order of its books; every book has one, also without lines."""
    lines: dict[Key, list[Mapping[str, Any]]] = {(one["owner"], one["book"]): [] for one in content["books"]}
    for line in content["lines"]:
        lines.setdefault((line["owner"], line["book"]), []).append(line)
    openings = {(one["owner"], one["book"]): one["opening"] for one in content["books"]}
    return [_leaf(n, key, openings.get(key, 0), of_book) for n, (key, of_book) in enumerate(lines.items(), 1)]


def _leaf(n: int, key: Key, opening: int, lines: list[Mapping[str, Any]]) -> Leaf:
    whose = {"book": _worded(key[1], book_label, book_named), "owner": _worded(key[0], owner_label, owner_named)}
    rows: list[dict[str, Any]] = [{"summary": Message(N_("Opening balance")), "opening": opening, **whose}]
    rows += [{**_row(line), **whose} for line in lines]
    used = set().union(*rows)
    columns = [*_COLUMNS[:5], *(name for name in _PARTED if name in used), *_COLUMNS[5:]]
    return Leaf(book_label(key[1]) if key[1] in LABELS else str(n), [_INPUT[name] for name in columns], rows)


def _row(line: Mapping[str, Any]) -> dict[str, Any]:
    row = {name: line[name] for name in (*_CARRIED_OVER, "document", "note") if name in line}
    return {"date": date.fromisoformat(line["date"]), **row, **_account(line)}


def _account(line: Mapping[str, Any]) -> dict[str, str]:
    """Code and name in one cell, where they are read out of it again; else in two."""
    code, name = line.get("account"), line.get("account_name")
    if not code and not name:
        return {}
    together = f"{code} {name}" if code and name else str(code or name)
    found = resolve("", together)
    if (found.code, found.name) == (code, name):
        return {"account": together}
    return {name: value for name, value in (("account_code", code), ("account_name", name)) if value}


def _worded(code: str, label: Callable[[str], Message], named: Callable[[str], str]) -> str | Message:
    """A book or an owner in words, if the words of both languages mean it; else its code."""
    words = label(code)
    is_understood = all(named(words.render(translator(language))) == code for language in LANGUAGES)
    return words if is_understood else code
