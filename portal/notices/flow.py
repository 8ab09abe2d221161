"""Lays pieces of paper one below the other and breaks them into pages; nothing is clipped, nothing overlaps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from portal.notices.pen import Pen

Draw = Callable[[Pen, float], None]
"""Draws a piece whose upper edge is at y."""

_STRETCH = (1.9, 1.7, 1.5, 1.3, 1.15, 1.0, 0.85, 0.7, 0.55, 0.4, 0.25)


@dataclass(frozen=True)
class Table:
    """What belongs to all rows of one table: the heading each page repeats, and a page's subtotal."""

    head: "Piece"
    subtotal: Callable[[Sequence["Piece"]], "Piece | None"]
    subtotal_height: float = 0


@dataclass(frozen=True)
class Piece:
    """Something `height` points high that stays together. `gap` is the white above it, which may stretch or shrink;
    `keep` pieces stay on the page of the next one; a row of a `table` carries what its page's subtotal adds up; one
    that `closes` its table stands below the last page's subtotal."""

    height: float
    draw: Draw
    gap: float = 0
    keep: bool = False
    table: Table | None = None
    values: Sequence[object] = ()
    closes: bool = False


@dataclass
class Page:
    """Pieces with the y of their upper edges."""

    placed: list[tuple[float, Piece]] = field(default_factory=list)

    def draw(self, pen: Pen) -> None:
        for y, piece in self.placed:
            piece.draw(pen, y)


def fill_front(pieces: Sequence[Piece], top: float, bottom: float) -> tuple[Page, list[Piece]]:
    """The first page, its gaps as wide as the room allows, and the pieces that found no place on it."""
    for stretch in _STRETCH:
        page, rest = _stack(pieces, top, bottom, stretch)
        if not rest:
            break
    return page, rest


def _stack(pieces: Sequence[Piece], top: float, bottom: float, stretch: float) -> tuple[Page, list[Piece]]:
    page = Page()
    y = top
    for index, piece in enumerate(pieces):
        gap = piece.gap * stretch if page.placed else 0
        needed = gap + piece.height
        if piece.keep and index + 1 < len(pieces):
            needed += pieces[index + 1].gap * stretch + pieces[index + 1].height
        if y + needed > bottom and page.placed:
            return page, list(pieces[index:])
        page.placed.append((y + gap, piece))
        y += gap + piece.height
    return page, []


def break_pages(pieces: Sequence[Piece], top: float, bottom: float) -> list[Page]:
    """Pages from `top` to `bottom`; a table's heading stands on each of its pages, its subtotal at their ends."""
    breaker = _Breaker(top, bottom)
    for index, piece in enumerate(pieces):
        following = pieces[index + 1] if piece.keep and index + 1 < len(pieces) else None
        breaker.add(piece, following)
    breaker.close_table(more=False)
    return breaker.pages


class _Breaker:
    def __init__(self, top: float, bottom: float) -> None:
        self.top, self.bottom = top, bottom
        self.pages: list[Page] = []
        self.y = bottom
        self.table: Table | None = None
        self.rows: list[Piece] = []
        self.table_pages = 0

    def add(self, piece: Piece, following: Piece | None) -> None:
        if piece.table is not self.table:
            self.close_table(more=False)
        fresh = not self.pages or not self._fits(piece, following)
        if fresh:
            self.close_table(more=piece.table is not None and piece.table is self.table)
            self.pages.append(Page())
            self.y = self.top
        if piece.table and (fresh or self.table is not piece.table):
            self._open_table(piece.table)
        if piece.closes:
            self._subtotal(more=False)
        self._place(piece, 0 if fresh else piece.gap)
        if piece.table and not piece.closes:
            self.rows.append(piece)

    def close_table(self, more: bool) -> None:
        """Ends the table on this page; a table on several pages gets a subtotal on each."""
        self._subtotal(more)
        if not more:
            self.table, self.table_pages = None, 0

    def _subtotal(self, more: bool) -> None:
        if self.table and self.rows and (more or self.table_pages > 1):
            subtotal = self.table.subtotal(self.rows)
            if subtotal:
                self._place(subtotal, 0)
        self.rows = []

    def _open_table(self, table: Table) -> None:
        self.table = table
        self.table_pages += 1
        self._place(table.head, 0 if self.y == self.top else table.head.gap)

    def _fits(self, piece: Piece, following: Piece | None) -> bool:
        needed = piece.gap + piece.height
        for other in (piece, following):
            if other and other.table:
                needed += other.table.subtotal_height
                if other.table is not self.table:
                    needed += other.table.head.gap + other.table.head.height
        if following:
            needed += following.gap + following.height
        return self.y + needed <= self.bottom

    def _place(self, piece: Piece, gap: float) -> None:
        self.pages[-1].placed.append((self.y + gap, piece))
        self.y += gap + piece.height
