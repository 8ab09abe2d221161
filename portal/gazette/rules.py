"""Withholding by order: why, how it ended, and what an order must say before anybody erases anything. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal.errors import Conflict, Forbidden, Invalid, refuse_together
from portal.kinds.privacy import LABELS, suspicious_digits
from portal.text import N_, Message

TEXT_AT_MOST = 100
ANSWER_AT_MOST = 300
NUMBERS_AT_MOST = 50
DIGITS_AT_MOST = 18  # and so a number of the database; int() refuses thousands of digits with an error of its own
_BETWEEN = re.compile(r"[\s,，、;；]+")
_SHORTEST_NAME = 2


class Reason(StrEnum):
    """Why an order withholds something; villagers read the sentence."""

    COURT = "court"
    PRIVACY = "privacy"
    DANGER = "danger"
    SECRET = "secret"  # noqa: S105 - why something is withheld
    AUTHORITY = "authority"


REASONS: Mapping[Reason, str] = {
    Reason.COURT: N_("A court has ordered it."),
    Reason.PRIVACY: N_("It said more about a person than may be public."),
    Reason.DANGER: N_("It put a person in danger."),
    Reason.SECRET: N_("It held what the law keeps secret."),
    Reason.AUTHORITY: N_("An authority above the county has ordered it."),
}


class Outcome(StrEnum):
    """How a request ended; while it waits there is none."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


OUTCOMES: Mapping[Outcome, str] = {
    Outcome.CONFIRMED: N_("withheld"),
    Outcome.REJECTED: N_("rejected"),
    Outcome.WITHDRAWN: N_("withdrawn"),
}


@dataclass(frozen=True)
class Order:
    """The order behind a withholding: who gave it, under which number, on which day, and why in one word."""

    authority: str
    document: str
    ordered_on: date
    reason: Reason


def order(
    authority: str, document: str, ordered_on: date | None, reason: str, names: Collection[str], today: date
) -> Order:
    """The order as it will be published for good, Invalid at its fields. `names` are those that the item holds: none
    may come back by the record that withholds them."""
    faults: list[Invalid] = []
    written = (
        ("authority", authority, N_("Say who gave the order.")),
        ("document", document, N_("An item is withheld only by an order: give its number.")),
    )
    told = {}
    for field, text, missing in written:
        try:
            told[field] = _told(text, field, missing, names)
        except Invalid as error:
            faults.append(error)
    if ordered_on is None:
        faults.append(Invalid(N_("Give the day of the order."), field="ordered_on"))
    elif ordered_on > today:
        faults.append(Invalid(N_("This day has not come yet."), field="ordered_on"))
    if reason not in list(Reason):
        faults.append(Invalid(N_("Choose why it is withheld."), field="reason"))
    refuse_together(faults)
    assert ordered_on is not None
    return Order(told["authority"], told["document"], ordered_on, Reason(reason))


def _told(text: str, field: str, missing: str, names: Collection[str]) -> str:
    text = " ".join(text.split())[:TEXT_AT_MOST]
    if not text:
        raise Invalid(missing, field=field)
    check_says_nothing(text, field, names)
    return text


def check_says_nothing(text: str, field: str, names: Collection[str] = ()) -> None:
    """Invalid for a text that holds a number of a person, or one of these names: it is kept when they are erased."""
    if kind := suspicious_digits(text):
        raise Invalid(
            N_("This looks like %(what)s. Leave it out: this text stays when the item is erased."),
            field=field,
            what=Message(LABELS[kind]),
        )
    if any(name in text for name in names if len(name) >= _SHORTEST_NAME):
        raise Invalid(
            N_("This holds a name of the item. Leave it out: this text stays when the item is erased."), field=field
        )


def answer(text: str) -> str:
    """Why a request is rejected."""
    text = " ".join(text.split())[:ANSWER_AT_MOST]
    if not text:
        raise Invalid(N_("Say why you reject it: who asked will read it."), field="answer")
    check_says_nothing(text, "answer")
    return text


def told_in(payload: Mapping[str, Any]) -> Iterator[str]:
    """What officers wrote into an item in words of their own, outside its lines: every text of the content that is in
    no line, and the reasons of those who signed."""
    yield from _texts({name: value for name, value in payload["content"].items() if name != "lines"})
    for signoff in payload["signoffs"]:
        yield from _texts(signoff.get("reason"))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)


ONE_NUMBER = N_("Write the number of one item.")


def numbers(text: str, field: str) -> list[int]:
    """The numbers that somebody typed with commas or blanks between them, each once, in order."""
    found = [part for part in _BETWEEN.split(text.strip()) if part]
    if not all(part.isascii() and part.isdecimal() and len(part) <= DIGITS_AT_MOST and int(part) for part in found):
        raise Invalid(N_("Write numbers with commas between them, like 12, 15."), field=field)
    if len(found) > NUMBERS_AT_MOST:
        raise Invalid(N_("At most %(n)s numbers at once."), field=field, n=NUMBERS_AT_MOST)
    return sorted({int(part) for part in found})


def check_second(actor: tuple[int, str | None], asked_by: tuple[int | None, str | None], is_open: bool) -> None:
    """Nobody withholds by himself: Forbidden for the person, or at the browser, that asked; Conflict if it is decided.
    Both are (person id, browser); None as a person is the operator at the console."""
    if not is_open:
        raise Conflict(N_("Somebody has decided about this request already."))
    if actor[0] == asked_by[0]:
        raise Forbidden(N_("You asked for this yourself. A second person at the county decides about it."))
    if actor[1] is not None and actor[1] == asked_by[1]:
        raise Forbidden(N_("This was asked for at this browser. The second person decides at another one."))
