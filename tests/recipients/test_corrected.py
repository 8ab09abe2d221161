"""A corrected roster moves the places of its lines: papers and answers stay with the same person all the same."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.disclosure import papers as desk
from portal.disclosure import queries as drafts
from portal.disclosure import services as disclosure
from portal.evidence import queries as evidence
from portal.evidence import services as evidence_services
from portal.evidence.rules import Bearer, Document
from portal.gazette import followed
from portal.gazette import queries as gazette
from portal.gazette import services as gazette_services
from portal.places import queries as places
from portal.places.queries import PlaceView
from portal.public import papers
from portal.recipients import queries, services
from portal.recipients.rules import Answer
from tests.disclosure import rosters
from tests.disclosure.rosters import PEOPLE, posted, workbook
from tests.disclosure.village import AT, actor
from tests.evidence.samples import photo
from tests.kinds.rosters import card
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("stopped_clock")
LATER = AT + timedelta(days=2)
WHY = "名单里多了一户，漏了一户"
NEW = ["甘大山", card(77, "19600101"), "青禾村", "2组", "13800119999", "6217009999999999999"]
"""Somebody who stands on the corrected list at the top, with the same area as who is gone."""


@pytest.fixture
def place(database: str, context: Flask) -> PlaceView:
    return rosters.with_rate()


def rows(people: Sequence[int | list[str]]) -> list[list[Any]]:
    """A workbook's lines: people by their number on the first list, or as they are; renumbered, with the sum."""
    areas = (3.2, 1.5, 4, 2.5, 6, 2, 3, 1)
    known = rosters.rows(areas)
    found = [
        [n, *(known[who][1:] if isinstance(who, int) else [*who, areas[1], rosters.RATE, areas[1] * rosters.RATE, ""])]
        for n, who in enumerate(people, 1)
    ]
    total = sum(line[7] for line in found)
    return [*found, ["合计", "", "", "", "", "", "", total, "", total * rosters.RATE, ""]]


def begun(number: int, people: Sequence[int | list[str]]) -> int:
    """A correction of a roster that names these; its draft."""
    draft = disclosure.start_correction(actor("bookkeeper", LATER), number, WHY, LATER)
    replaced(draft, people)
    return draft


def replaced(draft: int, people: Sequence[int | list[str]]) -> None:
    (file,) = drafts.files(draft)
    disclosure.add_files(actor("bookkeeper", LATER), draft, [(file.name, workbook(rows(people)))], LATER)
    assert not drafts.reading(draft).errors, drafts.reading(draft).errors


def signed(draft: int) -> int:
    disclosure.hand_over(actor("bookkeeper", LATER), draft, LATER)
    number = None
    for login in ("head", "committee"):
        digest = drafts.draft(draft).digest or ""
        number = disclosure.sign(actor(login, LATER), draft, "signed", "", digest, LATER)
    assert number is not None
    return number


def add(bearer: Bearer, n: int, body: bytes) -> int:
    return evidence_services.add(actor("bookkeeper"), bearer, str(n), body, Document.RECEIPT, AT)


def first(place: PlaceView) -> tuple[int, int, int]:
    """A roster with a paper at line 3 and one at line 2, where line 3 says that nothing came; its number, the paper of
    line 3, the recipient."""
    number = posted(place, workbook(rosters.rows()))
    mine, _others = add(Bearer(place.id, number=number), 3, photo(3)), add(Bearer(place.id, number=number), 2, photo(2))
    made = services.make_slips(actor("township"), place, "", AT)
    code = next(one.code for one in made if one.household.name == PEOPLE[2])
    recipient = services.open_slip(code, AT)
    services.answer(recipient, number, "3", "not_received", AT)
    return number, mine, recipient


def lines_with(number: int) -> dict[str, list[int]]:
    """The papers that villagers see of an item, by the person of the line; page, counts and desk must agree."""
    item = gazette.item(number)
    counted = papers.counts(item)
    at_the_desk = desk.desk_of(desk.of_item(actor("bookkeeper"), number), 1)
    found = {}
    for _n, line, linked in at_the_desk.rows:
        shown = [one.file.id for one in papers.of_line(item, line["key"]).shown]
        assert [one.file.id for one in linked] == shown and sum(counted.get(line["key"], {}).values()) == len(shown)
        if shown:
            found[line["name"]] = shown
    return found


def test_papers_and_an_answer_stay_with_their_person_through_two_corrections(app: Flask, place: PlaceView) -> None:
    number, mine, recipient = first(place)
    once = signed(begun(number, [NEW, 0, *range(2, 8)]))
    assert lines_with(once) == {PEOPLE[2]: [mine]}, "nobody else's line shows a paper, nor does who took the place"
    assert set(lines_with(number)) == {PEOPLE[1], PEOPLE[2]}, "the old version shows what it showed"
    twice = signed(begun(once, [NEW, *range(2, 8)]))
    assert [line["name"] for line in gazette.lines(twice)][:2] == [NEW[0], PEOPLE[2]]
    assert lines_with(twice) == {PEOPLE[2]: [mine]}

    _place, household = queries.recipient(recipient)
    assert [(one.number, one.key, one.answer) for one in household.granted] == [(twice, "2", "not_received")]
    (doubt,) = queries.doubts([place.id])
    assert (doubt.name, doubt.number, doubt.n, doubt.answer) == (PEOPLE[2], twice, 2, Answer.NOT_RECEIVED)
    services.answer(recipient, twice, "2", "received", LATER)
    assert queries.doubts([place.id]) == [], "what they say of the corrected line takes the place of what they said"
    township = places.ancestors(place.id)[1]
    (overview,) = [one for one in queries.villages(township.id, LATER) if one.place.id == place.id]
    assert overview.answers == {"received": 1}

    client = PageClient(app)
    assert client.page(f"/en/gazette/{twice}/lines/2").all("img")
    for n in (1, 3, 4):
        assert not client.page(f"/en/gazette/{twice}/lines/{n}").all("img")


def test_a_paper_of_the_old_version_can_be_given_to_another_line_and_taken_from_its_own(place: PlaceView) -> None:
    number, mine, _recipient = first(place)
    once = signed(begun(number, [NEW, 0, 3, 2, *range(4, 8)]))
    bearer = followed.bearer(gazette.item(once))
    assert lines_with(once) == {PEOPLE[2]: [mine]}
    assert add(bearer, 3, photo(3)) == mine, "the old version's line 3 is line 4 now: line 3 has no such paper yet"
    assert lines_with(once) == {PEOPLE[2]: [mine], PEOPLE[3]: [mine]}
    (linked,) = evidence.papers(bearer, "4")
    evidence_services.take_away(actor("bookkeeper"), bearer, linked.id, "拍错了", LATER)
    assert lines_with(once) == {PEOPLE[3]: [mine]}
    assert [one.reason for one in papers.of_line(gazette.item(once), "4").gone] == ["拍错了"]


def test_papers_added_while_correcting_go_with_their_line_when_the_file_is_replaced(place: PlaceView) -> None:
    number, mine, _recipient = first(place)
    draft = begun(number, [0, *range(2, 8)])
    own = Bearer(place.id, draft_id=draft)
    stays, goes = add(own, 3, photo(7)), add(own, 1, photo(8))
    replaced(draft, [NEW, *range(2, 8)])
    assert {linked.key: linked.file.id for linked in evidence.papers(own)} == {"3": stays, "": goes}
    replaced(draft, [NEW, 7, *range(2, 7)])
    assert {linked.key: linked.file.id for linked in evidence.papers(own)} == {"4": stays, "": goes}
    assert lines_with(signed(draft)) == {PEOPLE[2]: [mine], PEOPLE[3]: [stays]}


def test_nothing_of_a_withheld_version_is_shown_at_any_line(place: PlaceView) -> None:
    number, _mine, _recipient = first(place)
    once = signed(begun(number, [NEW, 0, *range(2, 8)]))
    add(followed.bearer(gazette.item(once)), 4, photo(9))
    draft = begun(once, [0, *range(2, 8)])
    twice = signed(draft)
    assert len(lines_with(twice)) == 2
    gazette_services.withhold(once, "县监察〔2026〕7号", "何文清", LATER)
    assert lines_with(twice) == {}
    assert followed.place_now(number, "3") == (number, "3"), "what lies behind a withheld version stays there"
