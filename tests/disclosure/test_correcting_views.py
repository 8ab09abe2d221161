"""The pages of a correction, as the bookkeeper and the signers meet them."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from portal import clock
from portal.config import Settings
from portal.disclosure import queries, services
from portal.disclosure.rules import State
from portal.gazette import queries as gazette
from tests.disclosure import rosters, village
from tests.disclosure.test_views import signed_in
from tests.disclosure.village import AT, actor, published
from tests.pages import Page, PageClient

LATER = AT + timedelta(days=25)
WHY = "收款人写错了"


@pytest.fixture
def settings(settings: Settings, fonts: Path) -> Settings:
    settings.fonts.symlink_to(fonts)
    return replace(settings, demo=True)


@pytest.fixture(autouse=True)
def later():  # type: ignore[no-untyped-def]
    with clock.stopped(LATER):
        yield


@pytest.fixture
def march(app: Flask) -> int:
    with app.app_context():
        return village.march()


@pytest.fixture
def keeper(app: Flask, march: int) -> PageClient:
    return signed_in(app, "bookkeeper")


def begun(client: PageClient, number: int, reason: str = WHY) -> str:
    """The address of the draft that corrects an item."""
    token = client.page(f"/desk/drafts/correct/{number}").field("csrf_token")
    answer = client.post(f"/desk/drafts/correct/{number}", data={"csrf_token": token, "reason": reason})
    assert answer.status_code == 302, answer.text
    return answer.location.partition("#")[0]


def sent(client: PageClient, page: str, target: str, **fields: str) -> Page:
    """Send a form of a page to its target, and the page that follows."""
    shown = client.page(page)
    data = {"csrf_token": shown.field("csrf_token"), "edition": shown.field("edition"), **fields}
    answer = Page(client.post(target, data=data, follow_redirects=True))
    answer.check()
    return answer


def line_fields(page: Page) -> dict[str, str]:
    inputs = [(one.get("name") or "", one.get("value", "")) for one in page.all("input")]
    return {name: value for name, value in inputs if name.startswith("typed-")}


def corrected(client: PageClient, address: str, n: int, **fields: str) -> Page:
    page = client.page(f"{address}/lines/{n}")
    typed = {**line_fields(page), **{f"typed-{name}": text for name, text in fields.items()}}
    return sent(client, f"{address}/lines/{n}", f"{address}/lines/{n}", **typed)


def id_of(address: str) -> int:
    return int(address.rsplit("/", 1)[1])


def test_a_payee_is_corrected_from_what_was_published_to_what_holds(app: Flask, keeper: PageClient, march: int) -> None:
    listing = keeper.page("/desk/drafts")
    assert listing.link("Correct this") == f"/desk/drafts/correct/{march}"
    assert (
        keeper.page(keeper.page("/desk/drafts").link("青禾村")).link("Correct this") == f"/desk/drafts/correct/{march}"
    )
    address = begun(keeper, march)
    page = keeper.page(address)
    assert WHY in page.text and "Nothing yet. Correct a line below" in page.text
    assert f"{address}/lines/2" in page.html
    after = corrected(keeper, address, 2, payee="王春鸣")
    assert "王春明" in after.texts("del") and "王春鸣" in after.texts("ins")
    done = sent(keeper, address, f"{address}/hand-over")
    assert "Handed over" in done.text
    head = signed_in(app, "head")
    review = head.page(address)
    assert WHY in review.text and "王春鸣" in review.texts("ins") and f"{address}/lines/2" not in review.html
    sheet = "".join(PdfReader(BytesIO(head.get(f"{address}/sheet.pdf").data)).pages[0].extract_text().split())
    assert WHY in sheet and "王春明→王春鸣" in sheet
    with app.app_context():
        number = published(id_of(address), LATER)
    assert f"corrected by number {number}" in keeper.page("/desk/drafts").text
    assert f"It was corrected by number {number}." in keeper.page("/desk/drafts/1").text


def test_a_reason_is_asked_for_and_what_was_typed_stays(keeper: PageClient, march: int) -> None:
    token = keeper.page(f"/desk/drafts/correct/{march}").field("csrf_token")
    for reason, said in (("", "Say in one sentence why"), ("电话13800138000写错", "a phone number")):
        answer = keeper.post(f"/desk/drafts/correct/{march}", data={"csrf_token": token, "reason": reason})
        assert answer.status_code == 400 and said in answer.text and reason in answer.text
    address = begun(keeper, march)
    slip = sent(keeper, address, f"{address}/reason", reason="")
    assert slip.status == 400 and "Say in one sentence why" in slip.text
    assert "经手人写错了" in sent(keeper, address, f"{address}/reason", reason="经手人写错了").text


def test_a_second_correction_at_once_is_told_where_the_first_is(app: Flask, keeper: PageClient, march: int) -> None:
    address = begun(keeper, march)
    page = keeper.page(f"/desk/drafts/correct/{march}", status=409)
    assert "being corrected already" in page.text and page.link("To the draft that corrects it") == address
    corrected(keeper, address, 2, payee="王春鸣")
    with app.app_context():
        services.hand_over(actor("bookkeeper", LATER), id_of(address), LATER)
        number = published(id_of(address), LATER)
    over = keeper.page(f"/desk/drafts/correct/{march}", status=409)
    assert f"by number {number}" in over.text and over.link("Correct number") == f"/desk/drafts/correct/{number}"
    again = begun(keeper, number, "又写错了")
    assert id_of(again) != id_of(address)


def test_a_number_leads_to_its_correction_and_a_wrong_one_back(keeper: PageClient, march: int) -> None:
    assert keeper.get(f"/desk/drafts/correct?number={march}").location == f"/desk/drafts/correct/{march}"
    assert "such as 1284" in keeper.page("/desk/drafts/correct?number=abc").text
    assert "There is no period “2026-13”" in keeper.page("/desk/drafts?period=2026-13").text
    assert "There is no period" not in keeper.page("/desk/drafts?period=2026-Q1").text
    assert keeper.get("/desk/drafts/correct/99").status_code == 404


def test_only_who_prepares_corrects(app: Flask, march: int) -> None:
    for login in ("head", "committee", "township"):
        assert signed_in(app, login).get(f"/desk/drafts/correct/{march}").status_code == 403
    assert "Correct this" not in signed_in(app, "head").page("/desk/drafts").text


def test_a_changed_closing_asks_how_the_later_months_go_on(app: Flask, keeper: PageClient, march: int) -> None:
    with app.app_context():
        april = village.april(village.place(), LATER)
    address = begun(keeper, march, "人工费多写了")
    page = corrected(keeper, address, 2, expense="500")
    assert "How shall the later months go on?" in page.text and "April 2026" in page.text
    assert "write this into May 2026" in page.text and "600.00 should be 500.00" in page.text
    assert "244.50" in page.texts("del") and "344.50" in page.texts("ins")
    carried = sent(keeper, address, f"{address}/carry", carried="yes")
    assert "corrected together with this one" in carried.text
    back = sent(keeper, address, f"{address}/carry", carried="no")
    assert "How shall the later months go on?" in back.text
    sent(keeper, address, f"{address}/carry", carried="yes")
    sent(keeper, address, f"{address}/hand-over")
    assert "April 2026" in signed_in(app, "committee").page(address).text
    with app.app_context():
        published(id_of(address), LATER)
        assert gazette.item(april).superseded_by is not None


def test_a_line_is_added_and_another_taken_out(app: Flask, keeper: PageClient, march: int) -> None:
    address = begun(keeper, march, "漏记一笔")
    page = keeper.page(keeper.page(address).link("Add a line that was forgotten"))
    assert "Into which book?" in page.text
    fields = {"date": "2026-03-20", "voucher": "现-003", "summary": "会议室灯管", "expense": "35"}
    after = corrected(keeper, address, 5, **fields)
    assert "会议室灯管" in " ".join(after.texts("ins"))
    gone = sent(keeper, f"{address}/lines/1", f"{address}/lines/1/remove")
    assert "办公用品" in " ".join(gone.texts("del"))


def test_a_field_that_says_what_it_said_is_told_on_the_form(keeper: PageClient, march: int) -> None:
    address = begun(keeper, march)
    page = corrected(keeper, address, 2)
    assert page.status == 400 and "Nothing was changed" in page.text
    assert keeper.get(f"{address}/lines/77").status_code == 404


def test_a_correction_that_says_the_same_is_not_handed_over(app: Flask, keeper: PageClient, march: int) -> None:
    address = begun(keeper, march)
    page = keeper.page(address)
    assert "Correct something below first" in page.text and "Everything adds up" not in page.text
    assert "Nothing differs from what was published" in sent(keeper, address, f"{address}/hand-over").text
    with app.app_context():
        assert queries.draft(id_of(address)).state is State.PREPARING


def test_a_list_is_corrected_by_its_fields_and_no_number_is_shown(app: Flask, march: int) -> None:
    with app.app_context():
        number = rosters.posted(village.place(), rosters.workbook(rosters.rows()), at=LATER)
    keeper = signed_in(app, "bookkeeper")
    address = begun(keeper, number, "名字写错了")
    form = keeper.page(f"{address}/lines/1")
    assert "Left empty, it stays as it is." in form.text
    after = corrected(keeper, address, 1, name="甘小曼", id_number=rosters.CARDS[0])
    assert "甘小满" in after.texts("del") and "甘小曼" in after.texts("ins")
    for page in (form, after, keeper.page(f"{address}/lines/2")):
        assert not any(secret in page.html for secret in rosters.SECRETS)


def test_what_cannot_be_read_is_told_at_its_field_and_changes_nothing(
    app: Flask, keeper: PageClient, march: int
) -> None:
    address = begun(keeper, march)
    page = keeper.page(f"{address}/lines/2")
    assert "现-002 水渠清淤人工费" in page.text
    slip = corrected(keeper, address, 2, expense="四百", payee="王春鸣")
    assert slip.status == 400 and "The line is corrected" not in slip.text
    assert [one.get("name") for one in slip.all("input") if one.get("aria-invalid")] == ["typed-expense"]
    assert line_fields(slip)["typed-expense"] == "四百" and line_fields(slip)["typed-payee"] == "王春鸣"
    with app.app_context():
        reading = queries.reading(id_of(address))
        assert not reading.errors and len(reading.content["lines"]) == 4
        assert not queries.choices(id_of(address)).mends
    new = corrected(keeper, address, 5, date="2026-03-20", voucher="现-003", summary="会议室灯管", expense="三十五")
    assert new.status == 400 and [one.get("name") for one in new.all("input") if one.get("aria-invalid")]
    emptied = {name.removeprefix("typed-"): "" for name in line_fields(page)}
    assert corrected(keeper, address, 2, **emptied).status == 400


def values(page: Page, name: str) -> list[str | None]:
    """What stands in the fields of this name, in whatever form."""
    return [one.get("value") for one in page.all("input") if one.get("name") == name]


def test_a_period_that_cannot_be_begun_leaves_what_was_typed_in_the_form(keeper: PageClient, march: int) -> None:
    typed = {"village": village.CODE, "kind": "finance", "period": "2026-Q1", "about": "", "other": "yes"}
    typed["csrf_token"] = keeper.page("/desk/").field("csrf_token")
    page = Page(keeper.post("/desk/drafts", data=typed, follow_redirects=True))
    assert "Write the month like 2026-03; no quarter" in page.text
    assert "2026-Q1" in values(page, "period")
    typed |= {"kind": "statement", "period": "2026-13", "about": "春季"}
    page = Page(keeper.post("/desk/drafts", data=typed, follow_redirects=True))
    assert "a quarter like 2026-Q1" in page.text
    assert "2026-13" in values(page, "period") and "春季" in values(page, "about")
