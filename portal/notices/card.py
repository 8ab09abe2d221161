"""Paints the card of a month to pass on in a chat group: village, month, four figures, three sentences, QR code."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from portal.money import shown
from portal.notices.drawing import refuse_missing
from portal.notices.frame import BAND_TEXT, title
from portal.notices.front import DECISIONS
from portal.notices.pen import GREY, INK, PALE, RED, Color, modules
from portal.notices.setting import Setting
from portal.notices.sheets import Both, Notice, Text
from portal.notices.typeface import FONTS, Face, load
from portal.notices.voice import Voice, day
from portal.notices.wrap import shortened, wrap
from portal.text import N_, Message

WIDTH = 1080
_LEFT, _RIGHT = 72, WIDTH - 72
_ROOM = _RIGHT - _LEFT
_BAND = 56
_CODE = 236
_COLORS = 32  # enough for smooth letters in ink and red; keeps the file small


def card(notice: Notice, fonts: Path = FONTS, language: str = "zh") -> bytes:
    """The card as a PNG, 1080 pixels wide and as high as it must be; Invalid for a character that the font lacks."""
    setting = Setting(load(fonts), Voice(language))
    refuse_missing(setting, notice)
    brush = _Brush(setting, Image.new("RGB", (WIDTH, 3200), "white"))
    if notice.demo:
        brush.band(setting.voice.every(BAND_TEXT))
    brush.y += 64
    _paint_head(brush, notice)
    _paint_figures(brush, notice)
    for sentence in notice.sentences or sentences(setting.voice, notice):
        brush.paragraph(sentence)
    _paint_foot(brush, notice)
    return brush.png()


def sentences(voice: Voice, notice: Notice) -> list[Text]:
    """What the card says where the caller gave no sentences: largest payment, who signed, until when it hangs."""
    found: list[Text] = []
    if notice.payments:
        largest = notice.payments[0]
        text = N_("Lines: %(n)s, every one open to read. Largest payment: %(summary)s, %(sum)s yuan.")
        params = {"n": len(notice.rows), "summary": largest.summary, "sum": shown(largest.fen)}
        found.append(Message(text, params))
    if notice.signatures:
        found.append(Both(*(_signed(notice, Voice(language)) for language in ("zh", "en"))))
    if notice.posted_to:
        until = Both(day(notice.posted_to, "zh"), day(notice.posted_to, "en"))
        text = N_("On the board until %(day)s. Something unclear? Scan and ask about any line.")
        found.append(Message(text, {"day": until}))
    return found


def _signed(notice: Notice, voice: Voice) -> str:
    parts = (f"{voice.say(one.office)} {voice.words(DECISIONS[one.decision])}" for one in notice.signatures)
    return (";" if voice.language == "zh" else "; ").join(parts) + ("。" if voice.language == "zh" else ".")


class _Brush:
    """A picture with a place where the next thing goes."""

    def __init__(self, setting: Setting, image: Image.Image) -> None:
        self.setting, self.image = setting, image
        self.draw = ImageDraw.Draw(image)
        self.y = 0

    def text(
        self, x: float, y: float, text: str, size: int, bold: bool = False, color: Color = INK, anchor: str = "ls"
    ) -> None:
        """One line; `anchor` as Pillow has it: ls left, rs right, ms middle, on the baseline."""
        font = _font(self.setting.typeface.face(bold).file, size)
        self.draw.text((x, y), text, font=font, fill=_rgb(color), anchor=anchor)

    def rule(self, weight: int = 2, color: Color = PALE) -> None:
        self.draw.rectangle((_LEFT, self.y, _RIGHT, self.y + weight - 1), fill=_rgb(color))

    def band(self, text: str) -> None:
        """The DEMO band."""
        self.draw.rectangle((0, 0, WIDTH, _BAND), fill=_rgb(RED))
        self.text(WIDTH / 2, _BAND - 18, text, 28, bold=True, color=(1, 1, 1), anchor="ms")
        self.y = _BAND

    def paragraph(self, text: Text) -> None:
        """A sentence, in two languages the English beneath."""
        self.y += 16
        face = self.setting.typeface.regular
        for part in wrap(self.setting.voice.say(text), face, 38, _ROOM):
            self.text(_LEFT, self.y + 40, part, 38)
            self.y += 54
        second = self.setting.voice.second(text)
        for part in wrap(second, face, 28, _ROOM) if second else ():
            self.text(_LEFT, self.y + 30, part, 28, color=GREY)
            self.y += 40

    def png(self) -> bytes:
        """What was painted so far, with an edge below."""
        picture = self.image.crop((0, 0, WIDTH, min(self.y + 56, self.image.height)))
        out = BytesIO()
        picture.quantize(_COLORS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        return out.getvalue()


def _paint_head(brush: _Brush, notice: Notice) -> None:
    setting = brush.setting
    voice = setting.voice
    brush.text(_LEFT, brush.y + 26, " ".join(filter(None, (notice.county, notice.township))), 30, color=GREY)
    name = voice.say(title(notice))
    size = int(setting.fitting(name, 78, 40, _ROOM, bold=True))
    for part in shortened(name, setting.typeface.bold, size, _ROOM, 3):
        brush.text(_LEFT, brush.y + 40 + size, part, size, bold=True)
        brush.y += int(size * 1.2)
    brush.y += 56
    if second := voice.second(title(notice)):
        brush.text(_LEFT, brush.y + 20, second, int(setting.fitting(second, 32, 20, _ROOM)), color=GREY)
        brush.y += 44
    period = "  ".join(filter(None, (voice.say(notice.period), voice.second(notice.period))))
    brush.text(_LEFT, brush.y + 44, period, 46, bold=True)
    brush.text(_RIGHT, brush.y + 44, voice.every(N_("Unit: %(unit)s"), unit=notice.unit), 34, anchor="rs")
    brush.y += 72
    brush.rule(6, RED)
    brush.y += 10
    brush.rule(2, RED)
    brush.y += 8


def _paint_figures(brush: _Brush, notice: Notice) -> None:
    setting = brush.setting
    for index, amount in enumerate(notice.figures):
        last = index == len(notice.figures) - 1
        number = amount.written or shown(amount.fen).replace("-", "−")
        size = int(setting.fitting(number, 76 if last else 64, 40, _ROOM * 0.58, bold=True))
        if index:
            brush.rule(5 if last else 2, INK if last else PALE)
        baseline = brush.y + 82
        brush.text(_LEFT, baseline, amount.sign, 52, bold=True)
        _paint_label(brush, amount.label, _LEFT + 64, baseline, last, setting.typeface.bold.width(number, size))
        brush.text(_RIGHT, baseline, number, size, bold=True, anchor="rs")
        brush.y += 112
    brush.rule(5, INK)
    brush.y += 20


def _paint_label(brush: _Brush, label: Text, x: float, baseline: float, bold: bool, taken: float) -> None:
    setting = brush.setting
    name, second = setting.voice.say(label), setting.voice.second(label)
    face: Face = setting.typeface.face(bold)
    room = _RIGHT - taken - x - 16
    size = int(setting.fitting(name, 50, 24, room, bold))
    brush.text(x, baseline, name, size, bold)
    left = room - face.width(name, size) - 14
    if second:
        brush.text(
            x + face.width(name, size) + 14, baseline, second, int(setting.fitting(second, 28, 12, left)), color=GREY
        )


def _paint_foot(brush: _Brush, notice: Notice) -> None:
    voice = brush.setting.voice
    brush.y += 36
    brush.rule()
    brush.y += 32
    _paint_code(brush, notice.url)
    lines = [
        (voice.words(N_("Gazette no. %(number)s"), number=notice.number), 36, True, INK),
        (voice.words(N_("Check code: %(code)s"), code=notice.code), 32, False, INK),
        (voice.words(N_("Scan to see every line")), 32, False, GREY),
    ]
    y = brush.y + 56
    for text, largest, bold, color in lines:
        size = int(brush.setting.fitting(text, largest, 18, _ROOM - _CODE - 40, bold))
        brush.text(_LEFT, y, text, size, bold, color)
        y += 62
    brush.y += _CODE


def _paint_code(brush: _Brush, address: str) -> None:
    """The QR code at the right, in whole pixels."""
    rows = modules(address)
    unit = max(4, _CODE // len(rows))
    left = _RIGHT - unit * len(rows)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                corner = (left + x * unit, brush.y + y * unit)
                brush.draw.rectangle((*corner, corner[0] + unit - 1, corner[1] + unit - 1), fill=0)


@lru_cache(maxsize=64)
def _font(file: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(file), size, layout_engine=ImageFont.Layout.BASIC)


def _rgb(color: Color) -> tuple[int, int, int]:
    red, green, blue = (round(part * 255) for part in color)
    return red, green, blue
