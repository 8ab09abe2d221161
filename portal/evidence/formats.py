"""What a file is by its content, whatever its name says; and the sentences for what is not taken. Pure and quick."""

from portal.sandbox import Refusal
from portal.text import N_

JPEG, PNG, WEBP, HEIC, PDF = "jpeg", "png", "webp", "heic", "pdf"
EXTENSIONS = {JPEG: "jpg", PNG: "png", WEBP: "webp", HEIC: "heic", PDF: "pdf"}
MIME = {
    "jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "heic": "image/heic", "pdf": "application/pdf",
}  # fmt: skip

EMPTY = N_("The file is empty. Take the picture again, or choose another file.")
AVIF = N_("This is an AVIF picture or a moving one, which cannot be taken. Save it as JPEG, and send it again.")
MARKUP = N_("This is a web page or a drawing written as text (HTML, SVG). Take a photo of the paper, or send a PDF.")
ZIPPED = N_("This is a packed file, no picture. A zip of pictures goes into the field for many papers at once.")
OTHER = N_("This is no picture and no PDF. Send JPEG, PNG, WebP or PDF.")
NO_PHOTO = N_("This is a PDF. Take a photo of the notice as it hangs on the board.")
DAMAGED = N_("The picture is damaged or was not transferred completely. Send it again.")
TOO_MANY_PIXELS = N_("The picture has more than %(most)s million pixels. Make it smaller and send it again.")
PDF_DAMAGED = N_("The PDF is damaged or was not transferred completely. Save it again, or send photos of its pages.")
PDF_LOCKED = N_("The PDF is protected with a password. Save it without one, or send photos of its pages.")
PDF_EMPTY = N_("The PDF has no pages. Send the paper itself.")
PDF_PAGES = N_("The PDF has %(pages)s pages; at most %(most)s are taken. Send the pages that matter.")

_HEAD = 64  # bytes in which every kind of file shows itself
_STILL = (b"heic", b"heix", b"mif1")  # of what telephones call HEIC
_BOXED = (b"heim", b"heis", b"hevc", b"hevx", b"msf1", b"avif", b"avis")


def kind_of(data: bytes) -> str:
    """``jpeg``, ``png``, ``webp``, ``heic`` or ``pdf``; Refusal with what to do instead for anything else."""
    head = bytes(data[:_HEAD])
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _STILL and not _is_avif(head):
        return HEIC
    if head.startswith(b"%PDF-"):
        return PDF
    raise Refusal(_objection(head))


def is_zip(data: bytes) -> bool:
    """Does it begin as a zip does?"""
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def _is_avif(head: bytes) -> bool:
    """A picture whose first brand says nothing of its coding names it among the others."""
    return b"avif" in head[16 : int.from_bytes(head[:4])]


def _objection(head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.strip(b"\0"):
        return EMPTY
    if head[4:8] == b"ftyp" and (head[8:12] in _BOXED or _is_avif(head)):
        return AVIF
    if text[:1] == b"<" or head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return MARKUP
    return ZIPPED if is_zip(head) else OTHER
