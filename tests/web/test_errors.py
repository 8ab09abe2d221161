"""An error is a page in the reader's language that says what to do."""

import pytest
from flask import Flask

from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("room")


@pytest.mark.parametrize(
    ("what", "status"), [("invalid", 400), ("forbidden", 403), ("missing", 404), ("conflict", 409)]
)
def test_an_error_of_the_portal_is_a_page_with_its_sentence(client: PageClient, what: str, status: int) -> None:
    assert "The month March 2026 is closed." in client.page(f"/en/fails/{what}", status=status).text


def test_a_fault_of_ours_shows_no_trace(app: Flask, client: PageClient) -> None:
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    page = client.page("/en/fails/otherwise", status=500)
    assert "RuntimeError" not in page.html
    assert page.h1 == "Something is broken on our side"


def test_a_wrong_method_is_a_page_too(client: PageClient) -> None:
    client._checked(client.post("/healthz"), "/healthz", 405)


def test_a_form_without_its_token_is_refused(client: PageClient) -> None:
    response = client.post("/workroom/form", data={"reason": "done"}, headers={"Accept-Language": "en"})
    assert "Load the page again" in client._checked(response, "/workroom/form", 400).text


def test_what_is_too_large_is_a_page(app: Flask, client: PageClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 10
    response = client.post("/workroom/form", data={"reason": "x" * 50}, headers={"Accept-Language": "en"})
    assert client._checked(response, "/workroom/form", 413).h1 == "The file is too large"
