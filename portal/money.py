"""Fen and yuan, and quantities; text is made of them only at the edges.

Inside the portal every amount is an integer number of fen, every quantity (mu, days) an integer of ten-thousandths.
"""

import re
from decimal import Decimal, InvalidOperation

_PLAIN = re.compile(r"-?\d+(\.\d{1,2})?")


def yuan(fen: int) -> str:
    """Fen as plain yuan for files and APIs: ``-120050`` → ``"-1200.50"``."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole}.{rest:02d}"


def shown(fen: int) -> str:
    """Fen as yuan for people, thousands separated: ``-120050`` → ``"-1,200.50"``."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{rest:02d}"


def fen(text: str) -> int:
    """Plain yuan text (``"1200.5"``) as fen; ValueError for anything else or for more than two decimals.

    What people type into spreadsheets ("1,234.50元") is read by `portal.workbooks`, which knows their habits.
    """
    if not _PLAIN.fullmatch(text):
        raise ValueError(text)
    try:
        return int(Decimal(text) * 100)
    except InvalidOperation as error:
        raise ValueError(text) from error


PRECISION = 10_000
"""Parts of one unit in a quantity: areas have two decimals, rates per mu up to four."""


def quantity(value: int) -> str:
    """Ten-thousandths as a plain number without needless noughts: ``32500`` → ``"3.25"``."""
    whole, rest = divmod(abs(value), PRECISION)
    decimals = f"{rest:04d}".rstrip("0")
    return f"{'-' if value < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"
