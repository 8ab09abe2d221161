"""The page of one paper: seen by who may, covered by two clicks or four numbers, its original only to be saved."""

import io
from dataclasses import replace

import pytest
from flask import Flask
from PIL import Image

from portal import clock
from portal.config import Settings
from portal.evidence import queries, services
from portal.evidence.rules import Bearer, Document
from tests.disclosure import village
from tests.disclosure.village import AT, actor
from tests.evidence.samples import pdf, photo
from tests.pages import PageClient


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The demo's installation: nobody shows a second factor."""
    return replace(settings, demo=True)


@pytest.fixture(autouse=True)
def monday():  # type: ignore[no-untyped-def]
    with clock.stopped(AT):
        yield


@pytest.fixture
def built(app: Flask) -> Flask:
    with app.app_context():
        village.build()
        village.open_accounts()
    return app


def paper(app: Flask, body: bytes = b"", document: Document = Document.INVOICE) -> int:
    with app.app_context():
        bearer = Bearer(village.place().id, draft_id=1)
        return services.add(actor("bookkeeper"), bearer, "k", body or photo(), document, AT)


def signed_in(app: Flask, login: str) -> PageClient:
    client = PageClient(app)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.send("/sign-in", login=login, password=village.PASSWORD)
    return client


def masks(app: Flask, file_id: int) -> list[tuple[float, float, float, float]]:
    with app.app_context():
        return [(mask.left, mask.top, mask.width, mask.height) for mask in queries.masks(file_id)]


def test_the_page_shows_what_villagers_see_and_says_what_it_is(built: Flask) -> None:
    file_id = paper(built)
    client = signed_in(built, "bookkeeper")
    page = client.page(f"/desk/papers/{file_id}")
    assert (
        page.h1 == "Paper: invoice" and "seen by everybody" in page.text and "Cover what must not be seen" in page.text
    )
    done = client.send(f"/desk/papers/{file_id}", document="slip", sealed="yes")
    assert done.h1 == "Paper: white slip" and "Whoever opens it here is written down" in done.text
    assert client.send(f"/desk/papers/{file_id}", document="virus").h1 == "Paper: white slip"


def test_two_clicks_cover_a_part_without_any_script(built: Flask) -> None:
    file_id = paper(built)
    client = signed_in(built, "bookkeeper")
    address = f"/desk/papers/{file_id}"
    page = client.page(address)
    stage = next(field for field in page.all("input") if field.get("type") == "image")
    assert (stage.get("width"), stage.get("height")) == ("320", "240")
    token = page.field("csrf_token")
    first = client.post(f"{address}/point?page=1", data={"csrf_token": token, "point.x": "32", "point.y": "24"})
    page = client.page(first.location)
    assert "Now click the opposite corner" in page.text
    corner = {"x": page.field("x"), "y": page.field("y")}
    assert corner == {"x": "10.0", "y": "10.0"}
    client.post(f"{address}/point?page=1", data={"csrf_token": token, **corner, "point.x": "160", "point.y": "120"})
    assert masks(built, file_id) == [(10.0, 10.0, 40.0, 40.0)]
    page = client.page(address)
    link = next(f.get("action") or "" for f in page.all("form") if "/remove" in (f.get("action") or ""))
    client.post(link, data={"csrf_token": token})
    assert masks(built, file_id) == []


def test_a_larger_picture_is_measured_as_it_is_shown(built: Flask) -> None:
    file_id = paper(built, pdf(2))
    client = signed_in(built, "township")
    address = f"/desk/papers/{file_id}"
    page = client.page(f"{address}?wide=1&page=2")
    stage = next(field for field in page.all("input") if field.get("type") == "image")
    assert (stage.get("width"), stage.get("height")) == ("960", "1357")
    assert Image.open(io.BytesIO(client.get(stage.get("src") or "").data)).size == (1132, 1600)
    data = {"csrf_token": page.field("csrf_token"), "x": "0.0", "y": "0.0", "point.x": "480", "point.y": "1357"}
    client.post(f"{address}/point?page=2&wide=1", data=data)
    with built.app_context():
        (mask,) = queries.masks(file_id)
    assert (mask.page, mask.width, mask.height) == (2, 50.0, 100.0)


def test_four_numbers_do_the_same(built: Flask) -> None:
    file_id = paper(built)
    client = signed_in(built, "bookkeeper")
    fields = {"left": "5", "top": "12.5", "width": "30", "height": "10%"}
    data = {"csrf_token": client.page(f"/desk/papers/{file_id}").field("csrf_token"), **fields}
    client.post(f"/desk/papers/{file_id}/boxes?page=1", data=data)
    assert masks(built, file_id) == [(5.0, 12.5, 30.0, 10.0)]
    for wrong in ({"left": "x"}, {"left": "90"}, {"width": "-5"}, {"height": "0"}, {"top": "1e9"}):
        answer = client.post(f"/desk/papers/{file_id}/boxes?page=1", data={**data, **wrong}, follow_redirects=True)
        assert 'class="said error"' in answer.text
    for strange in ({"point.x": "²"}, {"point.x": "9" * 500, "point.y": "1"}, {}):
        answer = client.post(f"/desk/papers/{file_id}/point", data={"csrf_token": data["csrf_token"], **strange})
        assert answer.status_code == 302
    assert len(masks(built, file_id)) == 1


def test_the_original_is_saved_never_opened_and_that_is_written_down(built: Flask) -> None:
    file_id = paper(built)
    answer = signed_in(built, "committee").get(f"/desk/papers/{file_id}/original")
    assert answer.data == photo() and answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "image/jpeg" and answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "何秀兰: looked at" in signed_in(built, "head").page(f"/desk/papers/{file_id}").text


def test_who_may_see_a_paper_and_who_may_cover_it(built: Flask) -> None:
    file_id = paper(built)
    address = f"/desk/papers/{file_id}"
    assert PageClient(built).get(address).status_code == 302
    for login in ("otherhead", "admin"):
        client = signed_in(built, login)
        assert {client.get(f"{address}{what}").status_code for what in ("", "/copy", "/small.jpg", "/original")} == {
            403
        }
    head = signed_in(built, "head")
    assert "Cover what must not be seen" not in head.page(address).text
    assert head.get(f"{address}/pages/1.jpg").status_code == 403
    token = head.page("/desk/account").field("csrf_token")
    assert head.post(f"{address}/boxes", data={"csrf_token": token}).status_code == 403
    assert head.get("/desk/papers/999").status_code == 404


def test_the_same_paper_for_two_payments_is_a_question(built: Flask) -> None:
    file_id = paper(built)
    with built.app_context():
        bearer = Bearer(village.place().id, draft_id=2)
        services.add(actor("bookkeeper"), bearer, "another", photo(), Document.INVOICE, AT)
    assert "handed in more than once" in signed_in(built, "committee").page(f"/desk/papers/{file_id}").text


def test_what_could_not_be_prepared_is_tried_again_by_a_button(built: Flask) -> None:
    from portal.database import transaction
    from portal.evidence.models import EvidenceFile

    file_id = paper(built)
    with built.app_context(), transaction() as session:
        session.get_one(EvidenceFile, file_id).copy_digest = None
    client = signed_in(built, "bookkeeper")
    assert "still being prepared" in client.page(f"/desk/papers/{file_id}").text
    assert client.get(f"/desk/papers/{file_id}/copy").status_code == 404
    token = client.page(f"/desk/papers/{file_id}").field("csrf_token")
    client.post(f"/desk/papers/{file_id}/again", data={"csrf_token": token})
    assert client.get(f"/desk/papers/{file_id}/copy").status_code == 200
    assert client.post(f"/desk/papers/{file_id}/again", data={"csrf_token": token}).status_code == 404
