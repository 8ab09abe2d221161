"""A project from the decision to the acceptance, typed in on a telephone: Chromium, in Chinese, at 360 px, with axe."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from portal import clock
from portal.config import Settings
from portal.disclosure import queries, services
from portal.gazette import queries as gazette
from portal.kinds.subjects import key
from portal.places import queries as places
from tests.conftest import serving
from tests.disclosure import village
from tests.disclosure.village import AT, actor
from tests.journeys.people import Person, person

pytestmark = pytest.mark.browser

NAME = "老屋场水渠改造"
FIRM = "清溪建筑工程有限公司"
LEDGER = (
    ("", "", "上月结余", "", None, None, 90000.0, "", ""),
    ("2026-03-12", "银-012", "水渠工程款", "公益支出", None, 80000.0, 10000.0, FIRM, "周清远"),
)


@pytest.fixture
def settings(settings: Settings, fonts: Path) -> Settings:
    settings.fonts.symlink_to(fonts)
    return replace(settings, demo=True)


@pytest.fixture
def address(app: Flask):  # type: ignore[no-untyped-def]
    with clock.stopped(AT):
        with app.app_context():
            village.build()
            village.open_accounts()
        with serving(app) as base:
            yield base


def decide(draft: int) -> int:
    """The head and the committee sign."""
    number = None
    for login in ("head", "committee"):
        number = services.sign(actor(login), draft, "signed", "", queries.draft(draft).digest or "", AT)
    assert number is not None
    return number


def begin(keeper: Person, period: str) -> int:
    """Begin a posting of a project on the start page; the draft's id."""
    keeper.page.goto(keeper.base + "/desk/")
    form = "section:has(#other) "
    keeper.page.select_option(form + "[name=kind]", "project")
    keeper.page.fill(form + "[name=period]", period)
    keeper.click(form + "button")
    return int(keeper.page.url.rsplit("/", 1)[1].partition("#")[0].partition("?")[0])


def type_in(keeper: Person, step: str, known: str = "", **fields: str) -> None:
    """Choose the step, fill in the fields; `known` is the project's name that the form offers."""
    keeper.click(f"section:has(#typed) a[href*='step={step}']")
    if known:
        assert keeper.page.locator("#typed-name-known option").get_attribute("value") == known
    for name, text in fields.items():
        keeper.page.fill(f"[name=typed-{name}]", text)
    keeper.click("section:has(#typed) form[action$='/typed'] p.do button")


def test_a_project_from_decision_to_acceptance(address: str, app: Flask, chromium: Any) -> None:
    keeper = person(chromium, address, "bookkeeper")
    keeper.look()
    draft = decided(keeper)
    with app.app_context():
        decision = decide(draft)
        ledger = posted_ledger()
        contract = posted_contract()
    draft = paid(keeper)
    with app.app_context():
        payment = decide(draft)
    villager = person(chromium, address)
    reads_what_is_missing(villager, ledger)
    draft = accepted(keeper)
    with app.app_context():
        acceptance = decide(draft)
        found = [item.number for item in gazette.items_of(places.place(village.CODE).id, "project")]
        assert found == [acceptance, payment, contract, decision]
    reads_the_whole(villager, decision, acceptance)


def decided(keeper: Person) -> int:
    """The decision, its budget first typed in words; the draft that was handed over."""
    draft = begin(keeper, "2026-01")
    type_in(keeper, "decision", name=NAME, date="2026-01-05", decision="2026年1月5日村民代表会议", budget="九万元")
    assert "九万元" in keeper.page.input_value("[name=typed-budget]"), "what was typed stays"
    assert "只写数字" in keeper.said("#typed-budget-problem")
    keeper.page.fill("[name=typed-budget]", "90000")
    keeper.page.fill("[name=typed-purpose]", "衬砌水渠800米")
    keeper.click("section:has(#typed) form[action$='/typed'] p.do button")
    assert "90000" in keeper.said("section:has(#typed)")
    keeper.click(".next button.main")
    return draft


def posted_ledger() -> int:
    """March, in whose bank book the firm is paid; its number."""
    accounts = services.start_draft(actor("bookkeeper"), places.place(village.CODE), "finance", "2026-03", AT)
    books = [("银行.xlsx", village.workbook(LEDGER, "银行存款日记账"))]
    services.add_files(actor("bookkeeper"), accounts, books, AT)
    services.hand_over(actor("bookkeeper"), accounts, AT)
    return decide(accounts)


def posted_contract() -> int:
    contract = services.start_draft(actor("bookkeeper"), places.place(village.CODE), "project", "2026-02", AT)
    signed = {"contractor": FIRM, "contract_amount": "80000", "way": "quotes"}
    step = {"name": NAME, "step": "contract", "date": "2026-02-10", **signed}
    services.type_in(actor("bookkeeper"), contract, step, AT)
    services.hand_over(actor("bookkeeper"), contract, AT)
    return decide(contract)


def paid(keeper: Person) -> int:
    """The payment of the whole sum, which the page remarks; the draft that was handed over."""
    draft = begin(keeper, "2026-03")
    type_in(keeper, "payment", NAME, name=NAME, date="2026-03-12", payment="80000", voucher="银-012")
    assert "还没有验收" in keeper.said(), "paid in full before the acceptance"
    keeper.click(".next button.main")
    return draft


def accepted(keeper: Person) -> int:
    draft = begin(keeper, "2026-04")
    type_in(keeper, "acceptance", name=NAME, accepted_on="2026-04-10", accepted_by="验收小组5人")
    keeper.click(".next button.main")
    return draft


def reads_what_is_missing(villager: Person, ledger: int) -> None:
    text = villager.open(f"/zh/places/{village.CODE}/project/{key(NAME)}")
    assert "未公开：验收" in text and "合同款已全部付清，但还没有验收" in text
    assert villager.page.locator("a", has_text="银-012").get_attribute("href") == f"/zh/gazette/{ledger}/lines/1"


def reads_the_whole(villager: Person, decision: int, acceptance: int) -> None:
    """The page of the project that was open, the list that leads to it, and the paper."""
    villager.page.reload()
    villager.look()
    text = villager.said()
    assert "未公开：验收" not in text and "2026年4月10日" in text and "村民代表会议" in text
    assert "合同款已于2026年3月12日全部付清，而2026年4月10日才验收" in text
    assert f"公报第{decision}号" in text and "何秀兰" in text
    villager.open(f"/zh/places/{village.CODE}/project")
    villager.click(f"a:has-text('{NAME}')")
    answer = villager.page.request.get(f"{villager.base}/zh/gazette/{acceptance}.pdf")
    paper = "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body())).pages).split())
    assert "验收小组5人" in paper and "80,000.00" in paper and "衬砌水渠800米" in paper
