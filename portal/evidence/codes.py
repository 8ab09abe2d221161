"""Reads QR codes from photographs of a notice board: dim, oblique, grainy, far away. Help, and no proof."""

from collections.abc import Iterator
from time import process_time

import zxingcpp
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

SIDE = 3000
"""Pixels of the longer side that are looked at: a code of 3 cm on a sheet photographed from 2 m keeps its modules."""
SECONDS = 2.0
"""Of the processor, so long is looked for: somebody waits for the answer, and the photo is taken without it too."""
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_ANGLES = (15, -15, 30, -30, 45)  # zxing finds right angles by itself


def glance(picture: Image.Image) -> list[str]:
    """The texts of the codes found at first sight, as it is and stretched."""
    grey = picture.convert("L")
    return _found(grey) or _found(ImageOps.autocontrast(grey, cutoff=2))


def read(picture: Image.Image) -> list[str]:
    """The texts of the codes found, looking as is, then stretched, sharpened, in pieces, and turned, until some are, or
    until the time is up."""
    until = process_time() + SECONDS
    for variant in _variants(picture):
        found = _found(variant)
        if found or process_time() > until:
            return found
    return []


def _found(picture: Image.Image) -> list[str]:
    found = zxingcpp.read_barcodes(picture, formats=_QR, try_invert=False)  # on paper a code is dark on light
    return sorted({code.text for code in found})


def _variants(picture: Image.Image) -> Iterator[Image.Image]:
    grey = picture.convert("L")
    yield grey
    stretched = ImageOps.autocontrast(grey, cutoff=2)
    yield stretched
    for side in (1600, 1000):
        small = stretched.copy()
        small.thumbnail((side, side), Image.Resampling.BOX)  # averaging takes the grain away
        yield small
    smooth = stretched.filter(ImageFilter.MedianFilter(3))
    yield smooth
    yield ImageOps.equalize(smooth)
    yield ImageEnhance.Contrast(ImageOps.autocontrast(smooth.filter(ImageFilter.GaussianBlur(1.5)))).enhance(2.5)
    yield from _pieces(stretched)
    for angle in _ANGLES:
        yield stretched.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=128)


def _pieces(picture: Image.Image) -> Iterator[Image.Image]:
    """Overlapping quarters, each stretched by itself: one corner of a board lies in the shade."""
    width, height = picture.size
    for left in (0, width // 4, width // 2):
        for top in (0, height // 4, height // 2):
            piece = picture.crop((left, top, left + width // 2, top + height // 2))
            yield ImageOps.autocontrast(piece, cutoff=2)
