"""The pages: signing in, the guard, the browser that stays the same, users, places, settings."""

import re
from collections.abc import Iterator

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts import access
from portal.accounts.models import Account
from portal.database import db
from portal.kinds import KINDS
from portal.web.declared import MARK
from portal.web.language import safe_next
from tests.accounts.people import PASSWORD, settle
from tests.pages import Page, PageClient


@pytest.fixture
def county(app: Flask, stopped_clock: object) -> Iterator[dict[str, int]]:
    with app.app_context():
        accounts = settle()
    yield accounts


@pytest.fixture
def english(app: Flask) -> PageClient:
    return _browser(app)


def _browser(app: Flask) -> PageClient:
    client = PageClient(app)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def _sign_in(client: PageClient, login: str, status: int = 200) -> Page:
    return client.send("/sign-in?next=/desk/account", status, login=login, password=PASSWORD)


def _sign_in_with_code(app: Flask, client: PageClient, login: str) -> Page:
    _sign_in(client, login)
    with app.app_context():
        secret = db.session.scalar(select(Account.totp_secret).where(Account.login == login))
    assert secret is not None
    from portal import clock

    return client.send("/sign-in/second-factor?next=/desk/account", code=pyotp.TOTP(secret.decode()).at(clock.now()))


def test_every_endpoint_declares_its_access(app: Flask) -> None:
    silent = [
        endpoint for endpoint, view in app.view_functions.items() if endpoint != "static" and not hasattr(view, MARK)
    ]
    assert not silent, f"write @allow(…) or @open_to_all above these views: {silent}"


def test_an_endpoint_that_declares_nothing_is_refused(app: Flask) -> None:
    app.add_url_rule("/undeclared", "undeclared", lambda: "secret")
    assert PageClient(app).get("/undeclared").status_code == 403


def test_an_open_page_touches_no_session(app: Flask) -> None:
    app.add_url_rule("/open", "open", access.open_to_all(lambda: "hello"))
    client = PageClient(app)
    client.set_cookie("portal_browser", "x" * 22)
    response = client.get("/open")
    assert "Set-Cookie" not in response.headers and "Cookie" not in response.headers.get("Vary", "")


def test_who_has_not_signed_in_is_led_there_and_back(county: object, english: PageClient) -> None:
    response = english.get("/desk/account?x=1")
    assert response.headers["Location"] == "/sign-in?next=%2Fdesk%2Faccount%3Fx%3D1"
    assert english.page("/desk/account").h1 == "Sign in"


def test_signing_in_and_out(county: object, english: PageClient) -> None:
    page = _sign_in(english, "ben")
    assert page.h1 == "Your account" and "Willow Bend · Bookkeeper" in page.text
    out = english.post("/sign-out", data={"csrf_token": page.field("csrf_token")}, follow_redirects=True)
    assert "You are signed out." in out.text
    assert english.get("/desk/account").status_code == 302


def test_a_cookie_kept_from_before_signing_out_opens_nothing(county: object, english: PageClient) -> None:
    page = _sign_in(english, "ben")
    kept = english.get_cookie("portal")
    assert kept is not None
    english.post("/sign-out", data={"csrf_token": page.field("csrf_token")})
    english.set_cookie("portal", kept.value)
    assert english.get("/desk/account").status_code == 302


def test_a_wrong_password_is_told_kindly_and_not_echoed(county: object, english: PageClient) -> None:
    page = english.send("/sign-in", 400, login="ben", password="not this one")
    assert "do not fit together" in page.text and "not this one" not in page.html


def test_a_township_officer_sees_a_qr_code_and_no_page_before_the_code(
    app: Flask, county: object, english: PageClient
) -> None:
    page = _sign_in(english, "tom")
    assert page.h1 == "Set up the second factor"
    assert page.all("img")[0].get("src", "").startswith("data:image/svg+xml")
    assert english.get("/desk/places").status_code == 302
    assert _sign_in_with_code(app, english, "tom").h1 == "Your account"
    assert english.page("/desk/places").h1 == "Places and offices"


def test_an_office_without_the_permission_is_refused(county: object, english: PageClient) -> None:
    _sign_in(english, "ben")
    for path in ("/desk/users", "/desk/places", "/desk/settings"):
        english.page(path, 403)


def test_the_browser_stays_the_same_after_signing_in_as_another(app: Flask, county: object) -> None:
    app.add_url_rule("/desk/who", "who", access.allow()(lambda: access.current_actor().session or ""))
    seen = []
    one, other = _browser(app), _browser(app)
    for client, login in ((one, "ben"), (one, "hal"), (other, "ben")):
        page = _sign_in(client, login)
        seen.append(client.get("/desk/who").text)
        client.post("/sign-out", data={"csrf_token": page.field("csrf_token")})
    assert re.fullmatch("[0-9a-f]{64}", seen[0])
    assert seen[0] == seen[1] != seen[2]


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nb", "", None])
def test_nobody_is_led_to_another_server(target: str | None) -> None:
    assert safe_next(target, "/desk") == "/desk"


def test_too_many_tries_from_one_address_are_stopped_without_keeping_it(app: Flask, county: object) -> None:
    client = _browser(app)
    client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    answers = [client.send(f"/sign-in?{n}", 400 if n < 30 else 429, login=f"x{n}", password="y") for n in range(31)]
    assert answers[-1].status == 429


def test_the_administrator_makes_an_account_and_a_link_that_its_owner_uses(
    app: Flask, county: dict[str, int], english: PageClient
) -> None:
    _sign_in_with_code(app, english, "ada")
    page = english.page(f"/desk/users/{county['hal']}")
    response = english.post(f"/desk/users/{county['hal']}/link", data={"csrf_token": page.field("csrf_token")})
    link = Page(response).link("/sign-in/new-password/").replace("http://portal.example", "")
    owner = _browser(app)
    owner.send(link, password="another four plain words", again="another four plain words")
    assert owner.page(link, 404).status == 404
    owner.send("/sign-in?next=/desk/account", login="hal", password="another four plain words")
    assert "link for a new password made · Ada" in owner.page("/desk/account").text


def test_the_administrator_appoints_and_a_second_one_confirms(app: Flask, county: object, english: PageClient) -> None:
    _sign_in_with_code(app, english, "ada")
    fields = {"role": "township", "person": "Nina", "phone": "", "begins": "2026-04-16", "ends": ""}
    page = english.send("/desk/places/990101100000", **fields)
    assert "waits for a second person" in page.text
    assert "somebody else confirms this" in english.page("/desk/places").text
    second = _browser(app)
    _sign_in_with_code(app, second, "abe")
    page = second.page("/desk/places")
    form = next(each for each in page.all("form") if "/confirm" in each.get("action", ""))
    second.post(form.get("action"), data={"csrf_token": page.field("csrf_token")})
    assert "Nina" not in second.page("/desk/places").text
    assert "Nina" in second.page("/desk/places/990101100000").text


def test_a_setting_is_set_from_a_day_on_and_shown_with_its_source(
    app: Flask, county: object, english: PageClient
) -> None:
    _sign_in_with_code(app, english, "ada")
    path = "/desk/settings/990101000000/silence_days"
    refused = english.send(path, value="0", source="notice 7", valid_from="2026-04-16")
    assert "between 1 and 30" in refused.text
    english.send(path, value="8", source="notice 7", valid_from="2026-04-16")
    page = english.page("/desk/settings")
    assert "notice 7" in page.text
    assert "notice 7" in english.page(path).text


@pytest.mark.parametrize("key", ["vague_words", "sign_offices", "zero_reception", "holidays", "vague_summary_limit"])
def test_each_sort_of_setting_has_its_form_and_keeps_what_it_shows(
    app: Flask, county: object, english: PageClient, key: str
) -> None:
    _sign_in_with_code(app, english, "ada")
    path = f"/desk/settings/990101000000/{key}"
    page = english.page(path)
    areas = [area.text or "" for area in page.all("textarea")]
    chosen = [option.get("value", "") for option in page.all("option") if "selected" in option.attrib]
    value = (areas or chosen or [next(f.get("value", "") for f in page.all("input") if f.get("name") == "value")])[0]
    english.send(path, value=value, source="as before", valid_from="2026-04-16")
    assert "as before" in english.page("/desk/settings").text


def test_users_and_every_page_of_the_tree_can_be_read(app: Flask, county: dict[str, int], english: PageClient) -> None:
    _sign_in_with_code(app, english, "ada")
    for path in (
        "/desk/users",
        f"/desk/users/{county['ada']}",
        "/desk/places/990101100201",
        "/desk/settings/990101100201",
    ):
        english.page(path)
    term = english.page("/desk/places/990101100201").link("End the term")
    english.send(term, ends="2026-04-30")
    assert "30 Apr 2026" in english.page("/desk/places/990101100201").text


def test_the_settings_say_in_words_what_each_check_looks_at(
    app: Flask, county: dict[str, int], english: PageClient
) -> None:
    _sign_in_with_code(app, english, "ada")
    page = english.page("/desk/settings").text
    assert "What is checked" in page and "A row without a summary" in page
    for kind in KINDS.values():
        assert set(kind.check_labels) == set(kind.checks)
        assert not [name for name in kind.checks if "_" in name and name in page]
    assert "A row without a summary" in english.page("/desk/settings/990101000000/check.summary_missing").text


def test_the_offices_that_sign_are_ticked_by_name_and_one_at_least(county: object, app: Flask) -> None:
    client = _browser(app)
    _sign_in_with_code(app, client, "ada")
    address = "/desk/settings/990101000000/sign_offices"
    page = client.page(address)
    assert {"Village head", "Party secretary", "Supervision committee"} <= set(page.texts("label"))
    ticked = [one.get("value") for one in page.all("input") if one.get("checked") is not None]
    assert ticked == ["head", "committee"]
    given = {"source": "letter 3", "valid_from": "2026-04-16"}
    assert "Choose at least one office." in client.send(address, **given).text
    assert "Village head, Party secretary" in client.send(address, value=["head", "secretary"], **given).text
