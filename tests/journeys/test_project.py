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
from tests.journeys.test_month import Person

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
    window = chromium.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
    keeper = Person(window, address)
    keeper.sign_in("bookkeeper")

    draft = begin(keeper, "2026-01")
    type_in(keeper, "decision", name=NAME, date="2026-01-05", decision="2026年1月5日村民代表会议", budget="九万元")
    assert "九万元" in keeper.page.input_value("[name=typed-budget]"), "what was typed stays"
    assert "只写数字" in keeper.page.inner_text("#typed-budget-problem")
    keeper.page.fill("[name=typed-budget]", "90000")
    keeper.page.fill("[name=typed-purpose]", "衬砌水渠800米")
    keeper.click("section:has(#typed) form[action$='/typed'] p.do button")
    assert "90000" in keeper.page.inner_text("section:has(#typed)")
    keeper.click(".next button.main")
    with app.app_context():
        decision = decide(draft)
        place = places.place(village.CODE)
        accounts = services.start_draft(actor("bookkeeper"), place, "finance", "2026-03", AT)
        books = [("银行.xlsx", village.workbook(LEDGER, "银行存款日记账"))]
        services.add_files(actor("bookkeeper"), accounts, books, AT)
        services.hand_over(actor("bookkeeper"), accounts, AT)
        ledger = decide(accounts)
        contract = services.start_draft(actor("bookkeeper"), place, "project", "2026-02", AT)
        signed = {"contractor": FIRM, "contract_amount": "80000", "way": "quotes"}
        services.type_in(
            actor("bookkeeper"), contract, {"name": NAME, "step": "contract", "date": "2026-02-10", **signed}, AT
        )
        services.hand_over(actor("bookkeeper"), contract, AT)
        decide(contract)

    draft = begin(keeper, "2026-03")
    type_in(keeper, "payment", NAME, name=NAME, date="2026-03-12", payment="80000", voucher="银-012")
    assert "还没有验收" in keeper.page.inner_text("main"), "paid in full before the acceptance"
    keeper.click(".next button.main")
    with app.app_context():
        payment = decide(draft)

    villager = Person(chromium.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN"), address)
    villager.page.goto(f"{address}/zh/places/{village.CODE}/project/{key(NAME)}")
    villager.look()
    text = villager.page.inner_text("main")
    assert "未公开：验收" in text and "合同款已全部付清，但还没有验收" in text
    assert villager.page.locator("a", has_text="银-012").get_attribute("href") == f"/zh/gazette/{ledger}/lines/1"

    draft = begin(keeper, "2026-04")
    type_in(keeper, "acceptance", name=NAME, accepted_on="2026-04-10", accepted_by="验收小组5人")
    keeper.click(".next button.main")
    with app.app_context():
        acceptance = decide(draft)
        assert [item.number for item in gazette.items_of(place.id, "project")] == [acceptance, payment, 3, decision]

    villager.page.reload()
    villager.look()
    text = villager.page.inner_text("main")
    assert "未公开：验收" not in text and "2026年4月10日" in text and "村民代表会议" in text
    assert "合同款已于2026年3月12日全部付清，而2026年4月10日才验收" in text
    assert f"公报第{decision}号" in text and "何秀兰" in text
    villager.page.goto(f"{address}/zh/places/{village.CODE}/project")
    villager.look()
    villager.click(f"a:has-text('{NAME}')")
    answer = villager.page.request.get(f"{address}/zh/gazette/{acceptance}.pdf")
    paper = "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body())).pages).split())
    assert "验收小组5人" in paper and "80,000.00" in paper and "衬砌水渠800米" in paper
