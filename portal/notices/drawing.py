"""Draws notices: plans each one's pages, then writes them, so that every page knows how many there are."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from reportlab import rl_config
from reportlab.lib.pagesizes import A3, A4
from reportlab.pdfgen.canvas import Canvas

from portal.errors import Invalid
from portal.notices.entries import entry_pieces
from portal.notices.flow import Page, break_pages, fill_front
from portal.notices.frame import BAND, FOOT, HEAD, draw_band, draw_foot, draw_head, title
from portal.notices.front import Closing, front_pieces, later_pieces, plans
from portal.notices.pen import SCALES, Pen
from portal.notices.setting import Setting, heading
from portal.notices.sheets import Notice, Text
from portal.notices.typeface import FONTS, load
from portal.notices.voice import Voice
from portal.notices.wrap import clean
from portal.text import N_, Message

rl_config.useA85 = 0  # streams as bytes, not as ASCII: a fifth smaller, and faster

Out = BinaryIO | Path | str
_TOP = 30.0


def draw(
    notice: Notice, out: Out, size: str = "A4", language: str = "zh", fonts: Path = FONTS, demo: bool = False
) -> int:
    """One notice as a PDF into a file object or a path (whole or not at all); how many pages.

    `size` is A4 or A3, `language` zh, en or both, `fonts` the folder that `fonts.install` filled; `demo` puts the DEMO
    band on a notice that has not got it by itself. Invalid, before anything is written, for a character that the font
    lacks.
    """
    return draw_many([replace(notice, demo=notice.demo or demo)], out, size, language, fonts)


def draw_many(
    notices: Iterable[Notice],
    out: Out,
    size: str = "A4",
    language: str = "zh",
    fonts: Path = FONTS,
    progress: Callable[[int], None] | None = None,
) -> int:
    """All notices in one PDF, pages counted within each; `progress(done)` after every notice; how many pages."""
    setting = Setting(load(fonts), Voice(language))
    buffer = BytesIO()
    canvas = new_canvas(buffer, setting, size)
    pen = Pen(canvas, setting.typeface, SCALES[size])
    total = 0
    for done, notice in enumerate(notices, 1):
        refuse_missing(setting, notice)
        if done == 1:
            canvas.setTitle(f"{setting.voice.say(title(notice))} {setting.voice.say(notice.period)}")
            canvas.setAuthor(notice.place)
        total += _write(pen, setting, notice)
        if progress:
            progress(done)
    if not total:
        raise Invalid(N_("There is no notice to print."))
    canvas.save()
    put(buffer.getvalue(), out)
    return total


def new_canvas(buffer: BytesIO, setting: Setting, size: str) -> Canvas:
    """A canvas that gives the same bytes for the same notice and lists no font but its own."""
    if size not in SCALES:
        raise Invalid(N_("The paper is A4 or A3."))
    canvas = Canvas(
        buffer,
        pagesize={"A4": A4, "A3": A3}[size],
        pageCompression=1,
        invariant=1,
        initialFontName=setting.typeface.regular.name,
        lang={"zh": "zh-CN", "en": "en"}[setting.voice.leading],
    )
    canvas.setCreator("village affairs transparency portal")
    return canvas


def put(data: bytes, out: Out) -> None:
    """Bytes into a file object, or into a path by a temporary name and a rename."""
    if not isinstance(out, Path | str):
        out.write(data)
        return
    target = Path(out)
    unfinished = target.with_name(f".{target.name}.part")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _write(pen: Pen, setting: Setting, notice: Notice) -> int:
    """Plan, then draw one notice; how many pages."""
    pages, closing = _planned(setting, notice)
    for number, page in enumerate(pages, 1):
        pen.begin_page()
        if notice.demo:
            draw_band(setting, pen)
        if number > 1:
            draw_head(setting, pen, notice)
        page.draw(pen)
        if number == 1:
            closing.draw(pen, FOOT)
        draw_foot(setting, pen, notice, number, len(pages))
        pen.end_page()
    return len(pages)


def _planned(setting: Setting, notice: Notice) -> tuple[list[Page], Closing]:
    top = _TOP + (BAND - 10 if notice.demo else 0)
    for plan in plans(notice):
        closing = Closing(setting, notice, plan.foot)
        front, rest = fill_front(front_pieces(setting, notice, plan), top, FOOT - closing.height - 6)
        if not rest:
            break
    if rest:
        rest = [heading(setting, Message(N_("Page 1, continued")), 18, gap=0), *rest]
    rest = [*later_pieces(setting, notice, plan), *rest]
    return [front, *break_pages([*rest, *entry_pieces(setting, notice, closing.rest)], HEAD, FOOT)], closing


def missing(texts: Iterable[str], fonts: Path = FONTS) -> set[str]:
    """The signs in these texts that paper and card cannot show; so that a draft can warn before it is published."""
    typeface = load(fonts)
    return {sign for text in texts for sign in typeface.missing(clean(text))}


def objection(notice: Notice, fonts: Path = FONTS, language: str = "zh") -> Message | None:
    """Why this notice and its card cannot be drawn, as a sentence that names the sign and where it stands; or None."""
    try:
        refuse_missing(Setting(load(fonts), Voice(language)), notice)
    except Invalid as error:
        return error.message
    return None


def refuse_missing(setting: Setting, notice: Notice) -> None:
    """Invalid, naming character and place, if a text of the notice has a character that the font lacks."""
    setting.typeface.refuse_missing(_texts(setting, notice))


def _texts(setting: Setting, notice: Notice) -> Iterator[tuple[str, Message]]:
    """The texts that will be printed, with words for where they stand; of the rows, those that lack a character."""
    voice = setting.voice
    for text, where in _given(notice):
        yield voice.say(text), where
        yield voice.second(text), where
    for number, row in enumerate(notice.rows, 1):
        texts = ["" if cell is None or isinstance(cell, int | date) else voice.say(cell) for cell in row]
        if setting.typeface.missing("".join(texts)):
            for column, text in zip(notice.columns, texts, strict=True):
                yield text, Message(N_("row %(row)s, %(column)s"), {"row": number, "column": voice.say(column.label)})


def _given(notice: Notice) -> Iterator[tuple[Text, Message]]:
    """All texts of a notice but its entries."""
    head = Message(N_("the head of the notice"))
    for text in (notice.county, notice.township, notice.place, notice.kind, notice.period, notice.unit, notice.code):
        yield text, head
    yield notice.maker, Message(N_("the name of the maker"))
    yield notice.phone, Message(N_("the township's phone"))
    for name, texts in (
        (Message(N_("a figure's name")), [amount.label for amount in notice.figures]),
        (Message(N_("the explanation")), notice.story),
        (Message(N_("a book's name")), [book.name for book in notice.books]),
        (Message(N_("the largest payments")), [payment.summary for payment in notice.payments]),
        (Message(N_("an office's name")), [signature.office for signature in notice.signatures]),
        (Message(N_("a signer's name")), [signature.name for signature in notice.signatures]),
        (Message(N_("a signer's reason")), [signature.reason for signature in notice.signatures]),
        (Message(N_("where to ask")), notice.ask),
        (Message(N_("a warning")), notice.warnings),
        (Message(N_("the correction")), notice.erratum),
        (Message(N_("the correction")), [text for about, fields in notice.changed for text in (about, *fields)]),
        (Message(N_("the card's sentences")), notice.sentences),
        (Message(N_("a column's heading")), [column.label for column in notice.columns]),
    ):
        for text in texts:
            yield text, name
