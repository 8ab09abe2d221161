"""The pages of papers: photographed line by line, many at once, seen by signers, following the draft to its item."""

import io
from dataclasses import replace

import pytest
from flask import Flask

from portal import clock
from portal.config import Settings
from portal.disclosure import queries as disclosure
from portal.disclosure import services
from portal.evidence import installation, preparing, queries
from portal.evidence.rules import Bearer, Document
from portal.jobs.services import HANDLERS, run_due
from tests.disclosure import village
from tests.disclosure.village import AT, actor
from tests.evidence.samples import SVG, bomb, packed, pdf, photo
from tests.pages import PageClient


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The demo's installation: nobody shows a second factor."""
    return replace(settings, demo=True)


@pytest.fixture
def draft_id(app: Flask):  # type: ignore[no-untyped-def]
    """A draft of four lines that waits for signatures."""
    with clock.stopped(AT):
        with app.app_context():
            made = village.waiting()
        yield made


def signed_in(app: Flask, login: str) -> PageClient:
    client = PageClient(app)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.send("/sign-in", login=login, password=village.PASSWORD)
    return client


def sent(client: PageClient, page: str, *files: tuple[str, bytes], json: bool = False, **fields: str):  # type: ignore[no-untyped-def]
    found = client.page(page)
    keys = {"key": found.field("key")} if 'name="key" value' in found.html else {}
    data = {"csrf_token": found.field("csrf_token"), "document": "invoice", **keys, **fields}
    data["files"] = [(io.BytesIO(body), name) for name, body in files]  # type: ignore[assignment]
    headers = {"Accept": "application/json"} if json else {}
    return client.post(page, data=data, headers=headers, follow_redirects=not json)


def work() -> None:
    run_due({preparing.PREPARE: HANDLERS[preparing.PREPARE]})


def test_a_photo_of_a_line_is_at_its_line_and_the_next_one_is_offered(app: Flask, draft_id: int) -> None:
    client = signed_in(app, "bookkeeper")
    assert client.page(f"/desk/drafts/{draft_id}").link("0 of 4") == f"/desk/drafts/{draft_id}/papers"
    assert client.page(f"/desk/drafts/{draft_id}/papers").link("Photograph") == f"/desk/drafts/{draft_id}/papers/1"
    answer = sent(client, f"/desk/drafts/{draft_id}/papers/1", ("IMG_1.jpg", photo()))
    assert "The paper is at its line" in answer.text and "Next line without a paper: 2" in answer.text
    assert "1 of 4 lines have their papers" in client.page(f"/desk/drafts/{draft_id}/papers").text


def test_adding_papers_leaves_the_draft_with_its_signers(app: Flask, draft_id: int) -> None:
    with app.app_context():
        before = disclosure.draft(draft_id)
    sent(signed_in(app, "bookkeeper"), f"/desk/drafts/{draft_id}/papers/1", ("a.jpg", photo()))
    with app.app_context():
        after = disclosure.draft(draft_id)
    assert (after.state, after.digest) == (before.state, before.digest)


def test_signers_see_papers_and_add_none(app: Flask, draft_id: int) -> None:
    sent(signed_in(app, "bookkeeper"), f"/desk/drafts/{draft_id}/papers/1", ("a.jpg", photo()))
    client = signed_in(app, "committee")
    page = client.page(f"/desk/drafts/{draft_id}/papers/1")
    assert not page.all("input") or not [f for f in page.all("input") if f.get("type") == "file"]
    address = page.all("img")[0].get("src") or ""
    picture = client.get(address)
    assert picture.data[:2] == b"\xff\xd8" and "no-store" not in picture.headers["Cache-Control"]
    token = client.page("/desk/account").field("csrf_token")
    assert client.post(f"/desk/drafts/{draft_id}/papers/1", data={"csrf_token": token}).status_code == 403
    assert signed_in(app, "otherhead").get(f"/desk/drafts/{draft_id}/papers").status_code == 403
    assert signed_in(app, "otherhead").get(address).status_code == 403
    assert PageClient(app).get(address).status_code == 302


def test_a_script_gets_its_answer_as_data(app: Flask, draft_id: int) -> None:
    client = signed_in(app, "bookkeeper")
    page = f"/desk/drafts/{draft_id}/papers/1"
    assert sent(client, page, ("a.jpg", photo()), json=True).json == {"taken": True}
    refused = sent(client, page, ("a.jpg", SVG), json=True)
    assert refused.status_code == 400 and "Take a photo" in refused.json["sentence"]
    stale = sent(client, page, ("a.jpg", photo()), json=True, key="gone")
    assert stale.status_code == 409 and "has changed" in stale.json["sentence"]
    many = sent(client, f"/desk/drafts/{draft_id}/papers", ("a.svg", SVG), json=True)
    assert many.status_code == 400


@pytest.mark.usefixtures("database")
def test_many_papers_find_their_lines_by_the_names_and_the_rest_is_assigned_by_hand(app: Flask, draft_id: int) -> None:
    client = signed_in(app, "bookkeeper")
    body = packed({"三月/银-001 发票.jpg": photo(1), "现2白条.jpg": photo(2), "IMG_77.jpg": photo(3), "x.svg": SVG})
    page = f"/desk/drafts/{draft_id}/papers"
    answer = sent(client, page, ("三月.zip", body), ("银002.jpg", photo(4)))
    assert "3 papers have found their lines" in answer.text and "1 papers wait below" in answer.text
    assert "x.svg: This is a web page" in answer.text and "papers are being prepared" in answer.text
    with app.app_context():
        work()
    shown = client.page(page)
    assert "being prepared" not in shown.text and "3 of 4 lines" in shown.text and "IMG_77.jpg" in shown.text
    link = next(f.get("action") or "" for f in shown.all("form") if "/assign" in (f.get("action") or ""))
    key = next(o.get("value") or "" for o in shown.all("option") if "现-001" in "".join(o.itertext()))
    done = client.post(link, data={"csrf_token": shown.field("csrf_token"), "key": key}, follow_redirects=True)
    assert "4 of 4 lines" in done.text and "Which line do these belong to" not in done.text
    with app.app_context():
        bearer = Bearer(village.place().id, draft_id=draft_id)
        found = {key: [each.file.document for each in papers] for key, papers in queries.by_key(bearer).items()}
    assert sorted(found.values()) == [[Document.INVOICE], [Document.INVOICE], [Document.INVOICE], [Document.SLIP]]


ZIPS = {
    "tricks": (packed({"银-001.jpg": photo(1), "../../keys/field.jpg": photo(2)}), "lead outside of it"),
    "ten thousand": (packed({f"{n}.jpg": b"" for n in range(10_000)}), "The zip has 10000 files; at most 500"),
    "a zip within": (packed({"银-001.jpg": photo(1), "二.zip": packed({"银-002.jpg": photo(2)})}), "a zip inside"),
    "a drawing": (packed({"银-001.jpg": SVG}), "银-001.jpg: This is a web page"),
}
UNREADABLE = {
    "a bomb": ("银-001.jpg", bomb(), "The picture has more than 50 million pixels"),
    "many pages": ("银-001.pdf", pdf(101), "The PDF has 101 pages; at most 100 are taken"),
}


def stored() -> set[str]:
    return {path.name for path in installation.store().folder.glob("??/*")}


@pytest.mark.parametrize(("body", "sentence"), ZIPS.values(), ids=ZIPS)
def test_a_zip_that_plays_tricks_is_a_sentence_and_nothing_of_it_is_kept(
    app: Flask, draft_id: int, body: bytes, sentence: str
) -> None:
    client, page = signed_in(app, "bookkeeper"), f"/desk/drafts/{draft_id}/papers"
    assert sentence in sent(client, page, ("三月.zip", body)).text
    with app.app_context():
        work()
        assert not queries.by_key(Bearer(village.place().id, draft_id=draft_id)) and not stored()


@pytest.mark.parametrize(("name", "body", "sentence"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_paper_that_turns_out_unreadable_is_told_among_all_lines_and_backs_none(
    app: Flask, draft_id: int, name: str, body: bytes, sentence: str
) -> None:
    client, page = signed_in(app, "bookkeeper"), f"/desk/drafts/{draft_id}/papers"
    sent(client, page, ("现-001.jpg", photo(7)), (name, body))
    with app.app_context():
        work()
        assert len(stored()) == 4, "copies of the one, of the other nothing but what was sent"
    shown = client.page(page)
    assert "1 of 4 lines have their papers" in shown.text
    assert f"Line 3: {sentence}" in shown.text and "invoice (not readable)" in shown.text
    at_line = client.page(shown.link("Line 3"))
    assert sentence in at_line.text
    takes = next(f.get("action") or "" for f in at_line.all("form") if "/remove" in (f.get("action") or ""))
    client.post(takes, data={"csrf_token": at_line.field("csrf_token"), "n": "3"})
    sent(client, page, ("银-001.jpg", photo(8)))
    with app.app_context():
        work()
    assert "2 of 4 lines" in client.page(page).text and "cannot be read" not in client.page(page).text


def publish(draft_id: int) -> int:
    seen = disclosure.draft(draft_id).digest or ""
    assert services.sign(actor("head"), draft_id, "signed", "", seen, AT) is None
    number = services.sign(actor("committee"), draft_id, "signed", "", seen, AT)
    assert number
    return number


def test_papers_follow_to_the_item_and_more_can_be_added_there(app: Flask, draft_id: int) -> None:
    client = signed_in(app, "bookkeeper")
    sent(client, f"/desk/drafts/{draft_id}/papers/1", ("a.jpg", photo(1)))
    with app.app_context():
        number = publish(draft_id)
    assert client.page(f"/desk/drafts/{draft_id}").link("1 of 4") == f"/desk/items/{number}/papers"
    late = sent(client, f"/desk/drafts/{draft_id}/papers", ("b.jpg", photo(2)))
    assert late.status_code == 409
    page = f"/desk/items/{number}/papers/1"
    assert "The paper is at its line" in sent(client, page, ("b.jpg", photo(2))).text
    shown = client.page(page)
    link = next(f.get("action") or "" for f in shown.all("form") if "/remove" in (f.get("action") or ""))
    fields = {"csrf_token": shown.field("csrf_token"), "n": "1"}
    assert "Say in one sentence why" in client.post(link, data=fields, follow_redirects=True).text
    done = client.post(link, data={**fields, "reason": "不是这笔的"}, follow_redirects=True)
    assert "The paper is taken away" in done.text
    assert "不是这笔的" in client.page(f"/en/gazette/{number}/lines/1").text


def test_a_discarded_draft_lets_its_papers_go(app: Flask, draft_id: int) -> None:
    client = signed_in(app, "bookkeeper")
    sent(client, f"/desk/drafts/{draft_id}/papers/1", ("a.jpg", photo(1)))
    client.send(f"/desk/drafts/{draft_id}/discard")
    with app.app_context():
        assert queries.papers(Bearer(village.place().id, draft_id=draft_id)) == []


def test_a_paper_whose_line_was_mended_away_waits_to_be_assigned(app: Flask, draft_id: int) -> None:
    with app.app_context():
        from portal.evidence import services as evidence

        bearer = Bearer(village.place().id, draft_id=draft_id)
        evidence.add(actor("bookkeeper"), bearer, "committee:basic:银-009:1", photo(), Document.INVOICE, AT)
    page = signed_in(app, "bookkeeper").page(f"/desk/drafts/{draft_id}/papers")
    assert "Which line do these belong to" in page.text and "committee:basic:银-009:1" in page.text


def test_an_upload_beyond_the_limit_is_a_sentence(app: Flask, draft_id: int) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 3000
    client = signed_in(app, "bookkeeper")
    answer = sent(client, f"/desk/drafts/{draft_id}/papers", ("a.jpg", photo()))
    assert answer.status_code == 413 and "64 MB" in answer.text
