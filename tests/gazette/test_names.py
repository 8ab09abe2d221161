"""A list of people seals digests of their names; who they are is kept apart, shown while the notice hangs."""

import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

import pytest
from flask import Flask

from portal import clock
from portal.accounts.rules import OPERATOR
from portal.database import db
from portal.disclosure import services as drafts
from portal.errors import Invalid
from portal.gazette import queries as gazette
from portal.gazette import services
from portal.gazette.models import NamesBeside
from portal.gazette.verify import verify
from portal.places import queries as places
from portal.places import services as places_services
from tests.disclosure import rosters, village
from tests.disclosure.rosters import PEOPLE, posted, rows, workbook
from tests.disclosure.village import AT, actor
from tests.gazette.test_verify import forge
from tests.laid import laid
from tests.pages import PageClient

LONG_AFTER = AT + timedelta(days=90)


@laid
def build() -> int:
    place = rosters.with_rate()
    county, since = places.ancestors(place.id)[0], clock.today(AT)
    places_services.set_setting("name_shown.arable", county.id, "surname", since, "县政府通知", OPERATOR, AT)
    return posted(place, workbook(rows()))


@pytest.fixture
def number(database: str, context: Flask) -> int:
    """A roster of eight people in the gazette; the county shows surnames once its notice is over."""
    return build()


@pytest.fixture
def served(app: Flask, number: int) -> Iterator[PageClient]:
    db.session.remove()
    yield PageClient(app)


def test_what_is_sealed_names_nobody_and_what_is_kept_proves_everybody(number: int) -> None:
    payload = gazette.payload_text(number)
    assert not any(name in payload for name in PEOPLE) and '"digest"' not in payload
    assert [line["name"] for line in gazette.content(number)["lines"]] == list(PEOPLE)
    assert [line["name"] for line in gazette.lines(number)] == list(PEOPLE)
    beside = gazette.names_beside(number, "subsidy")
    assert beside is not None
    for line, kept in zip(json.loads(payload)["content"]["lines"], beside, strict=True):
        digest = sha256(bytes.fromhex(kept["name"].salt) + kept["name"].value.encode()).hexdigest()
        assert line["name"] == f"sha256:{digest}"
        assert line["name"] != f"sha256:{sha256(kept['name'].value.encode()).hexdigest()}", "trying names must fail"
    assert len({kept["name"].salt for kept in beside}) == len(PEOPLE)
    assert verify().ok and services.rebuild() == number and verify().ok
    assert [line["name"] for line in gazette.lines(number)] == list(PEOPLE)


def test_a_name_exchanged_beside_the_record_is_told(number: int) -> None:
    row = db.session.get(NamesBeside, number)
    assert row is not None
    stored = db.session.connection().exec_driver_sql("SELECT body FROM names_beside").scalar()
    assert stored is not None and PEOPLE[0].encode() not in bytes(stored)
    report = forge("DELETE FROM names_beside")
    assert (report.ok, report.failed) == (False, number) and "names" in str(report.message)


def test_names_are_given_out_while_the_notice_hangs_and_no_longer(served: PageClient, number: int) -> None:
    with clock.stopped(AT):
        told = served.get(f"/zh/gazette/{number}.names.json")
        assert [line["name"][0] for line in told.get_json()] == list(PEOPLE)
        assert told.headers["X-Robots-Tag"] == "noindex"
        assert PEOPLE[0] in served.get(f"/zh/gazette/{number}").text
    with clock.stopped(LONG_AFTER):
        assert served.get(f"/zh/gazette/{number}.names.json").status_code == 404
        for address in (f"/zh/gazette/{number}", f"/zh/gazette/{number}.json", f"/zh/gazette/{number}.csv"):
            text = served.get(address).text
            assert not any(name in text for name in PEOPLE), address


def test_a_month_of_money_seals_no_names_apart(served: PageClient, app: Flask) -> None:
    with app.app_context():
        month = village.published(village.handed_over(village.place()))
    assert served.get(f"/zh/gazette/{month}.names.json").status_code == 404


def test_withholding_erases_the_names(number: int) -> None:
    services.withhold(number, "〔2026〕第9号", "钟宁", AT)
    assert db.session.get(NamesBeside, number) is None and verify().ok


def test_no_other_text_of_a_sealed_list_names_anybody(database: str, context: Flask) -> None:
    place = village.build()
    rosters.set_rate(place)
    lines = rows()
    lines[1][-1] = f"与{PEOPLE[0]}合户"
    number = posted(place, workbook(lines))
    payload = gazette.payload_text(number)
    assert not any(name in payload for name in PEOPLE)
    assert gazette.content(number)["lines"][1]["note"] == f"与{PEOPLE[0]}合户"
    assert verify().ok and services.rebuild() == number and verify().ok
    keeper = actor("bookkeeper")
    with pytest.raises(Invalid, match="names somebody on the list"):
        drafts.start_correction(keeper, number, f"{PEOPLE[0]}的面积写错了", AT)
    draft_id = drafts.start_correction(keeper, number, "第1笔的面积写错了", AT)
    with pytest.raises(Invalid, match="names somebody on the list"):
        drafts.give_reason(keeper, draft_id, f"{PEOPLE[0]}的面积写错了", AT)
