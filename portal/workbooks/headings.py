"""Which row is the header, and which heading means which column.

Nothing here knows a kind: columns come as `Spec`s, plain data that also crosses the pipe to the child process.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from portal.workbooks.sections import Section, beside, is_heading

SEARCHED_ROWS = 60  # a header stands near the top; below this only data follow
FEWEST = 2  # known headings that make a row a header

_BRACKETS = re.compile(r"[(\[{【〔《<][^)\]}】〕》>]*[)\]}】〕》>]")
_NOISE = re.compile(r"[\W_]+")
_HAN = re.compile(r"[㐀-鿿\U00020000-\U0003ffff]+")
PARTS = {"年": "year", "月": "month", "日": "day", "year": "year", "month": "month", "day": "day"}
_YEAR = re.compile(r"((?:19|20)\d\d)年?度?")


class Spec(NamedTuple):
    """A column of a kind as plain data; `type` is the value of `portal.kinds.base.Type`."""

    name: str
    type: str
    headings: tuple[str, ...]
    required: bool


class Header(NamedTuple):
    """A header that was found: rows [`first`, `last`] of the sheet's list of rows; `columns` name → index; `parts`
    year/month/day → index of a split date; `year` as a heading gave it; `texts` index → heading as written;
    `alike` pairs of indexes that mean the same column. Of tables side by side `columns` has the first one's, `sections`
    those of each, `beside` the indexes of money that is not in `columns`; `section` is the heading of one taken apart.
    """

    first: int
    last: int
    columns: dict[str, int]
    parts: dict[str, int]
    year: int | None
    texts: dict[int, str]
    alike: list[tuple[int, int]]
    layout: str
    sections: tuple[Section, ...] = ()
    beside: frozenset[int] = frozenset()
    section: str = ""

    @property
    def known(self) -> int:
        return len(self.columns) + len(self.parts)

    def money(self, words: "Vocabulary") -> set[int]:
        """The indexes of all columns of money, also of the tables beside."""
        return {index for name, index in self.columns.items() if name in words.money} | self.beside


def key(heading: str) -> str:
    """A heading without what does not matter: width, case, blanks, punctuation."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", heading).lower())


def _candidates(heading: str) -> Iterable[str]:
    """Ways to read a heading, best first: whole, without bracketed units, its Chinese part, its Latin part."""
    shown = unicodedata.normalize("NFKC", heading).lower()
    yield _NOISE.sub("", shown)
    bare = _BRACKETS.sub("", shown)
    yield _NOISE.sub("", bare)
    han = "".join(_HAN.findall(bare))
    latin = _NOISE.sub("", _HAN.sub("", bare))
    if han and latin and not latin.isdecimal():
        yield han
        yield latin


class Vocabulary:
    """The headings of a kind, looked up by what was written."""

    def __init__(self, specs: Sequence[Spec], sections: str = "") -> None:
        self.names: dict[str, str] = {}
        self.types = {spec.name: spec.type for spec in specs}
        self.money = frozenset(spec.name for spec in specs if spec.type == "money")
        self.sections = re.compile(sections) if sections else None
        self.required = [spec.name for spec in specs if spec.required]
        dates = [spec for spec in specs if spec.type == "date"]
        self.date = next((spec.name for spec in dates if spec.required), dates[0].name if dates else None)
        for spec in specs:
            for heading in (*spec.headings, spec.name):
                self.names.setdefault(key(heading), spec.name)
        self._memo: dict[str, str | None] = {}

    def find(self, heading: str) -> str | None:
        """The column a heading means, or None."""
        if heading not in self._memo:
            found = (self.names.get(candidate) for candidate in _candidates(heading) if candidate)
            self._memo[heading] = next((name for name in found if name), None)
        return self._memo[heading]

    def exact(self, heading: str) -> str | None:
        """The column a heading means word for word."""
        return self.names.get(key(heading))


def _together(over: str, under: str, words: Vocabulary) -> str | None:
    """The column of two headings read as one, such as 收入 over 金额 or over (元)."""
    both = over + under
    return words.names.get(key(both)) or words.names.get(key(_BRACKETS.sub("", unicodedata.normalize("NFKC", both))))


def digest(texts: Mapping[int, str]) -> str:
    """What a layout is remembered under: 16 hexadecimal digits of its normalised headings and their columns."""
    plain = "\n".join(f"{index}:{key(heading)}" for index, heading in sorted(texts.items()))
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def find_header(
    rows: Sequence[Sequence[Any]], words: Vocabulary, mappings: Mapping[str, Mapping[int, str]]
) -> Header | None:
    """The row, or pair of rows, that knows most headings; a layout that was matched by hand wins."""
    best: Header | None = None
    for at in range(min(len(rows), SEARCHED_ROWS)):
        for header in _readings(rows, at, words):
            if header.layout in mappings:
                return by_hand(header, mappings[header.layout], words)
            if header.known >= FEWEST and (best is None or _better(header, best)):
                best = header
    return best


def _better(header: Header, best: Header) -> bool:
    """More known headings; among equals the lower level belongs to the header, and a title above it does not, unless
    it tells sections apart."""
    if header.known == best.known and header.first <= best.last and bool(header.sections) != bool(best.sections):
        return bool(header.sections)
    if header.known != best.known or header.first > best.last:
        return header.known > best.known
    return header.last > best.last or header.last - header.first < best.last - best.first


def _readings(rows: Sequence[Sequence[Any]], at: int, words: Vocabulary) -> Iterable[Header]:
    top = _texts(rows[at])
    if len(top) < FEWEST:
        return
    yield _header(at, at, {}, top, words)
    if at + 1 < len(rows):
        below = _texts(rows[at + 1])
        if len(below) >= FEWEST and not _has_data(rows[at + 1]) and _is_level(top, below, words):
            yield _header(at, at + 1, top, below, words)


def _is_level(top: dict[int, str], below: dict[int, str], words: Vocabulary) -> bool:
    """Is `below` the lower half of a header, and not the first line of the table? At least half of its words are
    headings, by themselves or together with what stands above."""
    spread = _spread(top, below)
    meant = sum(
        bool(PARTS.get(key(t)) or _together(spread.get(i, ""), t, words) or words.find(t) or is_heading(t, words))
        for i, t in below.items()
    )
    return meant * 2 >= len(below)


def _texts(row: Sequence[Any]) -> dict[int, str]:
    found = {}
    for index, cell in enumerate(row):
        shown = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else cell
        if isinstance(shown, str) and 0 < len(shown.strip()) <= 40:
            found[index] = " ".join(shown.split())
    return found


def _has_data(row: Sequence[Any]) -> bool:
    return any(map(_data_like, row))


def _header(first: int, last: int, top: dict[int, str], below: dict[int, str], words: Vocabulary) -> Header:
    spread = _spread(top, below)
    indexes = sorted({*top, *below})
    parts: dict[str, int] = {}
    year = None
    for index in indexes:
        over, under = spread.get(index, ""), below.get(index, "")
        if found := _YEAR.fullmatch(key(over or under)):
            year = int(found[1])
        if part := PARTS.get(key(under or over)):
            parts.setdefault(part, index)
    meanings = ((i, _meaning(i, spread.get(i, ""), below.get(i, ""), spread, words)) for i in indexes)
    meant = {index: name for index, name in meanings if name}
    if "month" not in parts and words.types.get(meant.get(parts.get("day", -1), "")) == "date":
        parts = {}  # the kind itself calls a date so: what stands there is whole
    side = beside(meant, spread, below, words)
    taken = side.totals.union(*(section.columns.values() for section in side.sections))
    columns: dict[str, int] = {}
    alike: list[tuple[int, int]] = []
    for index, name in meant.items():
        if index not in taken | side.common and columns.setdefault(name, index) != index:
            alike.append((columns[name], index))
    if side.sections:
        columns |= side.sections[0].columns
    columns, parts = _date_of_parts(columns, parts, words)
    alike = [pair for pair in alike if not set(pair) & set(parts.values())]
    texts = {i: " ".join(part for part in (spread.get(i), below.get(i)) if part) for i in indexes}
    outside = taken - set(columns.values())
    return Header(first, last, columns, parts, year, texts, alike, digest(texts), side.sections, outside)


def apart(header: Header) -> list[Header]:
    """A header for each of the tables that stand side by side; the header itself where there is only one."""
    own = {index for section in header.sections for index in section.columns.values()}
    shared = {name: index for name, index in header.columns.items() if index not in own}
    headers = []
    for section in header.sections:
        parts = header.parts | {part: i for part, i in section.columns.items() if part in header.parts}
        headers.append(
            header._replace(
                columns={name: i for name, i in (shared | section.columns).items() if name not in parts},
                parts=parts,
                sections=(),
                beside=(header.beside | own) - set(section.columns.values()),
                section=section.heading,
            )
        )
    return headers or [header]


def _date_of_parts(
    columns: dict[str, int], parts: dict[str, int], words: Vocabulary
) -> tuple[dict[str, int], dict[str, int]]:
    """Month and day columns, or the day alone, are the kind's date if it has no other; then they are no columns of
    their own."""
    dated = columns.get(words.date or "")
    if "day" not in parts or not words.date or (dated is not None and dated not in parts.values()):
        return columns, {}
    return {name: index for name, index in columns.items() if index not in parts.values()}, parts


def _meaning(index: int, over: str, under: str, spread: Mapping[int, str], words: Vocabulary) -> str | None:
    """A two-level heading by both words, then by the upper where it stands over one column only, then by the lower."""
    if not over or not under:
        return words.find(under or over)
    alone = spread.get(index - 1) != over and spread.get(index + 1) != over
    return _together(over, under, words) or (words.find(over) if alone else None) or words.find(under)


def _spread(top: Mapping[int, str], below: Mapping[int, str]) -> dict[int, str]:
    """Upper headings carried to the right over the lower headings that have none above (merged cells)."""
    spread, last, reached = {}, "", -1
    for index in sorted({*top, *below}):
        if index in top:
            last, reached = top[index], index
            spread[index] = last
        elif last and index == reached + 1 and reached in below:
            reached = index
            spread[index] = last
    return spread


def by_hand(header: Header, mapping: Mapping[int, str], words: Vocabulary) -> Header:
    """The header with a person's choices: index → column name, "" for a column to be left out."""
    own = {index for section in header.sections for index in section.columns.values()}
    shared = {name: index for name, index in header.columns.items() if index not in own}
    columns = _chosen(shared, {index: name for index, name in mapping.items() if index not in own})
    sections = tuple(
        Section(section.heading, chosen)
        for section in header.sections
        if (chosen := _chosen(section.columns, {i: mapping[i] for i in section.columns.values() if i in mapping}))
    )
    if sections:
        columns |= sections[0].columns
    known = {part: columns[part] for part in PARTS.values() if part in columns and words.types[part] != "date"}
    parts = {part: i for part, i in header.parts.items() if i not in mapping} | known
    columns, parts = _date_of_parts(columns, parts, words)
    alike = [pair for pair in header.alike if not set(pair) & set(mapping)]
    outside = header.beside - set(mapping)
    return header._replace(columns=columns, parts=parts, alike=alike, sections=sections, beside=outside)


def _chosen(columns: Mapping[str, int], mapping: Mapping[int, str]) -> dict[str, int]:
    """Columns as understood, changed by what a person said of their indexes."""
    chosen = {name: index for index, name in mapping.items() if name}
    return {n: i for n, i in columns.items() if i not in mapping and n not in chosen} | chosen


def guess_header(rows: Sequence[Sequence[Any]]) -> Header | None:
    """A row that looks like a header though nobody knows its words: three different short texts over two rows with
    a number or a date under them. For the page where columns are matched by hand."""
    for at in range(min(len(rows), SEARCHED_ROWS)):
        texts = _texts(rows[at])
        if len(set(texts.values())) < 3 or _has_data(rows[at]):
            continue
        under = [row for row in rows[at + 1 : at + 6] if any(_data_like(row[i]) for i in texts if i < len(row))]
        if len(under) >= 2:
            return Header(at, at, {}, {}, None, texts, [], digest(texts))
    return None


def _data_like(cell: Any) -> bool:
    return not isinstance(cell, str) or bool(cell.strip()[:1].isdecimal())
