"""A household's page needs no sign-in and leaves no cookie; the township's pages print slips once."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from portal import clock
from portal.config import Settings
from portal.places import queries as places
from portal.recipients import queries, services
from tests.disclosure import rosters, village
from tests.disclosure.rosters import PEOPLE, SECRETS, posted, rows, workbook
from tests.disclosure.village import AT, actor
from tests.pages import PageClient

MAY = AT + timedelta(days=30)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, demo=True)  # no second factor for the township's people


@pytest.fixture
def code(app: Flask, settings: Settings, fonts: Path) -> str:
    settings.fonts.symlink_to(fonts)
    with app.app_context():
        place = village.build()
        village.open_accounts()
        rosters.set_rate(place)
        posted(place, workbook(rows()))
        made = services.make_slips(actor("township"), place, "", AT)
    return next(one.code for one in made if one.household.name == PEOPLE[0])


def test_a_household_says_that_it_got_nothing(app: Flask, code: str) -> None:
    with clock.stopped(AT):
        client = PageClient(app)
        assert client.page("/zh/mine").status == 200
        wrong = client.post("/zh/mine", data={"code": "1234 5678 9012 3456"})
        assert (wrong.status_code == 400 and "十六位" in wrong.text) or "一位数字不对" in wrong.text
        page = client.post("/zh/mine", data={"code": code})
        assert PEOPLE[0] in page.text and "385.60" in page.text and PEOPLE[1] not in page.text
        assert "Set-Cookie" not in page.headers and page.headers["Cache-Control"] == "no-store"
        fields = dict(re.findall(r'name="(token|number|key)" value="([^"]*)"', page.text))
        said = client.post("/zh/mine/answer", data={**fields, "answer": "not_received"})
        assert "只有乡镇看得到" in said.text
        assert client.post("/zh/mine/answer", data={**fields, "token": "x", "answer": "received"}).status_code == 400
    with app.app_context():
        assert [doubt.name for doubt in queries.doubts([places.place(village.CODE).id])] == [PEOPLE[0]]


def test_the_townships_pages_print_slips_and_hide_every_number(app: Flask, code: str) -> None:
    with clock.stopped(MAY):
        client = PageClient(app)
        client.send("/sign-in", login="township", password=village.PASSWORD)
        for address in ("/desk/recipients", f"/desk/recipients/{village.CODE}", "/desk/recipients/calls"):
            assert not any(secret in client.page(address).text for secret in SECRETS)
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(f"/desk/recipients/{village.CODE}").text)
        assert token
        fields = {"csrf_token": token[1], "since": "2025"}
        slips = client.post(f"/desk/recipients/{village.CODE}/slips", data=fields)
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(slips.data)).pages)
        assert all(name in text for name in PEOPLE) and not any(secret in text for secret in SECRETS)
        assert len(re.findall(r"\d{4} \d{4} \d{4} \d{4}", text)) == len(PEOPLE)
        ticks = client.get("/desk/recipients/lists/1.pdf")
        assert PEOPLE[7] in "".join(page.extract_text() for page in PdfReader(BytesIO(ticks.data)).pages)
        client.page("/desk/recipients/lists/1")
        client.send("/desk/recipients/calls", township="990110001000")
        page = client.page("/desk/recipients/calls/1")
        assert page.html.count('href="tel:') == 5
        assert client.get("/zh/gazette/1").status_code == 200


def test_village_accounts_are_shown_out(app: Flask, code: str) -> None:
    client = PageClient(app)
    client.send("/sign-in", login="bookkeeper", password=village.PASSWORD)
    for address in ("/desk/recipients", f"/desk/recipients/{village.CODE}", "/desk/recipients/calls"):
        assert client.get(address).status_code == 403
