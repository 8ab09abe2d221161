"""The entry-by-entry pages: books, warnings, and every line at a size that can be read close by."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from portal.money import shown
from portal.notices.flow import Piece, Table
from portal.notices.pen import GREY, INK, LEADING, LEFT, PALE, RIGHT, Pen
from portal.notices.setting import Setting, heading
from portal.notices.sheets import Book, Cell, Column, Notice, Text
from portal.notices.voice import as_day, day
from portal.notices.wrap import clean, packed, wrap
from portal.text import N_, Message

BODY = 14.0
THIS_PAGE = Message(N_("This page"))
MOVED = Message(N_("transfer between books"))
_PAD = 7.0
_GUTTER = 10.0
_MOST_LINES = 28  # a longer row is continued; 28 lines, heading and subtotal fill a page
_LEAST_TEXT = 5  # ems
_LEAST_SIZE = 8.0
_COMFORT = 11  # ems: in a narrower column a summary is a tower; other text columns then move below it
_ROOM = RIGHT - LEFT


class Track(NamedTuple):
    """Where a column stands: its place among the columns, left and right edge."""

    column: int
    x0: float
    x1: float


def entry_pieces(setting: Setting, notice: Notice, asking: Sequence[Text]) -> list[Piece]:
    """What page 1 had no room for about asking; books, warnings and entries, in order."""
    pieces: list[Piece] = []
    if asking:
        pieces.append(heading(setting, Message(N_("Where to ask")), 18, gap=16))
        for text in asking:
            pieces += setting.pieces(text, BODY, gap=3)
    if notice.story:
        pieces.append(heading(setting, Message(N_("What this is about")), 18, gap=16))
        for text in notice.story:
            pieces += setting.pieces(text, BODY, gap=3)
    if notice.books:
        pieces.append(heading(setting, Message(N_("By book")), 18, gap=16))
        pieces += _books(setting, notice.books)
    if notice.warnings:
        pieces.append(heading(setting, Message(N_("Warnings that the signers saw")), 18, gap=18))
        for warning in notice.warnings:
            pieces += setting.pieces(warning, BODY, gap=3)
    if notice.columns and notice.rows:
        title = Message(N_("Entry by entry. Lines: %(n)s"), {"n": len(notice.rows)})
        pieces.append(heading(setting, title, 18, gap=18))
        pieces += Grid(setting, notice.columns, notice.rows, notice.totals, moved=notice.moved).pieces()
    return pieces


def _books(setting: Setting, books: Sequence[Book]) -> list[Piece]:
    labels = (N_("Opening balance"), N_("Money in"), N_("Money out"), N_("Closing balance"))
    columns = [Column(Message(N_("Book")), weight=1), *(Column(Message(label), "money") for label in labels)]
    rows = [(book.name, book.opening, book.income, book.expense, book.closing) for book in books]
    return Grid(setting, columns, rows, None).pieces()


class Filled(NamedTuple):
    """One cell's lines; from the line `quiet` on they are the ones printed below, in grey."""

    track: Track
    lines: list[str]
    quiet: int


class Grid:
    """One table: columns measured once, every cell wrapped once, rows as pieces that know their height."""

    def __init__(
        self,
        setting: Setting,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Cell]],
        totals: Sequence[Cell] | None,
        size: float = BODY,
        moved: Collection[int] = (),
    ) -> None:
        self.setting, self.columns = setting, columns
        self.size, self.step = size, size * LEADING
        self.face, self.bold = setting.typeface.regular, setting.typeface.bold
        self._short_dates = [self._one_year(index, rows) for index in range(len(columns))]
        self.rows = rows
        self.texts = [[self._shown(index, cell) for index, cell in enumerate(row)] for row in rows]
        self.totals = totals
        self.moved = frozenset(moved)
        self.under = {index for index, column in enumerate(columns) if column.below}
        self.tracks = self._tracks()
        while self._text_room() < _COMFORT and (index := self._next_under()) is not None:
            self.under.add(index)
            self.tracks = self._tracks()
        while self._text_room() < _LEAST_TEXT and self.size > _LEAST_SIZE:  # many columns of very large sums
            self.size -= 1
            self.step = self.size * LEADING
            self.tracks = self._tracks()
        self.below = [(index, setting.voice.say(columns[index].label)) for index in sorted(self.under)]

    @property
    def main(self) -> Track:
        """The column that gets the most room, and takes the values printed below."""
        return max(self.tracks, key=lambda track: self.columns[track.column].weight)

    def _text_room(self) -> float:
        """How many ems wide the column of the summary is."""
        return (self.main.x1 - self.main.x0) / self.size

    def _next_under(self) -> int | None:
        """The text column that gives way next: weighted ones first, then the widest."""
        others = [t for t in self.tracks if self.columns[t.column].kind == "text" and t.column != self.main.column]
        if len(others) < 2:  # what tells a line from the next stays beside it
            return None
        return max(others, key=lambda track: (self.columns[track.column].weight, track.x1 - track.x0)).column

    def _one_year(self, index: int, rows: Sequence[Sequence[Cell]]) -> bool:
        if self.columns[index].kind != "date":
            return False
        days = [as_day(cell) for row in rows if isinstance(cell := row[index], date | str)]
        return len({d.year for d in days if d}) <= 1

    def _shown(self, index: int, cell: Cell) -> str:
        if cell is None or cell == "":
            return ""
        kind = self.columns[index].kind
        if kind == "money" and isinstance(cell, int):
            return shown(cell).replace("-", "−")
        if kind == "date" and isinstance(cell, date | str):
            when = as_day(cell)
            short = self._short_dates[index]
            return day(when, self.setting.voice.leading, year=not short) if when else clean(str(cell))
        return cell if type(cell) is str and cell.isprintable() else self._said(cell)

    def _said(self, cell: Text | int | date) -> str:
        return str(cell) if isinstance(cell, int | date) else self.setting.voice.say(cell)

    # columns

    def _tracks(self) -> list[Track]:
        standing = [index for index in range(len(self.columns)) if index not in self.under]
        natural = {i: self._natural(i) for i in standing if not self.columns[i].weight}
        weights = {i: self.columns[i].weight for i in standing if self.columns[i].weight}
        left = _ROOM - sum(natural.values()) - _GUTTER * (len(standing) - 1)
        left = self._narrow(natural, left, _LEAST_TEXT * self.size * len(weights))
        x = LEFT
        tracks = []
        for index in standing:
            wide = natural.get(index) or left * weights[index] / sum(weights.values())
            tracks.append(Track(index, x, x + wide))
            x += wide + _GUTTER
        return tracks

    def _narrow(self, natural: dict[int, float], left: float, needed: float) -> float:
        """Takes width from the widest text columns until the weighted ones have what they need at least."""
        texts = [i for i in natural if self.columns[i].kind == "text"]
        while left < needed and texts:
            widest = max(texts, key=natural.__getitem__)
            if natural[widest] <= self.size * 3:
                break
            natural[widest] -= self.size
            left += self.size
        return left

    def _natural(self, index: int) -> float:
        label = self.setting.voice.say(self.columns[index].label)
        words = label.split() if label.isascii() else [label[:4]]  # Chinese headings break after four characters
        cells = {text[index] for text in self.texts}
        if self.totals:
            cells.add(self._shown(index, self.totals[index]))
        widest = max((self.face.width(text, self.size) for text in cells), default=0)
        if self.columns[index].summed and self.texts:
            sums = _sum(row[index] for row in self.rows)
            widest = max(widest, self.bold.width(shown(sums), self.size))
        second = self.setting.voice.second(self.columns[index].label).split()
        headed = [self.bold.width(word, self.size) for word in words]
        return max([widest, *headed, *(self.face.width(word, self.size * 0.64) for word in second)]) * 1.01

    # rows

    def pieces(self) -> list[Piece]:
        """The rows as pieces of one table."""
        summed = any(column.summed for column in self.columns)
        table = Table(self._head(), self._subtotal, self._total_height(THIS_PAGE) if summed else 0)
        pieces = []
        for index in range(len(self.rows)):
            pieces += self._row(table, index)
        if self.totals is not None:
            pieces.append(self._total(table, Message(N_("Total")), self.totals))
        return pieces

    def _row(self, table: Table, index: int) -> list[Piece]:
        """One line; what only moved between books says so and is added up nowhere."""
        main, texts = self.main, self.texts[index]
        moved = index in self.moved
        row = () if moved else self.rows[index]
        under = [self.setting.voice.every(MOVED.id)] if moved else []
        under += [f"{label} {texts[below]}" for below, label in self.below if texts[below]]
        cells = [
            self._filled(track, texts[track.column], under if track is main else ())
            for track in self.tracks
            if texts[track.column] or track is main
        ]
        deepest = max(len(cell.lines) for cell in cells)
        if deepest <= _MOST_LINES:
            return [self._row_piece(table, row, cells, deepest)]
        parts = []
        for start in range(0, deepest, _MOST_LINES):
            end = start + _MOST_LINES
            part = [Filled(track, lines[start:end], quiet - start) for track, lines, quiet in cells if lines[start:]]
            parts.append(self._row_piece(table, () if start else row, part, min(_MOST_LINES, deepest - start)))
        return parts

    def _filled(self, track: Track, text: str, under: Sequence[str]) -> Filled:
        if self.columns[track.column].kind == "money":
            return Filled(track, [text], 1)
        wide = track.x1 - track.x0
        lines = wrap(text, self.face, self.size, wide)
        own = len(lines)
        if under:
            lines = lines + packed(under, self.face, self.size, self._room_below(track))
        return Filled(track, lines, own)

    def _room_below(self, main: Track) -> float:
        """Beside the first line of a row amounts leave the room free, so what is printed below may run under them."""
        right = [track for track in self.tracks if track.x0 > main.x0]
        only_amounts = all(self.columns[track.column].kind == "money" for track in right)
        return (RIGHT if only_amounts else main.x1) - main.x0

    def _row_piece(self, table: Table, row: Sequence[Cell], cells: Sequence[Filled], deepest: int) -> Piece:
        tall = deepest * self.step + _PAD

        def draw(pen: Pen, y: float) -> None:
            top = y + _PAD / 2 + self.size * 1.04
            for track, lines, quiet in cells:
                if self.columns[track.column].kind == "money":
                    pen.text(track.x1, top, lines[0], self.size, align="right")
                    continue
                own = lines[: max(quiet, 0)]
                pen.lines(track.x0, top, own, self.size)
                pen.lines(track.x0, top + len(own) * self.step, lines[len(own) :], self.size, GREY)
            pen.rule(y + tall, weight=0.4, color=PALE)

        return Piece(tall, draw, table=table, values=row)

    # heading and sums

    def _head(self) -> Piece:
        labels = [self._label(track) for track in self.tracks]
        deepest = max(high for _, high in labels)
        tall = deepest + 10

        def draw(pen: Pen, y: float) -> None:
            pen.rule(y + 1, weight=1.4)
            for track, (lines, high) in zip(self.tracks, labels, strict=True):
                right = self.columns[track.column].kind == "money"
                below = y + 5 + deepest - high
                for text, size, bold in lines:
                    x, align = (track.x1, "right") if right else (track.x0, "left")
                    pen.text(x, below + size * 1.04, text, size, bold, INK if bold else GREY, align)
                    below += size * 1.2
            pen.rule(y + tall, weight=0.8)

        return Piece(tall, draw, gap=6)

    def _label(self, track: Track) -> tuple[list[tuple[str, float, bool]], float]:
        """A heading's lines (text, size, bold) and their height."""
        column = self.columns[track.column]
        wide = track.x1 - track.x0
        voice = self.setting.voice
        lines = [(part, self.size, True) for part in wrap(voice.say(column.label), self.bold, self.size, wide)]
        if second := voice.second(column.label):
            small = self.size * 0.64
            lines += [(part, small, False) for part in wrap(second, self.face, small, wide)]
        return lines, sum(size * 1.2 for _, size, _ in lines)

    def _subtotal(self, rows: Sequence[Piece]) -> Piece | None:
        if not any(column.summed for column in self.columns):
            return None
        values = [row.values for row in rows if row.values]
        sums = [_sum(row[i] for row in values) if c.summed else None for i, c in enumerate(self.columns)]
        return self._total(None, THIS_PAGE, sums)

    def _total(self, table: Table | None, label: Text, cells: Sequence[Cell]) -> Piece:
        name = self._name(label)
        tall = self._total_height(label)

        def draw(pen: Pen, y: float) -> None:
            pen.rule(y + 0.5, weight=0.9)
            pen.text(LEFT, y + _PAD / 2 + self.size * 1.04, name, self.size, bold=True)
            baseline = y + tall - self.step - _PAD / 2 - 2 + self.size * 1.04
            for track in self.tracks:
                if self.columns[track.column].kind == "money":
                    text = self._shown(track.column, cells[track.column])
                    pen.text(track.x1, baseline, text, self.size, True, align="right")
            pen.rule(y + tall, weight=0.9)

        return Piece(tall, draw, table=table, closes=table is not None)

    def _total_height(self, label: Text) -> float:
        """One line; two where the amounts leave no room beside the label."""
        amounts = next((t.x0 for t in self.tracks if self.columns[t.column].kind == "money"), RIGHT)
        lines = 1 if LEFT + self.bold.width(self._name(label), self.size) < amounts else 2
        return lines * self.step + _PAD + 2

    def _name(self, label: Text) -> str:
        return "  ".join(filter(None, (self.setting.voice.say(label), self.setting.voice.second(label))))


def _sum(cells: Iterable[object]) -> int:
    """The sum of those cells that hold an amount."""
    return sum(cell for cell in cells if isinstance(cell, int))
