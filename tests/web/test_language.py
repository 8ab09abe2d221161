"""The language stands in a public address; a bare one leads to what the browser wants."""

import pytest
from flask import Flask

from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("room")


def test_an_unknown_address_is_answered_in_the_language_it_names(client: PageClient) -> None:
    assert client.page("/en/nothing", status=404).h1 == "There is no such page"
    assert client.page("/zh/nothing", status=404).tree.get("lang") == "zh-Hans"


@pytest.mark.parametrize(("wanted", "there"), [("en-GB,en;q=0.8", "/en"), ("zh-CN", "/zh"), ("fr", "/zh"), ("", "/zh")])
def test_a_bare_address_leads_to_what_the_browser_wants(client: PageClient, wanted: str, there: str) -> None:
    response = client.get("/things/3?page=2", headers={"Accept-Language": wanted})
    assert (response.status_code, response.location) == (302, f"{there}/things/3?page=2")
    assert response.headers["Vary"] == "Accept-Language"


def test_a_bare_address_of_nothing_is_not_found(client: PageClient) -> None:
    client.page("/nothing/at/all", status=404)


def test_links_stay_in_the_language_and_size_of_the_page(client: PageClient) -> None:
    assert client.page("/en/things/1").link("next") == "/en/things/2"
    assert client.page("/zh/things/1?size=large").link("next") == "/zh/things/2?size=large"


def test_a_page_leads_to_itself_in_the_other_language_and_size(client: PageClient) -> None:
    page = client.page("/en/things/1?page=2&size=large")
    assert page.link("中文") == "/zh/things/1?page=2&size=large"
    assert page.link("Normal type") == "/en/things/1?page=2"
    assert page.tree.get("class") == "large"


def test_an_unknown_size_is_normal_type(client: PageClient) -> None:
    assert client.page("/en/things/1?size=%22%3E").tree.get("class") is None


ODD = [
    *("endpoint=x", "_method=POST", "_external=1", "_scheme=javascript"),
    *("_anchor=x", "language=fr", "number=9", "self=1"),
]


@pytest.mark.parametrize("query", ODD)
def test_names_that_the_addresses_are_made_with_mean_nothing_in_a_query(client: PageClient, query: str) -> None:
    page = client.page(f"/en/things/1?{query}", headers={"Host": "evil.example"})
    assert page.link("中文").partition("?")[0] == "/zh/things/1"
    assert page.link("Large type").partition("?")[0] == "/en/things/1"
    assert page.link("Next page").partition("?")[0] == "/en/things/1"


@pytest.mark.parametrize("number", ["9" * 19, "9" * 5000, "-1", "１", "1.0", "0x1", "%00"])
def test_a_number_that_no_database_holds_is_no_such_page(client: PageClient, number: str) -> None:
    client.page(f"/en/things/{number}", status=404)


def test_an_officer_chooses_a_language_that_stays(client: PageClient) -> None:
    assert client.page("/workroom/form", headers={"Accept-Language": "en"}).tree.get("lang") == "en"
    client.get("/language/zh?back=/workroom/form")
    assert client.page("/workroom/form", headers={"Accept-Language": "en"}).tree.get("lang") == "zh-Hans"


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:1",
        "/\t/evil.example", "/\n/evil.example", "/x\r\nSet-Cookie: a=b", "/\x7f",
    ],
)  # fmt: skip
def test_the_way_back_never_leaves_the_portal(client: PageClient, back: str) -> None:
    assert client.get("/language/en", query_string={"back": back}).location == "/"


def test_public_pages_carry_no_cookie(client: PageClient) -> None:
    headers = client.page("/en/things/1").headers
    assert "Set-Cookie" not in headers
    assert "Cookie" not in headers.get("Vary", "")


def test_the_page_client_knows_the_room(room: Flask) -> None:
    assert "room.page" in room.view_functions
