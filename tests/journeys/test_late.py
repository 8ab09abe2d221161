"""A late month in real Chromium, in Chinese, at 360 px: from the missing mark to the printed report, the township's
board, the bookkeeper's reminder, and the month that is posted at last."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.accounts.rules import OPERATOR
from portal.config import Settings
from portal.duties import services as duties
from portal.places import queries as places
from portal.places import services as place_services
from tests.conftest import serving
from tests.disclosure import village
from tests.disclosure.village import AT, CODE
from tests.journeys.people import Person, person

pytestmark = pytest.mark.browser
TOWNSHIP = "990110001000"
BEGAN = AT - timedelta(days=30)
"""March is the first month that the village owes; it was due on 10 April, three days ago."""


@pytest.fixture
def settings(settings: Settings, fonts: Path) -> Settings:
    settings.fonts.symlink_to(fonts)
    return replace(settings, demo=True)


@pytest.fixture
def county(app: Flask) -> Flask:
    """Two villages that owe March; the worker has reminded on the day after it was due."""
    with app.app_context():
        village.build(BEGAN)
        village.open_accounts()
        county = places.county().id
        place_services.set_setting("duties", county, ["finance"], date(2024, 1, 1), "县里的通知", OPERATOR, BEGAN)
        duties.remind(AT - timedelta(days=2))
    return app


@contextmanager
def served(app: Flask, chromium: Any, login: str = "") -> Iterator[Person]:
    with serving(app) as base:
        found = person(chromium, base, login)
        if login:
            found.look()
        yield found
        found.page.context.close()


def said(paper: bytes, folder: Path) -> str:
    """What pdftotext reads on a paper, on one line."""
    path = folder / "paper.pdf"
    path.write_bytes(paper)
    out = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    return " ".join(out.split())


def test_a_late_month_from_the_missing_mark_to_the_printed_report(county: Flask, chromium: Any, tmp_path: Path) -> None:
    with clock.stopped(AT):
        with served(county, chromium) as villager:
            misses_it(villager, tmp_path)
        with served(county, chromium, "township") as clerk:
            prints_a_letter(clerk, tmp_path)
        with served(county, chromium, "bookkeeper") as keeper:
            number = posts_at_last(keeper, county)
        with served(county, chromium) as villager:
            reads_that_it_was_late(villager, number, tmp_path)


def misses_it(villager: Person, folder: Path) -> None:
    """The mark of the month, the day it was due, the report of it, and the village on the township's board."""
    page = villager.page
    villager.open(f"/zh/places/{CODE}")
    mark = page.locator(".calendar .missing")
    assert mark.count() == 1 and mark.inner_text().split() == ["3月", "✕", "未公开"]
    row = page.locator("ul.owed li", has_text="2026年3月收支情况")
    assert "2026年4月10日" in row.inner_text() and "已逾期 3 天" in row.inner_text()
    paper = report(villager, str(row.locator("a").get_attribute("href")), folder)
    assert "应公开日期 2026年4月10日" in paper and "截至2026年4月13日未公开，逾期 3 天" in paper
    assert "第36条" in paper and "2025年修订的《村民委员会组织法》" in paper and "第31条" not in paper
    assert "签名" in paper and "村民回执" in paper
    villager.open(f"/zh/places/{TOWNSHIP}")
    assert page.locator(".owing tbody tr").first.inner_text().startswith("青禾村")


def report(villager: Person, path: str, folder: Path) -> str:
    return said(villager.page.request.get(villager.base + path).body(), folder)


def prints_a_letter(clerk: Person, folder: Path) -> None:
    """The township sees who is late and who was reminded when, and prints its letter."""
    late = clerk.page.locator(".late-villages tbody tr", has_text="青禾村")
    assert "周清远" in late.inner_text() and "最近一次4月11日" in late.inner_text()
    with clerk.page.expect_download() as download:
        late.locator("button").click()
    letter = said(Path(download.value.path()).read_bytes(), folder)
    assert "公开提醒" in letter and "2026年3月：应于2026年4月10日公开，已逾期 3 天" in letter


def posts_at_last(keeper: Person, county: Flask) -> int:
    """The bookkeeper reads how often he was reminded; the number of the month, which is due no longer."""
    first = keeper.page.locator(".due").first.inner_text()
    assert "逾期3天" in first and "已提醒：4月11日" in first and "乡镇催办函：4月13日" in first
    with county.app_context():
        number = village.published(village.handed_over(village.place()))
    keeper.page.reload()
    assert keeper.page.locator(".due").count() == 0
    return number


def reads_that_it_was_late(villager: Person, number: int, folder: Path) -> None:
    villager.page.goto(f"{villager.base}/zh/places/{CODE}")
    mark = villager.page.locator(".calendar .late")
    assert "逾期3天" in mark.inner_text().replace(" ", "")
    assert str(mark.locator("a").get_attribute("href")).endswith(f"/gazette/{number}")
    paper = report(villager, f"/zh/places/{CODE}/finance/report.pdf?period=2026-03", folder)
    assert f"2026年4月13日公开，逾期 3 天（公报第{number}号）" in paper and "未公开" not in paper
