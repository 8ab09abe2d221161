"""Decisions about recipients: codes, answers, whom the lot calls, what may be published of it."""

import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from portal.errors import Invalid
from portal.text import N_

DIGITS = 16
"""Of a slip code: fifteen by chance (49 bits) and one that finds slips of the pen; read out like a bank card."""
COUNTED_FROM = 5
"""Counts are published from here up: below, one household's answer could be told."""
BURST = 10
"""So many answers of one village in an hour are a question, not a success (own choice)."""
TRIES = 2
"""A household that does not answer the telephone is called once more, then counted as not reached."""
DESK_CODE_LASTS = timedelta(hours=1)


class Answer(StrEnum):
    """What a household says of one payment."""

    RECEIVED = "received"
    NOT_RECEIVED = "not_received"
    KEPT_BACK = "kept_back"
    WRONG_SUM = "wrong_sum"
    NOT_MINE = "not_mine"


ANSWERS: Mapping[Answer, str] = {
    Answer.RECEIVED: N_("received"),
    Answer.NOT_RECEIVED: N_("not received"),
    Answer.KEPT_BACK: N_("somebody kept a part"),
    Answer.WRONG_SUM: N_("wrong sum"),
    Answer.NOT_MINE: N_("not mine"),
}


OFFERED = {answer: label for answer, label in ANSWERS.items() if answer is not Answer.KEPT_BACK}
"""What a household is offered on its page and on a tick list, which others hold too; of a part that somebody kept it is
asked on the telephone alone."""


class Way(StrEnum):
    """How an answer came: typed by the household, off a tick list, or told on the telephone."""

    SLIP = "slip"
    LIST = "list"
    CALL = "call"


WAYS: Mapping[Way, str] = {
    Way.SLIP: N_("said on its own page"),
    Way.LIST: N_("ticked on the list carried round"),
    Way.CALL: N_("said on the telephone"),
}

QUESTIONS = (
    ("known", N_("Is this the household of %(name)s, %(village)s, %(group)s?")),
    ("got", N_("Have you got money under “%(programme)s”?")),
    ("sum", N_("How much was it? (the list says %(amount)s yuan; let the household name the sum first)")),
    ("kept", N_("Did anybody keep back a part, or ask for something in return?")),
    ("seen", N_("Have you seen the list on the board?")),
)
"""The five questions of a call; each is answered yes, no or does not know."""
REPLIES = (("yes", N_("yes")), ("no", N_("no")), ("unknown", N_("does not know")))


def new_code() -> str:
    """A slip code: sixteen digits, the last one by Luhn's rule (ISO/IEC 7812-1)."""
    digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS - 1))
    return digits + str(_check_digit(digits))


def written(code: str) -> str:
    """A code as a slip prints it, in fours."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def typed(text: str) -> str:
    """The digits of what somebody typed, whatever stands between them; Invalid with a sentence if it can be no code."""
    plain = unicodedata.normalize("NFKC", text)
    digits = re.sub(r"[\s\-.·]", "", plain)
    if not (digits.isascii() and digits.isdigit()) or len(digits) != DIGITS:
        raise Invalid(N_("A code has sixteen digits, as on the slip."), field="code")
    if _check_digit(digits[:-1]) != int(digits[-1]):
        raise Invalid(N_("One digit is not right. Compare it with the slip once more."), field="code")
    return digits


def _check_digit(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def draw(keys: Iterable[str], lot: str, count: int) -> list[str]:
    """`count` of these keys in the order of the lot, which nobody chooses: a hash of the log's state at the draw."""
    return sorted(keys, key=lambda key: sha256(f"{lot}\n{key}".encode()).digest())[:count]


def outcome_of_call(replies: Mapping[str, str]) -> Answer | None:
    """What the five replies come to; None while the decisive ones are missing.

    Not the household asked for, or no payment known to it: the payment did not arrive there. That somebody kept a part
    weighs more than whether the sum was right.
    """
    if replies.get("known") == "no":
        return Answer.NOT_MINE
    if replies.get("got") == "no":
        return Answer.NOT_RECEIVED
    if replies.get("got") != "yes":
        return None
    if replies.get("kept") == "yes":
        return Answer.KEPT_BACK
    if replies.get("sum") == "no":
        return Answer.WRONG_SUM
    return Answer.RECEIVED


@dataclass(frozen=True)
class Tally:
    """What a round of calls came to. `corrected` are those who said something else than received."""

    called: int
    reached: int
    confirmed: int
    corrected: int

    @property
    def may_be_published(self) -> bool:
        return self.reached >= COUNTED_FROM


def tally(outcomes: Sequence[Answer | None]) -> Tally:
    """The counts of finished calls; None is a household that was not reached."""
    reached = [outcome for outcome in outcomes if outcome is not None]
    confirmed = sum(outcome is Answer.RECEIVED for outcome in reached)
    return Tally(len(outcomes), len(reached), confirmed, len(reached) - confirmed)


def is_burst(times: Sequence[datetime]) -> bool:
    """Did so many answers come within one hour? `times` in any order."""
    ordered = sorted(times)
    hour = timedelta(hours=1)
    return any(last - first <= hour for first, last in zip(ordered, ordered[BURST - 1 :], strict=False))
