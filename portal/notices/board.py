"""Draws the sheet that hangs on a board for good: a large code, what it opens, and how to say that something lacks."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from portal.notices.drawing import Out, new_canvas, put
from portal.notices.frame import BAND, FOOT, draw_band
from portal.notices.pen import GREY, LEFT, MILLIMETRE, RED, RIGHT, SCALES, WIDTH, Pen
from portal.notices.setting import Line, Setting, height
from portal.notices.sheets import Text
from portal.notices.typeface import FONTS, load
from portal.notices.voice import Voice
from portal.text import N_, Message

_CODE = 118 * MILLIMETRE
_ROOM = RIGHT - LEFT

TITLE = N_("What should hang here now?")
SCAN = N_("Scan: every notice that must hang here today, and from when to when.")
SAY = N_("Does one of them not hang here? Press its button. No name is asked for.")
ASK = N_("No telephone at hand? Ask %(township)s: %(phone)s")
ASK_THERE = N_("No telephone at hand? Ask %(township)s.")


@dataclass(frozen=True)
class BoardSheet:
    """A board's sheet; `board` is the name of one that is not the village's main board."""

    county: str
    township: str
    place: str
    board: str
    url: str
    phone: str = ""
    demo: bool = False


def draw_board_sheet(sheet: BoardSheet, out: Out, language: str = "both", fonts: Path = FONTS) -> None:
    """One A4 into a file object or a path; Invalid for a character that the font lacks."""
    setting = Setting(load(fonts), Voice(language))
    told = (sheet.county, sheet.township, sheet.place, sheet.board)
    setting.typeface.refuse_missing((text, Message(N_("the sheet of a board"))) for text in told)
    buffer = BytesIO()
    canvas = new_canvas(buffer, setting, "A4")
    canvas.setTitle(f"{sheet.place} {setting.voice.words(TITLE)}")
    pen = Pen(canvas, setting.typeface, SCALES["A4"])
    pen.begin_page()
    if sheet.demo:
        draw_band(setting, pen)
    y = 40.0 + (BAND if sheet.demo else 0)
    y = _centred(pen, y, setting.lines(" ".join((sheet.county, sheet.township)), 20, _ROOM, color=GREY))
    name = " ".join(filter(None, (sheet.place, sheet.board)))
    y = _centred(pen, y, setting.lines(name, setting.fitting(name, 44, 20, _ROOM, bold=True), _ROOM, bold=True))
    pen.rule(y + 8, weight=2.4, color=RED)
    y = _centred(pen, y + 16, setting.lines(Message(TITLE), 34, _ROOM, bold=True))
    pen.code(WIDTH / 2 - _CODE / 2, y + 18, _CODE, sheet.url)
    y = _centred(pen, y + _CODE + 36, setting.lines(Message(SCAN), 19, _ROOM))
    y = _centred(pen, y + 8, setting.lines(Message(SAY), 19, _ROOM))
    ask = ASK if sheet.phone else ASK_THERE
    asked: Text = Message(ask, {"township": sheet.township, "phone": sheet.phone})
    _centred(pen, y + 8, setting.lines(asked, 15, _ROOM, color=GREY))
    pen.text(WIDTH / 2, FOOT + 24, sheet.url, setting.fitting(sheet.url, 14, 8, _ROOM), color=GREY, align="center")
    pen.end_page()
    canvas.save()
    put(buffer.getvalue(), out)


def _centred(pen: Pen, y: float, lines: list[Line]) -> float:
    """Lines in the middle of the sheet; where they end."""
    top = y
    for line in lines:
        pen.text(WIDTH / 2, top + line.drop, line.text, line.size, line.bold, line.color, align="center")
        top += line.height
    return y + height(lines)
