"""In a real Chromium: no page fails axe, none is wider than a telephone, in both languages and in large type; the usual
size is looked at by tests/house/test_browser_walk.py."""

from urllib.parse import quote

import pytest

from tests.journeys.people import faults
from tests.public import county as sample
from tests.public.county import COUNTY, SHOP, TOWNSHIP, VILLAGE

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("stopped_clock")]

ADDRESSES = (
    "/",
    f"/places/{COUNTY}",
    f"/places/{TOWNSHIP}",
    f"/places/{VILLAGE}",
    f"/places/{VILLAGE}/finance",
    f"/places/{VILLAGE}/payees/{quote(SHOP)}",
    "/gazette/1",
    "/gazette/7",
    "/gazette/7/lines/4",
    "/gazette/7/card",
    f"/search?q={quote('水渠')}",
    "/verify?code=1",
)


def test_every_page_is_accessible_and_fits_a_telephone(app, live_server, browser):
    with app.app_context():
        county = sample.found(app)
        numbers = sample.two_years(county, months=7)
        county.publish("2026-03", "2026-04-16", supersedes=numbers["2026-03"], reason="漏记一笔收入")
    page, problems = browser.new_page(), []
    for language in ("zh", "en"):
        for address in ADDRESSES:
            joint = "&" if "?" in address else "?"
            page.goto(f"{live_server}/{language}{address}{joint}size=large")
            if found := faults(page, is_first=language == "zh"):
                problems.append((language, address, found))
    assert not problems
    assert browser.cookies() == []
