"""The notices of a township for a month: drawn at once where they are few, by the worker where they are many."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal import clock
from portal.config import Settings
from portal.desk import printing
from portal.disclosure import queries as disclosure
from portal.disclosure import services
from portal.jobs.services import HANDLERS, run_due
from tests.disclosure import village
from tests.disclosure.village import AT, actor, handed_over
from tests.pages import PageClient

TOWNSHIP = "990110001000"


@pytest.fixture
def settings(settings: Settings, fonts: Path) -> Settings:
    settings.fonts.symlink_to(fonts)
    return replace(settings, demo=True)


@pytest.fixture
def client(app: Flask):  # type: ignore[no-untyped-def]
    """The township's person at a browser, in English; one month is published."""
    with clock.stopped(AT):
        with app.app_context():
            village.build()
            village.open_accounts()
            draft_id = handed_over(village.place())
            for login in ("head", "committee"):
                seen = disclosure.draft(draft_id).digest or ""
                services.sign(actor(login), draft_id, "signed", "", seen, AT)
        client = PageClient(app)
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        client.send("/sign-in", login="township", password=village.PASSWORD)
        yield client


def printed(client: PageClient, period: str = "2026-03"):  # type: ignore[no-untyped-def]
    token = client.page("/desk/").field("csrf_token")
    data = {"csrf_token": token, "place": TOWNSHIP, "period": period}
    return client.post("/desk/notices", data=data, follow_redirects=True)


def test_few_notices_come_at_once_and_a_month_without_any_is_a_sentence(client: PageClient) -> None:
    assert client.page("/desk/").link("What villagers see of 柳河镇").endswith(f"/places/{TOWNSHIP}")
    assert printed(client).data[:4] == b"%PDF"
    assert "No village of 柳河镇 has published" in printed(client, "2026-02").text


def test_many_notices_are_drawn_by_the_worker(client: PageClient, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "DRAWN_AT_ONCE", 0)
    page = printed(client)
    assert "are being drawn" in page.text
    with app.app_context():
        run_due(HANDLERS)
    done = client.page(page.request.path)
    assert client.get(done.link("Download the PDF")).data[:4] == b"%PDF"


def test_who_does_not_see_the_township_prints_nothing(client: PageClient, app: Flask) -> None:
    other = PageClient(app)
    other.send("/sign-in", login="otherhead", password=village.PASSWORD)
    assert other.get(f"/desk/notices/{TOWNSHIP}/2026-03.pdf").status_code == 403
