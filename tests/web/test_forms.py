"""A field renders itself, with its fault; a service's refusal stands at the field it names."""

import pytest

from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("room")
ENGLISH = {"Accept-Language": "en"}


def test_every_field_has_its_label_and_hint(client: PageClient) -> None:
    page = client.page("/workroom/form", headers=ENGLISH)
    assert {"Reason", "I sign", "I refuse", "I have seen the papers"} <= set(page.texts("label"))
    assert "It is printed." in page.text


def test_a_missing_field_is_named_above_and_beside(client: PageClient) -> None:
    page = client.send("/workroom/form", reason="")
    assert '<a href="#reason">Reason' in page.html
    assert 'aria-describedby="reason-hint reason-problem"' in page.html
    assert 'aria-invalid="true"' in page.html


def test_what_a_service_refuses_stands_at_its_field(client: PageClient) -> None:
    client.get("/language/en")
    page = client.send("/workroom/form", reason="late")
    assert '<p class="problem" id="reason-problem">The month March 2026 is closed.</p>' in page.html


def test_what_was_typed_is_never_markup(client: PageClient) -> None:
    page = client.send("/workroom/form", reason='"><script>alert(1)</script>')
    assert "<script>" not in page.html


def test_a_right_form_goes_on(client: PageClient) -> None:
    assert client.send("/workroom/form", reason="done").h1 == "A reason"
