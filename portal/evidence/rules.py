"""What a paper is called, whether villagers see it, where a black box may lie, which line a file's name means. Pure."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from portal.errors import Invalid
from portal.evidence.requests import Mask
from portal.text import N_


class Document(StrEnum):
    """What a paper is."""

    INVOICE = "invoice"
    RECEIPT = "receipt"
    WAGES = "wages"
    SLIP = "slip"
    CONTRACT = "contract"
    IDENTITY = "identity"
    PHOTO = "photo"
    OTHER = "other"
    BOARD = "board"


LABELS: Mapping[Document, str] = {
    Document.INVOICE: N_("invoice"),
    Document.RECEIPT: N_("receipt"),
    Document.WAGES: N_("wage sheet"),
    Document.SLIP: N_("white slip"),
    Document.CONTRACT: N_("contract"),
    Document.IDENTITY: N_("copy of an identity card"),
    Document.PHOTO: N_("photo"),
    Document.OTHER: N_("other paper"),
    Document.BOARD: N_("photo of the notice board"),
}

CHOICES = tuple(document for document in Document if document is not Document.BOARD)
"""What a paper of a line may be called."""

ALWAYS_SEALED = frozenset({Document.IDENTITY})
"""No setting and no officer opens these to everybody."""

_WORDS: Mapping[Document, tuple[str, ...]] = {
    Document.INVOICE: ("发票", "invoice", "fapiao"),
    Document.SLIP: ("白条", "白纸条", "slip"),
    Document.WAGES: ("工资", "劳务", "用工", "误工", "wage"),
    Document.CONTRACT: ("合同", "协议", "contract"),
    Document.IDENTITY: ("身份证", "identity", "id card"),
    Document.RECEIPT: ("收据", "收条", "回单", "receipt"),
    Document.PHOTO: ("照片", "现场", "photo"),
}


class Act(StrEnum):
    """What can be done with a paper."""

    ADDED = "added"
    LINKED = "linked"
    UNLINKED = "unlinked"
    NAMED = "named"
    SEALED = "sealed"
    OPENED = "opened"
    COVERED = "covered"
    UNCOVERED = "uncovered"
    SEEN = "seen"
    RELEASED = "released"


ACT_LABELS: Mapping[Act, str] = {
    Act.ADDED: N_("added"),
    Act.LINKED: N_("given to a line"),
    Act.UNLINKED: N_("taken away from a line"),
    Act.NAMED: N_("called something else"),
    Act.SEALED: N_("sealed"),
    Act.OPENED: N_("opened to everybody"),
    Act.COVERED: N_("a part covered"),
    Act.UNCOVERED: N_("a part uncovered"),
    Act.SEEN: N_("looked at"),
    Act.RELEASED: N_("shown to everybody"),
}


SMALLEST = 5  # thousandths: a box that is smaller was a slip of the finger


Follow = Callable[[int, str], str]
"""Number and key of a line of an earlier item → its key in the one that corrects it, empty if it is gone."""


def _unmoved(_number: int, key: str) -> str:
    return key


@dataclass(frozen=True)
class Bearer:
    """What a paper belongs to: a village's draft, or its published item; exactly one of the two is given. `earlier` are
    the items that this one corrects: its lines keep their papers, wherever `follow` says that they stand now."""

    place_id: int
    draft_id: int | None = None
    number: int | None = None
    earlier: tuple[int, ...] = ()
    follow: Follow = field(default=_unmoved, compare=False)

    def __post_init__(self) -> None:
        if (self.draft_id is None) == (self.number is None):
            raise ValueError("a paper belongs to a draft or to an item")

    @property
    def numbers(self) -> tuple[int, ...]:
        """The item and those that it corrects; none for a draft."""
        return () if self.number is None else (self.number, *self.earlier)

    def key_here(self, number: int | None, key: str) -> str:
        """The key that a line of item `number` has in this one; empty if it is there no more."""
        return self.follow(number, key) if key and number is not None and number in self.earlier else key


def document(text: str) -> Document:
    """What a form says a paper is; Invalid for anything else."""
    if text not in CHOICES:
        raise Invalid(N_("Say what the paper is: choose one of the list."), field="document")
    return Document(text)


def is_sealed(document: Document, sealed: Collection[str], wished: bool | None = None) -> bool:
    """Is a paper kept from the public? By the county's list, unless somebody wished it otherwise; some always are."""
    if document in ALWAYS_SEALED:
        return True
    return document in sealed if wished is None else wished


def mask(page: int, left: float, top: float, width: float, height: float, pages: int) -> Mask:
    """A black box from percentages; Invalid for one outside the page or too small to cover anything."""
    edges = [round(10 * value) for value in (left, top, width, height)]
    x, y, across, down = edges
    if not 1 <= page <= pages or min(x, y) < 0 or x + across > 1000 or y + down > 1000:
        raise Invalid(N_("The box must lie on the page: from 0 to 100 percent."), field="left")
    if across < SMALLEST or down < SMALLEST:
        raise Invalid(N_("The box is too small to cover anything. Make it larger."), field="width")
    return Mask(page, x, y, across, down)


def between(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float, float, float]:
    """Left, top, width and height of the box with two given corners, kept on the page; all in percent."""
    xs, ys = (sorted(min(100.0, max(0.0, value)) for value in pair) for pair in zip(first, second, strict=True))
    return xs[0], ys[0], xs[1] - xs[0], ys[1] - ys[0]


# ---------------------------------------------------------------- names of files


def document_of_name(name: str, otherwise: Document) -> Document:
    """What the name of a file says it is: ``银001 发票.jpg`` is an invoice."""
    plain = _plain(name)
    return next((document for document, words in _WORDS.items() if any(word in plain for word in words)), otherwise)


def keys_of_name(name: str, vouchers: Mapping[str, str]) -> list[str]:
    """The keys of the lines whose voucher stands in a file's name (``银-001.jpg``); none if it is not clear which.

    `vouchers`: key → voucher number as written in the books. A voucher with several entries has several lines.
    """
    plain = _plain(name.rpartition(".")[0] or name)
    for is_meant in (_names_it, _names_its_number):
        found = {key: voucher for key, voucher in vouchers.items() if is_meant(plain, _parts(voucher))}
        if len({_parts(voucher) for voucher in found.values()}) == 1:
            return list(found)
        if found:
            return []
    return []


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _parts(voucher: str) -> tuple[str, str]:
    """A voucher's word and its number without zeros in front: ``银-001`` → (银, 1)."""
    match = re.match(r"(\D*?)[\W_字第号]*0*(\d+)[\D]*$", _plain(voucher).strip())
    return (re.sub(r"[\W_]", "", match[1]), match[2]) if match else (_plain(voucher), "")


def _names_it(plain: str, parts: tuple[str, str]) -> bool:
    """Do word and number stand in the name, one behind the other?"""
    word, number = parts
    if not word or not number:
        return False
    return re.search(rf"{re.escape(word)}[\W_字第号]*0*{number}(?!\d)", plain) is not None


def _names_its_number(plain: str, parts: tuple[str, str]) -> bool:
    """Is the number all that the name has of digits? A date or the camera's own count would mislead."""
    numbers = re.findall(r"\d+", plain)
    return len(numbers) == 1 and bool(parts[1]) and numbers[0].lstrip("0") == parts[1] and _is_bare(plain)


def _is_bare(plain: str) -> bool:
    """Nothing but the number, and words for what the paper is."""
    words = "|".join(re.escape(word) for words in _WORDS.values() for word in words)
    return re.fullmatch(rf"(?:{words}|[\W_\d凭证号第])*", plain) is not None
