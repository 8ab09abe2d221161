"""The two weights of the paper's typeface, loaded: widths of characters, and which characters there are at all."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDocument
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from portal.config import ROOT
from portal.errors import Invalid
from portal.text import N_, Message

FAMILY = "Noto Sans SC"
FONTS = ROOT / "instance" / "fonts"
"""Where `make install` puts them; an installation elsewhere names its own folder."""
WEIGHTS = {"Regular": 400, "Bold": 700}
_LONG_CODE = re.compile(r"<([0-9A-F]{5})>")
_BLANKS = frozenset("\n\r\t")  # turned into line ends and spaces before anything is drawn


def font_file(folder: Path, style: str) -> Path:
    """Where a weight lies, e.g. ``instance/fonts/NotoSansSC-Bold.ttf``."""
    return folder / f"{FAMILY.replace(' ', '')}-{style}.ttf"


@dataclass(frozen=True)
class Face:
    """One weight: the name that ReportLab knows it by, its file, and each character's advance in 1/1000 em."""

    name: str
    file: Path
    advances: dict[str, float]
    known: frozenset[str]

    def width(self, text: str, size: float) -> float:
        """How wide `text` is in points; KeyError for a character that the font lacks."""
        return sum(map(self.advances.__getitem__, text)) * size / 1000


@dataclass(frozen=True)
class Typeface:
    """Regular and bold."""

    regular: Face
    bold: Face

    def face(self, bold: bool) -> Face:
        return self.bold if bold else self.regular

    def missing(self, text: str) -> set[str]:
        """The characters of `text` that would be drawn blank."""
        return set() if self.regular.known.issuperset(text) else set(text) - self.regular.known

    def refuse_missing(self, texts: Iterable[tuple[str, Message]]) -> None:
        """Invalid if one of (text, where it stands) has a character that the font lacks."""
        for text, where in texts:
            if lacking := self.missing(text):
                character = min(lacking)
                raise Invalid(
                    N_("The font has no sign “%(character)s” (%(code)s) in %(where)s. Write it in another way."),
                    character=character,
                    code=f"U+{ord(character):04X}",
                    where=where,
                )


@cache
def load(folder: Path) -> Typeface:
    """The typeface from a folder that `fonts.install` has filled, registered with ReportLab; Invalid if it is not."""
    return Typeface(*(_face(folder, style) for style in WEIGHTS))


def regular_font(folder: Path = FONTS) -> str:
    """The name under which ReportLab knows the regular weight, for whoever draws with ReportLab alone."""
    return load(folder).regular.name


class _Font(TTFont):
    """ReportLab's font with a mended way back to text: beyond U+FFFF it writes five hex digits, which read as two
    other characters; PDF wants UTF-16 there, and some family names need it."""

    def addObjects(self, document: PDFDocument) -> None:
        super().addObjects(document)
        for name, stored in document.idToObject.items():
            if name.startswith("toUnicodeCMap:"):
                stored.content = _LONG_CODE.sub(_as_utf16, stored.content)


def _as_utf16(code: re.Match[str]) -> str:
    return f"<{chr(int(code[1], 16)).encode('utf-16-be').hex().upper()}>"


def _face(folder: Path, style: str) -> Face:
    path = font_file(folder, style)
    try:
        font = _Font(path.stem, str(path))
    except TTFError as error:
        raise Invalid(N_("The fonts are not installed. Run: make install")) from error
    pdfmetrics.registerFont(font)
    advances = {chr(code): advance for code, advance in font.face.charWidths.items()}
    return Face(path.stem, path, advances, frozenset(advances) | _BLANKS)
