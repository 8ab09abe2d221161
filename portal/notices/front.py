"""The first page of a notice, read standing at 1.5 metres: figures, largest payments, signatures, where to ask."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from portal.money import shown
from portal.notices.flow import Piece
from portal.notices.frame import title
from portal.notices.pen import GREY, INK, LEFT, MILLIMETRE, PALE, RED, RIGHT, Pen
from portal.notices.setting import Line, Setting, heading, height, line_piece, write
from portal.notices.sheets import Amount, Both, Notice, Payment, Signature, Text
from portal.notices.voice import day
from portal.notices.wrap import shortened, wrap
from portal.text import N_, Message

LARGE = 24
"""The smallest size that is read from 1.5 metres by everyone."""
MIDDLE = 18
LATER = 16
"""What page 1 had no room for, at the beginning of page 2."""
ROOM = RIGHT - LEFT
CODE = 35 * MILLIMETRE
_BOX, _GAP, _RING, _EDGE = 86.0, 12.0, 37.0, 12.0
FOOT_HEIGHTS = (128.0, 64.0, 0.0)
"""How high posted-from-to, where to ask and the phone may be on page 1: less where the signatures would find no room;
one line on where to ask always stands there."""

DECISIONS = {
    "signed": N_("signed"),
    "reserved": N_("signed with a reservation"),
    "refused": N_("refused to sign"),
    "silent": N_("did not sign"),
    "ordered": N_("ordered publication"),
}
SEE_REASON = N_("Reason: see page 2")


@dataclass(frozen=True)
class Plan:
    """How much of what page 1 may do without stands on it; the boxes with the decisions always do.

    `payments` of the largest ones, each in at most `payment_lines` lines (in full they stand among the entries); the
    foot's words `foot` points high; the boxes' texts `small`; the reasons in full, or (`reasons_later`) on page 2;
    of the correction at most `remark_lines` lines, in full on page 2; of the story as many sentences as `story` lines
    hold, in full before the entries.
    """

    payments: int = 5
    payment_lines: int = 1
    foot: float = FOOT_HEIGHTS[0]
    small: bool = False
    reasons_later: bool = False
    remark_lines: int = 99
    story: int = 2


def plans(notice: Notice) -> Iterator[Plan]:
    """From the most to the least that page 1 may carry; the first one that fits is taken."""
    yield from (Plan(payment_lines=2, story=lines) for lines in ((12, 10, 8, 6, 4) if notice.story else (0,)))
    has_reasons = any(signature.reason for signature in notice.signatures)
    for later in (False, True) if has_reasons else (False,):
        yield from (Plan(foot=foot, reasons_later=later) for foot in FOOT_HEIGHTS)
        yield from (Plan(payments, foot=0, reasons_later=later) for payments in (4, 3))
        yield from (Plan(payments, foot=0, small=True, reasons_later=later) for payments in (5, 4, 3))
    yield from (Plan(payments, 1, 0, True, has_reasons, 2, story=0) for payments in (3, 2, 1, 0))


def front_pieces(setting: Setting, notice: Notice, plan: Plan) -> list[Piece]:
    """Everything that flows on page 1, in order, but what `Closing` draws at its foot."""
    return [
        *_title(setting, notice),
        *_remarks(setting, notice, plan.remark_lines),
        *_figures(setting, notice.figures),
        *_story(setting, notice, plan.story),
        *_payments(setting, notice.payments[: plan.payments], plan.payment_lines),
        *_signatures(setting, notice, plan),
    ]


def later_pieces(setting: Setting, notice: Notice, plan: Plan) -> list[Piece]:
    """What page 1 had no room for, to stand at the beginning of page 2."""
    pieces: list[Piece] = []
    told = [part for remark in _remarked(notice) for part in setting.pieces(remark, LATER, gap=3)]
    if len(told) > plan.remark_lines or notice.changed:
        pieces += [heading(setting, Message(N_("Correction")), MIDDLE, gap=0), *told, *changed_pieces(setting, notice)]
    if plan.reasons_later:
        pieces.append(heading(setting, Message(N_("The signers' reasons")), MIDDLE, gap=16))
        pieces += _reasons(setting, notice, LATER)
    return pieces


def changed_pieces(setting: Setting, notice: Notice) -> list[Piece]:
    """What is different from the notice before, with a red edge."""
    pieces = []
    for name, fields in notice.changed:
        pieces.append(_edged(setting.lines(name, LATER - 2, ROOM - _EDGE, bold=True), gap=6, keep=bool(fields)))
        pieces += [_edged(setting.lines(field, LATER - 2, ROOM - _EDGE)) for field in fields]
    return pieces


def _edged(lines: Sequence[Line], gap: float = 0, keep: bool = False) -> Piece:
    tall = height(lines)

    def draw(pen: Pen, y: float) -> None:
        pen.fill(LEFT, y, 3, tall, RED)
        write(pen, LEFT + _EDGE, y, lines)

    return Piece(tall, draw, gap, keep)


def _title(setting: Setting, notice: Notice) -> list[Piece]:
    voice = setting.voice
    name = voice.say(title(notice))
    size = setting.fitting(name, 40, 28, ROOM, bold=True)
    lines = [Line(part, size, True) for part in wrap(name, setting.typeface.bold, size, ROOM)]
    if second := voice.second(title(notice)):
        lines.append(Line(second, setting.fitting(second, 18, 10, ROOM), color=GREY))
    return [_origin(setting, notice), *(line_piece(line, LEFT, keep=True) for line in lines), _period(setting, notice)]


def _origin(setting: Setting, notice: Notice) -> Piece:
    """County and township on the left, who prepared it on the right."""
    where = " ".join(filter(None, (notice.county, notice.township)))
    maker = setting.voice.every(N_("Prepared by: %(name)s"), name=notice.maker) if notice.maker else ""

    def draw(pen: Pen, y: float) -> None:
        pen.text(LEFT, y + 14, where, setting.fitting(where, 14, 8, ROOM * 0.48), color=GREY)
        pen.text(RIGHT, y + 14, maker, setting.fitting(maker, 14, 8, ROOM * 0.48), color=GREY, align="right")

    return Piece(18, draw, keep=True)


def _period(setting: Setting, notice: Notice) -> Piece:
    voice = setting.voice
    period = "  ".join(filter(None, (voice.say(notice.period), voice.second(notice.period))))
    unit = voice.every(N_("Unit: %(unit)s"), unit=notice.unit) if notice.unit else ""

    def draw(pen: Pen, y: float) -> None:
        pen.text(LEFT, y + 25, period, setting.fitting(period, LARGE, 14, ROOM * 0.62, bold=True), bold=True)
        pen.text(RIGHT, y + 25, unit, setting.fitting(unit, 20, 12, ROOM * 0.36), align="right")
        pen.rule(y + 37, weight=3.2, color=RED)
        pen.rule(y + 41, weight=0.8, color=RED)

    return Piece(42, draw, gap=1)


def _story(setting: Setting, notice: Notice, most: int) -> list[Piece]:
    """The first sentences of what explains the notice, none of them cut; all of it stands before the entries."""
    told: list[Piece] = []
    for text in notice.story:
        pieces = setting.pieces(text, LARGE, gap=6)
        if len(told) + len(pieces) > most:
            break
        told += pieces
    return told


def _remarked(notice: Notice) -> list[Text]:
    taken_over: list[Text] = [Message(N_("Taken over from older records"))] if notice.taken_over else []
    return [*notice.erratum, *taken_over]


def _remarks(setting: Setting, notice: Notice, most: int) -> list[Piece]:
    pieces = []
    changed: list[Text] = [Message(N_("What changed is told on page 2."))] if notice.changed else []
    for remark in (*_remarked(notice), *changed):
        pieces += setting.pieces(remark, MIDDLE, gap=6, bold=True, color=RED)
    if len(pieces) > most:
        more = setting.voice.every(N_("The correction in full: see page 2"))
        pieces = [*pieces[: most - 1], *setting.pieces(more, LATER, gap=2, bold=True, color=RED)]
    return pieces


def _figures(setting: Setting, amounts: Sequence[Amount]) -> list[Piece]:
    """The large figures with rules between them; a total has its own."""
    before = [None, *amounts]
    ruled = [previous is not None and previous.sign != "=" for previous in before]
    return [_figure(setting, one, one.sign == "=", above) for one, above in zip(amounts, ruled, strict=False)]


def _figure(setting: Setting, amount: Amount, last: bool, ruled: bool) -> Piece:
    number = amount.written or shown(amount.fen).replace("-", "−")
    size = setting.fitting(number, 36 if last else 31, LARGE, ROOM * 0.6, bold=True)
    room = ROOM - 48 - setting.typeface.bold.width(number, size)
    label = wrap(setting.voice.say(amount.label), setting.typeface.face(last), LARGE + 1, room)
    lines = [Line(part, LARGE + 1, last) for part in label]
    second = setting.voice.second(amount.label)
    beside = LEFT + 42 + setting.typeface.face(last).width(label[-1], LARGE + 1)
    small = setting.fitting(second, 15, 7, RIGHT - setting.typeface.bold.width(number, size) - 14 - beside)
    tall = max(height(lines), size * 1.1) + 5

    def draw(pen: Pen, y: float) -> None:
        baseline = y + tall / 2 + size * 0.36
        if last or ruled:
            pen.rule(y, weight=2 if last else 0.5, color=INK if last else PALE)
        pen.text(LEFT, baseline, amount.sign, LARGE + 4, bold=True)
        write(pen, LEFT + 32, baseline - height(lines) + lines[0].height - lines[0].drop, lines)
        pen.text(beside, baseline, second, small, color=GREY)
        pen.text(RIGHT, baseline, number, size, bold=True, align="right")
        if last:
            pen.rule(y + tall, weight=2)

    return Piece(tall, draw, gap=3 if last else 2)


def _payments(setting: Setting, payments: Sequence[Payment], most: int) -> list[Piece]:
    if not payments:
        return []
    first = heading(setting, Message(N_("Largest payments")), LARGE, gap=12)
    return [first, *(_payment(setting, payment, most) for payment in payments)]


def _payment(setting: Setting, payment: Payment, most: int) -> Piece:
    number = shown(payment.fen).replace("-", "−")
    room = ROOM - setting.typeface.regular.width(number, LARGE) - 20
    text = shortened(setting.voice.say(payment.summary), setting.typeface.regular, LARGE, room, most)
    lines = [Line(part, LARGE) for part in text]
    tall = height(lines) - 1

    def draw(pen: Pen, y: float) -> None:
        write(pen, LEFT, y - 2, lines)
        pen.text(RIGHT, y - 2 + lines[0].drop, number, LARGE, align="right")
        pen.rule(y + tall, weight=0.5, color=PALE)

    return Piece(tall, draw, gap=3)


def _signatures(setting: Setting, notice: Notice, plan: Plan) -> list[Piece]:
    signatures = notice.signatures
    across = 2 if len(signatures) in (2, 4) else min(3, len(signatures))
    pieces = []
    for start in range(0, len(signatures), across or 1):
        pieces.append(_box_row(setting, signatures[start : start + across], across, plan))
    return pieces if plan.reasons_later else [*pieces, *_reasons(setting, notice, MIDDLE)]


def _reasons(setting: Setting, notice: Notice, size: float) -> list[Piece]:
    pieces = []
    for signature in notice.signatures:
        if signature.reason:
            pieces += setting.pieces(_reason(setting, signature), size, gap=6, color=RED)
    return pieces


def _reason(setting: Setting, signature: Signature) -> str:
    decision, say = setting.voice.words(DECISIONS[signature.decision]), setting.voice.say
    text = N_("%(office)s %(decision)s: %(reason)s")
    return setting.voice.words(text, office=say(signature.office), decision=decision, reason=say(signature.reason))


def _box_row(setting: Setting, signatures: Sequence[Signature], across: int, plan: Plan) -> Piece:
    wide = (ROOM - _GAP * (across - 1)) / across
    beside = wide > 220  # a ring for the stamp beside the words, else room for it beneath them
    room = wide - 20 - (2 * _RING + 6 if beside else 0)
    texts = [_said_by(setting, signature, room, plan) for signature in signatures]
    stamp = setting.voice.words(N_("stamp"))
    stamping = 0 if beside else 20 if plan.small else 30
    tall = max(_BOX, max(map(height, texts)) + 11 + stamping)

    def draw(pen: Pen, y: float) -> None:
        for index, lines in enumerate(texts):
            x = LEFT + index * (wide + _GAP)
            pen.box(x, y, wide, tall)
            write(pen, x + 10, y + 5, lines)
            if beside:
                pen.ring(x + wide - _RING - 8, y + tall / 2, _RING)
            middle = (x + wide - _RING - 8, y + tall / 2 + 4) if beside else (x + wide - 30, y + tall - 10)
            pen.text(*middle, stamp, 11, color=GREY, align="center")

    return Piece(tall, draw, gap=12)


def _said_by(setting: Setting, signature: Signature, room: float, plan: Plan) -> list[Line]:
    largest, smallest = (14, 11) if plan.small else (MIDDLE, 14)
    decision = setting.voice.every(DECISIONS[signature.decision])
    alert = signature.decision in ("reserved", "refused", "silent")
    office = setting.voice.say(signature.office)
    lines = setting.lines(signature.office, setting.fitting(office, largest, smallest, room, True), room, bold=True)
    when = day(signature.day, setting.voice.leading, year=False) if signature.day else ""
    person = " ".join(filter(None, (signature.name, when)))
    if person:
        lines += setting.lines(person, setting.fitting(person, largest, smallest, room), room)
    size = setting.fitting(decision, largest - 2, smallest - 1 if plan.small else 12, room, bold=alert)
    lines += setting.lines(decision, size, room, bold=alert, color=RED if alert else INK)
    if plan.reasons_later and signature.reason:
        lines += setting.lines(setting.voice.every(SEE_REASON), smallest - 1, room, color=RED)
    return lines


class Closing:
    """The foot of page 1: how long it hangs, where to ask, the code; always on page 1, above the page's foot.

    `rest` is what is said about asking beyond the room there, `tall` points.
    """

    def __init__(self, setting: Setting, notice: Notice, tall: float) -> None:
        self.setting, self.notice = setting, notice
        room = ROOM - CODE - 26
        posted, phone = self._posted(room), self._phone(room)
        asking, self.rest = self._asking(room, tall - height(posted) - height(phone))
        self.lines = [*posted, *asking, *phone]
        code = setting.voice.words(N_("Check code: %(code)s"), code=notice.code)
        self.code = Line(code, setting.fitting(code, 20, 12, room, bold=True), bold=True)
        self.height = max(height(self.lines) + self.code.height + 4, CODE + 16) + 14

    def _posted(self, room: float) -> list[Line]:
        start, end = self.notice.posted_from, self.notice.posted_to
        if not start or not end:
            return []
        posted = Message(N_("Posted %(start)s to %(end)s"), _span(start, end))
        size = self.setting.fitting(self.setting.voice.say(posted), LARGE, 20, room, bold=True)
        return self.setting.lines(posted, size, room, bold=True)

    def _asking(self, room: float, tall: float) -> tuple[list[Line], list[Text]]:
        """What there is room for at a size that is read standing, and what must stand on page 2."""
        lines: list[Line] = []
        for index, text in enumerate(self.notice.ask):
            more = self.setting.lines(text, MIDDLE, room)
            if lines and height(lines) + height(more) > tall:
                return lines, list(self.notice.ask[index:])
            lines += more
        return lines, []

    def _phone(self, room: float) -> list[Line]:
        if not self.notice.phone:
            return []
        call = self.setting.voice.every(N_("Township phone")) + " " + self.notice.phone
        return self.setting.lines(call, self.setting.fitting(call, LARGE, 16, room, bold=True), room, bold=True)

    def draw(self, pen: Pen, bottom: float) -> None:
        """Draws with its lower edge at `bottom`."""
        y = bottom - self.height
        pen.rule(y, weight=1.2)
        write(pen, LEFT, y + 8, self.lines)
        write(pen, LEFT, bottom - self.code.height - 2, [self.code])
        pen.code(RIGHT - CODE, y + 13, CODE, self.notice.url)
        caption = self.setting.voice.words(N_("Scan to see every line"))
        size = self.setting.fitting(caption, 11, 8, CODE)
        pen.text(RIGHT - CODE / 2, y + CODE + 28, caption, size, color=GREY, align="center")


def _span(start: date, end: date) -> dict[str, Both]:
    """Both dates in both languages; the year is said once where it is the same."""
    same = start.year == end.year
    return {
        "start": Both(day(start, "zh"), day(start, "en", year=not same)),
        "end": Both(day(end, "zh", year=not same), day(end, "en")),
    }
