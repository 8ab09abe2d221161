"""Papers in a real Chromium: photos made small and sent one by one, boxes drawn, and the same without any script."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from portal import clock
from portal.config import Settings
from portal.evidence import queries, services
from portal.evidence.rules import Bearer, Document
from tests.conftest import serving
from tests.disclosure import village
from tests.disclosure.village import AT, actor
from tests.evidence.samples import photo
from tests.journeys.people import sign_in

pytestmark = pytest.mark.browser
PHOTOS = [
    {"name": f"{voucher}.jpg", "mimeType": "image/jpeg", "buffer": photo(n, (2600, 1950))}
    for n, voucher in enumerate(("银-001", "现-001"))
]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, demo=True)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """A draft of four lines that waits for signatures, served."""
    with clock.stopped(AT):
        with app.app_context():
            village.waiting()
        with serving(app) as base:
            yield base


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def has_script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def page(chromium: Any, address: str, has_script: bool) -> Iterator[Any]:
    """The bookkeeper's telephone, signed in."""
    window = chromium.new_context(
        viewport={"width": 360, "height": 740}, locale="en", base_url=address, java_script_enabled=has_script
    )
    window.set_default_timeout(15_000)
    found = window.new_page()
    sign_in(found, address, "bookkeeper")
    yield found
    window.close()


def bearer() -> Bearer:
    return Bearer(village.place().id, draft_id=1)


def test_photos_arrive_whatever_happens_on_the_way(app: Flask, page: Any, has_script: bool) -> None:
    posts: list[str] = []

    def answer(route: Any) -> None:
        if route.request.method == "POST":
            posts.append(route.request.url)
        if route.request.method == "POST" and has_script and len(posts) == 1:
            route.fulfill(status=503, content_type="text/html", body="<h1>Later</h1>")
        else:
            route.continue_()

    page.route("**/desk/drafts/1/papers", answer)
    page.goto("/desk/drafts/1/papers")
    page.set_input_files("#files", PHOTOS)
    page.click("form.send button")
    if has_script:
        page.get_by_text("The photos are kept here").wait_for()
        page.goto("/desk/")  # the telephone is put away, the page opened again later
        page.goto("/desk/drafts/1/papers")
    page.get_by_text("2 of 4 lines have their papers").wait_for()
    assert len(posts) == (3 if has_script else 1), "one by one, the first one twice"
    with app.app_context():
        found = [one.file for one in queries.papers(bearer())]
        bodies = [services.look(actor("bookkeeper"), file.id, "original", AT) for file in found]
    sizes = {Image.open(io.BytesIO(body)).size for body in bodies}
    assert len(bodies) == 2 and sizes == {(2000, 1500) if has_script else (2600, 1950)}


@pytest.mark.parametrize("has_script", [True], ids=["script"], indirect=True)
def test_what_is_refused_is_never_said_to_be_sent_and_a_photo_is_taken_once(app: Flask, page: Any) -> None:
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.goto("/desk/drafts/1/papers/1")
    page.set_input_files("#camera", [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"<html><p>no photo</p>"}])
    page.click("form.send button.main")  # it went off by itself when it was chosen
    page.locator(".queue li").wait_for()
    assert "Taken: 0 of 1." in page.inner_text(".queue") and "All are sent" not in page.inner_text("main")
    page.click("form.send button.main")
    assert "a.jpg" in page.inner_text(".queue li") and len(posts) == 1, "why it was refused stays"
    page.set_input_files("#camera", PHOTOS[:1])
    page.click("form.send button.main")
    page.locator("ul.papers li").first.wait_for()
    assert len(posts) == 2
    with app.app_context():
        assert len(queries.papers(bearer())) == 1


def test_a_box_is_drawn_clicked_or_typed(app: Flask, page: Any, has_script: bool) -> None:
    with app.app_context():
        file_id = services.add(actor("bookkeeper"), bearer(), "k", photo(), Document.INVOICE, AT)
        services.make_copies(actor("bookkeeper"), file_id)
    page.goto(f"/desk/papers/{file_id}")
    picture = page.locator(".stage input[type=image]")
    picture.scroll_into_view_if_needed()
    if has_script:
        edges = picture.bounding_box()
        corners = [(edges["x"] + edges["width"] * share, edges["y"] + edges["height"] * share) for share in (0.1, 0.5)]
        page.mouse.move(*corners[0])
        page.mouse.down()
        page.mouse.move(*corners[1], steps=5)
        page.mouse.up()
        assert page.input_value("[name=width]") == "40.0"
        assert page.evaluate("document.activeElement.textContent") == page.inner_text(".numbers button")
        page.keyboard.press("Enter")
    else:
        for x, y in ((32, 24), (160, 120)):
            picture.click(position={"x": x, "y": y})
    page.locator("#cover ~ ul.files li, section:has(#cover) ul.files li").first.wait_for()
    page.focus("[name=left]")
    for number in ("60", "60", "20", "10"):
        page.keyboard.type(number)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the button comes next
    page.locator("section:has(#cover) ul.files li").nth(1).wait_for()
    with app.app_context():
        boxes = [(mask.left, mask.top, mask.width, mask.height) for mask in queries.masks(file_id)]
    drawn, typed = boxes
    assert all(abs(value - wanted) < 1 for value, wanted in zip(drawn, (10, 10, 40, 40), strict=True))
    assert typed == (60, 60, 20, 10)
