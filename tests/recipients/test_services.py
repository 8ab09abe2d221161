"""Slips open one household and nothing else; calls find what a list hides; villages see none of it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.rules import OPERATOR
from portal.database import db
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.gazette import queries as gazette
from portal.gazette.verify import verify
from portal.places import queries as places
from portal.places import services as places_services
from portal.places.queries import PlaceView
from portal.recipients import queries, services
from portal.recipients.models import Call, Confirmation, Recipient, Slip
from portal.recipients.rules import Answer
from tests.disclosure import rosters
from tests.disclosure.rosters import PEOPLE, PHONES, posted, rows, workbook
from tests.disclosure.village import AT, actor

MAY = AT + timedelta(days=30)
ALL_WELL = {"known": "yes", "got": "yes", "sum": "yes", "kept": "no", "seen": "yes"}


@pytest.fixture
def place(database: str, context: Flask) -> PlaceView:
    return rosters.with_rate()


def township(place: PlaceView) -> PlaceView:
    return places.ancestors(place.id)[1]


def test_a_slip_opens_one_household_and_its_answer_reaches_the_township(place: PlaceView) -> None:
    number = posted(place, workbook(rows()))
    made = services.make_slips(actor("township"), place, "", AT)
    assert sorted(one.household.name for one in made) == sorted(PEOPLE)
    mine = next(one for one in made if one.household.name == PEOPLE[0])
    recipient_id = services.open_slip(mine.code, AT)
    _place, household = queries.recipient(recipient_id)
    assert [(g.number, g.amount) for g in household.granted] == [(number, 38_560)]
    services.answer(recipient_id, number, household.granted[0].key, "not_received", AT)
    services.answer(recipient_id, number, household.granted[0].key, "wrong_sum", AT + timedelta(minutes=1))
    (doubt,) = queries.doubts([place.id])
    assert (doubt.name, doubt.answer, doubt.n) == (PEOPLE[0], Answer.WRONG_SUM, 1)
    other = next(one for one in made if one.household.name == PEOPLE[1]).household.granted[0]
    with pytest.raises(Invalid, match="not on your list"):
        services.answer(recipient_id, other.number, other.key, "received", AT)
    with pytest.raises(Invalid, match="Choose one"):
        services.answer(recipient_id, number, household.granted[0].key, "perhaps", AT)


def test_no_code_lies_readable_in_the_database_and_new_slips_end_the_old(place: PlaceView) -> None:
    posted(place, workbook(rows()))
    first = services.make_slips(actor("township"), place, "", AT)
    assert all(one.code.encode() not in slip.code for one in first for slip in db.session.scalars(select(Slip)))
    services.make_slips(actor("township"), place, "", AT + timedelta(hours=1))
    with pytest.raises(NotFound, match="newer slip"):
        services.open_slip(first[0].code, AT + timedelta(hours=2))
    assert db.session.query(Recipient).count() == len(PEOPLE)


def test_village_accounts_make_no_slips_and_see_no_answers(place: PlaceView) -> None:
    posted(place, workbook(rows()))
    for login in ("bookkeeper", "head", "committee", "agency"):
        with pytest.raises(Forbidden):
            services.make_slips(actor(login), place, "", AT)
        with pytest.raises(Forbidden):
            services.draw(actor(login), township(place), MAY)


def test_a_desk_code_works_once_and_within_an_hour(place: PlaceView) -> None:
    posted(place, workbook(rows()))
    match = queries.households(place)[0].match
    code = services.desk_code(actor("township"), place, match, AT).code
    assert services.open_slip(code, AT + timedelta(minutes=59))
    with pytest.raises(NotFound):
        services.open_slip(code, AT + timedelta(minutes=59, seconds=1))
    late = services.desk_code(actor("township"), place, match, AT).code
    with pytest.raises(NotFound):
        services.open_slip(late, AT + timedelta(hours=1, seconds=1))


def test_one_household_is_one_over_the_years_by_its_number(place: PlaceView) -> None:
    posted(place, workbook(rows()))
    renamed = rows()
    renamed[0][1] = "甘晓满"
    posted(place, workbook(renamed, "青禾村2025年耕地地力保护补贴第二批"), about="耕地地力保护补贴第二批")
    (one,) = [found for found in queries.households(place) if len({g.number for g in found.granted}) == 2
              and found.name in ("甘小满", "甘晓满")]  # fmt: skip
    assert len(one.granted) == 2


def test_a_tick_list_is_entered_by_the_township(place: PlaceView) -> None:
    number = posted(place, workbook(rows()))
    keys = [line["key"] for line in gazette.lines(number)]
    given = {keys[0]: "received", keys[1]: "not_mine"}
    assert services.enter_list(actor("township"), place, number, given, AT) == 2
    (overview,) = [one for one in queries.villages(township(place).id, AT) if one.place.id == place.id]
    assert overview.answers == {"received": 1, "not_mine": 1}
    with pytest.raises(Invalid, match="Print it anew"):
        services.enter_list(actor("township"), place, number, {"of another": "received"}, AT)


def test_the_months_calls_find_a_payment_that_did_not_come(place: PlaceView) -> None:
    number = posted(place, workbook(rows()))
    officer = actor("township", MAY)
    assert services.draw(officer, township(place), MAY) == 1
    assert services.draw(officer, township(place), MAY) == 0
    (found,) = queries.rounds([township(place).id])
    calls = queries.calls(found.id)
    assert len(calls) == 5 and {call.phone for call in calls} <= set(PHONES)
    for call in calls[:3]:
        services.answered(officer, call.id, ALL_WELL, MAY)
    services.answered(officer, calls[3].id, {"known": "yes", "got": "no"}, MAY)
    with pytest.raises(Conflict, match="1 calls are still to be made"):
        services.publish(officer, found.id, MAY)
    with pytest.raises(Conflict, match="noted already"):
        services.answered(officer, calls[0].id, ALL_WELL, MAY)
    with pytest.raises(Invalid, match="Answer at least"):
        services.answered(officer, calls[4].id, {"known": "yes"}, MAY)
    services.answered(officer, calls[4].id, ALL_WELL, MAY)
    (doubt,) = queries.doubts([place.id])
    assert doubt.answer is Answer.NOT_RECEIVED and doubt.number == number and doubt.name == calls[3].name
    record = services.publish(officer, found.id, MAY)
    assert gazette.content(record) == {
        "programme": "arable", "period": "2026-05", "called": 5, "reached": 5, "confirmed": 4, "corrected": 1
    }  # fmt: skip
    assert verify().ok


def test_who_is_not_reached_twice_is_counted_so_and_few_answers_are_not_told(place: PlaceView) -> None:
    posted(place, workbook(rows()))
    officer = actor("township", MAY)
    services.draw(officer, township(place), MAY)
    (found,) = queries.rounds([township(place).id])
    calls = queries.calls(found.id)
    for call in calls[1:]:
        services.answered(officer, call.id, ALL_WELL, MAY)
    services.not_reached(officer, calls[0].id, MAY)
    assert not queries.calls(found.id)[0].is_done
    services.not_reached(officer, calls[0].id, MAY)
    record = services.publish(officer, found.id, MAY)
    assert gazette.content(record) == {"programme": "arable", "period": "2026-05", "called": 5}


def test_households_stand_in_the_order_of_their_groups(place: PlaceView) -> None:
    found = rows()
    for line, group in zip(found, (*"十二一", "十一", *"九三四五"), strict=False):
        line[4] = f"{group}组"
    posted(place, workbook(found))
    assert [one.group for one in queries.households(place)] == [f"{group}组" for group in (*"一二三四五九十", "十一")]


def test_a_planted_number_shows_an_invented_call(place: PlaceView) -> None:
    posted(place, workbook(rows()))
    county = places.ancestors(place.id)[0]
    places_services.set_setting("planted_phones", county.id, ["0990-5550199"], MAY.date(), "县纪委", OPERATOR, MAY)
    officer = actor("township", MAY)
    services.draw(officer, township(place), MAY)
    (found,) = queries.rounds([township(place).id])
    calls = queries.calls(found.id)
    assert len(calls) == 6
    planted = next(call for call in calls if call.phone == "0990-5550199")
    assert planted.name not in PEOPLE
    services.answered(officer, planted.id, ALL_WELL, MAY)
    again = queries.round_(found.id)
    assert again.invented == 1 and again.tally.called == 0
    assert db.session.query(Confirmation).count() == 0
    assert db.session.scalar(select(Call.is_planted).where(Call.id == planted.id))


def test_nobody_is_called_before_anything_was_published(place: PlaceView) -> None:
    with pytest.raises(Conflict, match="nobody to call"):
        services.draw(actor("township"), township(place), AT)
    with pytest.raises(Invalid, match="not a township"):
        services.draw(actor("township"), place, MAY)
