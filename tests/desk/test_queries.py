"""What is due today, by office."""

from datetime import date, timedelta

import pytest
from flask import Flask

from portal import clock
from portal.accounts.rules import OPERATOR
from portal.desk import queries
from portal.disclosure import queries as disclosure
from portal.disclosure import services
from portal.places import queries as places
from portal.places import services as place_services
from portal.places.queries import PlaceView
from portal.places.rules import Role
from tests.disclosure import village
from tests.disclosure.village import AT, actor, handed_over


@pytest.fixture
def place(context: Flask) -> PlaceView:
    return village.build()


def test_the_bookkeeper_is_asked_for_last_month_until_it_is_handed_over(place: PlaceView) -> None:
    (due,) = queries.today(actor("bookkeeper"), AT).to_post
    assert (due.period, due.due_on, due.days_late) == ("2026-03", date(2026, 4, 10), 3)
    handed_over(place)
    assert queries.today(actor("bookkeeper"), AT).to_post == []


def test_a_signer_is_asked_once(place: PlaceView) -> None:
    draft_id = handed_over(place)
    assert [one.view.id for one in queries.today(actor("head"), AT).to_sign] == [draft_id]
    seen = disclosure.draft(draft_id).digest or ""
    services.sign(actor("head"), draft_id, "signed", "", seen, AT)
    assert queries.today(actor("head"), AT).to_sign == []
    assert len(queries.today(actor("committee"), AT).to_sign) == 1


def test_the_township_sees_late_villages_and_silent_signers(place: PlaceView) -> None:
    clerk = actor("township")
    assert {due.place.code for due in queries.today(clerk, AT).late} == {village.CODE, village.OTHER}
    handed_over(place)
    assert [due.place.code for due in queries.today(clerk, AT).late] == [village.OTHER]
    assert queries.today(clerk, AT).silent == [] and len(queries.today(clerk, AT).waiting) == 1
    assert len(queries.today(clerk, AT + timedelta(days=9)).silent) == 1


def test_months_after_the_one_posted_last_are_all_due(place: PlaceView) -> None:
    draft_id = handed_over(place)
    seen = disclosure.draft(draft_id).digest or ""
    for login in ("head", "committee"):
        services.sign(actor(login), draft_id, "signed", "", seen, AT)
    later = AT + timedelta(days=65)
    periods = [due.period for due in queries.today(actor("bookkeeper", later), later).to_post]
    assert periods == ["2026-04", "2026-05"]


def test_who_manages_accounts_sees_no_draft(place: PlaceView) -> None:
    handed_over(place)
    assert queries.today(actor("admin"), AT) == queries.Today([], [], [], [], [])


def test_terms_that_wait_for_a_second_person_are_on_the_administrators_first_page(place: PlaceView) -> None:
    person = place_services.add_person("许安", None)
    county = places.county().id
    place_services.appoint(county, Role.INSPECTOR, person, clock.today(AT), None, OPERATOR, AT)
    assert queries.today(actor("admin"), AT).to_confirm == 1
    assert queries.today(actor("head"), AT).to_confirm == 0
