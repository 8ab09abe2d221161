"""What stands on every page of a notice: whose, which period, unit, number, check code, page x of y, DEMO band."""

from portal.notices.pen import GREY, HEIGHT, LEFT, MILLIMETRE, RED, RIGHT, WHITE, WIDTH, Pen
from portal.notices.setting import Setting
from portal.notices.sheets import Both, Notice, Text
from portal.notices.voice import said
from portal.text import N_, Message

BAND = 22.0
FOOT = HEIGHT - 46.0
"""Nothing but the foot below this line."""
HEAD = 106.0
"""Where the matter of a later page begins."""
SMALL_CODE = 21 * MILLIMETRE


BAND_TEXT = N_("DEMO: invented figures, not a real posting")


def title(notice: Notice) -> Text:
    """`青禾村 收支公示单`"""
    message = Message(N_("%(kind)s notice"), {"kind": notice.kind})
    return Both(*(f"{notice.place} {said(message, language)}" for language in ("zh", "en")))


def draw_band(setting: Setting, pen: Pen) -> None:
    """The DEMO band along the upper edge."""
    pen.fill(0, 0, WIDTH, BAND, RED)
    text = setting.voice.every(BAND_TEXT)
    size = setting.fitting(text, 13, 8, RIGHT - LEFT, bold=True)
    pen.text(WIDTH / 2, BAND / 2 + size * 0.36, text, size, bold=True, color=WHITE, align="center")


def draw_foot(setting: Setting, pen: Pen, notice: Notice, page: int, pages: int) -> None:
    """Item number and check code on the left, page x of y on the right."""
    voice = setting.voice
    left = voice.words(N_("Gazette no. %(number)s · check code %(code)s"), number=notice.number, code=notice.code)
    right = voice.every(N_("Page %(page)s of %(pages)s"), page=page, pages=pages)
    pen.rule(FOOT + 8, weight=0.5, color=GREY)
    pen.text(LEFT, FOOT + 24, left, 11, color=GREY)
    pen.text(RIGHT, FOOT + 24, right, 11, color=GREY, align="right")


def draw_head(setting: Setting, pen: Pen, notice: Notice) -> None:
    """The head of a later page, with the small code."""
    voice = setting.voice
    room = RIGHT - LEFT - SMALL_CODE - 20
    first = f"{voice.say(title(notice))}  {voice.say(notice.period)}"
    size = setting.fitting(first, 20, 9, room, bold=True)
    unit = voice.every(N_("Unit: %(unit)s"), unit=notice.unit) if notice.unit else ""
    second = " · ".join(filter(None, (notice.county, notice.township, unit)))
    pen.text(LEFT, 49, first, size, bold=True)
    english = "  ".join(filter(None, (voice.second(title(notice)), voice.second(notice.period))))
    if english:
        pen.text(LEFT, 66, english, setting.fitting(english, 12, 7, room), color=GREY)
    pen.text(LEFT, 85, second, setting.fitting(second, 13, 7, room), color=GREY)
    pen.code(RIGHT - SMALL_CODE, 32, SMALL_CODE, notice.url)
    pen.rule(HEAD - 8, x1=RIGHT, weight=1.6)
