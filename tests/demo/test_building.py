"""The demo is made through the services of a real county, is the same for the same seed, and invites to try it."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from portal import clock, workbooks
from portal.app import create_app
from portal.clock import shift_period
from portal.config import Settings
from portal.database import db
from portal.demo import building
from portal.demo.county import invent
from portal.demo.ledger import ANOMALIES, history
from portal.demo.lists import RATE, to_try
from portal.demo.samples import LISTS, SAMPLES
from portal.disclosure import queries as drafts
from portal.disclosure.rules import State
from portal.gazette import queries as gazette
from portal.gazette.verify import verify
from portal.hanging import queries as hanging
from portal.hanging.rules import Read
from portal.hanging.rules import State as Hangs
from portal.kinds import KINDS
from portal.kinds.base import Context, Level
from portal.places import queries as places
from tests.conftest import settings_of
from tests.pages import PageClient

UNTIL = "2026-03"
NOW = datetime(2026, 4, 20, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, fonts: Path
) -> tuple[Settings, list[building.Label]]:
    """A demo that all tests look at: it takes a while to build."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(sqlite_template, folder / "portal.db")
    settings = replace(settings_of(folder, f"sqlite:///{folder / 'portal.db'}"), demo=True)
    settings.fonts.symlink_to(fonts)
    with clock.stopped(NOW), create_app(settings).app_context():
        labels = building.build(3, 4, UNTIL, 7, settings, lambda share: None)
        db.session.remove()
        db.engine.dispose()
    return settings, labels


@pytest.fixture
def settings(built: tuple[Settings, list[building.Label]]) -> Settings:
    return built[0]


@pytest.fixture
def county(app: Flask, built: tuple[Settings, list[building.Label]]) -> Iterator[list[building.Label]]:
    with clock.stopped(NOW):
        yield built[1]


def test_a_demo_is_sealed_and_leaves_people_something_to_do(county: list[building.Label], app: Flask) -> None:
    with app.app_context():
        report = verify()
        assert report.ok and report.items >= 3 * 3
        first, second, *_ = places.villages_under(places.county().id)
        waiting = drafts.open_draft(first.id, "finance", UNTIL)
        assert waiting is not None and waiting.state is State.WAITING
        assert gazette.current(first.id, "finance", UNTIL) is None
        assert drafts.open_draft(second.id, "finance", UNTIL) is None
        assert gazette.current(second.id, "finance", UNTIL) is None
        assert [item.taken_over for item in gazette.items_of(second.id, "finance")] == [False, True, True]
        _one_description_and_one_sum_were_corrected()
    assert {label.anomaly for label in county} <= ANOMALIES.keys() and county


def _one_description_and_one_sum_were_corrected() -> None:
    """The sum with both months after it."""
    contents = [gazette.content(item.number) for item in gazette.newest(30, "finance") if item.supersedes]
    assert len(contents) == 4 and all(content["reason"] for content in contents)
    assert [sum(name in content for content in contents) for name in ("carried", "carried_from")] == [1, 2]


def test_somebody_who_tries_finds_a_sample_whose_faults_are_two(
    county: list[building.Label], client: PageClient, settings: Settings
) -> None:
    page = client.get("/demo/")
    assert "/demo/samples/faulty.xlsx" in page.text
    body = (building.samples_folder(settings.instance) / "faulty.xlsx").read_bytes()
    tables = workbooks.extract(body, "faulty.xlsx", KINDS["finance"]).tables
    context = Context("990101100202", UNTIL, clock.today())
    findings = KINDS["finance"].assemble(tables, context).findings
    assert sorted(finding.check for finding in findings) == ["date_outside", "value"]


def test_every_sample_is_read_without_an_error(tmp_path: Path) -> None:
    month = list(history(invent(2, 1).villages[1], shift_period(UNTIL, -5), 6, 1))[-1]
    previous = {("committee", book): fen for book, fen in month.opening.items()}
    context = Context(month.village.code, UNTIL, clock.today(NOW), previous=previous, previous_period="2026-02")
    for name, (_what, make) in SAMPLES.items():
        if name == "faulty.xlsx":
            continue
        tables = workbooks.extract(make(month), name, KINDS["finance"], period=UNTIL).tables
        assembly = KINDS["finance"].assemble(tables, context)
        assert assembly.acceptable, (name, assembly.findings, assembly.questions)
        assert assembly.content is not None
        books = {book["book"]: book["closing"] for book in assembly.content["books"]}
        assert books["basic"] == month.closing["basic"], name


def test_every_list_to_try_is_read_and_the_faulty_one_has_its_three_faults(app: Flask) -> None:
    village = invent(2, 1).villages[1]
    settings = {"rate.arable": [RATE]}
    for name, (_what, which) in LISTS.items():
        posting = to_try(village, UNTIL)[which]
        tables = workbooks.extract(posting.workbook(), name, KINDS[posting.kind], period=posting.period).tables
        context = Context(village.code, posting.period, clock.today(NOW), settings=settings, about=posting.about)
        assembly = KINDS[posting.kind].assemble(tables, context)
        errors = sorted(finding.check for finding in assembly.findings if finding.level is Level.ERROR)
        assert errors == (["arithmetic", "id_number", "id_twice"] if which == "faulty" else []), (name, errors)
        assert assembly.content is not None and assembly.content["lines"], name


def test_the_same_seed_invents_the_same_ledger() -> None:
    one, other = (list(history(invent(4, 3).villages[2], "2025-01", 12, 3)) for _ in range(2))
    assert one == other
    assert one != list(history(invent(4, 4).villages[2], "2025-01", 12, 4))
    assert all(month.closing[book] >= 0 for month in one for book in month.closing)


def test_boards_of_the_demo_show_one_notice_taken_down_and_one_asked_for(
    county: list[building.Label], app: Flask
) -> None:
    with app.app_context():
        villages = places.villages_under(places.county().id)
        standing = hanging.standing(villages, clock.today())
        assert {one.wants for one in standing} >= {"again", "answer"}
        assert all(photo.read is Read.THIS for one in standing for photo in one.photos)
        assert any(one.judged.state is Hangs.HANGS for one in standing)
