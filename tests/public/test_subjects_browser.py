"""In a real Chromium: the pages of subjects, of lists and of typing in fail no rule of axe and fit a telephone."""

from typing import Any

import pytest
from flask import Flask

from portal.disclosure import services
from portal.kinds.subjects import key
from tests.disclosure import village
from tests.disclosure.village import AT, actor
from tests.journeys.people import faults, sign_in
from tests.public.test_subjects import NAME, POND, STEPS, post, post_accounts

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("stopped_clock")]

DEBT = {"class": "debts", "name": "龙春生", "purpose": "借款", "closing": "500"}


def test_pages_of_subjects_and_lists_are_accessible(app: Flask, live_server: str, browser: Any) -> None:
    with app.app_context():
        place = village.build()
        post_accounts(place)
        project = post(place, "project", "2026-03", *STEPS)
        post(place, "project", "2026-03", {"name": "修桥", "step": "progress", "progress": "100"}, about="桥")
        contract = post(place, "contract", "2025-Q4", POND | {"received": "2000", "to": "2025-12-30"})
        post(place, "decision", "2026-01", {"matter": NAME, "step": "resolve", "held_on": "2026-01-05"})
        post(place, "statement", "2026-Q1", DEBT)
    of_place = f"/places/{village.CODE}"
    addresses = [
        of_place,
        *(f"{of_place}/{kind}" for kind in ("project", "contract", "decision", "statement")),
        f"{of_place}/project/{key(NAME)}",
        f"{of_place}/project/{key('修桥')}",
        f"{of_place}/contract/{key(POND['asset'])}",
        f"{of_place}/decision/{key(NAME)}",
        f"{of_place}/statement/{key('debts', '龙春生', '借款')}",
        f"/gazette/{project}",
        f"/gazette/{contract}",
    ]
    page, problems = browser.new_page(), []
    for language in ("zh", "en"):
        for address in addresses:
            page.goto(f"{live_server}/{language}{address}?size=large")
            for details in page.locator("details").all():
                details.locator("summary").click()
            if found := faults(page, is_first=language == "zh"):
                problems.append((language, address, found))
    assert not problems, problems


def test_typing_in_every_kind_is_accessible(app: Flask, live_server: str, browser: Any) -> None:
    with app.app_context():
        place = village.build()
        village.open_accounts()
        drafts = {
            kind: services.start_draft(actor("bookkeeper"), place, kind, "2026-03", AT)
            for kind in ("project", "contract", "decision", "statement")
        }
        services.type_in(actor("bookkeeper"), drafts["project"], STEPS[2], AT)
    page, problems = browser.new_page(), []
    sign_in(page, live_server, "bookkeeper")
    for kind, draft in drafts.items():
        for query in ("", "?step=all", "?entry=1"):
            page.goto(f"{live_server}/desk/drafts/{draft}{query}")
            if found := faults(page):
                problems.append((kind, query, found))
    assert not problems, problems
