"""Cell addresses: ``F12`` as row number and column index."""

import re

Place = tuple[int, int]
"""A cell's 1-based row number and 0-based column index."""

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


def position(address: str) -> Place:
    """``F12`` → ``(12, 5)``; ValueError for anything else."""
    found = _ADDRESS.fullmatch(address)
    if not found:
        raise ValueError(address)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column - 1
