"""Photos of some of the demo's notices, drawn from their PDFs: one hung its days, one came down, one is asked for.

Where the typeface of paper is not installed there are no notices, and so no photos of them.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

import pypdfium2
from PIL import Image, ImageEnhance

from portal import clock, notices
from portal.accounts.rules import Actor
from portal.config import Settings
from portal.gazette import queries as gazette
from portal.gazette.queries import ItemView
from portal.hanging import queries, services
from portal.notices.typeface import WEIGHTS, font_file
from portal.places.queries import PlaceView
from portal.public import paper

SIZE = (1280, 960)
TAKEN_DOWN_AFTER, DAYS, HUNG_BEFORE = 5, 15, 6  # days; the last was hung up late, so that it hangs today


def hang(
    villages: list[PlaceView], keeper: Callable[[PlaceView, datetime], Actor], township: Actor, settings: Settings
) -> None:
    """Show the newest notices of the first villages, as far as their days have come; `keeper` of a village then."""
    if not all(font_file(settings.fonts, style).exists() for style in WEIGHTS):
        return
    for item in _newest(villages[0], 2):
        _show(keeper, villages[0], item, item.published_at, settings)
        _show(keeper, villages[0], item, item.published_at + timedelta(days=DAYS), settings)
    for village in villages[1:2]:
        for item in _newest(village, 1):
            _show(keeper, village, item, item.published_at, settings)
            _take_down(township, item)
    for village in villages[2:3]:
        for item in _newest(village, 1):
            yesterday, late = clock.now() - timedelta(days=1), clock.now() - timedelta(days=HUNG_BEFORE)
            _show(keeper, village, item, max(item.published_at, late), settings)
            if item.published_at <= yesterday:
                services.say_missing(village, item.number, 0, yesterday)


def _newest(village: PlaceView, count: int) -> list[ItemView]:
    """The notices published last of which there is something to tell already."""
    before = clock.now() - timedelta(days=HUNG_BEFORE)
    found = [one for one in gazette.items_of(village.id) if queries.hangs_at_all(one) and one.published_at <= before]
    return sorted(found, key=lambda item: -item.number)[:count]


def _take_down(township: Actor, item: ItemView) -> None:
    at = item.published_at + timedelta(days=TAKEN_DOWN_AFTER)
    if at <= clock.now():
        services.say_gone(township, item.number, at)


def _show(
    keeper: Callable[[PlaceView, datetime], Actor],
    village: PlaceView,
    item: ItemView,
    at: datetime,
    settings: Settings,
) -> None:
    if at <= clock.now():
        with clock.stopped(at):
            body = photo(item.number, settings, seed=f"{item.number} {at:%j}")
            services.show(keeper(village, at), village, item.number, body, at)


def photo(number: int, settings: Settings, seed: str) -> bytes:
    """A notice on a wooden board, held a little askew."""
    chance = random.Random(seed)
    width, height = SIZE
    sheet = _sheet(number, settings)
    sheet.thumbnail((width, height * 9 // 10))
    board = Image.new("RGB", SIZE, (132 + chance.randrange(20), 98, 66))
    board.paste(sheet, ((width - sheet.width) // 2, (height - sheet.height) // 2))
    lean = [chance.uniform(0.01, 0.06) for _ in range(4)]
    quad = (
        *(-lean[0] * width, lean[1] * height),
        *(lean[2] * width, height * (1 + lean[1])),
        *(width * (1 + lean[3]), height * (1 - lean[0])),
        *(width * (1 - lean[2]), -lean[3] * height),
    )
    seen = board.transform(SIZE, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor=(70, 60, 50))
    out = BytesIO()
    ImageEnhance.Brightness(seen).enhance(chance.uniform(0.75, 1)).save(out, "JPEG", quality=80)
    return out.getvalue()


def _sheet(number: int, settings: Settings) -> Image.Image:
    out = BytesIO()
    notices.draw(paper.notice_of(number, settings), out, size="A4", language="zh", fonts=settings.fonts)
    document = pypdfium2.PdfDocument(out.getvalue())
    try:
        page: Image.Image = document[0].render(scale=1.6).to_pil().convert("RGB")
    finally:
        document.close()
    return page
