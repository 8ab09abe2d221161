"""One row of a roster: what belongs inside, areas and sums computed again, names masked where they must be."""

import re
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from portal.clock import MONTH, grain_of, period_bounds
from portal.kinds import identity
from portal.kinds.listing import Desk, Entry
from portal.kinds.payees import is_organisation, normalised, surname_only
from portal.kinds.privacy import LABELS, NUMBER
from portal.kinds.programmes import Programme
from portal.kinds.subsidy import which
from portal.kinds.subsidy.which import Rules
from portal.money import PRECISION, quantity, shown
from portal.text import N_, Message

NUMBERS = ("id_number", "phone", "bank_account")
AREAS = ("contracted", "flowed_out", "entrusted", "excluded")
_NOT_KEPT = ("village", "period", "batch")
"""What a row says of its list; it is checked and needs not be kept with every line."""
MOST = {
    "amount": 10_000_000_00,
    "basis": 1_000_000 * PRECISION,
    "rate": 10_000_000 * PRECISION,
    "months": 120,
    **dict.fromkeys(AREAS, 1_000_000 * PRECISION),
}
"""Above these a number of a card or a telephone stands in the wrong column."""
BACK_PAY = re.compile(r"补发|补差|补报|扣回|扣减|扣除|抵扣|追缴|追回|退回|调整|更正|back.?pay|recover|adjust", re.I)
ILLNESS = re.compile(
    r"癌|肿瘤|白血病|尿毒症|透析|精神[病障分]|智力|残疾|残障|瘫痪|艾滋|梅毒|结核|肝炎|糖尿病|心脏病|脑梗|中风|癫痫|抑郁|"
    r"重病|大病|患病|住院|手术|化疗|流产|怀孕|hiv|cancer|illness|disab|hospital",
    re.I,
)
SHIELDED = re.compile(r"孤儿|未成年|留守儿童|受害|被害|家暴|被拐|性侵|orphan|minor|victim", re.I)
HARDSHIP = re.compile(r"低保|贫困|脱贫|五保|特困|困难户|单亲|离异|服刑|吸毒|poverty|hardship", re.I)
_POVERTY_ITSELF = ("dibao", "extreme_poverty", "temporary")
"""Lists that say of themselves why somebody stands on them."""
_TAIL = re.compile(r"((?:尾号|后[三四五六3-6]位|末[三四五六3-6]位|last \w+ digits)\D{0,3})(\d{3,})", re.I)
_DIGITS = re.compile(r"\d{6,}")
_THREE_DIGITS = re.compile(r"\d{3}")
_VILLAGE_END = re.compile(r"(?:村民委员会|村委会|村委|社区|居委会|村)$")
_TEXTS = ("name", "household", "group", "note")


def each(entry: Entry, desk: Desk) -> bool:
    """Checks and completes one line."""
    content, internal = entry.content, entry.internal
    for name in _NOT_KEPT:
        internal.pop(name, None)
    _name(entry, desk)
    which.check_row(entry, desk)
    _village(entry, desk)
    _too_large(entry, desk)
    _numbers(entry, desk)
    _without_own_numbers(entry, desk)
    _area(entry, desk)
    _amount(entry, desk)
    _note(entry, desk)
    if _is_shielded(entry, desk):
        for name in ("name", "household"):
            if name in content:
                internal[name] = content[name]
                content[name] = surname_only(content[name])
                if "note" in content:
                    content["note"] = content["note"].replace(internal[name], content[name])
    return True


def _name(entry: Entry, desk: Desk) -> None:
    """A list that names only heads of households pays these."""
    content = entry.content
    if "name" not in content and "household" in content:
        content["name"] = content.pop("household")
    for name in ("name", "household"):
        if name in content:
            content[name] = normalised(content[name])
    if content.get("household") == content.get("name"):
        content.pop("household", None)
    if not content.get("name") and {"name", "household"} & entry.table.columns.keys():
        text = N_("The row lacks “%(column)s”. Fill it in, or delete the row.")
        desk.say("missing", text, entry, "name", column=Message(N_("Name")))


def _village(entry: Entry, desk: Desk) -> None:
    written, ours = str(entry.row.values.get("village") or ""), desk.context.village
    if written and not same_village(written, ours):
        text = N_("This row is of another village. Here the list of %(village)s is posted.")
        desk.say("other_village", text, entry, "village", village=ours)


def same_village(written: str, ours: str) -> bool:
    """Does a cell mean this village? A code can only be compared with a code, and "柳河镇青禾村" is 青禾村."""
    written, ours = normalised(written), normalised(ours)
    if written == ours or written.isdigit() != ours.isdigit():
        return True
    core = _VILLAGE_END.sub("", ours) or ours
    return bool(re.search(rf"(?:^|[镇乡道办区县]){re.escape(core)}(?:村|社区|居委|$)", written))


def _too_large(entry: Entry, desk: Desk) -> None:
    """No number of a card or telephone becomes a sum or an area."""
    for name, value in entry.row.values.items():
        if name in MOST and value is not None and abs(value) > MOST[name]:
            text = N_("This number is too large to be right. Does it belong into another column?")
            desk.say("too_large", text, entry, name)
            entry.content.pop(name, None)
            entry.internal.pop(name, None)


def _numbers(entry: Entry, desk: Desk) -> None:
    """Numbers of cards and accounts are whole; those of identity cards add up."""
    internal = entry.internal
    for name in NUMBERS:
        if name not in internal:
            continue
        if internal[name].isascii() and internal[name].isdigit():
            continue  # as nearly all are: plain already
        if name != "id_number" and identity.is_shortened(internal[name]):
            desk.say("number_shortened", identity.SENTENCES[identity.MANGLED], entry, name)
        internal[name] = identity.plain(internal[name])
    number = internal.get("id_number")
    if not number or (is_organisation(entry.content.get("name", "")) and len(entry.content["name"]) > 4):
        return  # an organisation has a code of another form
    found = identity.problem(number, desk.context.today)
    if found in (identity.OLD, identity.ROUNDED):
        gathered(desk, f"id_{found}").append(entry)
    elif found is not None:
        desk.say(_CHECK_OF[found], identity.SENTENCES[found], entry, "id_number")


_CHECK_OF = {
    identity.MANGLED: "number_shortened",
    identity.LENGTH: "id_number",
    identity.DIGIT: "id_number",
    identity.BIRTH: "id_birth",
}


def gathered(desk: Desk, check: str) -> list[Entry]:
    """The rows that a warning is about, which is said once for all of them."""
    found: list[Entry] = desk.known.setdefault(f"rows of {check}", [])
    return found


def _without_own_numbers(entry: Entry, desk: Desk) -> None:
    """No part of the line's own numbers stands in its texts: neither six digits of them nor "the last four"."""
    own = [number for name in NUMBERS if (number := entry.internal.get(name))]
    for name in _TEXTS:
        text = entry.content.get(name)
        if not text or text.isalpha():
            continue
        plain = normalised(text)
        if not _THREE_DIGITS.search(plain):
            continue  # neither of the two below finds fewer
        hidden = _TAIL.sub(lambda found: found[1] + "*" * len(found[2]), plain)
        hidden = _DIGITS.sub(lambda run: "*" * len(run[0]) if _is_part(run[0], own) else run[0], hidden)
        if hidden != plain:
            text = N_("This looks like %(what)s, which must not be printed. Take it out.")
            desk.say("private_number", text, entry, name, what=Message(LABELS[NUMBER]))
            entry.content[name] = hidden


def _is_part(digits: str, numbers: Sequence[str]) -> bool:
    return any(digits in number or number in digits for number in numbers)


def _area(entry: Entry, desk: Desk) -> None:
    """What is paid for is what was contracted, less what was given to others and excluded, more what was taken."""
    values, content = entry.row.values, entry.content
    contracted, flowed_out, entrusted, excluded = map(values.get, AREAS)
    if contracted is None:
        return
    if any(abs(values.get(name) or 0) > MOST[name] for name in (*AREAS, "basis")):
        return  # what is too large is told, and goes into no other number
    expected = contracted - (flowed_out or 0) + (entrusted or 0) - (excluded or 0)
    basis = content.get("basis")
    if basis is None and expected >= 0:
        content["basis"] = expected
    elif basis is not None and basis != expected:
        text = N_(
            "%(contracted)s less %(flowed_out)s given to others, more %(entrusted)s taken, less %(excluded)s without "
            "subsidy makes %(expected)s, not %(basis)s. Correct one of them."
        )
        parts = dict(zip(AREAS, (contracted, flowed_out or 0, entrusted or 0, excluded or 0), strict=True))
        shown_parts = {name: quantity(value) for name, value in parts.items()}
        desk.say("area", text, entry, "basis", **shown_parts, expected=quantity(expected), basis=quantity(basis))


def _amount(entry: Entry, desk: Desk) -> None:
    """The sum is basis × rate (× months), or the note says why not."""
    content = entry.content
    amount, rate = content.get("amount"), content.get("rate")
    has_reason = "note" in content and bool(BACK_PAY.search(str(content["note"])))
    if amount is not None and amount < 0 and not has_reason:
        desk.say("negative", N_("A negative sum needs its reason in the note (money taken back)."), entry, "amount")
        return
    rules: Rules | None = desk.known.get(which.RULES)
    official = rules.rates if rules else ()
    if rate is not None and official and rate not in official:
        gathered(desk, "rate_differs").append(entry)
    basis = content.get("basis")
    rates = [rate] if rate is not None else official
    if amount is None or basis is None or not rates:
        return
    months = _months(content, desk)
    tolerance = int(desk.context.settings.get("subsidy_tolerance", 1)) * _A_FEN
    if any(abs(amount * _A_FEN - basis * one * n * 100) <= tolerance for one in rates for n in months):
        return
    if has_reason:
        gathered(desk, "back_pay").append(entry)
        return
    text = N_(
        "%(basis)s × %(rate)s makes %(sum)s, not %(amount)s. Correct one of them, or give the reason in the note "
        "(back-pay, recovery, adjustment)."
    )
    params = {
        "basis": quantity(basis),
        "rate": quantity(rates[0]),
        "sum": shown(round(fen_of(basis, rates[0], next(iter(months))))),
        "amount": shown(amount),
    }
    desk.say("arithmetic", text, entry, "amount", **params)


_A_FEN = PRECISION * PRECISION
"""Basis × rate × 100 that make one fen: lines are compared in whole numbers, which is quicker than in fractions."""


def fen_of(basis: int, rate: int, months: int = 1) -> Fraction:
    """Basis × rate × months in fen, exactly."""
    return Fraction(basis * rate * months * 100, _A_FEN)


def _months(content: dict[str, Any], desk: Desk) -> Sequence[int]:
    """By how many months a monthly sum is multiplied: those that the line says, else one or all of the period."""
    if content.get("months") is not None:
        return (content["months"],)
    programme: Programme | None = desk.known.get(which.PROGRAMME)
    if programme is None or programme.period != MONTH or grain_of(desk.period) == MONTH:
        return (1,)
    first, last = period_bounds(desk.period)
    return (last.month - first.month + 1, 1)


def _note(entry: Entry, desk: Desk) -> None:
    """A name beside an illness, poverty or a minor is more than the village needs to know."""
    note = str(entry.content.get("note", ""))
    if not note:
        return
    programme: Programme | None = desk.known.get(which.PROGRAMME)
    if ILLNESS.search(note):
        text = N_("The note speaks of somebody's health, which must not be printed beside a name. Take it out.")
        desk.say("note_illness", text, entry, "note")
    elif SHIELDED.search(note) or (
        HARDSHIP.search(note) and (programme is None or programme.code not in _POVERTY_ITSELF)
    ):
        gathered(desk, "note_hardship").append(entry)


def _is_shielded(entry: Entry, desk: Desk) -> bool:
    """Minors, victims, and whoever gets health-based aid stand as surname + 某 from the first day."""
    programme: Programme | None = desk.known.get(which.PROGRAMME)
    if programme is not None and programme.is_health:
        return True
    note = str(entry.content.get("note", ""))
    if note and (SHIELDED.search(note) or ILLNESS.search(note)):
        return True
    if "id_number" not in entry.internal:
        return False
    paid_on = entry.content.get("paid_on")
    on = date.fromisoformat(paid_on) if paid_on else period_bounds(desk.period)[1]
    return identity.is_minor(entry.internal["id_number"], on)
