"""A correction in real Chromium, in Chinese, at 360 px: from the bookkeeper's page to a villager with the old paper."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from portal import clock
from portal.config import Settings
from portal.gazette import queries as gazette
from tests.conftest import serving
from tests.disclosure import village
from tests.disclosure.village import AT
from tests.journeys.people import Person, person

pytestmark = pytest.mark.browser
LATER = AT + timedelta(days=7)
WHY = "收款人和摘要写错了"


@pytest.fixture
def settings(settings: Settings, fonts: Path) -> Settings:
    settings.fonts.symlink_to(fonts)
    return replace(settings, demo=True)


@pytest.fixture
def march(app: Flask) -> tuple[int, str]:
    """A month that hangs on the board: its number and the check code on its paper."""
    with clock.stopped(AT), app.app_context():
        number = village.march()
        return number, gazette.item(number).check_code


@pytest.fixture
def address(app: Flask, march: tuple[int, str]) -> Iterator[str]:
    with clock.stopped(LATER), serving(app) as base:
        yield base


def test_a_villager_with_the_old_paper_reads_what_was_corrected(
    address: str, app: Flask, chromium: Any, march: tuple[int, str]
) -> None:
    old, code = march
    draft = corrected(person(chromium, address, "bookkeeper"))
    for login in ("head", "committee"):
        signed(person(chromium, address, login), draft)
    with app.app_context():
        new = gazette.item(old).superseded_by
        assert new is not None
    villager = person(chromium, address)
    checks(villager, code)
    reads(villager, old, new)


def corrected(keeper: Person) -> str:
    """The bookkeeper corrects the payee and the words of a line and hands it over; the address of the draft."""
    keeper.page.goto(f"{keeper.base}/desk/drafts")
    keeper.click(".cards a:has-text('更正')")
    keeper.page.fill("#reason", WHY)
    keeper.click("main button.main")
    keeper.click(".entries tr:has-text('现-002') a:has-text('更正')")
    keeper.page.fill("[name=typed-payee]", "王春鸣")
    keeper.page.fill("[name=typed-summary]", "水渠清淤人工费,8人4天")
    keeper.click("main button.main")
    told = keeper.said(".correction")
    assert WHY in told and "王春明" in told and "王春鸣" in told
    draft = str(keeper.page.url.partition("#")[0])
    keeper.click(".next button.main")
    return draft


def signed(signer: Person, draft: str) -> None:
    signer.page.goto(draft)
    told = signer.said(".correction")
    assert WHY in told and "王春鸣" in told
    signer.page.click("button[value=signed]")
    signer.page.click("#unanswered ~ .do button[value=signed]")


def checks(villager: Person, code: str) -> None:
    """The code of the old paper leads to what was corrected."""
    villager.page.goto(f"{villager.base}/zh/verify")
    villager.page.fill("#code", code.lower())
    villager.click("form.find button")
    verdict = villager.said(".verdict")
    for words in ("2026年4月20日", WHY, "王春明", "王春鸣", "8人3天", "8人4天"):
        assert words in verdict, words
    villager.click(".verdict .changes a")
    assert "王春鸣" in villager.said()


def reads(villager: Person, old: int, new: int) -> None:
    """The old page leads to the new one, which names the old one on the screen and on paper."""
    page = villager.open(f"/zh/gazette/{old}")
    assert f"由第{new}号更正" in page and WHY in page and "水渠清淤人工费,8人3天" in page
    villager.click(".replaced p:last-child a")
    assert villager.page.url == f"{villager.base}/zh/gazette/{new}"
    assert f"公布的第{old}号" in villager.said(".corrects")
    answer = villager.page.request.get(f"{villager.base}/zh/gazette/{new}.pdf")
    paper = "".join("".join(sheet.extract_text().split()) for sheet in PdfReader(io.BytesIO(answer.body())).pages)
    assert f"本期更正公报第{old}号" in paper and WHY in paper and "王春明→王春鸣" in paper
