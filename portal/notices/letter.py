"""Draws a letter that people fill in and sign by hand: facts, what the law says, empty lines, a receipt to tear off."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from portal.notices.drawing import Out, new_canvas, put
from portal.notices.flow import Page, Piece, break_pages, fill_front
from portal.notices.frame import BAND, FOOT, draw_band
from portal.notices.pen import GREY, LEADING, LEFT, MILLIMETRE, RED, RIGHT, SCALES, WIDTH, Pen
from portal.notices.setting import Line, Setting, height, write
from portal.notices.sheets import Letter, Text
from portal.notices.typeface import FONTS, load
from portal.notices.voice import Voice
from portal.text import N_, Message

ROOM = RIGHT - LEFT
SIZE = 14.0
"""Nothing on the sheet is smaller: it is read, and filled in, by old people."""
_TOP = 40.0
_CODE = 25 * MILLIMETRE
_LABEL = 118.0
_LINE = 34.0
"""From one line for handwriting to the next: 12 mm."""
_BETWEEN = 18.0


def draw_letter(letter: Letter, out: Out, language: str = "zh", fonts: Path = FONTS) -> int:
    """One letter as A4 into a file object or a path; how many pages (one, unless there is very much to say). Invalid
    for a character that the font lacks."""
    setting = Setting(load(fonts), Voice(language))
    setting.typeface.refuse_missing(_texts(letter, setting.voice))
    receipt = _receipt(setting, letter)
    top = _TOP + (BAND if letter.demo else 0)
    pages = _planned(_pieces(setting, letter), receipt, top)
    buffer = BytesIO()
    canvas = new_canvas(buffer, setting, "A4")
    canvas.setTitle(f"{letter.place} {setting.voice.say(letter.title)}")
    pen = Pen(canvas, setting.typeface, SCALES["A4"])
    for number, page in enumerate(pages, 1):
        pen.begin_page()
        if letter.demo:
            draw_band(setting, pen)
        if number == 1:
            pen.code(RIGHT - _CODE, top - 6, _CODE, letter.url)
        page.draw(pen)
        if number == len(pages):
            receipt.draw(pen, FOOT - receipt.height)
        foot = setting.voice.say(letter.foot)
        pen.text(LEFT, FOOT + 24, foot, setting.fitting(foot, SIZE, 8, ROOM), color=GREY)
        pen.end_page()
    canvas.save()
    put(buffer.getvalue(), out)
    return len(pages)


def _planned(pieces: Sequence[Piece], receipt: Piece, top: float) -> list[Page]:
    """One page where everything finds room above the receipt; else as many as needed, the receipt on the last."""
    bottom = FOOT - receipt.height - 8
    front, rest = fill_front(pieces, top, bottom)
    if not rest:
        return [front]
    pages = break_pages(pieces, top, FOOT)
    last_y, last_piece = pages[-1].placed[-1]
    return pages if last_y + last_piece.height <= bottom else [*pages, Page()]


def _pieces(setting: Setting, letter: Letter) -> list[Piece]:
    beside_the_code = ROOM - _CODE - 16
    title = setting.lines(letter.title, 24, beside_the_code, bold=True)
    to = setting.lines(letter.to, 16, beside_the_code)
    head_height = max(height(title) + 10 + height(to), _CODE)

    def head(pen: Pen, y: float) -> None:
        write(pen, LEFT, y, title)
        write(pen, LEFT, y + height(title) + 10, to)

    pieces = [Piece(head_height, head), Piece(2, lambda pen, y: pen.rule(y, weight=2.4, color=RED), gap=8)]
    pieces += [_fact(setting, label, value) for label, value in letter.facts]
    for paragraph in letter.body:
        lines = setting.lines(paragraph, SIZE, ROOM)
        pieces.append(_lines(lines, gap=9))
    if letter.remarks:
        pieces.append(_remarks(setting, letter.remarks))
    pieces += _blanks(setting, letter.blanks)
    return pieces


def _lines(lines: Sequence[Line], gap: float) -> Piece:
    return Piece(height(lines), lambda pen, y: write(pen, LEFT, y, lines), gap=gap)


def _fact(setting: Setting, label: Text, value: Text) -> Piece:
    named = setting.lines(label, SIZE, _LABEL - 10, color=GREY)
    said = setting.lines(value, SIZE, ROOM - _LABEL, bold=True)
    tall = max(height(named), height(said))

    def draw(pen: Pen, y: float) -> None:
        write(pen, LEFT, y, named)
        write(pen, LEFT + _LABEL, y, said)

    return Piece(tall, draw, gap=5)


def _remarks(setting: Setting, text: Text) -> Piece:
    lines = setting.lines(text, SIZE, ROOM, color=GREY)
    tall = height(lines)

    def draw(pen: Pen, y: float) -> None:
        write(pen, LEFT, y, lines)
        for row in (1, 2):
            pen.rule(y + tall + row * _LINE - 8, weight=0.5, color=GREY)

    return Piece(tall + 2 * _LINE - 6, draw, gap=9)


def _blanks(setting: Setting, labels: Sequence[Text]) -> list[Piece]:
    """Lines to be filled in, two side by side."""
    return [_blank_row(setting, labels[n : n + 2]) for n in range(0, len(labels), 2)]


def _blank_row(setting: Setting, labels: Sequence[Text]) -> Piece:
    wide = (ROOM - _BETWEEN) / 2
    texts = [setting.voice.say(label) for label in labels]
    size = min(setting.fitting(text, SIZE, 9, wide - 60) for text in texts)

    def draw(pen: Pen, y: float) -> None:
        for column, text in enumerate(texts):
            x = LEFT + column * (wide + _BETWEEN)
            pen.text(x, y + _LINE - 8, text, size)
            pen.rule(y + _LINE - 5, x + pen.width(text, size) + 6, x + wide, weight=0.7)

    return Piece(_LINE, draw, gap=2)


def _receipt(setting: Setting, letter: Letter) -> Piece:
    """The part to be torn off, at the foot of the last page."""
    if not letter.receipt:
        return Piece(0, lambda pen, y: None)
    cut = setting.voice.say(Message(N_("cut here")))
    head = setting.lines(letter.receipt[0], 16, ROOM, bold=True)
    texts = [line for text in letter.receipt[1:] for line in setting.lines(text, SIZE, ROOM)]
    rows = _blanks(setting, letter.receipt_blanks)
    first = SIZE * LEADING + 4

    def draw(pen: Pen, y: float) -> None:
        middle = pen.width(cut, SIZE) / 2 + 8
        pen.dashes(y + first / 2, LEFT, WIDTH / 2 - middle)
        pen.dashes(y + first / 2, WIDTH / 2 + middle, RIGHT)
        pen.text(WIDTH / 2, y + first / 2 + 5, cut, SIZE, color=GREY, align="center")
        y += first
        write(pen, LEFT, y, head)
        write(pen, LEFT, y + height(head) + 2, texts)
        y += height(head) + 2 + height(texts)
        for row in rows:
            row.draw(pen, y)
            y += row.height

    return Piece(first + height(head) + 2 + height(texts) + sum(row.height for row in rows) + 2, draw)


def _texts(letter: Letter, voice: Voice) -> Iterator[tuple[str, Message]]:
    where = Message(N_("the letter"))
    told = [text for fact in letter.facts for text in fact]
    for text in (letter.title, letter.to, *told, *letter.body, *letter.receipt, letter.foot):
        yield voice.say(text), where
        yield voice.second(text), where


__all__ = ["SIZE", "draw_letter"]
