"""Draws the supervision committee's review sheet: plain questions, vouchers, changes, warnings, signatures."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from portal.notices.drawing import Out, new_canvas, put
from portal.notices.entries import Grid
from portal.notices.flow import Piece, break_pages
from portal.notices.frame import BAND, FOOT, draw_band
from portal.notices.pen import GREY, LEFT, MILLIMETRE, RED, RIGHT, SCALES, Pen
from portal.notices.setting import Line, Setting, heading, height, write
from portal.notices.sheets import Column, ReviewSheet, Text
from portal.notices.typeface import FONTS, load
from portal.notices.voice import Voice
from portal.text import N_, Message

ROOM = RIGHT - LEFT
_CODE = 24 * MILLIMETRE
_HEAD = 112.0
_TICKS = 142.0  # room for the three boxes at the right
_ANSWERS = (N_("yes"), N_("no"), N_("not checked"))
_ATTEMPTS = ((14, 12), (14, 6), (12.5, 8), (12.5, 4), (11, 4), (11, 2), (10, 2), (10, 0))  # size, notes of a kind
_SIGNING = 92.0


def draw_review_sheet(sheet: ReviewSheet, out: Out, size: str = "A4", language: str = "zh", fonts: Path = FONTS) -> int:
    """The sheet as a PDF of one page; Invalid for a character that the font lacks. Returns how many pages.

    As many changes and warnings are printed as one page holds, then how many more the screen shows.
    """
    setting = Setting(load(fonts), Voice(language))
    setting.typeface.refuse_missing(_texts(sheet, setting.voice))
    top = _HEAD + (BAND - 8 if sheet.demo else 0)
    for size_of_type, most in _ATTEMPTS:
        pages = break_pages(_pieces(setting, sheet, size_of_type, most), top, FOOT)
        if len(pages) == 1:
            break
    buffer = BytesIO()
    canvas = new_canvas(buffer, setting, size)
    name = setting.voice.words(N_("Review sheet"))
    canvas.setTitle(f"{sheet.place} {name} {setting.voice.say(sheet.period)}")
    pen = Pen(canvas, setting.typeface, SCALES[size])
    for number, page in enumerate(pages, 1):
        pen.begin_page()
        _frame(setting, pen, sheet, number, len(pages))
        page.draw(pen)
        pen.end_page()
    canvas.save()
    put(buffer.getvalue(), out)
    return len(pages)


def _frame(setting: Setting, pen: Pen, sheet: ReviewSheet, page: int, pages: int) -> None:
    voice = setting.voice
    down = 0.0
    if sheet.demo:
        draw_band(setting, pen)
        down = BAND - 8
    room = ROOM - _CODE - 20
    name = sheet.place + " " + voice.words(N_("Review sheet"))
    what = "  ".join(filter(None, (voice.say(sheet.kind), voice.say(sheet.period), voice.second(sheet.period))))
    where = " · ".join(filter(None, (sheet.county, sheet.township, voice.every(N_("Unit: %(unit)s"), unit=sheet.unit))))
    pen.text(LEFT, down + 54, name, setting.fitting(name, 26, 14, room, bold=True), bold=True)
    pen.text(LEFT, down + 75, what, setting.fitting(what, 14, 8, room))
    pen.text(LEFT, down + 92, where, setting.fitting(where, 11, 7, room), color=GREY)
    pen.code(RIGHT - _CODE, down + 28, _CODE, sheet.url)
    pen.rule(down + _HEAD - 9, weight=2.4, color=RED)
    code = voice.words(N_("Check code of this sheet: %(code)s"), code=sheet.code)
    pages_text = voice.every(N_("Page %(page)s of %(pages)s"), page=page, pages=pages)
    pen.rule(FOOT + 8, weight=0.5, color=GREY)
    pen.text(LEFT, FOOT + 24, code, 12, bold=True)
    pen.text(RIGHT, FOOT + 24, pages_text, 11, color=GREY, align="right")


def _pieces(setting: Setting, sheet: ReviewSheet, size: float, most: int) -> list[Piece]:
    pieces = [_question(setting, number, *asked, size) for number, asked in enumerate(sheet.questions, 1)]
    if sheet.vouchers:
        pieces.insert(sheet.drawn_after, _vouchers(setting, sheet, size - 2))
    pieces += _notes(setting, Message(N_("What this corrects, and what changed")), sheet.correction, size, most + 1)
    pieces += _notes(setting, Message(N_("Changed since last month")), sheet.changes, size, most)
    pieces += _notes(setting, Message(N_("Warnings of the self-check")), sheet.warnings, size, most)
    pieces.append(_signing(setting, sheet))
    return pieces


def _question(setting: Setting, number: int, text: Text, facts: Text, size: float) -> Piece:
    room = ROOM - _TICKS - 34
    lines = setting.lines(text, size, room, bold=True)
    lines += setting.lines(facts, size - 2, room, color=GREY) if facts else []
    tall = height(lines) + 8
    answers = [setting.voice.words(answer) for answer in _ANSWERS]

    def draw(pen: Pen, y: float) -> None:
        pen.text(LEFT, y + 4 + lines[0].drop, str(number), 16, bold=True, color=RED)
        write(pen, LEFT + 22, y + 4, lines)
        x = RIGHT - _TICKS
        for answer in answers:
            pen.box(x, y + 5, 14, 14, weight=1)
            pen.text(x + 18, y + 17, answer, 12)
            x += 18 + pen.width(answer, 12) + 12
        pen.rule(y + tall, weight=0.4, color=GREY)

    return Piece(tall, draw)


def _vouchers(setting: Setting, sheet: ReviewSheet, size: float) -> Piece:
    """The drawn vouchers as one piece, under their question."""
    columns = [
        Column(Message(N_("Date")), "date"),
        Column(Message(N_("Voucher"))),
        Column(Message(N_("Summary")), weight=1),
        Column(Message(N_("Sum")), "money"),
    ]
    rows = [(v.day, v.number, v.summary, v.fen) for v in sheet.vouchers]
    parts = Grid(setting, columns, rows, None, size=size).pieces()
    head = parts[0].table.head if parts[0].table else parts[0]
    return _joined([head, *parts])


def _joined(parts: Sequence[Piece]) -> Piece:
    def draw(pen: Pen, y: float) -> None:
        for part in parts:
            part.draw(pen, y)
            y += part.height

    return Piece(sum(part.height for part in parts) + 4, draw)


def _notes(setting: Setting, name: Text, notes: Sequence[Text], size: float, most: int) -> list[Piece]:
    if not notes:
        return []
    pieces = [heading(setting, name, size, gap=8)]
    for note in notes[:most]:
        lines = setting.lines(note, size - 2, ROOM - 14)
        pieces.append(_dotted(lines))
    if len(notes) > most:
        more = Message(N_("and %(n)s more, to be read on the screen"), {"n": len(notes) - most})
        pieces.append(_dotted(setting.lines(more, size - 2, ROOM - 14)))
    return pieces


def _dotted(lines: Sequence[Line]) -> Piece:
    def draw(pen: Pen, y: float) -> None:
        pen.text(LEFT, y + lines[0].drop, "·", 12, bold=True)
        write(pen, LEFT + 14, y, lines)

    return Piece(height(lines), draw, gap=1)


def _signing(setting: Setting, sheet: ReviewSheet) -> Piece:
    """Opinion line, signature lines and where the sheet goes."""
    voice = setting.voice
    members = max(3, min(5, sheet.members))
    wide = (ROOM - 12 * (members - 1)) / members
    hand_in = setting.lines(sheet.hand_in, 11, ROOM, color=GREY) if sheet.hand_in else []

    def draw(pen: Pen, y: float) -> None:
        pen.text(LEFT, y + 18, voice.every(N_("Our opinion, or what must be mended:")), 13, bold=True)
        pen.rule(y + 42, weight=0.5)
        for index in range(members):
            x = LEFT + index * (wide + 12)
            pen.rule(y + 80, x, x + wide, weight=0.8)
            pen.text(x, y + 91, voice.words(N_("Member, date")), 10, color=GREY)
        write(pen, LEFT, y + _SIGNING + 4, hand_in)

    return Piece(_SIGNING + 6 + height(hand_in), draw, gap=8)


def _texts(sheet: ReviewSheet, voice: Voice) -> Iterator[tuple[str, Message]]:
    head = Message(N_("the head of the sheet"))
    groups: list[tuple[Message, Sequence[Text]]] = [
        (head, (sheet.county, sheet.township, sheet.place, sheet.kind, sheet.period, sheet.unit, sheet.code)),
        (Message(N_("a question")), [text for asked in sheet.questions for text in asked]),
        (Message(N_("a drawn voucher")), [f"{v.number} {v.summary}" for v in sheet.vouchers]),
        (Message(N_("the correction")), sheet.correction),
        (Message(N_("a change since last month")), sheet.changes),
        (Message(N_("a warning")), sheet.warnings),
        (head, (sheet.hand_in,)),
    ]
    for where, texts in groups:
        for text in texts:
            yield voice.say(text), where
            yield voice.second(text), where
