"""Photos of real notices on an invented board: the PDF drawn into a picture, held askew, in bad light, badly kept."""

import io
import random

import pypdfium2
from flask import Flask
from PIL import Image, ImageChops, ImageEnhance, ImageFilter

from portal import notices
from portal.config import Settings
from portal.public import paper
from tests.evidence.samples import PLACE_OF_THE_PHOTO

SIZE = (2016, 1512)


def sheet(app: Flask, number: int) -> Image.Image:
    """The first page of a notice as it comes out of the printer, 150 dots an inch; inside the app's context."""
    settings: Settings = app.config["SETTINGS"]
    out = io.BytesIO()
    notices.draw(paper.notice_of(number, settings), out, size="A4", language="zh", fonts=settings.fonts)
    document = pypdfium2.PdfDocument(out.getvalue())
    try:
        return document[0].render(scale=150 / 72).to_pil().convert("RGB")
    finally:
        document.close()


def on_a_board(page: Image.Image, seed: int = 0, share: float = 0.9) -> Image.Image:
    """The sheet on a wooden board, seen from below and from the left; `share` of the picture's height."""
    width, height = SIZE
    board = Image.new("RGB", SIZE, (126, 92, 60))
    tall = int(height * share)
    wide = tall * page.width // page.height
    left, top = (width - wide) // 2, (height - tall) // 2
    page = page.resize((wide, tall), Image.Resampling.LANCZOS)
    board.paste(page, (left, top))
    chance = random.Random(seed)
    shift = [chance.uniform(0.02, 0.09) for _ in range(4)]
    # where the corners of the picture lie on the flat board: further out on the right, turned a little
    quad = (
        *(-shift[0] * width, shift[1] * height),
        *(shift[2] * width, height * (1 + shift[1])),
        *(width * (1 + shift[3]), height * (1 - shift[0])),
        *(width * (1 - shift[2]), -shift[3] * height),
    )
    return board.transform(SIZE, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor=(60, 50, 40))


def badly_taken(picture: Image.Image, light: float = 0.35, blur: float = 1.0, grain: float = 18) -> Image.Image:
    """In the evening, with a trembling hand and a cheap camera."""
    picture = ImageEnhance.Brightness(picture.filter(ImageFilter.GaussianBlur(blur))).enhance(light)
    noise = Image.merge("RGB", [Image.effect_noise(picture.size, grain) for _ in range(3)])
    return ImageChops.add(picture, noise, 1, -128)


def taken(picture: Image.Image, quality: int = 60) -> bytes:
    """As the telephone stores it: a JPEG that says who made it and where."""
    exif = Image.Exif()
    exif[0x010F] = "InventedPhone"
    exif._ifds[0x8825] = dict(PLACE_OF_THE_PHOTO)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


def photo(app: Flask, number: int, seed: int = 0) -> bytes:
    """A photo of notice `number` as it hangs, in daylight; `seed` tells one from the next."""
    return taken(on_a_board(sheet(app, number), seed), quality=85)


def side_by_side(app: Flask, *numbers: int) -> bytes:
    """One photo of several sheets."""
    board = Image.new("RGB", (1000 * len(numbers), 1400), "grey")
    for n, number in enumerate(numbers):
        board.paste(sheet(app, number).resize((960, 1358)), (n * 1000, 20))
    return taken(board, 85)


def of_a_wall(seed: int = 0) -> bytes:
    """A photo without any notice."""
    chance = random.Random(seed)
    color = (90 + chance.randrange(60), 110, 120)
    return taken(badly_taken(Image.new("RGB", (1200, 900), color), light=0.8), quality=80)
