"""Tables side by side under one header: the same columns of money repeat under 现金 and under 银行存款.

Careful on purpose: a column of money that is neither a section's nor a total leaves the header as it is, so that no
amount is passed over or counted twice.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

_TOTAL = re.compile(r"[合总共小累]计|^总|total", re.I)
_BRACKETED = re.compile(r"(.+?)\s*[(\[【〔](.+)[)\]】〕]")
_LONGEST = 20  # characters of a heading that names its section and its column at once


class Words(Protocol):
    """What is asked of the headings of a kind (`headings.Vocabulary`)."""

    sections: re.Pattern[str] | None
    money: frozenset[str]

    def find(self, heading: str) -> str | None: ...
    def exact(self, heading: str) -> str | None: ...


class Section(NamedTuple):
    """The heading over a section and its own columns, name → index."""

    heading: str
    columns: dict[str, int]


class Beside(NamedTuple):
    """`sections` from left to right; `totals` the indexes of columns that add them up, `common` those of money that is
    told of all together only, such as one balance for cash and bank: no section can be checked against it."""

    sections: tuple[Section, ...] = ()
    totals: frozenset[int] = frozenset()
    common: frozenset[int] = frozenset()


def beside(meant: Mapping[int, str], upper: Mapping[int, str], lower: Mapping[int, str], words: Words) -> Beside:
    """The sections of a header of one or two levels; `meant`: index → column as each heading says by itself."""
    if words.sections is None:
        return Beside()
    indexes = sorted({*upper, *lower})
    places = {index: place for index in indexes if (place := _place(upper.get(index, ""), lower.get(index, ""), words))}
    groups: dict[str, dict[str, int]] = {}
    for index, (heading, name) in places.items():
        if groups.setdefault(heading, {}).setdefault(name, index) != index:
            return Beside()
    if len(groups) < 2:
        return Beside()
    loose: dict[int, str] = {}
    for index in set(indexes) - places.keys():
        over, under = upper.get(index, ""), lower.get(index, "")
        if money := _money(index, under or over, meant, words):
            if money != meant.get(index) or (over and under):
                return Beside()
            loose[index] = money
    return _sorted_out(groups, loose, words)


def _sorted_out(groups: Mapping[str, Mapping[str, int]], loose: Mapping[int, str], words: Words) -> Beside:
    """Totals told from sections; nothing if a column of money remains that is neither."""
    found = {heading: columns for heading, columns in groups.items() if not _TOTAL.search(heading)}
    counts = Counter(name for columns in found.values() for name in columns)
    sections = tuple(
        Section(heading, {name: i for name, i in columns.items() if name in words.money or counts[name] > 1})
        for heading, columns in found.items()
    )
    money = [{*section.columns} & words.money for section in sections]
    if not sections or not all(money):
        return Beside()
    last = max(index for section in sections for index in section.columns.values())
    totals = {i for heading, columns in groups.items() if heading not in found for i in columns.values()}
    for index, name in loose.items():
        if all(name in names for names in money) and index > last:
            totals.add(index)
        elif counts[name] or min(map(len, money)) < 2:
            return Beside()
    return Beside(sections, frozenset(totals), frozenset(loose) - totals)


def is_heading(text: str, words: Words) -> bool:
    """May a heading stand over, or under, the columns of a section or a total?"""
    if words.sections is None:
        return False
    return words.sections.search(_plain(text)) is not None or _TOTAL.search(_plain(text)) is not None


def _place(over: str, under: str, words: Words) -> tuple[str, str] | None:
    """(section or total, column) that the headings of one column say together."""
    if over and under:
        for heading, text in ((over, under), (under, over)):
            if is_heading(heading, words) and (name := words.find(text)):
                return _plain(heading), name
        return None
    single = _plain(over or under)
    if len(single) > _LONGEST or not is_heading(single, words):
        return None
    for heading, text in _halves(single, words):
        if is_heading(heading, words) and (name := words.exact(text)) and name in words.money:
            return heading, name
    return None


def _halves(text: str, words: Words) -> Iterator[tuple[str, str]]:
    """A heading cut in two: 现金(收入), 收入(现金), 现金收入; one that is known as a whole is not cut."""
    if bracketed := _BRACKETED.fullmatch(text):
        yield bracketed[1], bracketed[2]
        yield bracketed[2], bracketed[1]
    if words.find(text) is None:
        for cut in range(1, len(text)):
            yield text[:cut].strip(), text[cut:]


def _money(index: int, text: str, meant: Mapping[int, str], words: Words) -> str | None:
    """The column of money that a heading means, be it by its last words only (转账收入)."""
    if index in meant:
        return meant[index] if meant[index] in words.money else None
    if len(text) > _LONGEST:
        return None
    names = (words.exact(text[cut:]) for cut in range(1, len(text) - 1))
    return next((name for name in names if name in words.money), None)


def _plain(text: str) -> str:
    """A heading without the blanks that stretch it (现 金)."""
    shown = unicodedata.normalize("NFKC", text)
    return shown.strip() if shown.isascii() else "".join(shown.split())
