"""One month in real Chromium, in Chinese, at 360 px: from signing in with two files to the page and its notice."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
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
from tests.journeys.people import person

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
    files = month(tmp_path)
    keeper = person(chromium, address, "bookkeeper")
    keeper.look()
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

    head = person(chromium, address, "head")
    head.look()
    head.click(".cards a")
    head.click("button[value=signed]")
    assert "一个也没有回答" in head.page.inner_text("#unanswered")
    head.click("button[value=signed]")

    committee = person(chromium, address, "committee")
    committee.look()
    committee.click(".cards a")
    committee.page.fill("#reason", "银-009 没有见到验收单。")
    committee.click("button[value=reserved]")
    with app.app_context():
        number = queries.draft(draft_id).number
        assert number is not None
        assert gazette.signoffs(number)[2]["reason"] == "银-009 没有见到验收单。"
        assert len(gazette.content(number)["lines"]) == LINES

    villager = person(chromium, address)
    text = villager.open(f"/zh/gazette/{number}")
    assert "银-009 没有见到验收单" in text
    with app.app_context():
        code = gazette.item(number).check_code
    assert code in text
    answer = villager.page.request.get(f"{address}/zh/gazette/{number}.pdf")
    paper = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body())).pages)
    assert code in paper and "路灯维修第30次" in paper and "没有见到验收单" in paper
