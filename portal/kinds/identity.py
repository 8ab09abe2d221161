"""Numbers of identity cards (GB 11643): are they whole, do they add up, and when was somebody born?"""

import re
import unicodedata
from datetime import date

from portal.kinds.privacy import is_id_number
from portal.text import N_

MANGLED, LENGTH, DIGIT, BIRTH, OLD, ROUNDED = "mangled", "length", "digit", "birth", "old", "rounded"
SENTENCES = {
    MANGLED: N_(
        "The spreadsheet has shortened this number, and its last digits are lost. Format the column as text, "
        "then type the number again from the paper."
    ),
    LENGTH: N_("The number of an identity card has 18 signs. Compare it with the card."),
    DIGIT: N_(
        "The check digit of this identity card does not fit: one of its digits is wrong. Compare it with the card."
    ),
    BIRTH: N_("The date of birth in this identity card cannot be right. Compare it with the card."),
    OLD: N_("This is the 15-digit number of an old card. Ask for the new one."),
    ROUNDED: N_("This number ends with three noughts: has the spreadsheet rounded it? Compare it with the card."),
}
_OF_A_CARD, _OF_AN_OLD_CARD = re.compile(r"\d{17}[\dX]"), re.compile(r"\d{15}")
_SHORTENED = re.compile(r"\d+(?:\.\d*)?E\+?\d+")
_NOISE = re.compile(r"[\s'’`‘\-‐–—\u200b-\u200f\u2060\ufeff]+")
_EARLIEST = 1890  # nobody alive was born before
_GROWN = 18
KEPT = 15
"""So many digits of a number a spreadsheet keeps; it makes noughts of the others."""


def plain(text: str) -> str:
    """A number without blanks, hyphens and apostrophes, in half width."""
    if text.isascii():
        return text.upper() if text.isalnum() else _NOISE.sub("", text.upper())
    shown = unicodedata.normalize("NFKC", text).upper()
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in _NOISE.sub("", shown))


def is_shortened(text: str) -> bool:
    """Has a spreadsheet made a float of it: ``3.50102E+17``?"""
    return bool(_SHORTENED.fullmatch(plain(text)))


def is_cut(text: str) -> bool:
    """Fifteen digits or more that are right, then noughts: what a spreadsheet keeps of a longer number."""
    return _is_cut(plain(text))


def _is_cut(number: str) -> bool:
    return number[KEPT:].strip("0") == "" and number.isdigit() and len(number) > KEPT


def problem(text: str, today: date) -> str | None:
    """What is wrong with the number of a card, None if nothing; `OLD` and `ROUNDED` are only to be looked at."""
    number = plain(text)
    if not _OF_A_CARD.fullmatch(number):
        if _SHORTENED.fullmatch(number):
            return MANGLED
        if _OF_AN_OLD_CARD.fullmatch(number):
            return OLD if _birth(number) else BIRTH
        return LENGTH
    if not is_id_number(number):
        return MANGLED if _is_cut(number) else DIGIT
    born = _birth(number)
    if born is None or not born.year >= _EARLIEST or born > today:
        return BIRTH
    return ROUNDED if _is_cut(number) else None


def birth(text: str) -> date | None:
    """The date of birth in the number of a card, old or new; None where there is none."""
    return _birth(plain(text))


def _digits_of_birth(number: str) -> str:
    return number[6:14] if len(number) == 18 else f"19{number[6:12]}" if len(number) == 15 else ""


def _birth(number: str) -> date | None:
    digits = _digits_of_birth(number)
    if not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def is_minor(text: str, on: date) -> bool:
    """Was the holder of the card younger than eighteen on this day?"""
    number = plain(text)
    latest = str((on.year - _GROWN) * 10_000 + on.month * 100 + on.day)  # as the number writes it
    return _digits_of_birth(number) > latest and _birth(number) is not None


def same_person(text: str) -> str:
    """The number under which a person's old and new card are one: the eighteen signs without the check digit."""
    number = plain(text)
    return f"{number[:6]}19{number[6:]}" if _OF_AN_OLD_CARD.fullmatch(number) else number[:17]
