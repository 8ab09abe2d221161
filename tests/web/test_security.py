"""Headers of every response, and files that browsers may keep."""

import re

import pytest

from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("room")


@pytest.mark.parametrize("path", ["/en/things/1", "/healthz", "/en/nothing", "/workroom/form"])
def test_nothing_runs_or_loads_from_elsewhere(client: PageClient, path: str) -> None:
    headers = client.get(path).headers
    assert "'unsafe-inline'" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("address", ["/en/things/1?q=%00", "/workroom/form?next=a%00b"])
def test_a_sign_that_no_keyboard_types_is_refused(client: PageClient, address: str) -> None:
    assert client.get(address).status_code == 400


def test_a_form_with_such_a_sign_is_refused(client: PageClient) -> None:
    token = client.page("/workroom/form").field("csrf_token")
    assert client.post("/workroom/form", data={"csrf_token": token, "reason": "a\0b"}).status_code == 400


def test_an_officers_page_is_kept_nowhere(client: PageClient) -> None:
    assert client.get("/workroom/form").headers["Cache-Control"] == "no-store"


def test_a_public_page_is_asked_for_again_each_time(client: PageClient) -> None:
    assert client.get("/en/things/1").headers["Cache-Control"] == "public, no-cache"


def test_static_files_are_kept_for_a_year_by_their_digest(client: PageClient) -> None:
    address = re.search(r'href="(/static/portal\.css\?v=\w{12})"', client.page("/en/things/1").html)
    assert address
    assert "immutable" in client.get(address[1]).headers["Cache-Control"]
    assert "immutable" not in client.get("/static/portal.css").headers["Cache-Control"]


def test_it_is_alive_and_ready(client: PageClient) -> None:
    assert (client.get("/healthz").text, client.get("/readyz").text) == ("ok\n", "ready\n")
