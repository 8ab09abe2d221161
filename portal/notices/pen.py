"""Writes on a ReportLab canvas in A4 points, downwards from the page's top; A3 is the same sheet, √2 larger.

Texts of a page go into one text object, in reading order; rules, boxes and codes lie under them. Both are written as
PDF operators: ReportLab's own text objects format, escape and measure every line once more, which costs three times
the drawing. The way through `splitString` is the one that ReportLab documents for dynamic fonts.
"""

from collections.abc import Sequence
from functools import lru_cache

import segno
from reportlab.pdfbase.pdfmetrics import getFont
from reportlab.pdfgen.canvas import Canvas

from portal.notices.typeface import Typeface

Color = tuple[float, float, float]
INK: Color = (0.07, 0.07, 0.08)
GREY: Color = (0.36, 0.36, 0.38)  # still 7 : 1 on white
PALE: Color = (0.78, 0.78, 0.78)
RED: Color = (0.72, 0.07, 0.09)  # dark enough to read in black and white
WHITE: Color = (1, 1, 1)

WIDTH, HEIGHT = 595.276, 841.89
LEFT, RIGHT = 42.0, WIDTH - 42.0
SCALES = {"A4": 1.0, "A3": 2**0.5}
LEADING = 1.32
"""Line height in ems: characters of the font reach 0.88 above the baseline and 0.12 below."""
MILLIMETRE = 72 / 25.4


class Pen:
    """One document's canvas. `scale` enlarges the sheet: 1 for A4, √2 for A3."""

    def __init__(self, canvas: Canvas, typeface: Typeface, scale: float = 1) -> None:
        self.canvas = canvas
        self.typeface = typeface
        self.scale = scale
        self._codes: dict[str, str] = {}

    def begin_page(self) -> None:
        self.canvas.scale(self.scale, self.scale)
        self._texts = ["BT"]
        self._font: tuple[str, float] | None = None
        self._color: Color | None = None
        self._stroke: tuple[float, Color] | None = None

    def end_page(self) -> None:
        self._texts.append("ET")
        self.canvas.addLiteral("\n".join(self._texts))
        self.canvas.showPage()

    def width(self, text: str, size: float, bold: bool = False) -> float:
        return self.typeface.face(bold).width(text, size)

    def text(
        self, x: float, y: float, text: str, size: float, bold: bool = False, color: Color = INK, align: str = "left"
    ) -> None:
        """One line with its baseline at `y`; `x` is its left end, middle or right end."""
        if not text:
            return
        if align != "left":
            x -= self.width(text, size, bold) * (1 if align == "right" else 0.5)
        self._put(x, y, [text], size, bold, color)

    def lines(self, x: float, y: float, lines: Sequence[str], size: float, color: Color = INK) -> None:
        """Lines one below the other, the first one's baseline at `y`."""
        if lines:
            self._put(x, y, lines, size, False, color)

    def _put(self, x: float, y: float, lines: Sequence[str], size: float, bold: bool, color: Color) -> None:
        write = self._texts.append
        document = self.canvas._doc
        font = getFont(self.typeface.face(bold).name)
        if color != self._color:
            write(f"{_operands(color)} rg")
            self._color = color
        for index, line in enumerate(lines):
            write(f"1 0 0 1 {x:.2f} {HEIGHT - y - index * size * LEADING:.2f} Tm")
            for subset, codes in font.splitString(line, document):
                internal = font.getSubsetInternalName(subset, document)
                if (internal, size) != self._font:
                    write(f"{internal} {size:.4g} Tf")
                    self._font = (internal, size)
                write(f"<{codes.hex()}> Tj")

    def rule(self, y: float, x0: float = LEFT, x1: float = RIGHT, weight: float = 0.6, color: Color = INK) -> None:
        """A horizontal line of `weight` points."""
        self._stroked(weight, color)
        self.canvas.addLiteral(f"{x0:.2f} {HEIGHT - y:.2f} m {x1:.2f} {HEIGHT - y:.2f} l S")

    def box(self, x: float, y: float, width: float, height: float, weight: float = 0.8, color: Color = INK) -> None:
        """A frame with its upper left corner at (x, y)."""
        self._stroked(weight, color)
        self.canvas.rect(x, HEIGHT - y - height, width, height)

    def fill(self, x: float, y: float, width: float, height: float, color: Color) -> None:
        """A filled rectangle with its upper left corner at (x, y)."""
        self.canvas.setFillColorRGB(*color)
        self.canvas.rect(x, HEIGHT - y - height, width, height, stroke=0, fill=1)

    def ring(self, x: float, y: float, radius: float, color: Color = PALE) -> None:
        """A dashed circle around (x, y): room for a stamp."""
        self._stroked(0.8, color)
        self.canvas.setDash(3, 3)
        self.canvas.circle(x, HEIGHT - y, radius)
        self.canvas.setDash()

    def dashes(self, y: float, x0: float, x1: float, color: Color = GREY) -> None:
        """A dashed horizontal line: where to cut."""
        self.canvas.setDash(5, 4)
        self.rule(y, x0, x1, weight=0.8, color=color)
        self.canvas.setDash()

    def _stroked(self, weight: float, color: Color) -> None:
        if (weight, color) != self._stroke:
            self.canvas.addLiteral(f"{_operands(color)} RG {weight:.3g} w")
            self._stroke = (weight, color)

    def code(self, x: float, y: float, side: float, address: str) -> None:
        """A QR code of `side` points, upper left corner at (x, y); leave a white edge of 4 modules around it."""
        self.canvas.saveState()
        self.canvas.translate(x, HEIGHT - y - side)
        self.canvas.scale(side, side)
        self.canvas.doForm(self._code_form(address))
        self.canvas.restoreState()

    def _code_form(self, address: str) -> str:
        if address not in self._codes:
            name = f"code{len(self._codes)}"
            rows = modules(address)
            unit = 1 / len(rows)
            self.canvas.beginForm(name, 0, 0, 1, 1)
            path = self.canvas.beginPath()
            for y, row in enumerate(rows):
                for start, length in _runs(row):
                    path.rect(start * unit, 1 - (y + 1) * unit, length * unit, unit)
            self.canvas.setFillColorRGB(0, 0, 0)
            self.canvas.drawPath(path, stroke=0, fill=1)
            self.canvas.endForm()
            self._codes[address] = name
        return self._codes[address]


def _operands(color: Color) -> str:
    return " ".join(f"{part:.3g}" for part in color)


@lru_cache(maxsize=256)
def modules(address: str) -> Sequence[bytes]:
    """The QR code's rows, one byte a module, 1 is dark; error correction M, without an edge."""
    return tuple(bytes(row) for row in segno.make_qr(address, error="m").matrix)


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Where dark modules lie side by side: (first, how many)."""
    runs = []
    start = None
    for x, dark in enumerate((*row, 0)):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            runs.append((start, x - start))
            start = None
    return runs
