"""A subsidy from the roster to the call that finds what a household did not get: Chromium, in Chinese, with axe."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from portal import clock
from portal.accounts.rules import OPERATOR
from portal.config import Settings
from portal.gazette import queries as gazette
from portal.places import queries as places
from portal.places import services as places_services
from portal.recipients import queries
from tests.conftest import serving
from tests.disclosure import rosters, village
from tests.disclosure.rosters import PEOPLE, PHONES, SECRETS
from tests.disclosure.village import AT
from tests.journeys.people import Person, person

pytestmark = pytest.mark.browser
MAY = AT + timedelta(days=30)
GROUPS = {name: f"{n % 3 + 1}组" for n, name in enumerate(PEOPLE)}
WELL = {"known": "yes", "got": "yes", "sum": "yes", "kept": "no", "seen": "yes"}
MISSED = {"known": "yes", "got": "no", "seen": "no"}


@pytest.fixture
def settings(settings: Settings, fonts: Path) -> Settings:
    settings.fonts.symlink_to(fonts)
    return replace(settings, demo=True)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with clock.stopped(AT):
        with app.app_context():
            place = village.build()
            village.open_accounts()
            rosters.set_rate(place)
            county, source = places.ancestors(place.id)[0], "县农业农村局通知"
            everybody = ("calls_per_programme", county.id, len(PEOPLE), AT.date(), source, OPERATOR, AT)
            places_services.set_setting(*everybody)
        with serving(app) as base:
            yield base


def published(chromium: Any, base: str, app: Flask, file: Path) -> int:
    """The bookkeeper chooses the list and hands it over, the committee and the head sign; its number."""
    file.write_bytes(rosters.workbook(rosters.rows()))
    keeper = person(chromium, base, "bookkeeper")
    other = "section:has(#other) "
    keeper.page.select_option(other + "[name=kind]", "subsidy")
    keeper.page.fill(other + "[name=period]", "2025")
    keeper.click(other + "button")
    keeper.page.set_input_files("#upload", file)
    keeper.click("section:has(#upload) form:has(#upload) button")
    keeper.click(".next button.main")
    with app.app_context():
        return village.published(1)


def slips(township: Person) -> dict[str, str]:
    """The slips that the township prints: the code of each household."""
    township.click("nav a:has-text('明白卡')")
    township.click("main th a:has-text('青禾村')")
    with township.page.expect_download() as coming:
        township.page.click("section:has(#slips) button.main")
    pages = PdfReader(coming.value.path()).pages
    text = "\n".join(page.extract_text() for page in pages)
    found = re.findall(r"\d{4} \d{4} \d{4} \d{4}", text)
    assert len(set(found)) == len(PEOPLE)
    return dict(zip(sorted(PEOPLE, key=lambda name: (GROUPS[name], name)), found, strict=True))


def test_a_payment_that_did_not_come_is_found_by_slip_and_by_call(
    address: str, app: Flask, chromium: Any, tmp_path: Path
) -> None:
    number = published(chromium, address, app, tmp_path / "花名册.xlsx")
    township = person(chromium, address, "township", width=1100)
    codes = slips(township)

    villager = person(chromium, address)
    villager.page.goto(f"{address}/zh/gazette/{number}")
    villager.look()
    assert PEOPLE[0] in villager.page.inner_text("main")
    villager.click("a[href$='/zh/mine']")
    villager.page.fill("#code", codes[PEOPLE[0]])
    villager.click("main button.main")
    text = villager.page.inner_text("main")
    assert PEOPLE[0] in text and "385.60" in text and PEOPLE[1] not in text
    villager.click("button[value=not_received]")
    assert "只有乡镇看得到" in villager.page.inner_text("[role=status]")
    assert villager.page.context.cookies() == []

    township.page.goto(f"{address}/desk/recipients")
    township.look()
    assert f"青禾村 {PEOPLE[0]}" in township.page.inner_text("section:has(#doubts)")

    with clock.stopped(MAY), serving(app) as base:
        officer = person(chromium, base, "township")
        officer.click("nav a:has-text('电话回访')")
        officer.click("main button.main")
        officer.click(".cards a")
        for _n in PEOPLE:
            call(officer)
        officer.click("p.where a")
        record = publish(officer)
        with app.app_context():
            (doubt,) = queries.doubts([village.place().id])
            assert (doubt.name, doubt.at) == (PEOPLE[0], MAY.astimezone(clock.UTC))
            assert gazette.content(record) == {
                **{"programme": "arable", "period": "2026-05", "called": 8},
                **{"reached": 8, "confirmed": 7, "corrected": 1},
            }

        villager.page.goto(f"{base}/zh/places/990110001000")
        villager.click(f"a[href='/zh/gazette/{record}']")
        text = villager.page.inner_text("main")
        assert "8户" in text and not any(name in text for name in PEOPLE)
        officer.page.goto(f"{base}/desk/recipients")
        officer.look()
        told = officer.page.inner_text("section:has(#doubts)")
        assert "没收到" in told and "自己查询时说的" in told and "电话里说的" in told
        sees_nothing(person(chromium, base, "head"), number)


def call(officer: Person) -> None:
    """The next household of the round: its telephone, five questions, six clicks; one of them got nothing."""
    section = officer.page.locator("section:has(form)").first
    text = section.inner_text()
    name = next(name for name in PEOPLE if name in text)
    assert PHONES[PEOPLE.index(name)] in text and section.locator("fieldset").count() == 5
    for key, reply in (MISSED if name == PEOPLE[0] else WELL).items():
        section.locator(f"[name={key}][value={reply}]").check()
    section.locator("button.main").click()
    officer.page.wait_for_load_state()


def publish(officer: Person) -> int:
    officer.click("main form.act button")
    return int(re.findall(r"公报第\s*(\d+)\s*号", officer.page.inner_text("main"))[0])


def sees_nothing(head: Person, number: int) -> None:
    """No page that a village account finds tells a code, an answer, a number or who was called."""
    assert head.page.locator("nav a", has_text="明白卡").count() == 0
    for path in ("/desk/recipients", f"/desk/recipients/{village.CODE}", "/desk/recipients/calls/1"):
        assert head.page.request.get(head.base + path).status == 403
    for path in ("/desk/", "/desk/drafts/1", f"/zh/gazette/{number}", f"/zh/gazette/{number}.json"):
        text = head.page.request.get(head.base + path).text()
        assert "没收到" not in text and "not_received" not in text and not any(secret in text for secret in SECRETS)
