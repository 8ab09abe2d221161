"""A sheet's raw cells become a typed table: header, columns, rows that are not lines, title, foot, faults.

Works column by column, with a memo of the cells already read: a ledger repeats its dates, codes and names.
"""

import re
from collections.abc import Mapping, Sequence, Set
from datetime import date
from typing import Any, NamedTuple

from portal.text import N_
from portal.workbooks import values
from portal.workbooks.addresses import Place
from portal.workbooks.grids import Sheet
from portal.workbooks.headings import PARTS, Header, Vocabulary, find_header, guess_header, key
from portal.workbooks.markers import is_foot, row_kind
from portal.workbooks.titles import period_of, year_of
from portal.workbooks.values import Fault, Memo

MOST_FAULTS = 500  # a table in which more cells are wrong has one mistake, not thousands

ALIKE = N_(
    "Two columns mean the same: %(first)s and %(second)s. Rename or delete one of them, or match the columns by hand."
)
MISSING = N_("The column “%(label)s” was not found. Match the columns by hand.")
NO_MATCH = N_("The headings of this table are not known. Match the columns by hand.")
UNCALCULATED = N_("This formula has never been calculated. Open the file in Excel or WPS, save it and upload it again.")
MORE = N_("%(n)s more cells of this table cannot be read.")
NO_HEADER = N_("No headings were found in the sheet “%(sheet)s”; it was left out.")
OTHER_TABLE = N_("The sheet “%(sheet)s” holds another kind of table and was left out.")
IGNORED = N_("The sheet “%(sheet)s” was left out as you chose.")


class Problem(NamedTuple):
    """A finding on its way to the parent: `place` None for the whole sheet; `params` of the message."""

    check: str
    message: str
    place: Place | None = None
    heading: str | None = None
    value: str | None = None
    params: Mapping[str, Any] = {}


class Block(NamedTuple):
    """A table on its way to the parent: `cells[i]` are the values of column `names[i]`, None where empty, as long as
    `numbers`; `kinds` and `markers` tell the rows that are no lines, by position."""

    sheet: str
    columns: dict[str, tuple[int, str]]
    numbers: list[int]
    names: list[str]
    cells: list[list[Any]]
    kinds: dict[int, str]
    markers: dict[int, str]
    title: str
    foot: str
    layout: str
    period: str | None
    unknown: dict[int, str]
    problems: list[Problem]
    section: str = ""


class Task(NamedTuple):
    """What to look for: the kind's words, choices by layout, the period if it is known, the file's name, days counted
    from 1904, per sheet the cells that only look blank; `plain` for a workbook of our own."""

    words: Vocabulary
    mappings: Mapping[str, Mapping[int, str]]
    period: str | None
    stem: str
    epoch_1904: bool
    blanks: Mapping[str, Set[Place]]
    errors: Mapping[str, Set[Place]]
    plain: bool = False


def header_of(sheet: Sheet, task: Task) -> tuple[Header | None, bool]:
    """The sheet's header and whether its words are known; a guess if they are not."""
    found = find_header(sheet.rows[:1] if task.plain else sheet.rows, task.words, task.mappings)
    if found:
        return found, True
    guess = guess_header(sheet.rows)
    return guess, False


def block(sheet: Sheet, header: Header, task: Task) -> Block:
    """The table under `header`."""
    title = _joined(row for row in sheet.rows[: header.first])
    body = _Body(sheet, header, task.words, task.plain)
    texts = title, header.section, sheet.name, _month_name(title, header, sheet.name), task.stem
    period = None if task.plain else next((month for text in texts if (month := period_of(text))), None)
    hint = period or task.period
    year = header.year or year_of(title) or (int(hint[:4]) if hint else None) or year_of(sheet.name)
    reader = _Reader(sheet, header, task, body, year, int(hint[5:]) if hint and hint[5:].isdigit() else None, title)
    names, cells = reader.columns()
    heads = {name: (index, header.texts.get(index, "")) for name, index in header.columns.items()}
    if header.parts and task.words.date:
        written = " ".join(header.texts[i] for i in sorted(header.parts.values()))
        heads[task.words.date] = (min(header.parts.values()), written)
    used = {*header.columns.values(), *header.parts.values(), *header.beside}
    unknown = {i: text for i, text in header.texts.items() if i not in used}
    problems = [*_header_problems(sheet, header, heads, task.words), *reader.problems()]
    numbers = [sheet.numbers[at] for at in body.kept]
    foot = _joined(sheet.rows[at] for at in body.foot)
    return Block(
        sheet.name, heads, numbers, names, cells, body.kinds, body.markers, title, foot, header.layout, period,
        unknown, problems, header.section,
    )  # fmt: skip


def _joined(rows: Any) -> str:
    lines = (" ".join(shown for cell in row if (shown := values.seen(cell).strip())) for row in rows)
    return "\n".join(line for line in lines if line)


def _month_name(title: str, header: Header, sheet: str) -> str:
    """A sheet called "3月" under a title with the year only."""
    year = header.year or year_of(title)
    return f"{year}年{sheet}" if year else ""


def _header_problems(
    sheet: Sheet, header: Header, heads: Mapping[str, tuple[int, str]], words: Vocabulary
) -> list[Problem]:
    row = sheet.numbers[header.last]
    if not header.columns and not header.parts:
        return [Problem("columns", NO_MATCH, (row, min(header.texts)))]
    found = [
        Problem("columns", ALIKE, (row, second), header.texts[second], header.texts[second],
                {"first": (row, first), "second": (row, second)})
        for first, second in header.alike
    ]  # fmt: skip
    for name in words.required:
        if name not in heads:
            found.append(Problem("columns", MISSING, (row, min(header.texts)), params={"label": name}))
    return found


class _Body:
    """The rows under the header sorted out: `kept` positions of table rows, `foot` positions of rows below or between
    that belong to no line; `kinds` and `markers` by position in `kept`. In a `plain` table every row is a line."""

    def __init__(self, sheet: Sheet, header: Header, words: Vocabulary, plain: bool = False) -> None:
        self.rows, self.header = sheet.rows, header
        counts = [i for name, i in header.columns.items() if words.types[name] in ("integer", "quantity")]
        known = [*header.columns.values(), *header.parts.values(), *header.texts]
        amounts = header.money(words)
        self.amounts = [*amounts, *counts]
        self.marked = sorted({i for i in known if not amounts or i < min(amounts)} or set(known))
        self.required = [header.columns[name] for name in words.required if name in header.columns]
        if header.parts:
            self.required.append(header.parts["day"])
        positions = range(header.last + 1, len(sheet.rows))
        if plain:
            self.foot, self.kept, self.kinds, self.markers = [], list(positions), {}, {}
            return
        self.marks = self._marks()
        # A header printed again on the next page.
        heads = sheet.rows[header.first : header.last + 1]
        repeated = {at for at in positions if sheet.rows[at] in heads}
        foot = {at for end in (*sorted(repeated), len(sheet.rows)) for at in self._bare_before(end)}
        self.foot = sorted(foot - repeated)
        dropped = foot | repeated
        self.kept = [at for at in positions if at not in dropped] if dropped else list(positions)
        found = [(n, self.marks[at]) for n, at in enumerate(self.kept) if at in self.marks] if self.marks else []
        self.kinds = {n: kind for n, (kind, _text) in found}
        self.markers = {n: text for n, (_kind, text) in found}

    def _marks(self) -> dict[int, tuple[str, str]]:
        """Positions of rows that a word makes a subtotal, running total or balance, with the word."""
        found: dict[int, tuple[str, str]] = {}
        body = self.rows[self.header.last + 1 :]
        for index in reversed(self.marked):
            cells = [row[index] for row in body]
            words = {cell: kind for cell in set(cells) if (kind := row_kind(cell))}
            if words:
                marked = ((at, cell) for at, cell in enumerate(cells, self.header.last + 1) if cell in words)
                found.update((at, (words[cell], cell.strip())) for at, cell in marked)
        return found

    def _bare_before(self, end: int) -> list[int]:
        """Rows without an amount directly above `end`: signatures, remarks, the next page's title."""
        found = []
        at = end - 1
        while at > self.header.last and at not in self.marks and self._is_bare(self.rows[at]):
            found.append(at)
            at -= 1
        # A line that lacks its amount must not vanish: what stands above the first signature stays a row.
        while found and not self._is_note(self.rows[found[-1]]):
            found.pop()
        return found

    def _is_bare(self, row: Sequence[Any]) -> bool:
        if self.required and all(i < len(row) and row[i] != "" and not is_foot(row[i]) for i in self.required):
            return False  # it has all that a line must have
        amounts = [row[i] for i in self.amounts if i < len(row) and row[i] != ""]
        return not amounts or (all(type(cell) is str for cell in amounts) and any(map(is_foot, row)))

    def _is_note(self, row: Sequence[Any]) -> bool:
        return any(map(is_foot, row)) or sum(cell != "" for cell in row) == 1


_PARSERS: Mapping[str, values.Parser] = {
    "text": values.text,
    "code": values.code,
    "integer": values.integer,
    "quantity": values.quantity,
    "flag": values.flag,
}
_TEN_THOUSAND = re.compile("万元")
_IN_TEN_THOUSAND = re.compile(r"单位\s*:?\s*(?:人民币)?万元")


class _Reader:
    """Typed columns of the rows kept, and what is wrong with their cells."""

    def __init__(
        self, sheet: Sheet, header: Header, task: Task, body: _Body, year: int | None, month: int | None, title: str
    ) -> None:
        self.sheet, self.header, self.task, self.body = sheet, header, task, body
        self.title = title
        self.parse_day = values.day(year, month, task.epoch_1904)
        self.year, self.month = year, month
        self.faults: list[Problem] = []
        self.hidden = 0
        self.rows = [sheet.rows[at] for at in body.kept]
        self._fill_merged()

    def _fill_merged(self) -> None:
        """A cell merged downwards means all its rows; not so an amount, which would be counted twice."""
        amounts = self.header.money(self.task.words)
        position = {self.sheet.numbers[at]: n for n, at in enumerate(self.body.kept)}
        for (top, left), (bottom, _right) in self.sheet.merges:
            first = position.get(top + 1)
            if bottom > top and first is not None and left not in amounts and left < len(self.rows[first]):
                cell = self.rows[first][left]
                for number in range(top + 2, bottom + 2):
                    if number in position:
                        self.rows[position[number]][left] = cell

    def columns(self) -> tuple[list[str], list[list[Any]]]:
        """Names and cells; the date put together where it is split."""
        raw = list(zip(*self.rows, strict=True)) if self.rows else []
        names, cells = [], []
        for name, index in self.header.columns.items():
            names.append(name)
            cells.append(self._column(name, index, raw[index] if index < len(raw) else [""] * len(self.rows)))
        if self.header.parts and self.task.words.date:
            names.append(self.task.words.date)
            cells.append(self._split_date(raw))
        return names, cells

    def _column(self, name: str, index: int, raw: Sequence[Any]) -> list[Any]:
        kind = self.task.words.types[name]
        memo = Memo(self._parser(kind, index))
        if kind not in ("text", "flag") and bool in set(map(type, raw)):
            raw = [str(cell) if type(cell) is bool else cell for cell in raw]
        found = list(map(memo.__getitem__, raw))
        if memo.faulty:
            self._take_out(found, index, raw, kind)
        return found

    def _parser(self, kind: str, index: int) -> values.Parser:
        if kind == "money":
            large = _TEN_THOUSAND.search(self.header.texts.get(index, "")) or _IN_TEN_THOUSAND.search(
                values.plain(self.title)
            )
            return values.money(10_000 if large else 1)
        if kind == "date":
            is_day = PARTS.get(key(self.header.texts.get(index, ""))) == "day"
            return values.day_alone(self.parse_day, self.year, self.month) if is_day else self.parse_day
        return _PARSERS[kind]

    def _take_out(self, found: list[Any], index: int, raw: Sequence[Any], kind: str) -> None:
        """Faults become problems at their cells and empty values; a marker may stand in any column of its row."""
        for n, value in enumerate(found):
            if type(value) is Fault:
                found[n] = None
                if not (n in self.body.kinds and (kind != "money" or row_kind(raw[n]) or _capitals(raw[n]))):
                    self._fault(value.message, n, index, raw[n])

    def _fault(self, message: str, n: int, index: int, raw: Any) -> None:
        place = (self.sheet.numbers[self.body.kept[n]], index)
        if place in self.task.errors.get(self.sheet.name, ()):
            return
        if len(self.faults) >= MOST_FAULTS:
            self.hidden += 1
            return
        self.faults.append(Problem("value", message, place, self.header.texts.get(index, ""), values.seen(raw)))

    def _split_date(self, raw: Sequence[Sequence[Any]]) -> list[Any]:
        """Year, month and day columns as dates. A ledger writes the month once, or in its title only: year and month
        hold until the next."""
        parts = self.header.parts
        blank = [""] * len(self.rows)
        years, months, days = (raw[parts[p]] if p in parts and parts[p] < len(raw) else blank for p in PART_NAMES)
        found: list[Any] = []
        year, month = self.year, None if "month" in parts else self.month
        for n, cells in enumerate(zip(years, months, days, strict=True)):
            numbers = [values.integer(_undated(cell)) for cell in cells]
            if n in self.body.kinds:
                found.append(None)
                continue
            year = numbers[0] if isinstance(numbers[0], int) else year
            month = numbers[1] if isinstance(numbers[1], int) else month
            found.append(self._day(n, cells, numbers, year, month))
        return found

    def _day(self, n: int, cells: Sequence[Any], numbers: Sequence[Any], year: int | None, month: int | None) -> Any:
        parts = self.header.parts
        for part, cell, number in zip(PART_NAMES, cells, numbers, strict=True):
            if isinstance(number, Fault):
                return self._fault(values.NOT_A_COUNT.message, n, parts[part], cell)
        if numbers[2] is None:
            return None
        if year is None or month is None:
            return self._fault(values.NO_YEAR.message, n, parts["day"], cells[2])
        full = year if year >= 100 else 2000 + year
        value = values.calendar_day(full, month, numbers[2])
        return value if isinstance(value, date) else self._fault(value.message, n, parts["day"], cells[2])

    def problems(self) -> list[Problem]:
        """What is wrong with the cells, formulas that were never calculated first."""
        found = [
            *self._odd(self.task.blanks, "formula", UNCALCULATED),
            *self._odd(self.task.errors, "value", values.ERROR_CELL.message),
        ]
        found += self.faults
        if len(found) > MOST_FAULTS or self.hidden:
            hidden = self.hidden + max(len(found) - MOST_FAULTS, 0)
            found = [*found[:MOST_FAULTS], Problem("value", MORE, params={"n": hidden})]
        return found

    def _odd(self, places: Mapping[str, Set[Place]], check: str, message: str) -> list[Problem]:
        """Cells of the table among `places`: in its rows and in columns that mean something."""
        if not places.get(self.sheet.name) or not self.body.kept:
            return []
        used = {*self.header.columns.values(), *self.header.parts.values()}
        first, last = self.sheet.numbers[self.body.kept[0]], self.sheet.numbers[self.body.kept[-1]]
        return [
            Problem(check, message, place, self.header.texts.get(place[1], ""), "")
            for place in sorted(places[self.sheet.name])
            if place[1] in used and first <= place[0] <= last
        ]


PART_NAMES = ("year", "month", "day")
_CAPITALS = re.compile(r"[零〇壹贰叁肆伍陆柒捌玖拾佰仟万亿圆元角分整正两\s:()大写人民币]+")


def _capitals(cell: Any) -> bool:
    """An amount in capital numerals beside a total, which repeats it in words."""
    return type(cell) is str and bool(_CAPITALS.fullmatch(values.plain(cell)))


def _undated(cell: Any) -> Any:
    """``2026年``, ``3月``, ``05日`` as numbers."""
    return cell.strip().rstrip("年月日号") if type(cell) is str else cell
