"""What the copier says to its child, and what comes back."""

from collections.abc import Sequence
from typing import NamedTuple

LONG_SIDE = 1600
"""Pixels of a public copy's longer side: a photographed A4 page can be read, and no face in the background well."""
BOARD_SIDE = 800
"""Of a photo of the board: enough to see which sheet hangs there; its lines are read on its page."""
SMALL_SIDE = 320


class Mask(NamedTuple):
    """A black box over a page (1-based), in thousandths of its width and height."""

    page: int
    left: int
    top: int
    width: int
    height: int


class Request(NamedTuple):
    """`job` is ``copies``, ``page`` (one page as a picture, without boxes) or ``photo`` (of a board: copies, and the QR
    codes in it).

    `pixels` is what a picture may have, `pages` what a PDF may have; with more than `at_once` no copies are made yet.
    `fonts` is the folder of the typeface for PDFs that bring none of their own, `side` what a copy's longer side has.
    """

    job: str
    data: bytes
    masks: Sequence[Mask]
    page: int
    pixels: int
    pages: int
    at_once: int
    fonts: str
    side: int = LONG_SIDE


class Copies(NamedTuple):
    """A file's kind and pages, and what was made of it: the copy (a JPEG, of a PDF another PDF) and the small JPEG;
    both None where it has more pages than are done at once. `sizes` are width and height of the copy's pages."""

    kind: str
    pages: int
    sizes: tuple[tuple[int, int], ...]
    copy: bytes | None
    small: bytes | None


class Photo(NamedTuple):
    """A photo of a board: its copies, and the texts of the QR codes in it."""

    copies: Copies
    codes: Sequence[str]
