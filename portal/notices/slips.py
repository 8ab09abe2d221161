"""Draws household slips to be cut and sealed, and tick lists to be carried from door to door."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from portal.errors import Invalid
from portal.money import shown
from portal.notices.drawing import Out, new_canvas, put
from portal.notices.frame import BAND, FOOT, draw_band
from portal.notices.pen import GREY, HEIGHT, LEFT, MILLIMETRE, RIGHT, SCALES, Pen
from portal.notices.setting import Setting, height, write
from portal.notices.sheets import Text
from portal.notices.typeface import FONTS, load
from portal.notices.voice import Voice
from portal.text import N_, Message

SLIPS_A_PAGE = 3
_SLIP = (HEIGHT - 40) / SLIPS_A_PAGE
_CODE = 24 * MILLIMETRE
_ROW = 30.0


@dataclass(frozen=True)
class Slip:
    """One household's slip: what lists say it was granted (text, fen), and the code that opens its page."""

    place: str
    name: str
    group: str
    granted: Sequence[tuple[Text, int]]
    code: str
    address: str


@dataclass(frozen=True)
class TickLine:
    """One line of a tick list (fen)."""

    n: int
    name: str
    group: str
    fen: int


@dataclass(frozen=True)
class TickList:
    """A roster with boxes to tick, for somebody outside the committee to collect."""

    place: str
    what: Text
    period: Text
    code: str
    lines: Sequence[TickLine]
    demo: bool = False


def draw_slips(slips: Sequence[Slip], out: Out, language: str = "zh", fonts: Path = FONTS, demo: bool = False) -> int:
    """Three slips a page, to be cut along the dashes; how many pages. Invalid for a character that the font lacks."""
    setting = Setting(load(fonts), Voice(language))
    setting.typeface.refuse_missing((f"{slip.place}{slip.name}{slip.group}", Message(N_("a slip"))) for slip in slips)
    if not slips:
        raise Invalid(N_("There is nothing to print."))
    buffer = BytesIO()
    canvas = new_canvas(buffer, setting, "A4")
    title = setting.voice.words(N_("Household slips"))
    canvas.setTitle(f"{slips[0].place} {title}")
    pen = Pen(canvas, setting.typeface, SCALES["A4"])
    pages = 0
    for at in range(0, len(slips), SLIPS_A_PAGE):
        pen.begin_page()
        if demo:
            draw_band(setting, pen)
        for place, slip in enumerate(slips[at : at + SLIPS_A_PAGE]):
            _slip(setting, pen, slip, 28 + place * _SLIP)
        pen.end_page()
        pages += 1
    canvas.save()
    put(buffer.getvalue(), out)
    return pages


def _slip(setting: Setting, pen: Pen, slip: Slip, top: float) -> None:
    voice = setting.voice
    title = voice.words(N_("What %(place)s says your household was granted"), place=slip.place)
    pen.text(LEFT, top + 20, title, setting.fitting(title, 18, 10, RIGHT - LEFT - _CODE - 12, bold=True), bold=True)
    pen.text(LEFT, top + 42, f"{slip.name}  {slip.group}", 16)
    pen.code(RIGHT - _CODE, top + 6, _CODE, slip.address)
    y, yuan = top + 54, voice.words(N_("yuan"))
    for text, fen in slip.granted[:4]:
        pen.text(LEFT, y + 14, voice.say(text), setting.fitting(voice.say(text), 14, 8, 330))
        pen.text(LEFT + 430, y + 14, f"{shown(fen)} {yuan}", 14, bold=True, align="right")
        y += 20
    if len(slip.granted) > 4:
        pen.text(LEFT, y + 12, voice.words(N_("and %(n)s more on your page"), n=len(slip.granted) - 4), 11, color=GREY)
        y += 16
    y = top + _SLIP - 96
    pen.text(LEFT, y, voice.words(N_("Your code")), 12, color=GREY)
    pen.text(LEFT + 78, y, slip.code, 22, bold=True)
    how = Message(
        N_("Open %(address)s, type the code, and say for each payment: received, not received, wrong sum, not mine. "
           "The village committee sees neither the code nor your answer. Do not give the code away."),
        {"address": slip.address},
    )  # fmt: skip
    write(pen, LEFT, y + 10, setting.lines(how, 11, RIGHT - LEFT))
    for x in range(0, 600, 9):
        pen.rule(top + _SLIP - 8, x, x + 4, weight=0.5, color=GREY)


def draw_tick_list(sheet: TickList, out: Out, language: str = "zh", fonts: Path = FONTS) -> int:
    """The list with four boxes behind every name, its code on every page; how many pages."""
    setting = Setting(load(fonts), Voice(language))
    setting.typeface.refuse_missing((f"{line.name}{line.group}", Message(N_("a name"))) for line in sheet.lines)
    if not sheet.lines:
        raise Invalid(N_("There is nothing to print."))
    buffer = BytesIO()
    canvas = new_canvas(buffer, setting, "A4")
    title = setting.voice.words(N_("Tick list"))
    canvas.setTitle(f"{sheet.place} {title}")
    pen = Pen(canvas, setting.typeface, SCALES["A4"])
    top = 126 + (BAND - 6 if sheet.demo else 0)
    a_page = int((FOOT - top) / _ROW)
    pages = -(-len(sheet.lines) // a_page)
    for page in range(pages):
        pen.begin_page()
        _tick_head(setting, pen, sheet, top, page + 1, pages)
        for at, line in enumerate(sheet.lines[page * a_page : (page + 1) * a_page]):
            _tick_line(setting, pen, line, top + at * _ROW)
        pen.end_page()
    canvas.save()
    put(buffer.getvalue(), out)
    return pages


_BOXES = (N_("received"), N_("not received"), N_("wrong sum"), N_("not mine"))
_BOX_X = (330.0, 388.0, 446.0, 504.0)


def _tick_head(setting: Setting, pen: Pen, sheet: TickList, top: float, page: int, pages: int) -> None:
    voice = setting.voice
    if sheet.demo:
        draw_band(setting, pen)
    down = BAND - 6 if sheet.demo else 0
    title = f"{sheet.place} {voice.say(sheet.what)} {voice.say(sheet.period)}"
    pen.text(LEFT, down + 48, title, setting.fitting(title, 20, 10, RIGHT - LEFT, bold=True), bold=True)
    how = Message(N_("Ask at the door, tick one box a line, sign below, and bring the list to the township."))
    lines = setting.lines(how, 12, RIGHT - LEFT, color=GREY)
    write(pen, LEFT, down + 54, lines)
    for x, label in zip(_BOX_X, _BOXES, strict=True):
        text = voice.words(label)
        pen.text(x + 8, top - 8, text, setting.fitting(text, 11, 6, 54), align="center")
    pen.rule(top - 3 + (0 if height(lines) < 40 else 4), weight=1)
    pen.rule(FOOT + 8, weight=0.5, color=GREY)
    pen.text(LEFT, FOOT + 24, voice.words(N_("List %(code)s · collected by, date:"), code=sheet.code), 11)
    pen.text(RIGHT, FOOT + 24, voice.words(N_("Page %(page)s of %(pages)s"), page=page, pages=pages), 11, align="right")


def _tick_line(setting: Setting, pen: Pen, line: TickLine, y: float) -> None:
    pen.text(LEFT, y + 20, str(line.n), 12, color=GREY)
    name = f"{line.name}  {line.group}"
    pen.text(LEFT + 32, y + 20, name, setting.fitting(name, 15, 8, 160))
    pen.text(LEFT + 270, y + 20, shown(line.fen), 14, align="right")
    for x in _BOX_X:
        pen.box(x, y + 6, 16, 16, weight=1)
    pen.rule(y + _ROW - 2, weight=0.3, color=GREY)
