"""A page that somebody else has made stale: what was typed comes back with a sentence, and nothing is done unseen."""

import io
from collections.abc import Iterator
from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from portal import clock
from portal.config import Settings
from portal.disclosure import queries, services
from portal.disclosure.rules import State
from tests.disclosure import village
from tests.disclosure.test_views import begun, signed_in
from tests.disclosure.village import AT, CASH, actor, bank, cash
from tests.pages import Page, PageClient

WRONG = [CASH[0], (*CASH[1][:5], "壹百", 879.50, "", ""), (*CASH[2][:5], "陆百", 279.50, "", "")]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, demo=True)


@pytest.fixture
def built(app: Flask) -> Flask:
    with app.app_context():
        village.build()
        village.open_accounts()
    return app


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.stopped(AT):
        yield


def sent(client: PageClient, page: Page, way: str, **fields: object) -> Page:
    """Send a form of a page that was loaded earlier, and look at the page that answers."""
    data = {name: page.field(name) for name in ("csrf_token", "edition")}
    here = f"{page.response.request.path}/{way}"
    response = client.post(here, data={**data, **fields}, follow_redirects=True)
    return client._checked(response, here, response.status_code)


def cells(page: Page) -> dict[str, str]:
    """The cells that can be mended: the field's name → what it holds."""
    return {field(e): e.get("value", "") for e in page.all("input") if field(e).startswith(("cell|", "was|"))}


def field(element: Element) -> str:
    return element.get("name") or ""


def test_what_somebody_mended_meanwhile_is_told_and_what_was_typed_is_still_there(built: Flask) -> None:
    draft_id = begun(built, cash(WRONG))
    client = signed_in(built, "bookkeeper")
    page = client.page(f"/desk/drafts/{draft_id}")
    form = cells(page)
    f3, f4 = (next(name for name in form if name.startswith("cell|") and f"|{cell}|" in name) for cell in ("F3", "F4"))
    with built.app_context():
        file_id = queries.files(draft_id)[0].id
        services.mend(actor("agency"), draft_id, {(file_id, "现金日记账", "F3"): "120.50"}, AT)
    answer = sent(client, page, "mend", **{**form, f3: "121.50", f4: "600"})
    assert answer.status == 409
    assert "郑平 has mended the same" in answer.text and "F3 “121.50”" in answer.text
    assert cells(answer)[f4] == "600" and cells(answer)[f"was|{f4}"] == "陆百" and f3 not in cells(answer)
    token = answer.field("csrf_token")
    form = {"csrf_token": token, "edition": answer.field("edition"), **cells(answer)}
    client.post(f"/desk/drafts/{draft_id}/mend", data=form)
    assert "Everything adds up" in client.page(f"/desk/drafts/{draft_id}").text


def test_a_cell_that_is_still_wrong_shows_what_it_says_now_where_nothing_was_typed(built: Flask) -> None:
    draft_id = begun(built, cash(WRONG))
    client = signed_in(built, "bookkeeper")
    page = client.page(f"/desk/drafts/{draft_id}")
    form = cells(page)
    f3, f4 = (next(name for name in form if name.startswith("cell|") and f"|{cell}|" in name) for cell in ("F3", "F4"))
    with built.app_context():
        file_id = queries.files(draft_id)[0].id
        services.mend(actor("agency"), draft_id, {(file_id, "现金日记账", "F3"): "壹佰贰"}, AT)
        services.mend(actor("agency"), draft_id, {(file_id, "现金日记账", "F4"): "陆佰块"}, AT)
    answer = sent(client, page, "mend", **{**form, f3: "120.50"})
    assert cells(answer)[f3] == "120.50" and cells(answer)[f4] == "陆佰块"


@pytest.mark.parametrize("way", ["hand-over", "undo", "ask-again", "nothing", "discard", "files/1/remove"])
def test_no_button_of_a_stale_page_does_what_its_reader_did_not_see(built: Flask, way: str) -> None:
    draft_id = begun(built, cash())
    client = signed_in(built, "bookkeeper")
    page = client.page(f"/desk/drafts/{draft_id}")
    with built.app_context():
        services.add_files(actor("agency"), draft_id, [bank()], AT)
    assert "changed since you opened this page" in sent(client, page, way).text
    with built.app_context():
        assert len(queries.files(draft_id)) == 2 and queries.draft(draft_id).state is State.PREPARING


@pytest.mark.parametrize("way", ["mend", "files", "read-again"])
def test_a_stale_page_takes_nothing_back_from_the_signers(built: Flask, way: str) -> None:
    draft_id = begun(built, cash())
    client = signed_in(built, "bookkeeper")
    page = client.page(f"/desk/drafts/{draft_id}")
    with built.app_context():
        services.hand_over(actor("agency"), draft_id, AT)
        file_id = queries.files(draft_id)[0].id
    fields = {
        "mend": {f"cell|{file_id}|C3|现金日记账": "购办公用品"},
        "files": {"files": [(io.BytesIO(bank()[1]), bank()[0])]},
        "read-again": {},
    }[way]
    assert "handed over to be signed since you opened this page" in sent(client, page, way, **fields).text
    with built.app_context():
        assert queries.draft(draft_id).state is State.WAITING
    fresh = client.page(f"/desk/drafts/{draft_id}")
    assert "handed over to be signed since" not in sent(client, fresh, way, **rewound(fields)).text
    with built.app_context():
        assert queries.draft(draft_id).state is State.PREPARING, "whoever has seen it may take it back"


def rewound(fields: dict[str, object]) -> dict[str, object]:
    return {name: [(io.BytesIO(bank()[1]), bank()[0])] if name == "files" else text for name, text in fields.items()}


def test_a_month_that_somebody_began_meanwhile_is_not_begun_over_his_head(built: Flask) -> None:
    client = signed_in(built, "bookkeeper")
    token = client.page("/desk/").field("csrf_token")
    month = {"csrf_token": token, "village": village.CODE, "kind": "finance", "period": "2026-03"}
    draft_id = begun(built, cash())
    mine = (io.BytesIO(cash(WRONG)[1]), cash()[0])
    answer = client.post("/desk/drafts", data={**month, "files": [mine]}, follow_redirects=True)
    assert (
        "Somebody has sent or mended 现金账.xlsx" in answer.text and answer.request.path == f"/desk/drafts/{draft_id}"
    )
    answer = client.post("/desk/drafts", data={**month, "nothing": "yes"}, follow_redirects=True)
    assert "changed since you opened this page" in answer.text
    with built.app_context():
        assert [file.sha256 for file in queries.files(draft_id)] and not queries.reading(draft_id).errors


def test_the_columns_page_and_the_question_before_discarding_carry_the_edition(built: Flask) -> None:
    draft_id = begun(built, cash())
    client = signed_in(built, "bookkeeper")
    for way in ("columns", "discard"):
        page = client.page(f"/desk/drafts/{draft_id}/{way}")
        assert page.field("edition") == client.page(f"/desk/drafts/{draft_id}").field("edition")
