"""Digits that must not be printed: what looks like the number of an identity card, a phone or a bank card."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from operator import mul

from portal.text import N_

ID, PHONE, CARD, NUMBER = "id", "phone", "card", "number"
LABELS = {
    ID: N_("an identity card number"),
    PHONE: N_("a phone number"),
    CARD: N_("a bank card number"),
    NUMBER: N_("a long number"),
}

_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_GAP = r"[\s\-‐‑‒–—_]{0,2}"
_FLOAT = re.compile(r"\d+(?:\.\d*)?[eE]\s?\+?\s?1[0-9](?!\d)")
"""A number of eleven digits and more as a spreadsheet shortens it: 3.50102E+17."""
_RUN = re.compile(rf"\d(?:{_GAP}\d){{10,}}(?:{_GAP}[xX])?")
_RAW_GAP = r"[\s\-‐‑‒–—_－＿\u200b-\u200f\u2060\ufeff\u00ad]{0,4}"
_OTHER_DIGITS = re.compile("[²³¹⁰⁴-⁹₀-₉①-⑳⓪㉑-㉟㊱-㊿]")
"""Raised, lowered and circled digits, which become plain ones where names are made alike."""
_ANY_RUN = re.compile(rf"\d(?:{_RAW_GAP}\d){{10,}}")
_OLD_ID = re.compile(r"\d{6}(\d\d)(\d\d)(\d\d)\d{3}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LONGEST = 19
_SHORTEST = 4
"""Signs that a number needs at least, shortened by a spreadsheet: 1E18."""


def has_digits(texts: Iterable[str]) -> bool:
    """Quickly: does any of many texts hold a run of digits that is worth a closer look?"""
    joined = "\0".join(texts)
    return _ANY_RUN.search(joined) is not None or _OTHER_DIGITS.search(joined) is not None


def suspicious_digits(text: str) -> str | None:
    """``id``, ``phone``, ``card`` or ``number`` (a long one of no known form) if `text` holds such a number.

    Full-width digits, spaces, hyphens and invisible characters inside do not help. Dates, spans of dates and serial
    numbers that begin with a date are left alone.
    """
    if len(text) < _SHORTEST:  # most cells of a list are names and groups
        return None
    return next((kind for kind, _, _ in _found(_plain(text))), None)


def is_personal(digits: str) -> bool:
    """Does a run of digits look like a person's number, or like the date that one is divided by?"""
    return _is_date(digits) or suspicious_digits(digits) not in (None, NUMBER)


def without_digits(text: str) -> str:
    """`text` with every digit of such numbers replaced by ``*``; the same text if there is none."""
    plain = _plain(text)
    spans = list(_found(plain))
    if not spans:
        return text
    hidden = list(plain)
    for _, start, end in spans:
        hidden[start:end] = ["*" if sign.isdigit() or sign in "xX" else sign for sign in hidden[start:end]]
    return "".join(hidden)


def _plain(text: str) -> str:
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text) if not text.isascii() else text


def _found(text: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of each number; those that a spreadsheet shortened first, then the others, not overlapping."""
    for short in _FLOAT.finditer(text):
        yield NUMBER, short.start(), short.end()
    for run in _RUN.finditer(text):
        groups = [
            (match[0], run.start() + match.start(), run.start() + match.end())
            for match in re.finditer(r"\d+[xX]?|[xX]", run[0])
        ]
        yield from _in_groups(groups)


def _in_groups(groups: list[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
    """The longest number that begins at each group, then on behind it."""
    index = 0
    while index < len(groups):
        kind, used = _longest(groups, index)
        if kind:
            yield kind, groups[index][1], groups[index + used - 1][2]
        index += used


def _longest(groups: list[tuple[str, int, int]], start: int) -> tuple[str | None, int]:
    best: tuple[str | None, int] = (_kind_of_one(groups[start][0]), 1)
    digits = groups[start][0]
    for count in range(2, len(groups) - start + 1):
        digits += groups[start + count - 1][0]
        if len(digits) > _LONGEST:
            break
        parts = [group for group, _, _ in groups[start : start + count]]
        kind = _kind(digits) or (PHONE if len(parts[0]) in (3, 4) and _is_landline(digits) else None)
        if kind and not _are_dates(parts):
            best = (kind, count)
    return best


def _kind_of_one(digits: str) -> str | None:
    """A run without gaps: any long number but a date with a serial number behind it."""
    if kind := _kind(digits):
        return kind
    if _is_landline(digits):
        return PHONE
    if len(digits) < 11 or (len(digits) <= 14 and _is_date(digits[:8])):
        return None
    return NUMBER


def _kind(digits: str) -> str | None:
    length = len(digits)
    if length == 18 and (is_id_number(digits) or digits[-1] in "xX"):
        return ID
    if not digits.isdigit():
        return None
    if 16 <= length <= 19:
        return CARD
    if length == 15 and (match := _OLD_ID.fullmatch(digits)) and _is_day(1900 + int(match[1]), match[2], match[3]):
        return ID
    if length == 13 and digits.startswith("86"):
        digits, length = digits[2:], 11
    return PHONE if length == 11 and digits[0] == "1" and digits[1] in "3456789" else None


def _is_landline(digits: str) -> bool:
    """Area code and number: 0731 88888888."""
    return digits.isdigit() and len(digits) in (11, 12) and digits[0] == "0" and digits[1] != "0"


def is_id_number(digits: str) -> bool:
    """GB 11643: eighteen signs, the last a check sign over the first seventeen."""
    if len(digits) != 18 or not (digits[:17].isascii() and digits[:17].isdigit()):
        return False
    total = sum(map(mul, map(int, digits[:17]), _WEIGHTS))
    return "10X98765432"[total % 11] == digits[17].upper()


def _are_dates(parts: list[str]) -> bool:
    """Are the groups dates only: ``20240101 20241231`` or ``2024 01 01 2024 12 31``?"""
    if all(_is_date(part) for part in parts):
        return True
    threes = [parts[at : at + 3] for at in range(0, len(parts), 3)]
    return all(len(part) == 3 and _is_date(part[0] + part[1].zfill(2) + part[2].zfill(2)) for part in threes)


def _is_date(digits: str) -> bool:
    return len(digits) == 8 and digits[:2] in ("19", "20") and _is_day(int(digits[:4]), digits[4:6], digits[6:])


def _is_day(year: int, month: str, day: str) -> bool:
    try:
        date(year, int(month), int(day))
    except ValueError:
        return False
    return True
