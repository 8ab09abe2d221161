"""One month in real Chromium, in Chinese, at 360 px: from signing in with two files to the page and its notice."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from pypdf import PdfReader

from portal import clock
from portal.config import Settings
from portal.disclosure import queries
from portal.disclosure.rules import State
from portal.gazette import queries as gazette
from tests.conftest import serving
from tests.disclosure import village
from tests.disclosure.village import AT

pytestmark = pytest.mark.browser
CLICKS_AT_MOST = 12
BYTES_AT_MOST = 3_000_000
LINES = 60


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


class Person:
    """Somebody at a browser: counts clicks and bytes sent, looks at each page with axe and for sideways scrolling."""

    def __init__(self, window: Any, base: str) -> None:
        self.page = window.new_page()
        self.page.on("requestfinished", self.count)
        self.base = base
        self.clicks = 0
        self.sent = 0

    def count(self, request: Any) -> None:
        sizes = request.sizes()
        self.sent += sizes["requestHeadersSize"] + max(
            sizes["requestBodySize"], int(request.headers.get("content-length", 0))
        )

    def sign_in(self, login: str) -> None:
        self.page.goto(self.base + "/sign-in")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", village.PASSWORD)
        self.click("main button")

    def click(self, selector: str) -> None:
        self.clicks += 1
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state()
        self.look()

    def look(self) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{self.page.url} scrolls sideways at 360 px"
        found = Axe().run(self.page)
        assert found.violations_count == 0, f"{self.page.url}: {found.generate_report()}"


def month(folder: Path) -> list[Path]:
    """A cash book and a bank book of 60 lines together; one cell of the cash book holds words instead of a sum."""
    paths = []
    for name, sheet, word, opening in (
        ("现金账", "现金日记账", "现", 9000.0),
        ("银行账", "银行存款日记账", "银", 90000.0),
    ):
        rows: list[tuple[Any, ...]] = [("", "", "上月结余", "", None, None, opening, "", "")]
        for n in range(1, LINES // 2 + 1):
            opening -= 100 + n
            spent: Any = "壹佰零叁" if (word, n) == ("现", 3) else 100 + n
            day = f"2026-03-{n:02d}"
            rows.append(
                (day, f"{word}-{n:03d}", f"路灯维修第{n}次", "公益支出", None, spent, opening, "青禾供电公司", "周清远")
            )
        path = folder / f"{name}.xlsx"
        path.write_bytes(village.workbook(rows, sheet))
        paths.append(path)
    return paths


def test_a_month_from_two_files_to_the_gazette(address: str, app: Flask, chromium: Any, tmp_path: Path) -> None:
    def window() -> Any:
        return chromium.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")

    files = month(tmp_path)
    keeper = Person(window(), address)
    keeper.sign_in("bookkeeper")
    keeper.clicks += 1  # the file chooser
    keeper.page.set_input_files("#files-1", files)
    keeper.click(".due button.main")
    assert "现金日记账 · F5" in keeper.page.inner_text("main")
    keeper.page.fill(".faults li:has-text('F5') input[name^='cell']", "103")
    keeper.click("section:has(.faults) button.main")
    keeper.click(".next button.main")
    assert keeper.clicks <= CLICKS_AT_MOST
    assert sum(path.stat().st_size for path in files) < keeper.sent <= BYTES_AT_MOST
    draft_id = int(keeper.page.url.rsplit("/", 1)[1].partition("#")[0])
    with app.app_context():
        assert queries.draft(draft_id).state is State.WAITING

    head = Person(window(), address)
    head.sign_in("head")
    head.click(".cards a")
    head.click("button[value=signed]")
    assert "一个也没有回答" in head.page.inner_text("#unanswered")
    head.click("button[value=signed]")

    committee = Person(window(), address)
    committee.sign_in("committee")
    committee.click(".cards a")
    committee.page.fill("#reason", "银-009 没有见到验收单。")
    committee.click("button[value=reserved]")
    with app.app_context():
        number = queries.draft(draft_id).number
        assert number is not None
        assert gazette.signoffs(number)[2]["reason"] == "银-009 没有见到验收单。"
        assert len(gazette.content(number)["lines"]) == LINES

    villager = Person(window(), address)
    villager.page.goto(f"{address}/zh/gazette/{number}")
    villager.look()
    text = villager.page.inner_text("main")
    assert "银-009 没有见到验收单" in text
    with app.app_context():
        code = gazette.item(number).check_code
    assert code in text
    answer = villager.page.request.get(f"{address}/zh/gazette/{number}.pdf")
    paper = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body())).pages)
    assert code in paper and "路灯维修第30次" in paper and "没有见到验收单" in paper
