"""The board's pages: the officers', the one that everybody opens from the board's code, and the item's own."""

import io
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from flask import Flask

from portal import clock
from portal.accounts.rules import OPERATOR
from portal.config import Settings
from portal.hanging import services
from portal.places import queries as places
from portal.places import services as places_services
from tests.disclosure import rosters, village
from tests.disclosure.village import CODE, OTHER, actor
from tests.hanging import photos
from tests.hanging.conftest import AT, after
from tests.pages import Page, PageClient

HEAD_OF_AID = tuple(heading.replace("补贴面积", "保障人数") for heading in rosters.HEAD)
DESK, BOARD = f"/desk/boards/{CODE}", f"/en/places/{CODE}/board"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, demo=True)


def signed_in(app: Flask, login: str) -> PageClient:
    client = PageClient(app)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.send("/sign-in", login=login, password=village.PASSWORD)
    return client


def sent(client: PageClient, body: bytes, **fields: str) -> Page:
    return client.send(DESK, files=(io.BytesIO(body), "photo.jpg"), **fields)


def say(client: PageClient, status: int = 303, **changes: str) -> Page:
    page = client.page(BOARD)
    fields = {name: page.field(name) for name in ("token", "number", "at")}
    response = client.post(BOARD, data={**fields, **changes})
    assert response.status_code == status, response.text
    return client.page(response.location) if status == 303 else Page(response)


def test_the_bookkeeper_sees_what_lacks_a_photo_and_sends_it(built: Flask) -> None:
    client = signed_in(built, "bookkeeper")
    page = client.page("/desk/boards")
    assert page.h1 == "Board of 青禾村" and "first photo lacking" in page.text and "days left: 15" in page.text
    with built.app_context():
        body = photos.photo(built, 1)
    page = sent(client, body)
    assert "Taken. This shows notice number 1: March 2026 Income and spending." in page.text
    assert "first photo lacking" not in page.text and "its code was read" in page.text
    page = sent(client, photos.of_a_wall(), number="1")
    assert "No code could be read in it: it is taken all the same." in page.text
    assert "No code could be read in the photo." in sent(client, photos.of_a_wall(1)).text
    assert "Choose a photo first." in client.send(DESK).text
    many = [(io.BytesIO(b"x"), f"{n}.jpg") for n in range(21)]
    assert "At most 20 photos at once." in client.send(DESK, files=many).text


def test_a_photo_ends_with_the_first_of_the_sheets_on_it(built: Flask) -> None:
    with built.app_context():
        place = village.place()
        county = places.ancestors(place.id)[0]
        rosters.set_rate(place)
        places_services.set_setting("name_shown.arable", county.id, "surname", clock.today(AT), "县", OPERATOR, AT)
        assert rosters.posted(place, rosters.workbook(rosters.rows())) == 2
        services.show(actor("bookkeeper"), place, 1, photos.side_by_side(built, 1, 2), AT)
    client = PageClient(built)
    link = client.page("/en/gazette/1").link("first day, 13 Apr 2026")
    assert client.get(link).status_code == 200
    with clock.stopped(after(60)):
        assert client.get(link).status_code == 404
        page = client.page("/en/gazette/1")
        assert "another sheet on them has ended" in page.text and not page.all("img")


def test_the_script_that_sends_photos_is_answered_with_the_sentence(built: Flask) -> None:
    client = signed_in(built, "bookkeeper")
    token = client.page(DESK).field("csrf_token")
    json = {"Accept": "application/json"}

    def answer(body: bytes) -> dict[str, object]:
        data = {"csrf_token": token, "files": (io.BytesIO(body), "a.jpg"), "number": "1"}
        return client.post(DESK, data=data, headers=json).get_json()

    assert answer(photos.of_a_wall()) == {"taken": True}
    assert answer(b"nothing of the kind")["taken"] is False
    assert "it is taken all the same" in client.page(DESK).text, "the sentence waits for the page to be loaded again"


def test_each_office_sees_its_own_boards(built: Flask) -> None:
    page = signed_in(built, "township").page("/desk/boards")
    assert (
        page.h1 == "Boards"
        and "青禾村 first photo lacking: 1" in page.text
        and "溪口村 nothing is lacking" in page.text
    )
    head = signed_in(built, "head")
    assert "What should hang here now" in head.page("/desk/boards").text and "Send" not in head.page(DESK).text
    stranger = signed_in(built, "otherhead")
    stranger.page(DESK, status=404)
    stranger.page(f"/desk/boards/{OTHER}")
    for address in (DESK, f"{DESK}/gone/1", f"{DESK}/boards", f"{DESK}/boards/1/end"):
        token = stranger.page(f"/desk/boards/{OTHER}")
        assert stranger.post(address, data={}).status_code in (400, 403), token.h1


def test_an_officer_who_saw_that_it_does_not_hang_says_so(built: Flask) -> None:
    client = signed_in(built, "committee")
    client.page(DESK)
    token = client.page(DESK).field("csrf_token")
    client.post(f"{DESK}/gone/1", data={"csrf_token": token})
    page = client.page(DESK)
    assert "to be posted again" in page.text and "It must be posted again for 15 days." in page.text
    public = client.page("/en/gazette/1")
    assert "It was taken down too early, on 13 Apr 2026. It must be posted again for 15 days." in public.text


@pytest.mark.usefixtures("database")
def test_anybody_says_that_it_does_not_hang_without_a_name_or_a_cookie(built: Flask) -> None:
    client = PageClient(built)
    page = client.page(BOARD)
    assert page.h1 == "What should hang here now" and "from 13 Apr 2026 to 28 Apr 2026 · no photo yet" in page.text
    page = say(client)
    assert "Thank you. It is noted that number 1 does not hang here." in page.text
    assert "Said on 13 Apr that it does not hang; voices: 1" in page.text
    assert "Said on 13 Apr that it does not hang; voices: 2" in say(client).text
    for answer in (page, client.page(BOARD)):
        assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "no-store"
        assert not answer.all("script")
    assert "need not hang" in say(client, 400, number="9").text
    assert "open too long" in say(client, 400, token="x").text
    asked = "It was said on 13 Apr that it does not hang. Does it? The village answers with a photo until 16 Apr."
    assert asked in client.page("/en/gazette/1").text
    assert "said not to hang" in signed_in(built, "bookkeeper").page(DESK).text
    assert "said not to hang: 1" in signed_in(built, "township").page("/desk/boards").text


def test_a_token_of_another_board_opens_nothing(built: Flask) -> None:
    client = PageClient(built)
    with built.app_context():
        services.name_board(actor("bookkeeper"), village.place(), "三组", AT)
    assert "open too long" in say(client, 400, at="1").text
    page = client.page(f"{BOARD}?at=1")
    assert "青禾村 · 三组" in page.text and page.field("at") == "1"


def test_the_board_of_the_demo_is_told_by_days(built: Flask) -> None:
    client = PageClient(built)
    with clock.stopped(after(16)):
        assert "Nothing must hang on this board today." in client.page(BOARD).text
        assert "No photo shows that it did." in client.page("/en/gazette/1").text
    client.page("/en/places/990110001000/board", status=404)


def test_the_page_of_the_notice_shows_first_and_last_photo(built: Flask) -> None:
    client = PageClient(built)
    with built.app_context():
        services.show(actor("bookkeeper"), village.place(), 1, photos.of_a_wall(), after(1))
    with clock.stopped(after(1)):
        page = client.page("/en/gazette/1")
        assert "A photo shows it on the board since 14 Apr 2026. It must hang until 29 Apr 2026." in page.text
    with built.app_context():
        services.show(actor("township"), village.place(), 1, photos.of_a_wall(1), after(16))
    with clock.stopped(after(17)):
        page = client.page("/en/gazette/1")
        assert "Photos show it on the board from 14 Apr 2026 to 29 Apr 2026." in page.text
        pictures = page.all("img")
        alts = [picture.get("alt") for picture in pictures]
        assert alts == [
            f"Photo of the notice on the board: {when}"
            for when in ("first day, 14 Apr 2026", "newest photo, 29 Apr 2026")
        ]
        for address in [picture.get("src", "") for picture in pictures] + [page.link("first day")]:
            response = client.get(address)
            assert (response.status_code, response.mimetype) == (200, "image/jpeg")
            assert "Set-Cookie" not in response.headers


def test_kept_pages_go_with_the_first_voice_and_with_a_photo(built: Flask) -> None:
    from portal.gazette import generation

    client = PageClient(built)
    client.page("/en/gazette/1")
    numbers = [generation.current()]
    for act in (say, say, lambda _client: sent(signed_in(built, "bookkeeper"), photos.of_a_wall(), number="1")):
        act(client)
        numbers.append(generation.current())
    assert numbers[0] < numbers[1] == numbers[2] < numbers[3]


def test_photos_end_where_the_names_on_the_sheet_end(built: Flask) -> None:
    client = PageClient(built)
    with built.app_context():
        place = village.place()
        title = rosters.TITLE.replace("耕地地力保护补贴", "农村低保金")
        number = rosters.posted(place, rosters.workbook(rosters.rows(), title, HEAD_OF_AID), "2025-Q4", at=AT)
        services.show(actor("bookkeeper"), place, number, photos.of_a_wall(), AT)
    page = client.page(f"/en/gazette/{number}")
    address = page.all("img")[0].get("src", "")
    assert client.get(address).status_code == 200
    with clock.stopped(after(16)):
        page = client.page(f"/en/gazette/{number}")
        assert not page.all("img") and "The photos are shown no more" in page.text
        assert client.get(address).status_code == 404


def test_a_part_of_a_photo_is_covered_and_nobody_sees_the_old_copy(built: Flask) -> None:
    from portal.evidence import services as papers
    from portal.hanging import queries

    client = PageClient(built)
    with built.app_context():
        services.show(actor("bookkeeper"), village.place(), 1, photos.of_a_wall(), AT)
        (hung,) = queries.standing([village.place()], clock.today(AT))
        photo = hung.photos[0]
        papers.cover(actor("bookkeeper"), photo.file_id or 0, (10, 10, 20, 20), 1, AT)
    assert client.get(f"/evidence/{photo.copy_digest}.jpg").status_code == 404
    picture = client.page("/en/gazette/1").all("img")[0]
    assert client.get(picture.get("src", "")).status_code == 200 and picture.get("src") != photo.small_digest
    page = signed_in(built, "committee").page(f"/desk/papers/{photo.file_id}")
    assert page.h1 == "Paper: photo of the notice board" and "seen by everybody" in page.text


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_the_sheet_of_a_board_carries_its_permanent_address(built: Flask, language: str, tmp_path: Path) -> None:
    client = PageClient(built)
    with built.app_context():
        services.name_board(actor("bookkeeper"), village.place(), "三组老井旁", AT)
    response = client.get(f"/zh/places/{CODE}/board.pdf?at=1&lang={language}")
    assert response.mimetype == "application/pdf"
    document = pypdfium2.PdfDocument(response.data)
    assert len(document) == 1
    picture = document[0].render(scale=1).to_pil().convert("L")
    document.close()
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == f"http://portal.example/b/{CODE}-1"
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    page = client.page(f"/b/{CODE}-1")
    assert page.h1 == "现在应当张贴什么" and "青禾村 · 三组老井旁" in page.text
    for lost in ("990110009999", f"{CODE}x", "-1"):
        client.page(f"/b/{lost}", status=404)
    client.page(f"/b/{CODE}-77")


def test_a_sheet_of_an_unknown_language_is_refused(built: Flask) -> None:
    PageClient(built).page(f"/en/places/{CODE}/board.pdf?lang=fr", status=400)
