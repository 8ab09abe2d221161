"""Sets texts into lines: what the typeface, the language and a column's width make of a text."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.notices.flow import Piece
from portal.notices.pen import GREY, INK, LEADING, LEFT, RIGHT, Color, Pen
from portal.notices.sheets import Text
from portal.notices.typeface import Typeface
from portal.notices.voice import Voice
from portal.notices.wrap import wrap


@dataclass(frozen=True)
class Line:
    """One line as it will be drawn."""

    text: str
    size: float
    bold: bool = False
    color: Color = INK

    @property
    def height(self) -> float:
        return self.size * LEADING

    @property
    def drop(self) -> float:
        """From the line's upper edge to its baseline."""
        return self.size * 1.04


@dataclass(frozen=True)
class Setting:
    """Typeface and language of one document."""

    typeface: Typeface
    voice: Voice

    def lines(self, text: Text, size: float, width: float, bold: bool = False, color: Color = INK) -> list[Line]:
        """The text wrapped; in two languages, the English beneath, smaller."""
        first = wrap(self.voice.say(text), self.typeface.face(bold), size, width)
        small = max(size * 0.62, min(10, size * 0.8))
        second = self.voice.second(text)
        beneath = wrap(second, self.typeface.regular, small, width) if second else []
        quiet = GREY if color is INK else color
        return [
            *(Line(part, size, bold, color) for part in first),
            *(Line(part, small, False, quiet) for part in beneath),
        ]

    def fitting(self, text: str, largest: float, smallest: float, width: float, bold: bool = False) -> float:
        """The size, between the two, at which the text is no wider than `width`; `smallest` if even that is wider."""
        return max(smallest, min(largest, largest * width / (self.typeface.face(bold).width(text, largest) or 1)))

    def pieces(self, text: Text, size: float, gap: float, bold: bool = False, color: Color = INK) -> list[Piece]:
        """A paragraph over the sheet's width that may break across pages between any two lines."""
        lines = self.lines(text, size, RIGHT - LEFT, bold, color)
        return [line_piece(line, LEFT, gap if index == 0 else 0) for index, line in enumerate(lines)]


def height(lines: Sequence[Line]) -> float:
    """How high the lines are together."""
    return sum(line.height for line in lines)


def write(pen: Pen, x: float, y: float, lines: Sequence[Line], align: str = "left") -> None:
    """Draw lines one below the other, the first one's upper edge at `y`."""
    for line in lines:
        pen.text(x, y + line.drop, line.text, line.size, line.bold, line.color, align)
        y += line.height


def line_piece(line: Line, x: float, gap: float = 0, keep: bool = False) -> Piece:
    """One line as a piece of its own."""
    return Piece(line.height, lambda pen, y: write(pen, x, y, [line]), gap, keep)


def heading(setting: Setting, text: Text, size: float, gap: float) -> Piece:
    """A heading that stays with what follows; in two languages the English stands beside it."""
    main = setting.voice.say(text)
    second = setting.voice.second(text)

    def draw(pen: Pen, y: float) -> None:
        pen.text(LEFT, y + size * 1.04, main, size, bold=True)
        if second:
            pen.text(LEFT + pen.width(main, size, True) + size * 0.5, y + size * 1.04, second, size * 0.6, color=GREY)

    return Piece(size * LEADING + 2, draw, gap, keep=True)
