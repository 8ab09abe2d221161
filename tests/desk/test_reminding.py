"""The township's letter: printed from its start page, written down once a day, only for villages that owe something."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from portal import clock
from portal.config import Settings
from portal.disclosure import services
from portal.duties import boards
from tests.disclosure import village
from tests.disclosure.village import AT, CODE, OTHER, actor
from tests.pages import PageClient

LETTER = f"/desk/letters/{CODE}"


@pytest.fixture
def settings(settings: Settings, fonts: Path) -> Settings:
    settings.fonts.symlink_to(fonts)
    return replace(settings, demo=True)


@pytest.fixture
def county(app: Flask):  # type: ignore[no-untyped-def]
    """Two villages that owe March since three days."""
    with clock.stopped(AT):
        with app.app_context():
            village.build(AT - timedelta(days=30))
            village.open_accounts()
        yield app


def signed_in(app: Flask, login: str) -> PageClient:
    client = PageClient(app)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.send("/sign-in", login=login, password=village.PASSWORD)
    return client


def printed(client: PageClient, path: str = LETTER):  # type: ignore[no-untyped-def]
    data = {"csrf_token": client.page("/desk/").field("csrf_token")}
    return client.post(path, data=data, follow_redirects=True)


def test_the_letter_says_what_is_owed_and_is_written_down_once_a_day(county: Flask) -> None:
    client = signed_in(county, "township")
    for _ in range(2):
        paper = " ".join(PdfReader(BytesIO(printed(client).data)).pages[0].extract_text().split())
        assert "March 2026: due on 10 Apr 2026, 3 days late" in paper and "Organic Law of 2025, art. 36" in paper
    with county.app_context():
        place = village.place()
        (sent,) = boards.reminders([place.id])[place.id, "finance", "2026-03"]
        assert (sent.on, sent.what) == (clock.today(AT), "letter")
    assert "by letter on 13 Apr" in client.page("/desk/").text
    assert "letter of the township on 13 Apr" in signed_in(county, "bookkeeper").page("/desk/").text


def test_a_village_that_owes_nothing_gets_no_letter(county: Flask) -> None:
    with county.app_context():
        place = village.place()
        village.published(village.handed_over(place))
    client = signed_in(county, "township")
    assert "has posted everything that was due" in printed(client).text
    assert printed(client, "/desk/letters/990110001000").status_code == 404
    with county.app_context():
        assert boards.reminders([place.id]) == {}


def test_only_who_oversees_the_village_prints_the_letter(county: Flask) -> None:
    assert printed(signed_in(county, "head")).status_code == 403


def test_one_of_many_villages_is_chosen_by_its_link(county: Flask) -> None:
    client = signed_in(county, "agency")
    assert "溪口村" in client.page("/desk/").text
    page = client.page(f"/desk/?village={OTHER}")
    assert all("溪口村" in heading for heading in page.texts("h3")) and page.link("All villages") == "/desk/"
    with county.app_context():
        services.start_draft(actor("agency"), village.place(), "subsidy", "2026-01", AT, "高龄津贴")
    assert "青禾村 January 2026 Subsidies · 高龄津贴" in client.page("/desk/").texts("h3")
