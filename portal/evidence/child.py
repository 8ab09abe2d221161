"""Opens one picture or PDF after another in a process of its own, under limits: the child's side of the copier.

Nothing of a file's own bytes reaches a copy: pictures are decoded and encoded anew, pages of a PDF are drawn and the
drawings bound into a new PDF. So a copy carries no place, no script, no attachment, and nothing lies under a black box.
"""

import ctypes
import gc
import warnings
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageOps

from portal.evidence import formats
from portal.evidence.formats import PDF
from portal.evidence.requests import LONG_SIDE, SMALL_SIDE, Copies, Mask, Photo, Request
from portal.sandbox import Progress, Refusal, serve

QUALITY, PAGE_QUALITY, SMALL_QUALITY = 82, 75, 70  # of JPEG
_ALIVE: list[Any] = []  # what the PDF library keeps a pointer to


def main() -> None:
    """Answer until the parent is done."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    serve(_answer)


def _answer(request: Request, progress: Progress) -> Any:
    try:
        return _JOBS[request.job](request, progress)
    finally:
        gc.collect()  # a picture of 50 million pixels must be gone before the next one comes


def _copies(request: Request, progress: Progress) -> Copies:
    kind = formats.kind_of(request.data)
    if kind == PDF:
        return _pdf_copies(request, progress)
    return _copies_of(_picture(request.data, kind, request.pixels, request.side), kind, request.masks)


def _copies_of(picture: Image.Image, kind: str, masks: Sequence[Mask] = ()) -> Copies:
    _cover(picture, masks, 1)
    return Copies(kind, 1, (picture.size,), _jpeg(picture, QUALITY), _small(picture))


def _page(request: Request, _progress: Progress) -> bytes:
    """One page as a JPEG, without boxes: where boxes are drawn."""
    kind = formats.kind_of(request.data)
    if kind != PDF:
        return _jpeg(_picture(request.data, kind, request.pixels), QUALITY)
    with _Document(request) as document:
        return _jpeg(document.drawn(min(request.page, len(document)) - 1), QUALITY)


def _photo(request: Request, _progress: Progress) -> Photo:
    """A photo of a board: looked at coarsely first, for most codes are large in it, and in full if none was found."""
    from portal.evidence import codes  # here: its library is needed for photos of boards alone

    kind = formats.kind_of(request.data)
    if kind == PDF:
        raise Refusal(formats.NO_PHOTO)
    picture = _picture(request.data, kind, request.pixels, LONG_SIDE, is_rough=True)
    found = codes.glance(picture) or codes.read(_picture(request.data, kind, request.pixels, codes.SIDE))
    picture.thumbnail((request.side, request.side), Image.Resampling.HAMMING, reducing_gap=1.1)
    return Photo(_copies_of(picture, kind), tuple(found))


_JOBS = {"copies": _copies, "page": _page, "photo": _photo}

# ---------------------------------------------------------------- pictures


def _picture(data: bytes, kind: str, pixels: int, side: int = LONG_SIDE, is_rough: bool = False) -> Image.Image:
    """The picture upright, in RGB, its longer side at most `side`; Refusal if it cannot be read to its end. A rough one
    is larger where that costs less: a JPEG as it comes at the half or a quarter."""
    Image.MAX_IMAGE_PIXELS = pixels
    try:
        with Image.open(BytesIO(data), formats=[_reader(kind)]) as opened:
            opened.draft("RGB", _at_least(opened.size, side))  # a JPEG is decoded at half or a quarter, if that will do
            upright = ImageOps.exif_transpose(opened)
            return _plain(upright, max(upright.size) if is_rough and max(upright.size) < 2 * side else side)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refusal(formats.TOO_MANY_PIXELS, most=max(1, pixels // 1_000_000)) from error
    except MemoryError:
        raise
    except Exception as error:  # Pillow's readers fail in many ways on what was made to harm them
        raise Refusal(formats.DAMAGED) from error


def _reader(kind: str) -> str:
    """What Pillow calls a kind."""
    if kind != formats.HEIC:
        return kind.upper()
    import pi_heif  # here: it is needed for photos of some telephones alone

    pi_heif.register_heif_opener()
    return "HEIF"


def _at_least(size: tuple[int, int], side: int) -> tuple[int, int]:
    share = min(1, side / max(size))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _plain(picture: Image.Image, side: int) -> Image.Image:
    """A new picture with the same dots and nothing else; what shows through is white."""
    if picture.mode not in ("RGB", "L", "RGBA"):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    plain = Image.new("RGB", picture.size, "white" if alpha else None)
    plain.paste(picture, mask=alpha)
    return plain


def _cover(picture: Image.Image, masks: Sequence[Mask], page: int) -> None:
    """Paint the boxes of a page, rounded outwards."""
    draw = ImageDraw.Draw(picture)
    width, height = picture.size
    for mask in masks:
        if mask.page == page:
            right, bottom = mask.left + mask.width, mask.top + mask.height
            corner = mask.left * width // 1000, mask.top * height // 1000
            draw.rectangle((*corner, -(-right * width // 1000), -(-bottom * height // 1000)), fill="black")


def _small(picture: Image.Image) -> bytes:
    small = picture.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE), Image.Resampling.LANCZOS)
    return _jpeg(small, SMALL_QUALITY)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    picture.info.clear()  # a comment in it would be written along
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


# ---------------------------------------------------------------- PDF


class _Document:
    """A PDF that is only ever drawn."""

    def __init__(self, request: Request) -> None:
        self._library = _pdf_library(request.fonts)
        try:
            self._document = self._library.PdfDocument(request.data)
        except self._library.PdfiumError as error:
            raise Refusal(formats.PDF_LOCKED if "assword" in str(error) else formats.PDF_DAMAGED) from error
        if self._library.raw.FPDF_GetSecurityHandlerRevision(self._document) != -1:
            raise Refusal(formats.PDF_LOCKED)
        if len(self._document) == 0:
            raise Refusal(formats.PDF_EMPTY)
        if len(self._document) > request.pages:
            raise Refusal(formats.PDF_PAGES, pages=len(self._document), most=request.pages)

    def __enter__(self) -> "_Document":
        return self

    def __exit__(self, *_error: object) -> None:
        self._document.close()

    def __len__(self) -> int:
        return len(self._document)

    def drawn(self, index: int) -> Image.Image:
        """A page as a picture, with what is stamped on it."""
        try:
            page = self._document[index]
            scale = LONG_SIDE / max(*page.get_size(), 1)
            picture: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
            page.close()
        except self._library.PdfiumError as error:
            raise Refusal(formats.PDF_DAMAGED) from error
        return picture


def _pdf_library(fonts: str) -> Any:
    """The library, told where the typeface for unembedded letters lies: many invoices count on the reader's own."""
    import pypdfium2  # here: pictures do without it

    if not _ALIVE:
        raw = pypdfium2.raw
        paths = (ctypes.POINTER(ctypes.c_char) * 2)()
        folder = ctypes.create_string_buffer(fonts.encode())
        paths[0] = ctypes.cast(folder, ctypes.POINTER(ctypes.c_char))
        _ALIVE.extend((paths, folder))
        raw.FPDF_DestroyLibrary()
        raw.FPDF_InitLibraryWithConfig(raw.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=paths))
    return pypdfium2


def _pdf_copies(request: Request, progress: Progress) -> Copies:
    with _Document(request) as document:
        pages = len(document)
        if pages > request.at_once:
            return Copies(PDF, pages, (), None, None)
        found: list[tuple[tuple[int, int], bytes]] = []
        small = b""
        for index in range(pages):
            picture = document.drawn(index)
            _cover(picture, request.masks, index + 1)
            small = small or _small(picture)
            found.append((picture.size, _jpeg(picture, PAGE_QUALITY)))
            progress((index + 1) / pages)
        return Copies(PDF, pages, tuple(size for size, _jpeg in found), bound(found), small)


A4_LONG = 841.89  # points


def bound(pictures: Sequence[tuple[tuple[int, int], bytes]]) -> bytes:
    """JPEGs as the pages of a new PDF with nothing else in it; the same pictures give the same bytes."""
    out = BytesIO(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    out.seek(0, 2)
    starts = []
    for body in _objects(pictures):
        starts.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (len(starts), body))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(starts) + 1))
    out.writelines(b"%010d 00000 n \n" % start for start in starts)
    out.write(b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(starts) + 1, table))
    return out.getvalue()


def _objects(pictures: Sequence[tuple[tuple[int, int], bytes]]) -> Iterator[bytes]:
    """Catalogue, list of pages, then of each page the page, what it draws, and its picture."""
    kids = b" ".join(b"%d 0 R" % (3 + 3 * n) for n in range(len(pictures)))
    yield b"<</Type/Catalog/Pages 2 0 R>>"
    yield b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pictures), kids)
    for n, ((width, height), jpeg) in enumerate(pictures):
        scale = A4_LONG / max(width, height)
        across, down = b"%.2f" % (width * scale), b"%.2f" % (height * scale)
        draws = b"q %s 0 0 %s 0 0 cm /P Do Q" % (across, down)
        yield (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %s %s]/Contents %d 0 R/Resources<</XObject<</P %d 0 R>>>>>>"
            % (across, down, 4 + 3 * n, 5 + 3 * n)
        )
        yield b"<</Length %d>>stream\n%s\nendstream" % (len(draws), draws)
        yield (
            b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8"
            b"/Filter/DCTDecode/Length %d>>stream\n%s\nendstream" % (width, height, len(jpeg), jpeg)
        )


if __name__ == "__main__":
    main()
