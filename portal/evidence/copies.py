"""Copies of papers, made in a child process: the parent's side. One picture after another, in one child."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.errors import Invalid
from portal.evidence import formats
from portal.evidence.requests import BOARD_SIDE, LONG_SIDE, Copies, Mask, Photo, Request
from portal.sandbox import BrokenDown, Child, Progress, Refusal, TooSlow
from portal.text import N_, Message

MEGABYTE = 1024 * 1024
MEGAPIXEL = 1_000_000
MEMORY = 512 * MEGABYTE  # of the child above what it has at its start: a PNG of 50 million pixels needs 400
PAGES_AT_ONCE = 5  # pages of a PDF that somebody waits for; a longer one is drawn by the worker
SECONDS = 30.0
SECONDS_A_PAGE = 3.0

TOO_LARGE = N_("The file has %(size)s MB; at most %(most)s MB are taken. Make it smaller and send it again.")
TOO_SLOW = N_("The file could not be opened within %(seconds)s seconds. Send a photo of the paper instead.")
TOO_GREEDY = N_("Opening the file needs too much memory. Make it smaller, or send a photo of the paper instead.")


@dataclass(frozen=True)
class Limits:
    """What one file may have: megabytes as sent, million pixels of a picture, pages of a PDF."""

    megabytes: int = 20
    megapixels: int = 50
    pages: int = 100

    @classmethod
    def of_settings(cls, settings: Mapping[str, Any]) -> "Limits":
        """The county's settings in force."""
        return cls(settings["paper_megabytes"], settings["paper_megapixels"], settings["paper_pages"])


def checked_kind(data: bytes, limits: Limits) -> str:
    """What a file is, without opening it; Invalid for what is too large or of no kind that is taken."""
    if len(data) > limits.megabytes * MEGABYTE:
        raise Invalid(Message(TOO_LARGE, {"size": -(-len(data) // MEGABYTE), "most": limits.megabytes}))
    try:
        return formats.kind_of(data)
    except Refusal as refusal:
        raise Invalid(Message(refusal.message, refusal.params)) from refusal


class Copier:
    """Makes copies; holds one child process, so close it (or use it in a ``with``)."""

    def __init__(self, fonts: Path, limits: Limits = Limits(), memory: int = MEMORY) -> None:
        self.limits = limits
        self._fonts = str(fonts)
        self._child = Child("portal.evidence.child", memory)

    def __enter__(self) -> "Copier":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @property
    def is_there(self) -> bool:
        """Does its child wait for a file?"""
        return self._child.is_there

    def close(self) -> None:
        """End the child; the next file begins another."""
        self._child.close()

    def copies(
        self,
        data: bytes,
        masks: Sequence[Mask] = (),
        at_once: int | None = None,
        progress: Progress | None = None,
        side: int = LONG_SIDE,
    ) -> Copies:
        """A file's copies with the black boxes in them; Invalid with a sentence for a file that is not taken.

        `at_once`: only of a PDF with so many pages; a longer one comes back without copies.
        """
        pages = self.limits.pages if at_once is None else at_once
        seconds = SECONDS + (SECONDS_A_PAGE * pages if checked_kind(data, self.limits) == formats.PDF else 0)
        more = {"masks": tuple(masks), "at_once": pages, "side": side}
        made: Copies = self._ask("copies", data, seconds, progress=progress, **more)
        return made

    def page(self, data: bytes, page: int) -> bytes:
        """One page (1-based) as a JPEG, without boxes."""
        picture: bytes = self._ask("page", data, SECONDS, page=page)
        return picture

    def photo(self, data: bytes) -> Photo:
        """A photo of a board: its copies and the texts of the QR codes in it; Invalid as in `copies`."""
        made: Photo = self._ask("photo", data, SECONDS, side=BOARD_SIDE)
        return made

    def _ask(self, job: str, data: bytes, seconds: float, progress: Progress | None = None, **more: Any) -> Any:
        checked_kind(data, self.limits)
        request = Request(
            job, data, masks=(), page=1, pixels=self.limits.megapixels * MEGAPIXEL, pages=self.limits.pages,
            at_once=self.limits.pages, fonts=self._fonts,
        )._replace(**more)  # fmt: skip
        try:
            return self._child.ask(request, seconds, progress)
        except Refusal as refusal:
            raise Invalid(Message(refusal.message, refusal.params)) from refusal
        except TooSlow as error:
            raise Invalid(Message(TOO_SLOW, {"seconds": int(seconds)})) from error
        except BrokenDown as error:
            raise Invalid(Message(TOO_GREEDY)) from error
