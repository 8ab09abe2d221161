"""The pages of a draft, as the bookkeeper, the signers and the township meet them."""

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from portal import clock
from portal.config import Settings
from portal.disclosure import queries, services
from portal.disclosure.rules import State, makers, sheet_code
from tests.disclosure import village
from tests.disclosure.village import AT, CASH, actor, bank, cash
from tests.pages import PageClient


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The demo's installation: nobody shows a second factor."""
    return replace(settings, demo=True)


@pytest.fixture
def built(app: Flask, request: pytest.FixtureRequest) -> Flask:
    """The village with its people, and with the draft of `sent` if the test asks for it."""
    with app.app_context(), clock.stopped(AT):
        if "sent" in request.fixturenames:
            village.waiting()
        else:
            village.build()
            village.open_accounts()
    return app


@pytest.fixture
def sent(built: Flask) -> int:
    """The id of a draft that waits for signatures."""
    with built.app_context():
        draft = queries.open_draft(village.place().id, "finance", "2026-03")
        assert draft is not None and draft.state is State.WAITING
        return draft.id


@pytest.fixture(autouse=True)
def monday():  # type: ignore[no-untyped-def]
    with clock.stopped(AT):
        yield


def signed_in(app: Flask, login: str) -> PageClient:
    client = PageClient(app)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.send("/sign-in", login=login, password=village.PASSWORD)
    return client


def upload(client: PageClient, page: str, target: str, files: list[tuple[str, bytes]], **fields: str):  # type: ignore[no-untyped-def]
    token = client.page(page).field("csrf_token")
    sent = [(io.BytesIO(body), name) for name, body in files]
    return client.post(target, data={"csrf_token": token, "files": sent, **fields}, follow_redirects=True)


def test_two_files_chosen_on_the_start_page_are_handed_over_with_one_more_click(built: Flask) -> None:
    client = signed_in(built, "bookkeeper")
    assert "To post" in client.page("/desk/").text
    answer = upload(client, "/desk/", "/desk/drafts", [cash(), bank()], village=village.CODE, period="2026-03")
    address = answer.request.path
    page = client.page(address)
    assert "51,000.00" in page.text and "58,417.10" in page.text
    done = client.post(address + "/hand-over", data={"csrf_token": page.field("csrf_token")}, follow_redirects=True)
    assert "Handed over" in done.text


def test_an_error_stands_at_its_cell_and_is_mended_there(built: Flask) -> None:
    client = signed_in(built, "bookkeeper")
    wrong = [*CASH[:1], ("2026-03-05", "现-001", "办公用品", "管理费用", None, "壹百", 879.50, "", ""), CASH[2]]
    answer = upload(client, "/desk/", "/desk/drafts", [cash(wrong)], village=village.CODE, period="2026-03")
    page = client.page(answer.request.path)
    assert "现金日记账 · F3 · 支出 · “壹百”" in page.text
    name = next(f.get("name") for f in page.all("input") if (f.get("name") or "").startswith("cell|"))
    token = client.page(answer.request.path).field("csrf_token")
    client.post(answer.request.path + "/mend", data={"csrf_token": token, name: "120.50", f"was|{name}": "壹百"})
    assert "Everything adds up" in client.page(answer.request.path).text


def test_a_signer_sees_the_review_and_decides(built: Flask, sent: int) -> None:
    client = signed_in(built, "committee")
    assert client.page("/desk/").link("青禾村") == f"/desk/drafts/{sent}"
    page = client.page(f"/desk/drafts/{sent}")
    assert "Five vouchers drawn at random" in page.text
    seen = page.field("seen")
    token = page.field("csrf_token")
    slip = client.post(f"/desk/drafts/{sent}/decide", data={"csrf_token": token, "seen": seen, "decision": "reserved"})
    assert slip.status_code == 400 and "in one sentence why" in slip.text
    done = client.post(
        f"/desk/drafts/{sent}/decide",
        data={"csrf_token": token, "seen": seen, "decision": "reserved", "reason": "缺发票", "review|cash": "no"},
        follow_redirects=True,
    )
    assert "Your decision is recorded" in done.text


def test_who_signs_without_a_single_answer_is_asked_whether_that_is_meant(built: Flask, sent: int) -> None:
    client = signed_in(built, "head")
    page = client.page(f"/desk/drafts/{sent}")
    data = {name: page.field(name) for name in ("csrf_token", "seen")} | {"decision": "signed"}
    asked = client.post(f"/desk/drafts/{sent}/decide", data=data)
    assert asked.status_code == 400 and "answered none of the 6 questions" in asked.text
    assert "Sign all the same" in asked.text and 'href="#review-questions"' in asked.text
    with built.app_context():
        assert not queries.draft(sent).standing, "nothing is signed yet"
    done = client.post(f"/desk/drafts/{sent}/decide", data=data | {"unanswered": "meant"}, follow_redirects=True)
    assert "Your decision is recorded" in done.text
    committee = signed_in(built, "committee")
    token = committee.page(f"/desk/drafts/{sent}").field("csrf_token")
    one = committee.post(
        f"/desk/drafts/{sent}/decide", data=data | {"csrf_token": token, "review|cash": "no"}, follow_redirects=True
    )
    assert "Published as number" in one.text, "one answer is enough to be asked no more"


def test_who_sits_at_the_bookkeepers_browser_is_told_before_he_fills_in_the_form(built: Flask) -> None:
    client = signed_in(built, "bookkeeper")
    answer = upload(client, "/desk/", "/desk/drafts", [cash(), bank()], village=village.CODE, period="2026-03")
    page = client.page(answer.request.path)
    client.post(answer.request.path + "/hand-over", data={"csrf_token": page.field("csrf_token")})
    assert "takes it back" in client.page(answer.request.path).text
    client.post("/sign-out", data={"csrf_token": page.field("csrf_token")})
    client.send("/sign-in", login="head", password=village.PASSWORD)
    text = client.page(answer.request.path).text
    assert "prepared in this very browser" in text and "Refuse to sign" not in text


def test_a_stale_form_is_answered_with_a_sentence(built: Flask, sent: int) -> None:
    client = signed_in(built, "head")
    token = client.page(f"/desk/drafts/{sent}").field("csrf_token")
    data = {"csrf_token": token, "seen": "0" * 64, "decision": "signed"}
    answer = client.post(f"/desk/drafts/{sent}/decide", data=data)
    assert answer.status_code == 409 and "has changed since you opened" in answer.text


def test_the_township_orders_after_silence_and_enters_paper(built: Flask, sent: int) -> None:
    client = signed_in(built, "township")
    assert "Enter a sheet signed on paper" in client.page(f"/desk/drafts/{sent}").text
    with built.app_context():
        code = sheet_code(sent, queries.draft(sent).digest or "")
        person = actor("member").person_id
    token = client.page(f"/desk/drafts/{sent}").field("csrf_token")
    data = {"csrf_token": token, "code": code, "signer": f"committee|{person}", "decision": "signed", "reason": ""}
    assert "on paper" in client.post(f"/desk/drafts/{sent}/paper", data=data, follow_redirects=True).text
    with clock.stopped(AT + timedelta(days=9)):
        client = signed_in(built, "township")
        assert "Signers silent" in client.page("/desk/").text
        page = client.page(f"/desk/drafts/{sent}")
        data = {"csrf_token": page.field("csrf_token"), "seen": page.field("seen"), "reason": ""}
        assert (
            "Published as number 1" in client.post(f"/desk/drafts/{sent}/order", data=data, follow_redirects=True).text
        )


def test_who_has_nothing_to_do_with_a_village_does_not_see_its_drafts(built: Flask, sent: int) -> None:
    signed_in(built, "otherhead").page(f"/desk/drafts/{sent}", status=403)
    signed_in(built, "admin").page(f"/desk/drafts/{sent}", status=403)
    PageClient(built).page(f"/desk/drafts/{sent}", status=302)
    assert "No draft is like that" in signed_in(built, "otherhead").page("/desk/drafts").text


def test_downloads_template_marked_workbook_and_review_sheet(built: Flask, sent: int) -> None:
    client = signed_in(built, "bookkeeper")
    assert client.get("/desk/drafts/template/finance.xlsx").data[:2] == b"PK"
    page = client.page(f"/desk/drafts/{sent}")
    assert "Download with marks" not in page.text, "there is no mark in a workbook without errors"
    assert client.get(f"/desk/drafts/{sent}/files/1/marked").data[:2] == b"PK"


def test_discarding_asks_first(built: Flask, sent: int) -> None:
    client = signed_in(built, "bookkeeper")
    assert client.page(f"/desk/drafts/{sent}/discard").h1 == "Discard this draft?"
    client.send(f"/desk/drafts/{sent}/discard")
    with built.app_context():
        assert queries.draft(sent).state is State.DISCARDED


def test_a_large_file_shows_a_progress_bar_until_the_worker_has_read_it(
    built: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.disclosure.assembling.LARGE_FILE", 100)
    with built.app_context():
        draft_id = services.start_draft(actor("bookkeeper"), village.place(), "finance", "2026-03", AT)
        services.add_files(actor("bookkeeper"), draft_id, [cash(), bank()], AT)
    client = signed_in(built, "bookkeeper")
    page = client.page(f"/desk/drafts/{draft_id}")
    assert page.all("progress") and re.search('http-equiv="refresh"', page.html)
    with built.app_context():
        from portal.jobs.services import HANDLERS, run_due

        run_due(HANDLERS)
    assert "Everything adds up" in client.page(f"/desk/drafts/{draft_id}").text


def test_an_upload_beyond_the_limit_is_a_sentence(built: Flask) -> None:
    built.config["MAX_CONTENT_LENGTH"] = 1000
    client = signed_in(built, "bookkeeper")
    token = client.page("/desk/").field("csrf_token")
    data = {
        "csrf_token": token,
        "village": village.CODE,
        "period": "2026-03",
        "files": (io.BytesIO(b"x" * 5000), "a.xlsx"),
    }
    answer = client.post("/desk/drafts", data=data, follow_redirects=True)
    assert "64 MB" in answer.text


def sent_form(client: PageClient, draft_id: int, way: str, **fields: str):  # type: ignore[no-untyped-def]
    token = client.page(f"/desk/drafts/{draft_id}").field("csrf_token")
    return client.post(f"/desk/drafts/{draft_id}/{way}", data={"csrf_token": token, **fields})


@pytest.mark.parametrize(
    ("way", "field"),
    [
        ("mend", "cell|"), ("mend", "cell|1"), ("mend", "cell|²|F3|x"), ("mend", "cell|" + "9" * 5000 + "|F3|x"),
        ("mend", "cell|1|F3|" + "长" * 300), ("columns", "column|²"), ("columns", "column|" + "9" * 5000),
        ("columns", "column|1"), ("answer", "question|"), ("answer", "question|\0"), ("paper", "signer"),
    ],
)  # fmt: skip
def test_a_form_with_names_that_nobody_made_breaks_nothing(built: Flask, sent: int, way: str, field: str) -> None:
    client = signed_in(built, "township" if way == "paper" else "bookkeeper")
    fields = {"layout": "长" * 300, field: "head|²" if way == "paper" else "summary"}
    assert sent_form(client, sent, way, **fields).status_code in (302, 400)


def test_a_form_that_is_too_large_leads_back_to_the_draft(built: Flask, sent: int) -> None:
    answer = sent_form(signed_in(built, "bookkeeper"), sent, "mend", x="y" * 600_000)
    assert answer.location == f"/desk/drafts/{sent}"


def test_a_signer_reads_the_draft_but_not_the_whole_file_with_what_is_not_published(built: Flask, sent: int) -> None:
    assert signed_in(built, "head").get(f"/desk/drafts/{sent}/files/1/marked").status_code == 403


def begun(app: Flask, *files: tuple[str, bytes]) -> int:
    """The id of a draft with these files, still with the bookkeeper."""
    with app.app_context():
        draft_id = services.start_draft(actor("bookkeeper"), village.place(), "finance", "2026-03", AT)
        if files:
            services.add_files(actor("bookkeeper"), draft_id, files, AT)
    return draft_id


def test_columns_without_day_or_money_are_refused_and_a_sheet_is_left_out_only_by_its_button(built: Flask) -> None:
    head = ("甲", "摘要", "乙", "丙", "丁", "戊", "己", "庚", "辛")
    draft_id = begun(built, ("账.xlsx", village.workbook(CASH, "现金日记账", head)))
    client = signed_in(built, "bookkeeper")
    address = f"/desk/drafts/{draft_id}/columns"
    assert client.page(f"/desk/drafts/{draft_id}").link("Match the columns") == address
    page = client.page(address)
    fields = {"csrf_token": page.field("csrf_token"), "layout": page.field("layout")}
    nothing = {select.get("name"): "" for select in page.all("select")}
    refused = client.post(address, data={**fields, **nothing}, follow_redirects=True)
    assert "which column holds the date" in refused.text and "Forget what was answered" not in refused.text
    left = client.post(address, data={**fields, "leave_out": "yes"}, follow_redirects=True)
    assert "The sheet is left out" in left.text and "Forget what was answered" in left.text
    client.send(f"/desk/drafts/{draft_id}/ask-again")
    with built.app_context():
        assert queries.reading(draft_id).sheets and queries.remembered(village.place().id, "finance") == ({}, {})


def test_the_last_signer_is_told_that_the_decision_publishes_and_afterwards_all_see_who_decided(
    built: Flask, sent: int
) -> None:
    first, told = "publishes the month at once", []
    for login in ("head", "committee"):
        client = signed_in(built, login)
        page = client.page(f"/desk/drafts/{sent}")
        told.append(first in page.text)
        data = {"csrf_token": page.field("csrf_token"), "seen": page.field("seen"), "decision": "signed"}
        client.post(f"/desk/drafts/{sent}/decide", data={**data, "review|cash": "no"})
    assert told == [False, True]
    done = signed_in(built, "bookkeeper").page(f"/desk/drafts/{sent}")
    assert done.link("Notice for the board (PDF)") == "/en/gazette/1.pdf"
    text = done.text
    assert "Who decided what" in text and "Supervision committee signed · 何秀兰" in text
    assert "does it agree? no" in text and "Questions not answered: 5" in text


def test_a_slip_is_told_at_its_field_too(built: Flask, sent: int) -> None:
    client = signed_in(built, "committee")
    page = client.page(f"/desk/drafts/{sent}")
    data = {"csrf_token": page.field("csrf_token"), "seen": page.field("seen"), "decision": "refused"}
    answer = client.post(f"/desk/drafts/{sent}/decide", data=data)
    assert 'href="#reason"' in answer.text and 'id="reason-problem"' in answer.text


def test_a_column_full_of_card_numbers_is_left_out_as_a_whole(built: Flask) -> None:
    head = (*village.HEAD[:-1], "账户")
    rows = [(*row[:-1], "6222021234567890123" if row[0] else "") for row in CASH]
    draft_id = begun(built, ("账.xlsx", village.workbook(rows, "现金日记账", head)))
    client = signed_in(built, "bookkeeper")
    page = client.page(f"/desk/drafts/{draft_id}")
    assert "This looks like a bank card number" in page.text and "6222" not in page.html
    address = page.link("Does a whole column hold such numbers?")
    fields = {"csrf_token": page.field("csrf_token"), "layout": client.page(address).field("layout")}
    client.post(address, data={**fields, "column|8": ""})
    assert "Everything adds up" in client.page(f"/desk/drafts/{draft_id}").text


def test_without_files_there_is_a_sentence_and_no_error(built: Flask) -> None:
    draft_id = begun(built, cash())
    client = signed_in(built, "bookkeeper")
    with built.app_context():
        services.remove_file(actor("bookkeeper"), draft_id, queries.files(draft_id)[0].id, AT)
    text = client.page(f"/desk/drafts/{draft_id}").text
    assert "Choose a file" in text and "3. Errors" not in text
    client.send(f"/desk/drafts/{draft_id}/nothing")
    with built.app_context():
        assert queries.choices(draft_id).no_dealings


def test_a_file_without_a_table_offers_no_cell_to_mend(built: Flask) -> None:
    text = signed_in(built, "bookkeeper").page(f"/desk/drafts/{begun(built, ('话.csv', '你好'.encode()))}").text
    assert "3. Errors" in text and "Mend these cells" not in text and "Download with marks" not in text


def test_a_file_without_entries_has_the_button_for_no_dealings_at_its_error(built: Flask) -> None:
    draft_id = begun(built, cash(CASH[:1]))
    client = signed_in(built, "bookkeeper")
    assert "No dealings this month" in client.page(f"/desk/drafts/{draft_id}").text
    client.send(f"/desk/drafts/{draft_id}/nothing")
    with built.app_context():
        assert queries.choices(draft_id).no_dealings and not queries.files(draft_id)


def test_lines_are_counted_without_balances_and_an_unread_row_is_told(built: Flask) -> None:
    rows = [*CASH, ("2025-03-13", "现-003", "茶叶", "管理费用", None, "约161.00", 118.50, "", "")]
    text = signed_in(built, "bookkeeper").page(f"/desk/drafts/{begun(built, cash(rows), bank())}").text
    assert "银行存款日记账 · 2 lines" in text
    assert "1 rows with errors could not be read" in text


def test_who_mended_or_added_something_signs_it_no_more(built: Flask) -> None:
    draft_id = begun(built, cash())
    with built.app_context():
        helper = actor("agency")
        services.add_files(helper, draft_id, [bank()], AT)
        services.hand_over(actor("bookkeeper"), draft_id, AT)
        assert makers(queries.draft(draft_id).happenings) == {actor("bookkeeper").person_id, helper.person_id}


def test_the_number_of_a_card_in_a_files_name_is_not_kept(built: Flask) -> None:
    names = [f"流水6222021234567890{n:03d}.xlsx" for n in (1, 2)]
    draft_id = begun(built, (names[0], cash()[1]), (names[1], bank()[1]))
    with built.app_context():
        stored = [file.name for file in queries.files(draft_id)]
    assert len(set(stored)) == 2 and not any("6222" in name for name in stored)
