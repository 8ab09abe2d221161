"""A walk past every address as everyone: no page breaks, and a closed one says so."""

from dataclasses import replace

import pytest
from flask import Flask
from werkzeug.routing import Rule

from portal.config import Settings
from portal.web.declared import MARK, OPEN
from tests.disclosure import village
from tests.pages import Page, PageClient

EVERYONE = (None, "bookkeeper", "head", "committee", "township", "agency", "otherhead", "admin")
EXAMPLES = {
    "code": village.CODE,
    "kind": "finance",
    "number": 1,
    "n": 1,
    "slug": "nobody",
    "subject": "0123456789ab",
    "draft_id": 1,
    "file_id": 1,
    "account_id": 1,
    "term_id": 1,
    "board": village.CODE,
    "key": "population",
    "token": "x" * 20,
    "filename": "portal.css",
    "name": "plain.xlsx",
    "period": "2026-03",
    "job_id": 1,
    "round_id": 1,
    "call_id": 1,
    "request_id": 1,
    "language": "en",
}
"""An argument of an address → what the walk puts there. A new argument needs its example here."""

ANSWERS = {200, 302, 303, 400, 403, 404, 409}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As the demo: nobody shows a second factor, so that the township and the administrator get in too."""
    return replace(settings, demo=True)


@pytest.fixture
def county(app: Flask) -> Flask:
    """One village with its people, one month published and one waiting for signatures."""
    with app.app_context():
        village.waiting()
    return app


def _addresses(app: Flask) -> list[tuple[Rule, str]]:
    """Every address that can be fetched, its arguments filled in."""
    found = []
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if rule.endpoint == "static" or "GET" not in (rule.methods or ()):
                continue
            unknown = rule.arguments - set(EXAMPLES)
            assert not unknown, f"{rule.rule}: give {unknown} an example in {__name__}.EXAMPLES"
            found.append((rule, adapter.build(rule.endpoint, {name: EXAMPLES[name] for name in rule.arguments})))
    return found


@pytest.mark.parametrize("login", EVERYONE)
@pytest.mark.usefixtures("stopped_clock")
def test_nobody_meets_a_broken_page(county: Flask, login: str | None) -> None:
    client = PageClient(county)
    if login:
        client.send("/sign-in", login=login, password=village.PASSWORD)
    for rule, address in _addresses(county):
        if rule.endpoint.startswith("language."):
            continue
        response = client.get(address)
        assert response.status_code in ANSWERS, f"{login or 'anybody'} at {address}: {response.status}"
        if response.mimetype == "text/html" and response.status_code not in (302, 303):
            Page(response).check()
        is_open = getattr(county.view_functions[rule.endpoint], MARK) == OPEN
        if login is None and not is_open:
            assert response.status_code == 302, f"{address} is shown to people who are not signed in"
            assert response.location.startswith("/sign-in"), f"{address} leads to {response.location}, not to sign-in"
