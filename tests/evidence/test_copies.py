"""Copies show what the paper shows and carry nothing else; hostile files are refused with a sentence."""

import io
import re
from pathlib import Path

import pypdf
import pytest
from PIL import Image

from portal.config import ROOT
from portal.errors import Invalid
from portal.evidence import copies, formats
from portal.evidence.copies import Copier, Limits
from portal.evidence.requests import Copies, Mask
from tests.evidence import samples

FONTS = ROOT / "instance" / "fonts"


@pytest.fixture(scope="module")
def copier(fonts: Path):  # type: ignore[no-untyped-def]
    with Copier(fonts) as copier:
        yield copier


def refused(copier: Copier, data: bytes) -> str:
    with pytest.raises(Invalid) as error:
        copier.copies(data)
    return error.value.message.id


def opened(data: bytes | None) -> Image.Image:
    assert data
    return Image.open(io.BytesIO(data))


def is_red(color: object) -> bool:
    red, green, blue = color  # type: ignore[misc]
    return red > 200 and green < 60 and blue < 60


def is_black(color: object) -> bool:
    return max(color) < 40  # type: ignore[call-overload]


def test_a_photo_loses_its_place_maker_and_comment_and_stands_upright(copier: Copier) -> None:
    data = samples.photo(size=(800, 600), orientation=6)
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825), "the sample has a place to lose"
    made = copier.copies(data)
    copy = opened(made.copy)
    assert (made.kind, made.pages, copy.size, made.sizes) == ("jpeg", 1, (600, 800), ((600, 800),))
    assert is_red(copy.getpixel((590, 10))), "orientation 6: the upper left corner goes to the upper right"
    assert set(copy.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not copy.getexif()
    for bytes_ in (made.copy, made.small):
        assert bytes_ and not re.search(rb"script|InventedPhone|Exif", bytes_)
    assert max(opened(made.small).size) == 320


def test_a_large_picture_becomes_1600_pixels_and_a_small_one_stays(copier: Copier) -> None:
    assert opened(copier.copies(samples.photo(size=(4000, 3000))).copy).size == (1600, 1200)
    assert opened(copier.copies(samples.photo(size=(300, 200))).copy).size == (300, 200)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_png_and_webp_become_jpeg_on_white(copier: Copier, kind: str) -> None:
    picture = samples.drawing().convert("RGBA")
    picture.putalpha(Image.new("L", picture.size, 0))
    made = copier.copies(samples.saved(picture, kind))
    copy = opened(made.copy)
    assert (made.kind, copy.format, copy.getpixel((5, 5))) == (kind.lower(), "JPEG", (255, 255, 255))


def test_a_heic_of_a_telephone_is_taken_and_loses_its_place(copier: Copier, fonts: Path) -> None:
    assert b"InventedPhone" in samples.HEIC
    made = copier.copies(samples.HEIC)
    copy = opened(made.copy)
    assert (made.kind, copy.format, copy.size) == ("heic", "JPEG", (160, 120))
    assert is_red(copy.getpixel((5, 5))) and not copy.getexif()
    assert made.copy and b"InventedPhone" not in made.copy
    with Copier(fonts, Limits(megapixels=0)) as strict:
        assert refused(strict, samples.HEIC) == formats.TOO_MANY_PIXELS


def test_pictures_of_other_modes_are_read_too(copier: Copier) -> None:
    for mode, kind in (("CMYK", "JPEG"), ("L", "JPEG"), ("P", "PNG"), ("1", "PNG"), ("I;16", "PNG")):
        picture = samples.drawing().convert("L").convert("I;16") if mode == "I;16" else samples.drawing().convert(mode)
        assert opened(copier.copies(samples.saved(picture, kind)).copy).mode == "RGB"


def test_a_black_box_is_part_of_the_copy_and_of_the_small_one(copier: Copier) -> None:
    made = copier.copies(samples.photo(), [Mask(1, 0, 0, 250, 250)])
    assert is_black(opened(made.copy).getpixel((195, 145)))
    assert is_black(opened(made.small).getpixel((5, 5)))
    assert not is_black(opened(made.copy).getpixel((230, 145)))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (samples.SVG, formats.MARKUP), (samples.HTML, formats.MARKUP), ("<svg/>".encode("utf-16"), formats.MARKUP),
        (samples.AVIF, formats.AVIF), (samples.HEIC[:500], formats.DAMAGED),
        (b"GIF89a" + bytes(50), formats.OTHER), (b"MZ" + bytes(50), formats.OTHER),
        (samples.packed({"a.jpg": b"x"}), formats.ZIPPED), (b"", formats.EMPTY), (bytes(1000), formats.EMPTY),
        (samples.bomb(), formats.TOO_MANY_PIXELS), (samples.photo()[:3000], formats.DAMAGED),
        (b"\xff\xd8\xff" + bytes(500), formats.DAMAGED), (b"\x89PNG\r\n\x1a\n" + bytes(500), formats.DAMAGED),
        (samples.locked_pdf("user"), formats.PDF_LOCKED), (samples.locked_pdf(), formats.PDF_LOCKED),
        (samples.pdf(101), formats.PDF_PAGES), (samples.pdf()[:400], formats.PDF_DAMAGED),
        (b"%PDF-1.7 and nothing", formats.PDF_DAMAGED),
    ],
)  # fmt: skip
def test_what_is_not_taken_is_refused_with_what_to_do(copier: Copier, data: bytes, sentence: str) -> None:
    assert refused(copier, data) == sentence


def test_a_file_is_too_large_before_anybody_opens_it(fonts: Path) -> None:
    with Copier(fonts, Limits(megabytes=1)) as copier:
        assert refused(copier, samples.photo() + bytes(1_100_000)) == copies.TOO_LARGE


def test_the_limit_of_pixels_is_a_setting(fonts: Path) -> None:
    with Copier(fonts, Limits(megapixels=1)) as copier:
        assert refused(copier, samples.photo(size=(2000, 1000))) == formats.TOO_MANY_PIXELS


def test_a_child_that_needs_too_much_memory_is_ended_and_the_next_file_is_read(fonts: Path) -> None:
    large = samples.saved(Image.new("RGB", (6000, 6000)), "PNG")
    with Copier(fonts, memory=60 * copies.MEGABYTE) as copier:
        assert refused(copier, large) == copies.TOO_GREEDY
        assert copier.copies(samples.photo()).copy


def test_a_child_that_takes_too_long_is_ended(fonts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "SECONDS", 0.01)
    with Copier(fonts) as copier:
        assert refused(copier, samples.photo()) == copies.TOO_SLOW
        monkeypatch.setattr(copies, "SECONDS", 30.0)
        assert copier.copies(samples.photo()).copy


@pytest.mark.parametrize(
    "behind", [samples.packed({"Evil.class": b"\xca\xfe\xba\xbe" * 50}), samples.HTML, samples.SVG]
)
def test_what_hangs_behind_or_within_a_picture_does_not_reach_its_copy(copier: Copier, behind: bytes) -> None:
    made = copier.copies(samples.photo() + behind)
    assert made.copy and behind[:10] not in made.copy and b"PK\x03\x04" not in made.copy
    assert made.copy.endswith(b"\xff\xd9")


def test_a_pdf_that_is_a_zip_too_is_only_drawn(copier: Copier) -> None:
    made = copier.copies(samples.pdf() + samples.packed({"evil.jar": b"evil" * 100}))
    assert made.copy and b"PK\x03\x04" not in made.copy and b"evil" not in made.copy


FORBIDDEN = (
    *(b"JavaScript", b"/JS", b"/AA", b"OpenAction", b"Launch", b"EmbeddedFile", b"/Names", b"/URI", b"/Annots"),
    *(b"AcroForm", b"Metadata", b"/Info", b"/Author", b"author", b"virus", b"calc.exe", b"tracker", b"scanner"),
)


def test_a_pdf_loses_scripts_actions_attachments_links_and_author(copier: Copier) -> None:
    wicked = samples.wicked_pdf()
    assert all(word in wicked for word in (b"JavaScript", b"OpenAction", b"Launch", b"EmbeddedFile", b"/AA", b"/URI"))
    made = copier.copies(wicked)
    assert made.copy
    assert [word for word in FORBIDDEN if word in made.copy] == []
    reader = pypdf.PdfReader(io.BytesIO(made.copy), strict=True)
    assert len(reader.pages) == made.pages == 2
    assert set(reader.root_object) == {"/Type", "/Pages"}
    assert set(reader.pages[0]) == {"/Type", "/Parent", "/MediaBox", "/Contents", "/Resources"}
    assert reader.pages[0].images[0].image


def pages_of(data: bytes | None) -> list[pypdf.PageObject]:
    return list(pypdf.PdfReader(io.BytesIO(data or b"")).pages)


def inked(picture: Image.Image | None) -> int:
    """How many dots are dark."""
    assert picture
    return sum(picture.convert("L").histogram()[:100])


def test_letters_that_a_pdf_does_not_bring_are_drawn_with_the_typeface_of_the_portal(copier: Copier) -> None:
    made = copier.copies(samples.pdf(words="发票金额壹佰元整"))
    assert inked(opened(made.small)) > 300
    assert pages_of(made.copy)[0].images[0].image.size == made.sizes[0] == (1132, 1600)


def test_under_the_black_box_of_a_pdf_lies_nothing(copier: Copier) -> None:
    whole, covered = copier.copies(samples.pdf(2)), copier.copies(samples.pdf(2), [Mask(2, 0, 0, 1000, 1000)])
    first, second = pages_of(covered.copy)
    assert second.images[0].image and second.images[0].image.convert("L").getextrema()[1] < 40
    assert inked(first.images[0].image) == inked(
        pypdf.PdfReader(io.BytesIO(whole.copy or b"")).pages[0].images[0].image
    )
    assert second.extract_text() == ""


def test_a_long_pdf_is_left_to_the_worker(copier: Copier) -> None:
    assert copier.copies(samples.pdf(7), at_once=5) == Copies("pdf", 7, (), None, None)
    assert copier.copies(samples.pdf(5), at_once=5).copy


def test_the_same_file_gives_the_same_copy(copier: Copier) -> None:
    assert copier.copies(samples.pdf(2)) == copier.copies(samples.pdf(2))
    assert copier.copies(samples.photo()) == copier.copies(samples.photo())


def test_a_page_is_shown_without_its_boxes(copier: Copier) -> None:
    assert opened(copier.page(samples.pdf(3), 2)).size == (1132, 1600)
    assert is_red(opened(copier.page(samples.photo(), 1)).getpixel((10, 10)))
