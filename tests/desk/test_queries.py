"""What is due today, by office: from duties, open drafts and the silence of signers; on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, update

from portal import clock
from portal.accounts import services as accounts
from portal.accounts.rules import OPERATOR
from portal.database import db, transaction
from portal.desk import queries
from portal.desk.queries import Due
from portal.disclosure import queries as disclosure
from portal.disclosure import services
from portal.duties import boards
from portal.duties import services as duties
from portal.duties.rules import State
from portal.places import queries as places
from portal.places import services as place_services
from portal.places.models import Term
from portal.places.queries import PlaceView
from portal.places.rules import Role
from tests.disclosure import rosters, village
from tests.disclosure.village import AT, actor, handed_over

EARLIER, LATER = AT - timedelta(days=30), AT + timedelta(days=30)
"""When villages of most tests began: March is what they owe first, by 10 April; and a month after."""


@pytest.fixture
def place(database: str, context: Flask) -> PlaceView:
    return village.build(EARLIER)


def work(login: str = "bookkeeper", at=AT, code: str = "") -> list[Due]:  # type: ignore[no-untyped-def]
    return list(queries.today(actor(login, at), at, code).to_post.first)


def told(found: list[Due]) -> list[tuple[str, str, int]]:
    """What is to be posted, in order: duty or kind, period, days late."""
    return [(due.duty.key if due.duty else due.kind.name, due.period, due.days_late) for due in found]


def only_money(place: PlaceView) -> None:
    place_services.set_setting(
        "duties", places.county().id, ["finance", "subsidy"], date(2024, 1, 1), "demo", OPERATOR, AT
    )


def test_the_bookkeeper_is_asked_for_what_is_late_then_for_what_is_due_soon(place: PlaceView) -> None:
    quarter = [(key, "2026-Q1", 0) for key in ("contract", "statement:assets", "statement:claims", "statement:debts")]
    assert told(work()) == [("finance", "2026-03", 3), *quarter]
    assert work()[1].duty.due == date(2026, 4, 20)  # type: ignore[union-attr]
    assert [days for *_what, days in told(work(at=LATER))] == [33, 23, 23, 23, 23, 3]
    handed_over(place)
    assert told(work()) == quarter


def test_only_what_the_county_asks_for_is_asked_for(place: PlaceView) -> None:
    only_money(place)
    assert {due.kind.name for due in work()} == {"finance"}


def test_a_village_that_has_just_begun_is_asked_for_its_newest_month_and_is_not_late(
    database: str, context: Flask
) -> None:
    place = village.build()
    first = work()[0]
    assert told([first]) == [("finance", "2026-03", 0)] and first.duty and first.duty.state is State.OLDER
    assert queries.today(actor("township"), AT).late == []
    handed_over(place)
    assert "finance" not in {due.kind.name for due in work()}


def test_what_lies_open_is_asked_for_also_as_two_programmes_of_one_month(place: PlaceView) -> None:
    only_money(place)
    for programme in ("高龄津贴", "耕地地力保护补贴"):
        services.start_draft(actor("bookkeeper"), place, "subsidy", "2026-01", AT, programme)
    found = [due for due in work() if due.draft]
    assert {due.about for due in found} == {"高龄津贴", "耕地地力保护补贴"}
    assert {due.days_late for due in found} == {0}


def test_a_kind_that_is_due_by_an_event_is_never_late_on_the_desk(place: PlaceView) -> None:
    services.start_draft(actor("bookkeeper"), place, "decision", "2025-06", AT)
    assert [one for one in told(work()) if one[0] in ("decision", "subsidy", "project")] == [("decision", "2025-06", 0)]
    (late, *_) = queries.today(actor("township"), AT).late
    assert {duty.kind for duty in late.owing.duties} == {"finance"}


def test_a_correction_is_work_but_never_late(place: PlaceView) -> None:
    only_money(place)
    number = village.published(handed_over(place))
    services.start_correction(actor("bookkeeper"), number, "第一笔的摘要写得太笼统", AT)
    (correction,) = [due for due in work(at=LATER) if due.draft]
    assert (correction.period, correction.days_late, correction.duty) == ("2026-03", 0, None)


@pytest.mark.parametrize("about", ["债务", "Debts", "2026年一季度欠款"])
def test_a_draft_takes_the_place_of_its_duty(place: PlaceView, about: str) -> None:
    services.start_draft(actor("bookkeeper"), place, "statement", "2026-Q1", AT, about)
    (draft,) = [due for due in work() if due.draft]
    assert draft.duty and draft.duty.key == "statement:debts"
    assert [due.duty.key for due in work() if due.duty].count("statement:debts") == 1


def test_a_signer_is_asked_once(place: PlaceView) -> None:
    draft_id = handed_over(place)
    assert [one.view.id for one in queries.today(actor("head"), AT).to_sign] == [draft_id]
    seen = disclosure.draft(draft_id).digest or ""
    services.sign(actor("head"), draft_id, "signed", "", seen, AT)
    assert queries.today(actor("head"), AT).to_sign == []
    assert len(queries.today(actor("committee"), AT).to_sign) == 1


def test_the_township_sees_late_villages_who_answers_and_silent_signers(place: PlaceView) -> None:
    only_money(place)
    clerk = actor("township")
    late = queries.today(clerk, AT).late
    assert [(one.owing.place.code, one.owing.days) for one in late] == [(village.CODE, 3), (village.OTHER, 3)]
    assert [one.contact.name for one in late if one.contact] == ["周清远", "郑平"]
    handed_over(place)
    assert [one.owing.place.code for one in queries.today(clerk, AT).late] == [village.OTHER]
    assert queries.today(clerk, AT).silent == [] and len(queries.today(clerk, AT).waiting) == 1
    silent = queries.today(clerk, AT + timedelta(days=9)).silent
    assert [list(one.missing) for one in silent] == [[Role.HEAD, Role.COMMITTEE]]


def test_reminders_stand_beside_what_is_missing(place: PlaceView) -> None:
    only_money(place)
    for days in (2, 1):
        duties.remind(AT - timedelta(days=days))
    (due,) = work()
    assert [(sent.on.day, sent.what) for sent in due.reminded] == [(11, "after")]
    owed = [duty for one in boards.unposted([place], places.county().id, clock.today(AT)) for duty in one.duties]
    duties.note_letter(actor("township"), place, owed, AT)
    assert [sent.what for sent in work()[0].reminded] == ["after", "letter"]
    by_code = {one.owing.place.code: one.told for one in queries.today(actor("township"), AT).late}
    here, other = by_code[village.CODE], by_code[village.OTHER]
    assert here and (here.days, here.last, here.letter) == (2, date(2026, 4, 13), date(2026, 4, 13))
    assert other and (other.days, other.letter) == (1, None)


def more_villages(count: int) -> None:
    """Villages without people; the agency of the township keeps their books."""
    rows = "".join(f"village,9901100013{n:02d},新{n}村,,,,\n" for n in range(count))
    accounts.load_places(f"level,code,name,role,person,login,begins\n{rows}".encode(), OPERATOR, EARLIER)
    for n in range(count):
        place_services.appoint_by_name(
            places.place(f"9901100013{n:02d}").id, Role.HEAD, f"何{n}", None, date(2024, 1, 1), None, OPERATOR, EARLIER
        )


def test_of_many_villages_the_most_urgent_stand_first_and_the_rest_is_counted(place: PlaceView) -> None:
    more_villages(9)
    found = queries.today(actor("agency"), AT).to_post
    assert len(found.first) == queries.CARDS and {due.days_late for due in found.first} == {3, 0}
    assert found.count == 11 * 5
    assert sum(heap.count for heap in found.rest) == found.count - queries.CARDS and len(found.rest) == 11
    assert {heap.days for heap in found.rest} == {0}
    assert {due.place.code for due in work("agency", code=village.OTHER)} == {village.OTHER}


def test_the_county_sees_townships_with_their_counts(place: PlaceView) -> None:
    only_money(place)
    rows = "level,code,name\ntownship,990110002000,云麓镇\nvillage,990110002201,梧桐村\n"
    accounts.load_places(rows.encode(), OPERATOR, EARLIER)
    place_services.appoint_by_name(
        places.place("990110002201").id, Role.HEAD, "田力", None, date(2024, 1, 1), None, OPERATOR, AT
    )
    officer = rosters.appointed(Role.COUNTY, "柳明", "county")
    duties.remind(AT - timedelta(days=2))
    found = queries.today(officer, AT)
    (township,) = found.late_townships
    assert (township.place.name, township.villages, township.count, township.days) == ("柳河镇", 2, 2, 3)
    assert township.told == 2 and found.late == () and len(found.townships) == 2


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection, _cursor, text, *_rest):  # type: ignore[no-untyped-def]
        statements.append(text)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


def test_the_number_of_queries_is_the_same_for_two_and_for_eight_villages(place: PlaceView) -> None:
    counts = []
    officers = [actor(login) for login in ("agency", "township", "head")]
    for added in (0, 6):
        more_villages(added)
        for each in places.villages_under(places.county().id):
            if not disclosure.open_draft(each.id, "finance", "2026-03"):
                draft_id = services.start_draft(actor("agency"), each, "finance", "2026-03", AT)
                services.add_files(actor("agency"), draft_id, [village.cash(), village.bank()], AT)
                services.hand_over(actor("agency"), draft_id, AT)
        for officer in officers:
            db.session.expire_all()
            with counted() as statements:
                queries.today(officer, AT)
            counts.append(len(statements))
    assert counts[:3] == counts[3:] and max(counts) <= 45


def test_who_manages_accounts_sees_no_draft(place: PlaceView) -> None:
    handed_over(place)
    nothing = queries.Today(to_sign=[], silent=[], waiting=[], townships=[], kept=[], to_replace=[])
    assert queries.today(actor("admin"), AT) == nothing


def test_terms_that_wait_for_a_second_person_are_on_the_administrators_first_page(place: PlaceView) -> None:
    person = place_services.add_person("许安", None)
    county = places.county().id
    place_services.appoint(county, Role.INSPECTOR, person, clock.today(AT), None, OPERATOR, AT)
    assert queries.today(actor("admin"), AT).to_confirm == 1
    assert queries.today(actor("head"), AT).to_confirm == 0
    with transaction() as session:
        session.execute(update(Term).where(Term.confirmed_at.is_(None)).values(confirmed_at=AT))
    assert queries.today(actor("admin"), AT).to_confirm == 0
